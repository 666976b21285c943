"""Where on a page something may begin: found once for all, so that most lines need not be searched for it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable


class Places:
    """The places of a page at which the pattern of one of its languages matches; a pattern may find too much."""

    def __init__(self, shadow: str, pattern_of: Callable[[str], re.Pattern[str]]) -> None:
        self._shadow = shadow
        self._pattern_of = pattern_of
        self._places: dict[tuple[str, ...], list[int]] = {}

    def any_in(self, start: int, end: int, languages: tuple[str, ...]) -> bool:
        """Whether one of them lies in [start, end)."""
        places = self._places.get(languages)
        if places is None:
            patterns = map(self._pattern_of, languages)
            found = (match.start() for pattern in patterns for match in pattern.finditer(self._shadow))
            places = self._places[languages] = sorted(found)
        number = bisect_left(places, start)
        return number < len(places) and places[number] < end
