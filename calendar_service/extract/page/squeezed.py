"""A text without the signs that may stand inside a word or phrase, so that wraps and missing blanks do not matter."""

from __future__ import annotations

import re

# A line break alone; like blanks and hyphens it may stand inside a phrase. An empty line and a cell border may not.
_WRAP = re.compile(r"\n(?<!\n\n)(?!\n)")


class Squeezed:
    """A shadow without blanks, hyphens and lone line breaks, and where they stood.

    `removed` has for each sign that was left out the offset in `text` of the sign that follows it.
    """

    def __init__(self, shadow: str) -> None:
        pieces = _WRAP.sub(" ", shadow.replace("-", " ")).split(" ")
        self.text = "".join(pieces)
        self.removed: list[int] = []
        place = 0
        for piece in pieces[:-1]:
            place += len(piece)
            self.removed.append(place)
        self._size = len(shadow)

    def until(self, end: int) -> int:
        """How many signs of `text` stand before an offset of the shadow."""
        if end >= self._size:
            return len(self.text)
        low, high = 0, len(self.removed)
        while low < high:  # the sign with this number stood in the shadow at its offset plus the number
            middle = (low + high) // 2
            if self.removed[middle] + middle < end:
                low = middle + 1
            else:
                high = middle
        return end - low
