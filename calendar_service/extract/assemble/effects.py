"""What takes effect on a day of effect: the action itself, or something beside it.

A split, a merger, a change of name are done on a day: theirs is the day of effect. A spin-off has one of its own only
where it is completed on another day than the first one without the right. A right or an offer is open for a time, and
money is paid: what takes effect there is an exchange's, an index's or somebody's office. And where a form tells a day of
payment that is the last one of the rights, holders pay on it for what they subscribe.
"""

from __future__ import annotations

from collections.abc import Iterable

from calendar_service.extract.assemble.drafts import Draft
from calendar_service.extract.document.resolve import Dated
from calendar_service.extract.lexicon.actions import CASH, MEETINGS, OFFERS, SHARES, SPLITS
from calendar_service.extract.sentence.statements import DateFact, Statement

FOREIGN = "is the day on which something beside the action takes effect"
_KIND = "effective"
_REPEATING = CASH | {"spin_off", "other"}  # on their ex-date nothing is done that the ex-date does not say
_NEAR = 80  # "will be moved from group B to group T, as is usual, effective 19 December"


def effect_told(
    said: Statement, topic: str, main: str, drafts: Iterable[Draft], *, recent: bool
) -> tuple[bool, bool]:
    """Whether a statement that names no action may tell the first day of effect of the document's `main` one; and whether it
    tells that of an action at all: of the `topic`, which was named last, if it is `recent`.

    In scripts without blanks it may name the meeting that decides beside it ("분할기일은 9월 1일이며 주주총회를 거쳐").
    """
    unspaced = any(hit.phrase.substring for hit in said.events)
    done = SPLITS | {"merger", "spin_off"} if unspaced else SPLITS
    dated = any(_KIND in one.dates for one in drafts if one.type in done)
    first = main in done and not dated
    listed = topic in SHARES and any(fact.kind == "adjusted" for fact in said.dates)
    now = (topic in SPLITS | {"name_change", "bonus_issue"} or listed) and recent and not dated
    return first, now or (first and topic in done | MEETINGS)


def drop_foreign_effects(kind: str, said: Statement, dates: dict[str, list[Dated]]) -> list[DateFact]:
    """Takes from the dates of a statement the days on which something else takes effect, and gives them.

    A payment in cash has none that is its ex-date, nor the first day of trading on new terms.
    """
    effects = dates.get(_KIND, [])
    ex = {one.day for one in dates.get("ex", ())}
    foreign = [
        one
        for one in effects
        if kind in OFFERS
        or (kind in CASH and (one.fact.kind == "adjusted" or one.day in ex))
        or (kind not in SPLITS and _is_aside(said, one))
    ]
    own = [one for one in effects if one not in foreign]
    if own:
        dates[_KIND] = own
    elif foreign:
        del dates[_KIND]
    return [one.fact for one in (*foreign, *_paid_by_holders(kind, said, dates))]


def _paid_by_holders(kind: str, said: Statement, dates: dict[str, list[Dated]]) -> list[Dated]:
    """Takes from a form of rights the day of payment that is their last one, and gives it."""
    last = {one.day for one in dates.get("expiry", ())}
    paid = dates.get("payment", [])
    if kind != "rights_issue" or not said.from_table or not paid or {one.day for one in paid} != last:
        return []
    return dates.pop("payment")


def drop_idle_effects(drafts: Iterable[Draft]) -> list[Dated]:
    """Takes from what is handed out the days of effect that only repeat the ex-date, or the day on which it is, and from payments in money those that
    only tell since when they are decided; gives them.
    """
    return [
        one.dates.pop(_KIND)
        for one in drafts
        if one.type in _REPEATING and _KIND in one.dates and (_repeats(one) or _decides(one))
    ]


def _repeats(draft: Draft) -> bool:
    handed_out = draft.dates.get("payment") if draft.type == "spin_off" else None
    told = [one.day for one in (draft.dates.get("ex"), handed_out) if one is not None]
    return draft.dates[_KIND].day in told


def _decides(draft: Draft) -> bool:
    """Whether money is paid on another day that is told, and the day of effect comes before that and the day of record
    ("declared a dividend of 2 cents effective 12 July, to be paid on 15 August to holders of record on 29 July").
    """
    paid, record = draft.dates.get("payment"), draft.dates.get("record")
    day = draft.dates[_KIND].day
    ahead = [one.day for one in (paid, record) if one is not None]
    return draft.type in CASH and paid is not None and all(day < one for one in ahead)


def _is_aside(said: Statement, effect: Dated) -> bool:
    """Whether something beside the action stands before words of effect, and the action is not named between."""
    low, high = sorted((effect.fact.quote[0], effect.fact.span.start))
    for mark in (hit for hit in said.marks if hit.phrase.value == "aside"):
        between = any(mark.end <= hit.start < high for hit in said.events)
        if 0 <= low - mark.end <= _NEAR and not between:
            return True
    return False


def closes(said: Statement) -> bool:
    """Whether it tells when something is closed ("The transaction will close on 1 July")."""
    return any(fact.kind == "closing" for fact in said.dates)
