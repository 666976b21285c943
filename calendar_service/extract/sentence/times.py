"""Times of day and their zones, as announcements write them."""

from __future__ import annotations

import re
from datetime import time

# Zones as announcements write them; "et" and the like mean the zone's own time, summer or winter.
ZONES = {
    "eastern standard time": "America/New_York", "eastern daylight time": "America/New_York", "eastern time": "America/New_York", "eastern": "America/New_York",
    "new york time": "America/New_York", "new york city time": "America/New_York", "toronto time": "America/Toronto", "edt": "America/New_York", "est": "America/New_York", "et": "America/New_York",
    "central time": "America/Chicago", "central daylight time": "America/Chicago", "cdt": "America/Chicago", "mountain time": "America/Denver", "mst": "America/Denver", "mdt": "America/Denver",
    "pacific time": "America/Los_Angeles", "pacific daylight time": "America/Los_Angeles", "pdt": "America/Los_Angeles", "pst": "America/Los_Angeles", "pt": "America/Los_Angeles",
    "london time": "Europe/London", "uk time": "Europe/London", "bst": "Europe/London", "gmt": "Europe/London", "utc": "UTC", "cet": "Europe/Berlin", "cest": "Europe/Berlin", "mez": "Europe/Berlin", "mesz": "Europe/Berlin",
    "eet": "Europe/Helsinki", "eest": "Europe/Helsinki", "israel time": "Asia/Jerusalem", "jst": "Asia/Tokyo", "japan time": "Asia/Tokyo", "tokyo time": "Asia/Tokyo", "kst": "Asia/Seoul",
    "hkt": "Asia/Hong_Kong", "hong kong time": "Asia/Hong_Kong", "beijing time": "Asia/Shanghai", "singapore time": "Asia/Singapore", "sgt": "Asia/Singapore", "ist": "Asia/Kolkata",
    "aest": "Australia/Sydney", "aedt": "Australia/Sydney", "sydney time": "Australia/Sydney", "melbourne time": "Australia/Melbourne", "brt": "America/Sao_Paulo", "vancouver time": "America/Vancouver", "calgary time": "America/Edmonton",
}  # fmt: skip
_ZONE = re.compile(
    r"\s{0,2}(?:(?:uhr|hours|hrs|horas|heures)\s{0,2})?[(,]?\s?("
    + "|".join(sorted(map(re.escape, ZONES), key=len, reverse=True))
    + r")(?![a-z])"
)
_TIME = re.compile(
    r"(?<![\d.,:/])(?:(?P<h>[01]?\d|2[0-3])\s?[:.h]\s?(?P<m>[0-5]\d)(?:[:.][0-5]\d)?|(?P<hour>1[0-2]|\d)(?=\s?[ap]\.?m\b)"
    r"|(?P<full>[01]?\d|2[0-3])\s?(?:uhr|h|heures|horas)(?![a-z]))"
    r"(?![\d%])(?:\s{0,2}(?P<half>[ap])\.?\s?m\.?(?![a-z]))?"
)
# Behind the day on which a news service has sent a text, for the whole year ("29-Feb-2024 / 15:58 GMT/BST").
_SENT = re.compile(r"\s?/\s?\d{1,2}:\d\d\s?(?:gmt/bst|cet/cest|mez/mesz)(?![a-z])")
_END_OF_DAY = re.compile(r"(?<![\d.,:/])24\s?[:.h]\s?00(?!\d)")
_ANY_ZONE = re.compile(
    rf"(?<![a-z])(?:{'|'.join(sorted(map(re.escape, ZONES), key=len, reverse=True))})(?![a-z])"
)
_CLOCK_CJK = re.compile(
    r"(?P<half>午前|午後|上午|下午|오전|오후)?\s?(?P<h>\d{1,2})\s?[時时點点시]\s?(?:(?P<m>\d{1,2})\s?[分분]|(?P<to>半))?"
)


def without_times(text: str) -> str:
    """A shadow's text without the times of day and the zones in it."""
    for pattern in (_TIME, _END_OF_DAY, _CLOCK_CJK, _ANY_ZONE):
        text = pattern.sub(" ", text)
    return text


def time_in(shadow: str, start: int, end: int) -> tuple[time | None, str | None]:
    """The time of day in shadow[start:end] and its zone (IANA), each None where it is not stated."""
    match = _TIME.search(shadow, start, end)
    if match is None:
        match = _CLOCK_CJK.search(shadow, start, end)
        return (_clock_cjk(match), None) if match else (None, None)
    hour, minute = int(match["h"] or match["hour"] or match["full"]), int(match["m"] or 0)
    if match["half"] and hour <= 12:
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    zone = _ZONE.match(shadow, match.end(), min(end + 30, len(shadow)))
    return time(hour, minute), ZONES[zone[1]] if zone else None


def _clock_cjk(match: re.Match[str]) -> time | None:
    hour, minute = int(match["h"]), 30 if match["to"] else int(match["m"] or 0)
    if match["half"] in ("午後", "下午", "오후") and hour < 12:
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def is_sent(shadow: str, end: int) -> bool:
    """Whether the day that ends at a place is the one on which a news service has sent the text."""
    return _SENT.match(shadow, end) is not None
