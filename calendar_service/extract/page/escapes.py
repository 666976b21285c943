r"""Texts of pages that were made from data, and kept the signs for breaks and quotes (`\n`, `\"`) or lost one of money."""

from __future__ import annotations

import re

_FEWEST = 3  # so many breaks are no folders of a path
_ESCAPE = re.compile(r"""\\[nrt"'/]""")
_RUPEE = re.compile(r"\?(?=\s?\d[\d.,]{0,12}\s?/-)")  # "? 2/- per share": only rupees are written so
_MEANT = {"n": "\n", "r": " ", "t": " "}


def without_escapes(text: str) -> str:
    """The text with what such signs mean; its length stays the same. Breaks and quotes stay where they are few."""
    if "/-" in text and "?" in text:
        text = _RUPEE.sub("₹", text)
    return _ESCAPE.sub(_mean, text) if text.count("\\n") >= _FEWEST else text


def _mean(sign: re.Match[str]) -> str:
    return f" {_MEANT.get(sign[0][1], sign[0][1])}"
