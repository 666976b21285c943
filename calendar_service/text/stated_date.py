"""The date that a container states: a mail header, a meta tag, front matter."""

from __future__ import annotations

import re
from datetime import date
from email.utils import parsedate_to_datetime

_ISO = re.compile(r"\s*(\d{4})-(\d{2})-(\d{2})(?!\d)")
_FIRST, _LAST = 1900, 2100  # years
_COMPACT = re.compile(r"\s*(\d{4})(\d{2})(\d{2})(?!\d)")


def parse_stated_date(text: str) -> date | None:
    """The day that an ISO 8601, compact (20250213) or RFC 5322 date names, in the zone it is written in.

    Anything else gives None: a date like 03/04/2025 is not guessed at, and no announcement is of another age.
    """
    found = _ISO.match(text) or _COMPACT.match(text)
    try:
        if found:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        else:
            day = parsedate_to_datetime(text[:100]).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return day if _FIRST <= day.year <= _LAST else None
