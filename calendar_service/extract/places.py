"""Where on a page something may begin: found once for all, so that most lines need not be searched for it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable


class Places:
    """The places of a page at which one of some patterns matches. The patterns are short and may find too much."""

    def __init__(self, shadow: str, patterns: Iterable[re.Pattern[str]]) -> None:
        self._places = sorted(match.start() for pattern in patterns for match in pattern.finditer(shadow))

    def any_in(self, start: int, end: int) -> bool:
        """Whether one of them lies in [start, end)."""
        number = bisect_left(self._places, start)
        return number < len(self._places) and self._places[number] < end
