"""The state of an action: what each announcement in turn makes of it, and what a passing day does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from calendar_service.model.action import CorporateAction
from calendar_service.model.codes import (
    Basis,
    DateFlag,
    DateKind,
    Decision,
    Knowledge,
    NoticeFunction,
    Status,
)
from calendar_service.model.reconcile.facets import Facet
from calendar_service.model.reconcile.grouping import Doubt
from calendar_service.model.reconcile.origin import Grade
from calendar_service.model.reconcile.precedence import describe_source
from calendar_service.model.reconcile.wording import describe_day
from calendar_service.model.remarks import Remark, remark
from calendar_service.model.values import EventDate

#: For so long a distribution without a payment date is waited for.
LONGEST_WAIT = timedelta(days=365)

_CHANGING = frozenset(
    {NoticeFunction.WITHDRAW, NoticeFunction.CANCEL, NoticeFunction.SUSPEND, NoticeFunction.RESULT}
)
_SETTLED = frozenset({Status.CONFIRMED, Status.SUBJECT_TO_APPROVAL})


@dataclass(frozen=True, slots=True)
class Life:
    """The state so far: `since` set it. `active` are the announcements that were not retracted."""

    status: Status | None = None
    since: Facet | None = None
    active: tuple[Facet, ...] = ()
    notes: tuple[Remark, ...] = ()
    doubts: tuple[Doubt, ...] = field(default=())


def follow(members: Sequence[Facet]) -> Life:
    """The state that announcements, oldest first, lead to; the passing of days is not yet counted."""
    active, doubts = retract(members)
    if not active:
        return Life(Status.CANCELLED, members[-1], (), doubts=doubts)
    life = Life(active=active, doubts=doubts)
    for facet in active:
        life = _step(life, facet)
    return life


def retract(members: Sequence[Facet]) -> tuple[tuple[Facet, ...], tuple[Doubt, ...]]:
    """The announcements that stand after their senders took some back, and doubts about who took back what."""
    active: list[Facet] = []
    doubts: list[Doubt] = []
    for facet in members:
        if facet.function is not NoticeFunction.CANCEL:
            active.append(facet)
            continue
        own = [other for other in active if _is_of_sender(other, facet)]
        if facet.is_doubted or facet.day is None:
            doubts += [_refuse_change(facet)] if active else []
        elif own:
            active = [other for other in active if other not in own]
        elif active:
            reason = remark(
                "{source} retracts a notice that is not known here.", source=describe_source(facet)
            )
            doubts.append(Doubt(reason, (facet.id,)))
    return tuple(active), tuple(doubts)


def pass_days(action: CorporateAction, today: date, *, has_result: bool) -> CorporateAction:
    """The action as `today` finds it: completed after its last date, or still waiting for a result."""
    meeting = action.date_of(DateKind.MEETING)
    notes = action.notes
    if meeting is not None and _is_held(meeting, today) and not has_result and not action.status.is_over:
        held_on = describe_day(meeting.day)
        notes = (*notes, remark("The meeting was held on {day}; no result has been read yet.", day=held_on))
    done = action.status in {Status.ANNOUNCED, Status.CONFIRMED} and not action.held
    status = Status.COMPLETED if done and _is_past(action, today) else action.status
    return replace(action, status=status, notes=notes)


def _is_of_sender(notice: Facet, cancel: Facet) -> bool:
    """Whether the notice comes from whoever cancels; documents handed in may all be of one sender."""
    if cancel.said.references and not cancel.refers_to(notice):
        return False
    if cancel.source.is_same(notice.source):
        return True
    return cancel.source.grade is Grade.GIVEN and notice.source.grade is Grade.GIVEN


def _step(life: Life, facet: Facet) -> Life:  # noqa: PLR0911 - a function, a return
    if facet.function in _CHANGING and (facet.day is None or facet.is_doubted) and life.status is not None:
        return replace(life, doubts=(*life.doubts, _refuse_change(facet)))
    if facet.function in _CHANGING and not all(facet.source.ends(other.source) for other in _told(life)):
        return _note_copy(life, facet)
    match facet.function:
        case NoticeFunction.WITHDRAW:
            return replace(life, status=Status.WITHDRAWN, since=facet)
        case NoticeFunction.SUSPEND:
            over = life.status is not None and life.status.is_over
            return life if over else replace(life, status=Status.SUSPENDED, since=facet)
        case NoticeFunction.RESULT:
            return _take_result(life, facet)
        case NoticeFunction.REMIND if life.status is not None:
            return life
        case _:
            return _take_statement(life, facet)


def _told(life: Life) -> list[Facet]:
    """What announces the action, as opposed to what reports its end."""
    return [facet for facet in life.active if facet.function not in _CHANGING]


def _refuse_change(facet: Facet) -> Doubt:
    """A doubtful end of an action holds it and changes nothing until a person has looked."""
    said = facet.function
    reason = (
        remark('A notice ("{function}") was not carried out, since it is doubtful.', function=said)
        if facet.is_doubted
        else remark(
            'A notice ("{function}") was not carried out, since it does not say when it was announced.',
            function=said,
        )
    )
    return Doubt(reason, (facet.id,))


def _note_copy(life: Life, facet: Facet) -> Life:
    """Somebody's word on the end of an action that others announced who count more: told, not carried out."""
    told = remark(
        '{source} reports "{function}"; no official source says so yet.',
        source=describe_source(facet),
        function=facet.function,
    )
    if facet.function is NoticeFunction.RESULT and facet.said.decision is not Decision.REFUSED:
        return replace(life, notes=(*life.notes, told))
    return replace(life, doubts=(*life.doubts, Doubt(told, (facet.id,))))


