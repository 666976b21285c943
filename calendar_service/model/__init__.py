"""The words of the field as types: pure, no clock, no input or output, no third-party import."""
