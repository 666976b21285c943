"""Reads a calendar file with `ical`, the library of Home Assistant; prints one JSON list."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from ical.calendar_stream import IcsCalendarStream


def tell(moment: date) -> str:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return moment.isoformat()


calendar = IcsCalendarStream.calendar_from_ics(Path(sys.argv[1]).read_text(encoding="utf-8"))
sys.stdout.write(
    json.dumps(
        [
            {
                "uid": event.uid,
                "title": event.summary,
                "status": event.status.value,
                "start": tell(event.dtstart),
                "end": tell(event.dtend),
            }
            for event in calendar.events
        ]
    )
)
