r"""Texts of pages that were made from data, and kept the signs for breaks and quotes (`\n`, `\"`) or lost one of money."""

from __future__ import annotations

import re

_FEWEST = 3  # so many breaks are no folders of a path
_ESCAPE = re.compile(r"""\\[nrt"'/]""")
_RUPEE = re.compile(r"\?(?=\s?\d[\d.,]{0,12}\s?/-)")  # "? 2/- per share": only rupees are written so
# Between the name of a field and its day in messages of banks (ISO 15022: ":98A::XDTE//20260427").
_FIELD = re.compile(r"(?<=::[a-z]{4})//(?=\d{8})")
_MEANT = {"n": "\n", "r": " ", "t": " "}


def without_escapes(text: str) -> str:
    """The text with what such signs mean; its length stays the same. Breaks and quotes stay where they are few."""
    if "/-" in text and "?" in text:
        text = _RUPEE.sub("₹", text)
    return _ESCAPE.sub(_mean, text) if text.count("\\n") >= _FEWEST else text


def without_slashes(shadow: str) -> str:
    """The shadow with blanks for the slashes before the days in messages of banks; its length stays the same."""
    return _FIELD.sub("  ", shadow) if "::" in shadow else shadow


def _mean(sign: re.Match[str]) -> str:
    return f" {_MEANT.get(sign[0][1], sign[0][1])}"
