"""Reads a calendar file with vobject; prints one JSON list. Runs in an environment of its own."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

import vobject


def tell(moment):
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return moment.isoformat()


calendar = vobject.readOne(open(sys.argv[1], encoding="utf-8").read())
print(
    json.dumps(
        [
            {
                "uid": event.uid.value,
                "title": event.summary.value,
                "status": event.status.value,
                "start": tell(event.dtstart.value),
                "end": tell(event.dtend.value),
            }
            for event in calendar.contents.get("vevent", [])
        ]
    )
)
