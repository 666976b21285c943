"""Frame: amounts that are dealt out over days, each beside its own.

    SEK 0.02 with record date 28 June, SEK 0.02 with record date 30 September and SEK 0.03 with record date 31 March

The whole that is told before them is none of a payment. Equal amounts count as often as they stand there. Where amounts
stand on either side of the days, the whole is the one that the others add up to; where there is none, it is doubted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from calendar_service.extract.candidates.amounts import MoneySpan
from calendar_service.extract.sentence.statements import AmountFact, DateFact, Statement
from calendar_service.model.remarks import remark

_BESIDE = 60  # signs between an amount and its day
UNSURE = remark("it is not certain which of the amounts is paid on which day")
ANOTHER = remark(
    "a further day stands behind one of the amounts; whether it is paid with the others is not certain"
)
_KINDS = ("record", "payment", "ex")


def dealt_amounts(said: Statement, money: Sequence[MoneySpan]) -> list[AmountFact]:
    """The amounts of a statement in the order of the days that they are dealt out over; [] where they are not."""
    if len(said.dates) < 2:
        return []
    kinds = sorted(filter(None, (_days_of(said, kind) for kind in _KINDS)))
    days = max(kinds, key=len, default=[])
    if len(days) < 2:
        return []
    single = [one for one in money if not one.scaled]
    if share := _equal_share(said, single, len(days)):
        return [share] * len(days)
    before, behind = _before(single, days), _behind(single, days)
    if before and behind:
        if _is_whole(before[0], behind):
            return behind
        if not _is_whole(behind[-1], before):
            said.doubts.append(UNSURE)
    return before or behind


def _equal_share(said: Statement, money: Sequence[MoneySpan], count: int) -> AmountFact | None:
    """The amount of each of so many equal parts, where the whole and the part are told ("EUR 0.60 in three parts of EUR 0.20")."""
    if len(money) != 2 or len(said.amounts) not in (1, 2):
        return None
    whole, part = money
    if said.amounts[0].span != whole or part.amount * count != whole.amount:
        return None
    return AmountFact(part, "frame.equal_parts", (said.amounts[0].quote[0], part.end))


def _is_whole(fact: AmountFact, parts: Sequence[AmountFact]) -> bool:
    return fact.span.amount == sum(part.span.amount for part in parts)


def _days_of(said: Statement, kind: str) -> list[tuple[int, int]]:
    return sorted((fact.span.start, fact.span.end) for fact in said.dates if fact.kind == kind)


def _before(money: Sequence[MoneySpan], days: Sequence[tuple[int, int]]) -> list[AmountFact]:
    """One amount before each day, and none more between two days."""
    found, last = [], -1
    for start, end in days:
        here = [one for one in money if last <= one.start < start]
        if not here or (last >= 0 and len(here) > 1) or start - here[-1].end > _BESIDE:
            return []
        found.append(AmountFact(here[-1], "frame.dealt_out", (here[-1].start, end)))
        last = end
    return found


def _behind(money: Sequence[MoneySpan], days: Sequence[tuple[int, int]]) -> list[AmountFact]:
    """One amount behind each day, and none more between two days."""
    found = []
    ends = [start for start, _ in days[1:]] + [days[-1][1] + _BESIDE]
    for (start, end), stop in zip(days, ends, strict=True):
        here = [one for one in money if end <= one.start < stop]
        if len(here) != 1 or here[0].start - end > _BESIDE:
            return []
        found.append(AmountFact(here[0], "frame.dealt_out", (start, here[0].end)))
    return found


def add_days_behind(said: Statement, leads: Callable[[int, int], bool]) -> None:
    """Frame: the words for a day are left out behind a second amount ("3p is paid on 1 May and 2p on 1 August").

    Its day then means what the one behind the amount before it does. Where it does not stand right behind its amount,
    that leaves a doubt. `leads` tells whether nothing but a word such as "on" stands between two places.
    """
    if said.from_table or len(said.amounts) < 2 or not (said.loose and said.dates):
        return
    told = sorted(said.amounts, key=lambda fact: fact.span.start)
    stops = [*(one.span.start for one in told[2:]), said.end]
    for (before, fact), stop in zip(pairwise(told), stops, strict=True):
        end = max(fact.span.end, fact.quote[1])
        model = _first_day(said, before.span.end, fact.span.start)
        own = [one for one in said.dates if end <= one.span.start < stop and one.kind in _KINDS]
        loose = [span for span in said.loose if end <= span.start < stop and span.day is not None]
        if model is None or not loose or any(model.kind == one.kind for one in own):
            continue
        if any(before.span.end <= span.start < model.span.start for span in said.loose):
            continue  # "3p on 1 May (record date 3 April) and 2p on 1 August": the day told is not the one beside the amount
        if leads(end, loose[0].start):
            quote = (fact.span.start, loose[0].end)
            said.dates.append(DateFact(model.kind, loose[0], "frame.day_behind", quote))
            said.loose.remove(loose[0])
        elif ANOTHER not in said.doubts:
            said.doubts.append(ANOTHER)
    said.dates.sort(key=lambda one: one.span.start)


def _first_day(said: Statement, start: int, end: int) -> DateFact | None:
    """The first day with a meaning between two amounts."""
    return next((one for one in said.dates if start <= one.span.start < end and one.kind in _KINDS), None)
