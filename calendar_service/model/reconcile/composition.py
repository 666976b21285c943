"""One corporate action put together from its announcements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from calendar_service.model.action import CorporateAction
from calendar_service.model.announcement import Amount, Issuer
from calendar_service.model.codes import DateFlag, EventType, NoticeFunction
from calendar_service.model.reconcile.comparison import compare_amounts
from calendar_service.model.reconcile.dating import settle_dates
from calendar_service.model.reconcile.facets import Facet
from calendar_service.model.reconcile.grouping import Doubt
from calendar_service.model.reconcile.lifecycle import Life
from calendar_service.model.reconcile.listing import home_market
from calendar_service.model.reconcile.origin import Grade
from calendar_service.model.reconcile.precedence import (
    Resolution,
    Saying,
    describe_sides,
    describe_source,
    resolve,
)
from calendar_service.model.reconcile.wording import describe_amount
from calendar_service.model.remarks import Remark, remark
from calendar_service.model.values import Evidence, Ratio, SecurityId

T = TypeVar("T")

_WEIGHT = {Grade.ISSUER: 0, Grade.EXCHANGE: 1, Grade.GIVEN: 1, Grade.COPY: 2}

_STATE = frozenset({"status", "function", "decision"})

# Of kinds that wordings mix up, the more telling one.
_TELLING_TYPES = (
    EventType.OPTION_DIVIDEND,
    EventType.SPECIAL_DIVIDEND,
    EventType.CAPITAL_RETURN,
    EventType.EXTRAORDINARY_MEETING,
)


def compose(
    members: Sequence[Facet], life: Life, action_id: str, revision: int
) -> tuple[CorporateAction, tuple[Doubt, ...]]:
    """The action that its announcements (oldest first) tell, and every reason to hold it.

    The passing of days, persons' corrections and the market's dates are not yet in it.
    """
    active = life.active or tuple(members)
    best = _by_word(active)
    dates, date_doubts, date_notes = settle_dates(active)
    amount, amount_doubts, amount_notes = _settle_amount(active)
    ratio, ratio_doubts = _settle_ratio(active)
    issuer, language = _settle_issuer(active)
    ids = tuple(dict.fromkeys(item for facet in best for item in facet.said.security_ids))
    event_type = _settle_type(best)
    said = [facet.said for facet in best]
    action = CorporateAction(
        id=action_id,
        issuer_id=members[0].stored.issuer_id,
        issuer=issuer,
        event_type=event_type,
        status=life.status or members[0].said.status,
        dates=dates,
        revision=revision,
        participation=next(
            (item.participation for item in said if item.event_type is event_type), event_type.participation
        ),
        security=_first(item.security for item in said),
        security_ids=ids,
        mic=home_market((*ids, *issuer.ids), amount.money.currency if amount else None),
        period=_first(item.period for item in said),
        amount=amount,
        total=_first(item.total for item in said),
        ratio=ratio,
        ads_ratio=_first(item.ads_ratio for item in said),
        funded_from=_first(item.funded_from for item in said),
        meeting=_first(item.meeting for item in said),
        announced=_announced(active),
        language=language,
        evidence=_gather_evidence(best, life),
        announcements=tuple(facet.id for facet in members),
        documents=tuple(dict.fromkeys(facet.stored.document_id for facet in members)),
        notes=tuple(dict.fromkeys((*life.notes, *date_notes, *amount_notes))),
    )
    doubts = (*life.doubts, *date_doubts, *amount_doubts, *ratio_doubts)
    return action, (*doubts, *_unconfirmed(active, action))


def _by_word(active: Sequence[Facet]) -> list[Facet]:
    """The announcements in the order in which their descriptions are taken: best source, then newest.

    Those that are doubted, that only foretell or that only repeat come last.
    """

    def weight(facet: Facet) -> tuple[bool, bool, int, bool]:
        repeats = facet.function not in {NoticeFunction.NEW, NoticeFunction.REPLACE}
        return facet.is_doubted, facet.is_forecast, _WEIGHT[facet.source.grade], repeats

    newest_first = list(reversed(active))
    return sorted(newest_first, key=weight)


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None and value != ""), None)


def _settle_amount(active: Sequence[Facet]) -> tuple[Amount | None, tuple[Doubt, ...], tuple[Remark, ...]]:
    sayings = [
        Saying(
            item.said.amount,
            item,
            sense=(item.said.amount.money, item.said.amount.kind, item.said.amount.per),
            is_forecast=item.is_forecast,
            exactness=_exactness(item.said.amount),
        )
        for item in active
        if item.said.amount is not None
    ]
    found = resolve(sayings, _agree_on_amount)
    if found is None:
        return None, (), ()
    amount = found.chosen.value
    notes = tuple(
        remark(
            "{source} says {amount}; {other} counts more.",
            source=describe_source(item.facet),
            amount=describe_amount(item.value),
            other=describe_source(found.chosen.facet),
        )
        for item in found.overruled
    )
    return amount, _conflicts("amount", found, describe_amount), notes


def _exactness(amount: Amount) -> int:
    """A gross amount per share in a stated currency tells most."""
    return 1 + (amount.money.currency is not None) + (amount.per == "share") + (amount.kind.value != "net")


def _agree_on_amount(one: Amount, two: Amount) -> bool:
    return compare_amounts(one, two) is not False


def _settle_ratio(active: Sequence[Facet]) -> tuple[Ratio | None, tuple[Doubt, ...]]:
    sayings = [
        Saying(
            item.said.ratio,
            item,
            sense=(item.said.ratio.new, item.said.ratio.old),
            is_forecast=item.is_forecast,
        )
        for item in active
        if item.said.ratio is not None
    ]
    found = resolve(sayings, lambda one, two: one.new * two.old == two.new * one.old)
    if found is None:
        return None, ()
    return found.chosen.value, _conflicts("ratio", found, _describe_ratio)


def _describe_ratio(ratio: Ratio) -> Remark:
    return remark("{new}:{old}", new=ratio.new, old=ratio.old)


def _conflicts(what: str, found: Resolution[T], describe: Callable[[T], Remark]) -> tuple[Doubt, ...]:
    if not found.rivals:
        return ()
    sides = (found.chosen, *found.rivals)
    told = describe_sides((describe(item.value), item.facet) for item in sides)
    reason = (
        remark("Sources contradict each other on the amount: {sides}.", sides=told)
        if what == "amount"
        else remark("Sources contradict each other on the ratio: {sides}.", sides=told)
    )
    return (Doubt(reason, tuple(item.facet.id for item in sides), field=what),)


def _settle_issuer(active: Sequence[Facet]) -> tuple[Issuer, str]:
    """The issuer as its own or the most complete announcement names it, and that announcement's language."""

    def weight(facet: Facet) -> tuple[bool, int, int, int, tuple[object, ...]]:
        said = facet.said
        names = (-len(said.issuer.ids), -len(said.issuer.name))
        return facet.is_doubted, _WEIGHT[facet.source.grade], *names, facet.order

    named = min(active, key=weight)
    issuer = named.said.issuer
    others = sorted(active, key=weight)
    ids = tuple(dict.fromkeys(item for facet in others for item in _identifiers(facet)))
    return replace(issuer, ids=ids), named.said.language