def _take_result(life: Life, facet: Facet) -> Life:
    decision, day = facet.said.decision, describe_day(facet.day)
    if decision is Decision.REFUSED:
        note = remark("The proposal was refused, as announced on {day}.", day=day)
        return replace(life, status=Status.WITHDRAWN, since=facet, notes=(*life.notes, note))
    if life.status is not None and life.status.is_over:
        reason = remark("A result was announced on {day}, after the action had ended.", day=day)
        return replace(life, doubts=(*life.doubts, Doubt(reason, (facet.id,))))
    if decision is Decision.APPROVED or facet.said.status is Status.CONFIRMED:
        return replace(life, status=Status.CONFIRMED, since=facet)
    note = remark("A result was announced on {day}; it does not say whether this was approved.", day=day)
    return replace(
        life, status=life.status or facet.said.status, since=life.since or facet, notes=(*life.notes, note)
    )


def _take_statement(life: Life, facet: Facet) -> Life:
    """A new announcement or a correction: what it says of the state, unless the state stands above it."""
    stated = facet.said.status
    if life.status is None or life.since is None:
        return replace(life, status=stated, since=facet)
    if life.status.is_over or life.status is Status.SUSPENDED:
        return _revive(life, facet)
    if stated is life.status or stated is Status.FORECAST:
        return life
    keeps = life.status in _SETTLED and facet.function is not NoticeFunction.REPLACE
    if keeps and not (life.status is Status.SUBJECT_TO_APPROVAL and stated is Status.CONFIRMED):
        return life
    if life.status is Status.SUBJECT_TO_APPROVAL and stated is Status.ANNOUNCED:
        return life  # a correction of a date approves nothing
    return replace(life, status=stated, since=facet)


def _revive(life: Life, facet: Facet) -> Life:
    """A withdrawn or suspended action comes back only by a newer announcement that is no forecast or copy."""
    since = life.since
    if since is None or facet.day is None or since.day is None or facet.day <= since.day:
        return life
    if facet.is_doubted or facet.is_forecast or not facet.source.ends(since.source):
        reason = remark(
            "{source} still announces the action after it had ended or been suspended.",
            source=describe_source(facet),
        )
        return replace(life, doubts=(*life.doubts, Doubt(reason, (facet.id,))))
    return replace(life, status=facet.said.status, since=facet)


def _is_held(meeting: EventDate, today: date) -> bool:
    exact = meeting.knowledge is Knowledge.KNOWN and meeting.day is not None
    return exact and meeting.day is not None and meeting.day < today


def _is_past(action: CorporateAction, today: date) -> bool:
    """Whether every date is past and none is still to be announced."""
    dates = [item for item in action.dates if item.kind is not DateKind.DECLARATION]
    if not dates or any(_is_pending(item) for item in dates):
        return False
    last = max(item.last_day or item.day for item in dates if item.day is not None)
    paid = any(item.kind in {DateKind.PAYMENT, DateKind.EFFECTIVE} for item in dates)
    wait = LONGEST_WAIT if action.event_type.is_cash and not paid else timedelta(0)
    return today - last > wait


def _is_pending(item: EventDate) -> bool:
    if item.day is None or item.knowledge in {Knowledge.UNKNOWN, Knowledge.ONGOING, Knowledge.MONTH}:
        return item.basis is not Basis.DERIVED
    return DateFlag.CONFLICTING in item.flags
