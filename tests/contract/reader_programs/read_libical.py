"""Reads a calendar file with libical through GObject introspection; runs under the system's Python."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402


def tell(moment: Any) -> str:
    day = f"{moment.get_year():04}-{moment.get_month():02}-{moment.get_day():02}"
    if moment.is_date():
        return day
    if not moment.is_utc():
        raise SystemExit("a time that is not UTC")
    return f"{day}T{moment.get_hour():02}:{moment.get_minute():02}:{moment.get_second():02}Z"


root = ICalGLib.Component.new_from_string(Path(sys.argv[1]).read_text(encoding="utf-8"))
# This release came before RFC 9253, so it does not know REFID; it must complain of nothing else.
complaints = re.findall(r"X-LIC-ERROR.*", root.as_ical_string().replace("\r\n ", ""))
if any("property name: REFID" not in complaint for complaint in complaints):
    raise SystemExit("\n".join(complaints))
found = []
event = root.get_first_component(ICalGLib.ComponentKind.VEVENT_COMPONENT)
while event is not None:
    found.append(
        {
            "uid": event.get_uid(),
            "title": event.get_summary(),
            "status": event.get_status().value_name.rpartition("_")[2],
            "start": tell(event.get_dtstart()),
            "end": tell(event.get_dtend()),
        }
    )
    event = root.get_next_component(ICalGLib.ComponentKind.VEVENT_COMPONENT)
sys.stdout.write(json.dumps(found))