def _identifiers(facet: Facet) -> tuple[SecurityId, ...]:
    return facet.said.issuer.ids


def _settle_type(best: Sequence[Facet]) -> EventType:
    """The kind as the best source words it; of kinds that are mixed up, the more telling one."""
    top = best[0]
    equals = [
        item for item in best if item.is_doubted is top.is_doubted and item.source.grade is top.source.grade
    ]
    types = [facet.said.event_type for facet in equals]
    return next((kind for kind in _TELLING_TYPES if kind in types), types[0])


def _announced(active: Sequence[Facet]) -> date | None:
    firm = [facet for facet in active if not facet.is_forecast] or list(active)
    return next((facet.day for facet in firm if facet.day is not None), None)


def _gather_evidence(best: Sequence[Facet], life: Life) -> tuple[tuple[str, Evidence], ...]:
    """Per field the proof from the announcement that the field is taken from; the state's from what set it."""
    found: dict[str, Evidence] = {}
    if life.since is not None:
        found |= {name: evidence for name, evidence in life.since.said.evidence if name in _STATE}
        if "status" in found and life.since.function not in {NoticeFunction.NEW, NoticeFunction.REPLACE}:
            # What ends or decides is proved by the words that do so, not by those for what it is done to.
            found["status"] = found.get("decision") or found.get("function") or found["status"]
    for facet in best:
        for name, evidence in facet.said.evidence:
            if name not in _STATE:
                found.setdefault(name, evidence)
    return tuple(sorted(found.items()))


def _unconfirmed(active: Sequence[Facet], action: CorporateAction) -> tuple[Doubt, ...]:
    """The doubts about announcements whose dates and amount nobody else, undoubted, has confirmed."""
    sure = [facet for facet in active if not facet.is_doubted]
    return tuple(
        Doubt(reason, (facet.id,))
        for facet in active
        if facet.is_doubted and not _is_confirmed(facet, sure, action)
        for reason in facet.said.doubts
    )


def _is_confirmed(facet: Facet, sure: Sequence[Facet], action: CorporateAction) -> bool:
    """Whether undoubted announcements say all that the doubted one adds, so that nothing hangs on it.

    A correction says that something has changed, read or not: only what came after it confirms one.
    """
    said = facet.said
    if facet.function is NoticeFunction.REPLACE:
        sure = [other for other in sure if other.is_after(facet)]
    if not sure:
        return False
    for item in said.dates:
        stated = [other.said.date_of(item.kind) for other in sure]
        held = action.date_of(item.kind)
        if not any(other is not None for other in stated) or held is None:
            return False
        if not any(other is not None and other.day == held.day for other in stated):
            return False
        if DateFlag.CONFLICTING in held.flags and item.day != held.day:
            return False
    if said.amount is not None and not any(other.said.amount is not None for other in sure):
        return False
    return bool(said.dates or said.amount) or any(other.is_after(facet) for other in sure)
