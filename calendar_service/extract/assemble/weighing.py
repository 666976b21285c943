"""What a document as a whole says against its announcements: reasons that no single sentence shows.

- an action that happens once is told with two days: one of them is old, or of something else;
- a payment's day is the day of record of another one: a date came to the wrong words;
- without a day of its own, whether a document announces or looks back is only to be told from what it says: the only
  day of a payment or meeting is not enough; nor is a single day where later ones are spoken of or another such action
  of the document is doubted, nor are the rows of a table of payments, nor a payment a year before another one;
- a report on a past period tells what was paid in it: only what comes behind it is news.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.document.reports import Report
from calendar_service.extract.layout.yearlists import ROWS
from calendar_service.extract.sentence.statements import Statement
from calendar_service.model.announcement import Announcement
from calendar_service.model.codes import Basis, DateKind, EventType, Status
from calendar_service.model.remarks import Remark, remark
from calendar_service.model.values import EventDate, SecurityId

#: Actions that one company does once at a time; payments come in rows.
_ONCE = frozenset(
    {
        EventType.STOCK_SPLIT,
        EventType.REVERSE_SPLIT,
        EventType.RIGHTS_ISSUE,
        EventType.TENDER_OFFER,
        EventType.EXCHANGE_OFFER,
        EventType.MERGER,
        EventType.SPIN_OFF,
        EventType.NAME_CHANGE,
        EventType.ANNUAL_MEETING,
        EventType.EXTRAORDINARY_MEETING,
    }
)
_COMPARED = (DateKind.EFFECTIVE, DateKind.EXPIRY, DateKind.MEETING, DateKind.EX, DateKind.RECORD)
_NEXT = timedelta(days=300)  # so far apart are the meetings of two years
_BYGONE = timedelta(days=365)
_CLOSE = timedelta(days=45)  # the days of one payment lie so near to each other, those of two mostly do not
_TURNED = timedelta(days=200)  # so long after a split its shares are traded without a word of it
_YEAR = timedelta(days=350)  # payments of one announcement, in instalments or months, lie within a year
_ROWS = 3
_HALTED = frozenset({Status.WITHDRAWN, Status.SUSPENDED, Status.CANCELLED})
_MOST = 40  # so many tellings of one action are compared with each other

Key = tuple[str, tuple[SecurityId, ...]]

PERIODIC = remark("it is told in a report on a past period, which also tells what has been paid in it")
LONE = remark("only one day is told of it, and the document has no day of its own to weigh it by")


def weigh(
    announcements: Sequence[Announcement],
    statements: Sequence[Statement],
    base: date | None,
    report: Report | None,
) -> tuple[Announcement, ...]:
    """The announcements of one document, each with the reasons to doubt it that the document as a whole gives.

    `base` is the document's own day, where it is known; `report` the report on a past period that it is.
    """
    told = _doubted(announcements, [*_against_others(announcements)])
    if report is not None:
        end = report.end or base
        told = _doubted(told, [[PERIODIC] if _is_over(one, end) else [] for one in told])
    if base is not None or not told:
        return told
    told = _doubted(told, [*_looking_back(told, statements)])
    return _doubted(told, [*_alone(told)])


def _doubted(
    announcements: Sequence[Announcement], reasons: Sequence[list[Remark]]
) -> tuple[Announcement, ...]:
    """The announcements, each with its further reasons to doubt it."""
    return tuple(
        replace(one, doubts=tuple(dict.fromkeys((*one.doubts, *found)))) if found else one
        for one, found in zip(announcements, reasons, strict=True)
    )


def _looking_back(
    announcements: Sequence[Announcement], statements: Sequence[Statement]
) -> Iterator[list[Remark]]:
    """For each announcement of a document without a day of its own, why it may be one of the past."""
    latest = _latest(statements)
    decided = max((day for one in announcements if (day := _stated(one, DateKind.DECLARATION))), default=None)
    rows = set() if _announces(statements) else {id(one) for one in _rows(announcements)}
    paid = max((day for one in announcements if one.event_type.is_cash for day in _days(one)), default=None)
    for one in announcements:
        found = [*_bygone(one, latest)] or [*_year_before(one, paid)] or [*_before_decision(one, decided)]
        yield [*found, ROWS] if id(one) in rows else found


def _alone(announcements: Sequence[Announcement]) -> Iterator[list[Remark]]:
    """For each announcement, whether a single day is all that is told of it, and nothing bears that out: another one of its
    type and issuer is doubted, or it is the only payment or meeting of its type.
    """
    doubted = Counter((one.event_type, one.issuer.name) for one in announcements if one.doubts)
    sorts = Counter(one.event_type for one in announcements)
    for one in announcements:
        others = doubted[one.event_type, one.issuer.name] - bool(one.doubts)
        lone = sorts[one.event_type] == 1 and (one.event_type.is_cash or one.event_type.is_meeting)
        yield [LONE] if (others or lone) and len(_days(one)) == 1 else []


def _is_over(one: Announcement, end: date | None) -> bool:
    """Whether nothing is told of an action that is still to come after the day `end`, where that is known."""
    days = _days(one)
    return end is None or not days or max(days) <= end


def _against_others(announcements: Sequence[Announcement]) -> Iterator[list[Remark]]:
    """For each announcement, what the others of the document say of the same company against it."""
    once: dict[tuple[Key, EventType], list[Announcement]] = {}
    records: dict[Key, set[date]] = {}
    for one in announcements:
        if one.status in _HALTED:
            continue
        if one.event_type in _ONCE:
            once.setdefault((_key(one), one.event_type), []).append(one)
        recorded = _stated(one, DateKind.RECORD)
        if recorded:
            records.setdefault(_key(one), set()).add(recorded)
    pieces = [one for one in announcements if one.status not in _HALTED and _is_piece(one)][:_MOST]
    for one in announcements:
        if one.status in _HALTED:
            yield []
            continue
        same = once.get((_key(one), one.event_type), [])[:_MOST]
        same += [other for other in pieces if _may_be_of(other, one)]
        twice = [reason for other in same if other is not one for reason in _told_twice(one, other)]
        yield [*twice, *_paid_at_record(one, records.get(_key(one), set()))]


def _key(one: Announcement) -> Key:
    """Whose it is, wherever in the document the name stands."""
    return one.issuer.name, one.issuer.ids


def _is_piece(one: Announcement) -> bool:
    """Whether nothing is told of a payment but the day by which it is earned."""
    return one.event_type.is_cash and bool(_days(one)) and not one.date_of(DateKind.PAYMENT)


def _may_be_of(piece: Announcement, one: Announcement) -> bool:
    """Whether what is told of a payment may be told of this whole one: the amount is the same, or told but once."""
    if not one.event_type.is_cash or not one.date_of(DateKind.PAYMENT) or _key(piece) != _key(one):
        return False
    mine, theirs = one.amount, piece.amount
    same = mine is None or theirs is None or mine.money == theirs.money
    near = (abs(day - other) < _CLOSE for day in _days(piece) for other in _days(one))
    return same and piece.security == one.security and any(near)


def _told_twice(one: Announcement, other: Announcement) -> Iterator[Remark]:
    """The doubt that one action is told with two days."""
    if one.security and other.security and one.security != other.security:
        return
    for kind in _COMPARED:
        mine, theirs = _stated(one, kind), _stated(other, kind)
        if mine and theirs and timedelta(0) < abs(mine - theirs) < _NEXT:
            first, second = sorted((mine, theirs))
            yield remark(
                "the document tells two days for one thing ({kind}): {first} and {second}",
                kind=kind,
                first=first,
                second=second,
            )


def _paid_at_record(one: Announcement, records: Collection[date]) -> Iterator[Remark]:
    """The doubt that a payment without a record date has that of another one for its day."""
    paid = _stated(one, DateKind.PAYMENT)
    alone = one.event_type.is_cash and _stated(one, DateKind.RECORD) is None
    if alone and paid in records:
        yield remark("its payment date is told as the record date of another payment")


def _bygone(one: Announcement, latest: date | None) -> Iterator[Remark]:
    """The doubt that an action is over: only one day is told of it, and the document speaks of days a year later, or half a
    year where it has taken effect.
    """
    days = _days(one)
    bygone = _TURNED if one.date_of(DateKind.EFFECTIVE) and not one.event_type.is_cash else _BYGONE
    if latest and len(days) == 1 and latest - max(days) > bygone:
        yield remark("it may be over: the document has no day of its own, and speaks of {day}", day=latest)


def _year_before(one: Announcement, latest: date | None) -> Iterator[Remark]:
    """The doubt that a payment is over: another one is told that is a year later."""
    days = _days(one)
    if one.event_type.is_cash and days and latest and latest - max(days) > _YEAR:
        yield remark(
            "it may be over: the document has no day of its own, and tells of a payment on {day}", day=latest
        )


def _before_decision(one: Announcement, decided: date | None) -> Iterator[Remark]:
    """The doubt that an action is over: its last day lies before one on which another decision of the document was taken."""
    days = _days(one)
    if decided and days and max(days) < decided:
        yield remark(
            "it may be over: the document has no day of its own, and tells of a decision on {day}",
            day=decided,
        )


def _latest(statements: Sequence[Statement]) -> date | None:
    return max((span.value for said in statements for span in _spans(said) if span.value), default=None)


def _spans(said: Statement) -> list[DateSpan]:
    return [*(fact.span for fact in said.dates), *said.loose]


def _announces(statements: Sequence[Statement]) -> bool:
    """Whether a sentence, more than the head of a column, says that something is declared or proposed."""
    return any(said.has("declares", "proposal") and not said.from_table for said in statements)


def _rows(announcements: Sequence[Announcement]) -> list[Announcement]:
    """The payments read from tables, where they are of so many different days that the table may be one of the past."""
    rows = [one for one in announcements if one.event_type.is_cash and _is_row(one)]
    return rows if len({max(_days(one)) for one in rows}) >= _ROWS else []


def _is_row(one: Announcement) -> bool:
    """Whether all its days are read from the cells of a table."""
    proofs = [item.evidence for item in _awaited(one)]
    return bool(proofs) and all(proof and proof.cell for proof in proofs)


def _days(one: Announcement) -> set[date]:
    return {item.day for item in _awaited(one) if item.day}


def _awaited(one: Announcement) -> list[EventDate]:
    """The stated dates that a holder waits for."""
    return [
        item for item in one.dates if item.basis is Basis.STATED and item.kind is not DateKind.DECLARATION
    ]


def _stated(one: Announcement, kind: DateKind) -> date | None:
    found = one.date_of(kind)
    return found.day if found and found.basis is Basis.STATED else None
