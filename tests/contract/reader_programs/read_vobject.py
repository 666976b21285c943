"""Reads calendar files with vobject; prints one JSON list. Runs in an environment of its own."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import vobject


def tell(moment: date) -> str:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return moment.isoformat()


calendars = [vobject.readOne(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:]]
sys.stdout.write(
    json.dumps(
        [
            {
                "uid": event.uid.value,
                "title": event.summary.value,
                "status": event.status.value,
                "start": tell(event.dtstart.value),
                "end": tell(event.dtend.value),
            }
            for calendar in calendars
            for event in calendar.contents.get("vevent", [])
        ]
    )
)
