"""Reads a calendar file with libical through GObject introspection; runs under the system's Python."""

from __future__ import annotations

import json
import sys

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402


def tell(moment):
    day = f"{moment.get_year():04}-{moment.get_month():02}-{moment.get_day():02}"
    if moment.is_date():
        return day
    if not moment.is_utc():
        raise SystemExit("a time that is not UTC")
    return f"{day}T{moment.get_hour():02}:{moment.get_minute():02}:{moment.get_second():02}Z"


root = ICalGLib.Component.new_from_string(open(sys.argv[1], encoding="utf-8").read())
if root.count_errors():
    raise SystemExit(f"{root.count_errors()} errors")
found = []
event = root.get_first_component(ICalGLib.ComponentKind.VEVENT_COMPONENT)
while event is not None:
    if event.count_errors():
        raise SystemExit(event.as_ical_string())
    found.append(
        {
            "uid": event.get_uid(),
            "title": event.get_summary(),
            "status": {5: "TENTATIVE", 6: "CONFIRMED", 4: "CANCELLED"}.get(
                int(event.get_status()), str(event.get_status())
            ),
            "start": tell(event.get_dtstart()),
            "end": tell(event.get_dtend()),
        }
    )
    event = root.get_next_component(ICalGLib.ComponentKind.VEVENT_COMPONENT)
print(json.dumps(found))
