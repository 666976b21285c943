"""The weekday that a text tells of a day, right before or behind it: a proof of the day, or a reason to doubt it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from calendar_service.extract.lexicon import Lexicon

ANY_DAY = 7  # number of the words that stand for any weekday
_REACH = 24
_SHORTENED = 3  # letters of a name that is cut short ("Wed.")
# Right before a day: a weekday, with a short word or none between ("Montag, den", "lundi le").
_BEFORE = re.compile(r"([^\W\d_]{4,}(?:-[^\W\d_]+)?),?(?:\s[^\W\d_]{1,3}\.?)?\s\Z")
_SHORT_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_]{3,4})[.,]{1,2}\s\Z")
# Right behind it in brackets, or behind a comma as the last word of its line or sentence.
_BEHIND = re.compile(
    r"[ ]?\(([^\W\d_]{1,14}(?:-[^\W\d_]{1,6})?)\.?\)|,[ ]([^\W\d_]{4,14}(?:-[^\W\d_]{1,6})?)[ ]?(?=[.;)\n]|\Z)"
)


class Weekdays:
    """Finds the weekday told beside a day, by the names of some languages."""

    def __init__(self, lexicons: Iterable[Lexicon]) -> None:
        lexicons = [*lexicons]
        self._names = {name: day for one in lexicons for name, day in one.weekdays.items()}
        self._signs = {name: day for one in lexicons for name, day in one.weekday_signs.items()}

    def beside(self, shadow: str, start: int, end: int) -> int | None:
        """The weekday of the day at shadow[start:end], Monday 0; None where none is told."""
        found = self.before(shadow, start)
        return self._behind(shadow, end) if found is None else found

    def before(self, shadow: str, place: int) -> int | None:
        """The weekday that is told right before a day; None where none is."""
        low = max(0, place - _REACH)
        found = _BEFORE.search(shadow, low, place)
        weekday = self._names.get(found[1]) if found else None
        if weekday is None:
            short = _SHORT_BEFORE.search(shadow, low, place)
            weekday = self._shortened(short[1]) if short else None
        return None if weekday == ANY_DAY else weekday

    def _behind(self, shadow: str, place: int) -> int | None:
        found = _BEHIND.match(shadow, place)
        if found is None:
            return None
        name = found[1] or found[2]
        weekday = self._signs.get(name) if found[1] else None
        weekday = self._names.get(name) if weekday is None else weekday
        if weekday is None and found[1]:
            weekday = self._shortened(name)
        return None if weekday == ANY_DAY else weekday

    def _shortened(self, name: str) -> int | None:
        """The one weekday whose name begins so; None where none or several do."""
        if len(name) < _SHORTENED:
            return None
        days = {day for whole, day in self._names.items() if whole.startswith(name)}
        return days.pop() if len(days) == 1 else None
