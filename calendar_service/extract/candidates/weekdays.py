"""The weekday that a text tells of a day, right before or behind it: a proof of the day, or a reason to doubt it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from calendar_service.extract.lexicon.lexicon import Lexicon

ANY_DAY = 7  # number of the words that stand for any weekday
_REACH = 24
_SHORTENED = (
    3  # letters of a name that is cut short ("Wed."), and of a word that leads on from it ("Montag, den")
)
_LIST = 120  # so far apart the numbers of two items may stand
_WRITTEN = 4  # letters of a name that is written out
# Right behind a day in brackets, or behind a comma as the last word of its line or sentence.
_BEHIND = re.compile(
    r"[ ]?\(([^\W\d_]{1,14}(?:-[^\W\d_]{1,6})?)\.?\)|,[ ]([^\W\d_]{4,14}(?:-[^\W\d_]{1,6})?)[ ]?(?=[.;)\n]|\Z)"
)


class Weekdays:
    """Finds the weekday told beside a day, by the names of some languages."""

    def __init__(self, lexicons: Sequence[Lexicon]) -> None:
        self._lexicons = lexicons

    def beside(self, shadow: str, start: int, end: int) -> int | None:
        """The weekday of the day at shadow[start:end], Monday 0; None where none is told."""
        found = self._before(shadow, start)
        found = self._behind(shadow, end) if found is None else found
        return None if found == ANY_DAY else found

    def _before(self, shadow: str, place: int) -> int | None:
        """The weekday that is told right before a day, with a short word or none between ("Montag, den", "lundi le")."""
        if not shadow[place - 1 : place].isspace():
            return None
        words = shadow[max(0, place - _REACH) : place].split()
        last = words[-1] if words else ""
        told = self._named(last.rstrip(","))
        if told is None and len(words) > 1 and len(last.rstrip(".")) <= _SHORTENED:
            told = self._named(words[-2].rstrip(","))
        if told is None and last.endswith((".", ",")):
            told = self._shortened(last.rstrip(".,"))
        return told

    def _behind(self, shadow: str, place: int) -> int | None:
        found = _BEHIND.match(shadow, place)
        if found is None:
            return None
        name = found[1] or found[2]
        told = self._named(name, 1 if found[1] else _WRITTEN)
        if told is None and found[1]:
            if self._numbers_item(shadow, found):
                return None
            signs = (one.weekday_signs[name] for one in self._lexicons if name in one.weekday_signs)
            told = next(signs, None)
            told = self._shortened(name) if told is None else told
        return told

    def _numbers_item(self, shadow: str, found: re.Match[str]) -> bool:
        """Whether a sign in brackets is the number of the next item in a list whose break is lost ("(一)X:9月1日(二)Y:")."""
        for signs in (one.weekday_signs for one in self._lexicons if found[1] in one.weekday_signs):
            number = signs[found[1]]
            before = shadow[max(0, found.start() - _LIST) : found.start()], number - 1
            for words, beside in (before, (shadow[found.end() : found.end() + _LIST], number + 1)):
                places = (words.find(f"({sign})") for sign, day in signs.items() if day == beside)
                if any(
                    place > 0 and not words[place - 1].isdecimal() and words[place - 1] not in signs
                    for place in places
                ):
                    return True
        return False

    def _named(self, name: str, least: int = _WRITTEN) -> int | None:
        """The weekday of this name; shorter ones are other words as well."""
        if len(name) < least:
            return None
        return next((one.weekdays[name] for one in self._lexicons if name in one.weekdays), None)

    def _shortened(self, name: str) -> int | None:
        """The one weekday whose name begins so; None where none or several do."""
        if len(name) < _SHORTENED or not name.isalpha():
            return None
        days = {
            day for one in self._lexicons for whole, day in one.weekdays.items() if whole.startswith(name)
        }
        return days.pop() if len(days) == 1 else None
