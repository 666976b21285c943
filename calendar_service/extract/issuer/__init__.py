"""Who announces: every name, ticker and place that speaks for an issuer, and which of them most speaks for."""
