"""Drafts that cannot all be right: what one document says twice, and not alike, is held for a person.

- one record date and one amount, but two payment dates (or the other way round), where nothing is paid in parts, or an amount is
  told with one of them only;
- a sentence of several payments, one of which would be paid before its record date: its lists are in another order;
- a payment with the amount of a whole that is paid in parts;
- a sentence that tells of two cases ("otherwise"), or of an old and a new date.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import combinations

from calendar_service.extract.assemble.drafts import Draft
from calendar_service.extract.document.resolve import Dated
from calendar_service.extract.lexicon.actions import CASH, PAID_KINDS, family
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import DateFact, Statement
from calendar_service.extract.sentence.takers import distinct
from calendar_service.model.codes import DateKind
from calendar_service.model.remarks import Remark, remark

TWO_CASES = remark("a sentence tells of two cases, each with a date of its own")
MOVED = remark("another sentence says that a date of it has moved")
LIST = remark("a sentence lists days in their order, and not all of them were understood")
CONTINGENT = remark("it depends on something else, which may not happen")
PART = remark("its amount is paid in parts, and how much of it is paid on this day is not certain")
_CLOSE = 60
_BEHIND = 40  # signs between words for parts and the amount of each ("in two instalments, each of EUR 0.20")
_MOST = 40  # so many drafts of one document's sentences are compared with each other


def doubt_rivals(
    drafts: Sequence[Draft],
    statements: Sequence[Statement],
    shadow: str,
    base: date | None,
    *,
    instalments: bool,
) -> None:
    """Adds the doubts; `instalments`: the document, whose `statements` these are, speaks of an amount paid in parts."""
    told = [draft for draft in drafts if not draft.from_table][:_MOST]
    for draft in told:
        draft.doubts += _open_ends(draft, shadow)
    for one, other in combinations(told, 2):
        doubt = (
            _doubt(one, other, instalments=instalments)
            or _half_over(one, other, base)
            or _told_anew(one, other, told)
        )
        for draft in (one, other):
            if doubt and doubt not in draft.doubts:
                draft.doubts.append(doubt)
    _doubt_parts(told, [hit for said in statements for hit in said.marks if hit.phrase.value == "split"])


def _open_ends(draft: Draft, shadow: str) -> list[Remark]:
    """What its sentences say of days that no words were found for, and of what has to happen first."""
    said = [one for one in draft.statements if any(_goes_on(one, fact) for fact in one.dates)]
    found = [TWO_CASES] if any(one.has("otherwise") for one in said) else []
    if any(one.has("contingent") and one.dates for one in draft.statements):
        found.append(CONTINGENT)
    listed = any(one.has("respectively") or len(distinct(one.securities, shadow)) > 1 for one in said)
    return [*found, LIST] if listed else found


def _goes_on(said: Statement, fact: DateFact) -> bool:
    """Whether a day without words of its own stands close to a date."""
    gaps = (max(span.start - fact.span.end, fact.span.start - span.end) for span in said.loose if span.value)
    return any(gap <= _CLOSE for gap in gaps)


def _doubt(one: Draft, other: Draft, *, instalments: bool) -> Remark | None:
    """Why not both can be right, or None."""
    if family(one.type) != family(other.type):
        return None
    apart = [kind for kind in PAID_KINDS if _differ(one, other, kind)]
    shared = {id(said) for said in one.statements} & {id(said) for said in other.statements}
    together = [said for said in one.statements if id(said) in shared]
    if apart and any(said.has("otherwise") for said in together):
        return TWO_CASES
    if apart and any(said.has("postpone") for said in together):
        return remark("a sentence tells of an old and a new date, and which is which is not certain")
    if together and (_is_backward(one) or _is_backward(other)):
        return remark("a sentence lists several payments, and one of them would be before its record date")
    if one.type in CASH and not instalments and _is_twice(one, other, apart):
        kind = DateKind(apart[0])
        return remark("the same payment is told with two days for one thing ({kind})", kind=kind)
    return None


def _doubt_parts(told: Sequence[Draft], splits: Sequence[Hit]) -> None:
    """Doubts payments with the amount of a whole that is paid in parts."""
    pairs = (pair for pair in combinations(told, 2) if _on_each(*pair))
    whole = [*(draft for pair in pairs for draft in pair), *(one for one in told if _is_whole(one, splits))]
    for draft in whole:
        if PART not in draft.doubts and not _is_part(draft, splits):
            draft.doubts.append(PART)


def _on_each(one: Draft, other: Draft) -> bool:
    """Whether both payments, told by one sentence, have an amount on one share that was told before it."""
    if one.amount is None or one.amount is not other.amount or one.security != other.security:
        return False
    together = one.statement is other.statement and not one.statement.amounts
    return together and any(_differ(one, other, kind) for kind in PAID_KINDS)


def _is_part(draft: Draft, splits: Sequence[Hit]) -> bool:
    """Whether its sentences say that each payment has its amount, or it is told right behind some of the words for parts."""
    fact = draft.amount
    each = [hit for said in draft.statements for hit in said.marks if hit.phrase.value == "each"]
    if any(said.dealt for said in draft.statements) or any(not _lies_in(hit, splits) for hit in each):
        return True
    return fact is not None and any(0 <= fact.span.start - hit.end <= _BEHIND for hit in splits)


def _lies_in(hit: Hit, others: Sequence[Hit]) -> bool:
    """Whether words are those of others, or some of them ("two equal instalments")."""
    return any(one.start <= hit.start and hit.end <= one.end for one in others)


def _is_whole(draft: Draft, splits: Sequence[Hit]) -> bool:
    """Whether its amount is told before words of its sentences that say that it is paid in parts."""
    fact = draft.amount
    if fact is None or draft.type not in CASH:
        return False
    own = (hit for hit in splits if any(said.start <= hit.start < said.end for said in draft.statements))
    return any(fact.span.end <= hit.start for hit in own)


def _half_over(one: Draft, other: Draft, base: date | None) -> Remark | None:
    """Whether one sentence gives one amount to a payment that is over and to one to come."""
    if base is None or one.amount is not other.amount or one.amount is None:
        return None
    over = ["payment" in draft.dates and draft.dates["payment"].day < base for draft in (one, other)]
    if over[0] == over[1]:
        return None
    return remark("a payment that is over and one to come are told with one amount")


def _told_anew(one: Draft, other: Draft, drafts: Sequence[Draft]) -> Remark | None:
    """Whether an amount has days of its own further down, and before those of a payment told beside it."""
    if one.amount is not other.amount or one.amount is None or not _differ(one, other, "payment"):
        return None
    beside = any(
        third.value not in (None, one.value) and _same(one, third, "payment") and _same(one, third, "record")
        for third in drafts
    )
    if not beside:
        return None
    return remark("days told for another payment were taken for it first, and it is told with others below")


def _is_twice(one: Draft, other: Draft, apart: Sequence[str]) -> bool:
    """Whether both have one amount, or one of them has none, and one day in common, and a day of another kind apart."""
    if None not in (one.value, other.value) and one.value != other.value:
        return False
    if not _same_security(one, other):
        return False
    if any(said.has("each", "split") for said in (*one.statements, *other.statements)):
        return False
    common = [kind for kind in ("record", "payment") if _same(one, other, kind)]
    return bool(common) and bool(set(apart) & {"record", "payment"})


def _same_security(one: Draft, other: Draft) -> bool:
    return one.security is None or other.security is None or one.security == other.security


def _same(one: Draft, other: Draft, kind: str) -> bool:
    return kind in one.dates and kind in other.dates and one.dates[kind].day == other.dates[kind].day


def _differ(one: Draft, other: Draft, kind: str) -> bool:
    return kind in one.dates and kind in other.dates and one.dates[kind].day != other.dates[kind].day


def _is_backward(draft: Draft) -> bool:
    """Whether it would be paid before its day of record."""
    days = draft.dates
    return "record" in days and "payment" in days and days["payment"].day < days["record"].day


def with_moved(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts, where a sentence that says that a day has moved tells no action of its own: its day takes the place of the one
    that another sentence gives; where several may be meant, all of them are doubted.
    """
    kept = [*drafts]
    for new in [draft for draft in drafts if not draft.from_table][:_MOST]:
        told = [kind for kind, one in new.dates.items() if _is_moved(new, one)]
        olds = [old for old in kept if old is not new and _has_older(old, new, told)]
        apart = {kind for kind in new.dates if olds and _differ(olds[0], new, kind)}
        if len(olds) == 1 and apart <= {*told}:
            olds[0].dates |= new.dates
            olds[0].statements += new.statements
            olds[0].doubts += new.doubts
            kept = [one for one in kept if one is not new]
            continue
        for old in olds:
            old.doubts.append(MOVED)
    return kept


def _has_older(old: Draft, new: Draft, kinds: Sequence[str]) -> bool:
    """Whether one draft may be the action of another one, and tells an older day of one of these kinds."""
    alike = old.type == new.type and (old.value is None or new.value in (None, old.value))
    return alike and any(_differ(old, new, kind) and not _is_moved(old, old.dates[kind]) for kind in kinds)


def _is_moved(draft: Draft, dated: Dated) -> bool:
    """Whether the sentence that tells a day says that it has moved."""
    return any(dated.fact in said.dates and said.has("moves") for said in draft.statements)
