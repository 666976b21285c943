"""calendar-service: what listed companies announce, as dates that a shareholder can trust."""

from __future__ import annotations

__version__ = "0.1.0"
