"""Where on a page something may begin: found once for all, so that most lines need not be searched for it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable


class Places:
    """The places of a page that one of its languages finds (`places_of`); there may be too many."""

    def __init__(self, places_of: Callable[[str], Iterable[int]]) -> None:
        self._places_of = places_of
        self._places: dict[tuple[str, ...], list[int]] = {}

    def any_in(self, start: int, end: int, languages: tuple[str, ...]) -> bool:
        """Whether one of them lies in [start, end)."""
        places = self._places.get(languages)
        if places is None:
            found = [place for language in languages for place in self._places_of(language)]
            places = self._places[languages] = sorted(found)
        number = bisect_left(places, start)
        return number < len(places) and places[number] < end
