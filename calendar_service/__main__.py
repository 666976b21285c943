"""`python -m calendar_service` is `calendar-service`."""

from __future__ import annotations

from calendar_service.cli import main

main()
