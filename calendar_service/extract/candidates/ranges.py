"""The last day of a period that names its month once: "7月1日から25日まで", "11월 19일~20일", "7月2日至8日"."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from calendar_service.extract.candidates.behind import with_weekday
from calendar_service.extract.lexicon.patterns import alternatives, parts_of

if TYPE_CHECKING:
    from calendar_service.extract.candidates.dates import DateSpan
    from calendar_service.extract.lexicon.lexicon import Lexicon

# The day of the week or the trading day that is told of the first day ("7月2日(T+1日)").
_ASIDE = r"\s?(?:\([^()\n]{1,8}\))?\s?"
_UNIT = re.compile(r"\s?[日일號号]")
_COUNTED = r"(?!\s?[間间간目째内內后後후])"  # "から20日間": so many days, no day


class Ranges:
    """Reads the days behind dates that end a period, of one language. `part` writes a part of a pattern as an expression."""

    def __init__(self, lexicon: Lexicon, part: Callable[[str], str]) -> None:
        self._lexicon = lexicon
        self._patterns = [
            re.compile(
                _ASIDE + "".join(_ASIDE if one.isspace() else part(one) for one in parts_of(text)) + _COUNTED
            )
            for text in lexicon.until_day
        ]

    def last_of(self, first: DateSpan, shadow: str, end: int) -> DateSpan | None:
        """The last day of the period that a date begins, in its month or, where it is told, a later one; None without one."""
        for pattern in self._patterns if first.day else ():
            match = pattern.match(shadow, first.end, end)
            if match is None:
                continue
            parts = match.groupdict()
            month, day = int(parts.get("m") or first.month), int(parts["day"])
            if month > 12 or (month, day) <= (first.month, first.day or 0):
                return None
            unit = _UNIT.match(shadow, match.end("day"), end)
            place = match.start("m") if parts.get("m") else match.start("day")
            span = first._replace(
                start=place,
                end=unit.end() if unit else match.end("day"),
                month=month,
                day=day,
                began=first.day if first.turn else None,
            )
            return with_weekday(span._replace(other=None, reverse=None, weekday=None), shadow, self._lexicon)
        return None


def last_of_month(lexicon: Lexicon) -> str:
    """An expression for the words for a month's last day; those of one sign are that only before words for such a day."""
    led = rf"(?=\s?{alternatives(lexicon.lone)})"
    return "|".join(re.escape(word) + (led if len(word) == 1 else "") for word in lexicon.last_days) or "(?!)"
