"""The year of a day that words beside it tell: a number behind other words, one counted from the document's, its direction."""

from __future__ import annotations

import re
from typing import NamedTuple

from calendar_service.extract.lexicon.lexicon import Lexicon
from calendar_service.extract.lexicon.patterns import alternatives

_REACH = 40  # before a day: "on the past Wednesday, the"
_WORD_END = r"(?![^\W_])"
# Numbers of sections look like days without a year ("4.1."): one that no word leads to must be too high for a month.
_MONTHS = 12


class Told(NamedTuple):
    """What the words beside a day tell: a year, one counted from the document's, or whether the day has passed (-1) or is to come (1).

    `end` is where they end, at the earliest where the day does.
    """

    end: int
    year: int | None = None
    years: int | None = None
    turn: int = 0


class Counted:
    """Reads the words beside a day of one language that stand for its year."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._years = lexicon.years
        behind = [
            rf"(?:{alternatives(lexicon.of_year)})\s?(?P<year>(?:19|20)\d\d)(?![\d%]|[.,]\d)",
            rf"(?P<years>{alternatives(lexicon.years)}){_WORD_END}",
            rf"(?P<never>{alternatives(lexicon.not_past)}){_WORD_END}",
            rf"(?P<past>{alternatives(lexicon.past)}){_WORD_END}",
            rf"(?P<coming>{alternatives(lexicon.coming)}){_WORD_END}",
        ]
        self._behind = re.compile(rf"\s{{0,2}}(?:{'|'.join(behind)})")
        weekday = rf"(?:\s(?:{alternatives(lexicon.weekdays)}))?"
        words = rf"(?:(?P<past>{alternatives(lexicon.past_before)})|{alternatives(lexicon.coming_before)})"
        gap = rf"{weekday},?(?:\s[^\W\d_]{{1,3}})?(?:\s|['’])\Z"
        self._before = re.compile(rf"(?<![^\W_]){words}{gap}")
        self._leads = bool(lexicon.leads)
        self._lead = re.compile(rf"(?<![^\W_])(?:{alternatives((*lexicon.leads, *lexicon.weekdays))}),?\s\Z")

    def told(self, text: str, start: int, end: int) -> Told:
        """What is told of the year of the day at text[start:end]."""
        match = self._behind.match(text, end)
        if match is not None and match["year"]:
            return Told(match.end(), year=int(match["year"]))
        if match is not None and match["years"]:
            return Told(match.end(), years=self._years[match["years"]])
        if match is not None and (match["past"] or match["coming"]):
            return Told(match.end(), turn=-1 if match["past"] else 1)
        before = self._before.search(text[max(0, start - _REACH) : start])
        return Told(end, turn=0 if before is None else -1 if before["past"] else 1)

    def is_day(self, match: re.Match[str], day: int) -> bool:
        """Whether two numbers are a day and its month: words lead to them, or the first can be no month."""
        if not self._leads:
            return True
        before = match.string[max(0, match.start() - _REACH) : match.start()]
        return self._lead.search(before) is not None or (day > _MONTHS and before[-1:] == " ")
