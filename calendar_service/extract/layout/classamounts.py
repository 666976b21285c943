"""Frame: amounts told class by class, each in a sentence or line that holds nothing else, below one that speaks of dividends.

The company today announced its first quarter dividends. Common shares: $0.28. Preferred shares: $0.33.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from calendar_service.extract.candidates.amounts import MoneySpan
from calendar_service.extract.lexicon.actions import CASH
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.statements import AmountFact, Statement

_LINES = 4  # so many statements behind that of the dividends a class may stand
_MOST = 1000  # paid on no share
_LED = re.compile(r"[\s•*-]{0,4}")
_MARK = re.compile(r"\s?[:–—-]\s{1,2}")
_END = re.compile(r"[.;,]?(?:\sand)?\s?")


def add_class_amounts(statements: Sequence[Statement], binder: Binder, languages: tuple[str, ...]) -> None:
    """Gives such statements their amount."""
    head = -_LINES
    for said in statements:
        if said.events:
            head = said.index if CASH & set(said.types()) and not said.from_table else -_LINES
        elif said.index - head < _LINES and not (said.amounts or said.dates or said.from_table):
            money = _amount_of_class(said, binder, languages)
            if money is not None:
                said.amounts.append(AmountFact(money, "class", (money.start, money.end)))
                head = said.index


def _amount_of_class(said: Statement, binder: Binder, languages: tuple[str, ...]) -> MoneySpan | None:
    """The amount of a statement that is the name of a class, a colon or dash and an amount."""
    shadow = binder.page.shadow
    if len(said.securities) != 1:
        return None
    start, end = said.securities[0]
    mark = _MARK.match(shadow, end)
    if mark is None or not _LED.fullmatch(shadow, said.start, start):
        return None
    found = [
        span
        for language in languages
        for span in binder.tools[language].amounts.money(shadow, mark.end(), said.end)
    ]
    if not found or found[0].start != mark.end() or found[0].scaled or found[0].amount >= _MOST:
        return None
    return found[0] if _END.fullmatch(shadow, found[0].end, said.end) else None
