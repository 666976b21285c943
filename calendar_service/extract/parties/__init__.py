"""Whose action a statement tells, where a document speaks of several companies."""
