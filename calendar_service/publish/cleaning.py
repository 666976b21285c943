"""Text from outside made fit to be shown: in a calendar property, a mail header, a page or a cell.

What issuers write is hostile until it went through here: control characters break strict calendar
readers, line breaks forge properties and headers, bidirectional overrides turn a date around, and a
title of ten kilobytes fills a phone's screen.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SPACES = re.compile(r"[\t\n\v\f\r \x85\u00a0\u2028\u2029]+")
_BLANKS = re.compile(r"[\t\v\f \u00a0]+")
_BREAKS = re.compile(r"\r\n|[\r\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters (line breaks are handled before)
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # bidirectional and invisible ones
    "\ufeff\ufff9-\ufffc"  # byte order mark, interlinear annotation, object replacement
    "\ufdd0-\ufdef\ufffe\uffff"  # not characters
    "\U000e0000-\U000e0fff"  # tags
    "]"
)
_BEYOND = re.compile(
    "["
    + "".join(f"{chr(plane | 0xFFFE)}{chr(plane | 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
_LONE = re.compile("[\ud800-\udfff]")

MAX_URL = 1000


def clean_line(text: str, limit: int) -> str:
    """The text on one line of at most `limit` characters, an ellipsis where it was cut."""
    return clip(_SPACES.sub(" ", _drop_unseen(_SPACES.sub(" ", text))).strip(), limit)


def clean_text(text: str, limit: int) -> str:
    """The text with its line breaks as single newlines, at most `limit` characters."""
    lines = _BREAKS.sub("\n", text).split("\n")
    kept = (_BLANKS.sub(" ", _drop_unseen(line)).strip() for line in lines)
    return clip(re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip(), limit)


def clean_url(url: str | None) -> str:
    """The URL if it is a plain http or https link that can be shown, or an empty string."""
    if not url or len(url) > MAX_URL or not url.isascii() or re.search(r"[\x00-\x20\x7f\"'<>\\^`{|}]", url):
        return ""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
    except ValueError:
        return ""
    return url if usable else ""


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, the last one an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: max(limit - 1, 0)].rstrip() + "…"


def _drop_unseen(text: str) -> str:
    return _LONE.sub("\ufffd", _BEYOND.sub("", _UNSEEN.sub("", text)))
