"""What persons set on an action: dates, amount, state, hold and release, with who and when.

A person decides on what was known at that moment. What becomes known later and says something
new is weighed again: an issuer's correction takes over, anything else puts the action on hold.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from calendar_service.model.action import CorporateAction
from calendar_service.model.announcement import Amount
from calendar_service.model.codes import DateFlag, DateKind, NoticeFunction, Status
from calendar_service.model.reconcile.comparison import compare_amounts
from calendar_service.model.reconcile.facets import Facet
from calendar_service.model.reconcile.grouping import Doubt
from calendar_service.model.reconcile.precedence import describe_sides
from calendar_service.model.reconcile.wording import describe_amount, describe_date, describe_money
from calendar_service.model.records import Correction
from calendar_service.model.remarks import Remark, clean_words, remark
from calendar_service.model.values import EventDate, Evidence, Money

_KINDS = {f"dates.{kind.value}": kind for kind in DateKind}
_AMOUNT = re.compile(r"(?:([A-Za-z]{3})\s*)?(\d{1,15}(?:\.\d{1,12})?)(?:\s*([A-Za-z]{3}))?")


@dataclass(frozen=True, slots=True)
class Draft:
    """An action on its way: with the doubts about it, its announcements, and the one that set its state."""

    action: CorporateAction
    doubts: tuple[Doubt, ...]
    members: tuple[Facet, ...]
    since: Facet | None = None


def find_problem(field: str, value: str) -> str:
    """What is wrong with a correction's field or value, in words with what to do; empty when all is well."""
    if field in {"release", "hold", "split", "merge"}:
        return ""
    if field in _KINDS:
        return (
            ""
            if not value or _parse_day(value)
            else f"Write the date as YYYY-MM-DD, not {clean_words(value)!r}."
        )
    if field == "amount":
        return "" if not value or _parse_money(value) else "Write the amount as JPY 13.50, or leave it empty."
    if field == "status":
        known = ", ".join(status.value for status in Status)
        return "" if value in set(Status) else f"The status must be one of {known}."
    return f"There is no field {clean_words(field)!r} to correct."


def override(draft: Draft, corrections: Sequence[Correction]) -> Draft:
    """The draft with corrections (in the order in which they were made) applied; wrong ones change nothing."""
    for item in corrections:
        if find_problem(item.field, item.value):
            continue
        if item.field in _KINDS:
            draft = _set_date(draft, item, _KINDS[item.field])
        elif item.field == "amount":
            draft = _set_amount(draft, item)
        elif item.field == "status":
            draft = _set_status(draft, item)
        elif item.field == "hold":
            draft = _hold(draft, item)
        elif item.field == "release":
            draft = _release(draft, item)
    return draft


def _set_date(draft: Draft, item: Correction, kind: DateKind) -> Draft:
    day = _parse_day(item.value)
    said = [(facet, found) for facet in draft.members if (found := facet.said.date_of(kind)) is not None]
    seen = {found.day for facet, found in said if facet.stored.known_at <= item.at} | {day}
    news = [(facet, found) for facet, found in said if found.day is not None and found.day not in seen]
    news = [pair for pair in news if pair[0].stored.known_at > item.at]
    if any(_takes_over(facet, item, draft.members) for facet, _ in news):
        note = remark(
            "{who} had set the {kind}; the issuer has corrected it since.", who=_who(item), kind=kind
        )
        return _note(draft, note)
    others = tuple(found for found in draft.action.dates if found.kind is not kind)
    rest = _settle(draft, item.field)
    if day is None:
        return _prove(replace(rest, action=replace(rest.action, dates=others)), item)
    mine = EventDate(kind, day, evidence=_evidence(item))
    if news:
        reason = remark(
            "{who} set the {kind} to {day}; since then sources say {sides}.",
            who=_who(item),
            kind=kind,
            day=day,
            sides=describe_sides((describe_date(found), facet) for facet, found in news),
        )
        mine = replace(mine, flags=frozenset({DateFlag.CONFLICTING}), note=reason)
        doubt = Doubt(reason, tuple(facet.id for facet, _ in news), field=item.field)
        rest = replace(rest, doubts=(*rest.doubts, doubt))
    order = list(DateKind)
    dates = tuple(sorted((*others, mine), key=lambda found: order.index(found.kind)))
    return replace(rest, action=replace(rest.action, dates=dates))


def _set_amount(draft: Draft, item: Correction) -> Draft:
    money = _parse_money(item.value)
    if money is None:
        return _prove(replace(_settle(draft, "amount"), action=replace(draft.action, amount=None)), item)
    old = draft.action.amount
    if money.currency is None and old is not None:
        money = Money(money.amount, old.money.currency)
    mine = (
        replace(old, money=money, evidence=_evidence(item))
        if old
        else Amount(money, evidence=_evidence(item))
    )
    said = [(facet, facet.said.amount) for facet in draft.members if facet.said.amount is not None]
    seen = [amount for facet, amount in said if facet.stored.known_at <= item.at] + [mine]
    news = [
        (facet, amount)
        for facet, amount in said
        if facet.stored.known_at > item.at and all(compare_amounts(amount, other) is False for other in seen)
    ]
    if any(_takes_over(facet, item, draft.members) for facet, _ in news):
        who = _who(item)
        return _note(draft, remark("{who} had set the amount; the issuer has corrected it since.", who=who))
    rest = _settle(draft, "amount")
    if news:
        reason = remark(
            "{who} set the amount to {money}; since then sources say {sides}.",
            who=_who(item),
            money=describe_money(money),
            sides=describe_sides((describe_amount(amount), facet) for facet, amount in news),
        )
        doubt = Doubt(reason, tuple(facet.id for facet, _ in news), field="amount")
        rest = replace(rest, doubts=(*rest.doubts, doubt))
    return replace(rest, action=replace(rest.action, amount=mine))


def _set_status(draft: Draft, item: Correction) -> Draft:
    if draft.since is not None and draft.since.stored.known_at > item.at:
        note = remark(
            "{who} had set the status; a newer announcement made it {status}.",
            who=_who(item),
            status=draft.action.status,
        )
        return _note(draft, note)
    status = Status(item.value)
    return _prove(replace(draft, action=replace(draft.action, status=status)), item)


def _hold(draft: Draft, item: Correction) -> Draft:
    why = clean_words(item.value or item.why, 500) or remark("no reason given")
    doubt = Doubt(remark("{who} holds it: {why}", who=_who(item), why=why), ())
    return _prove(replace(draft, doubts=(*draft.doubts, doubt)), item)


def _release(draft: Draft, item: Correction) -> Draft:
    """Drops every doubt that hangs only on what the person knew; a conflict's date counts as settled then."""
    known = {facet.id for facet in draft.members if facet.stored.known_at <= item.at}
    late = {facet.id for facet in draft.members} - known
    kept = tuple(doubt for doubt in draft.doubts if late & set(doubt.sources))
    fields = {doubt.field for doubt in kept}
    dates = tuple(
        found
        if f"dates.{found.kind.value}" in fields
        else replace(found, flags=found.flags - {DateFlag.CONFLICTING})
        for found in draft.action.dates
    )
    return _prove(replace(draft, doubts=kept, action=replace(draft.action, dates=dates)), item)


def _settle(draft: Draft, field: str) -> Draft:
    """The draft without the conflicts on a field, which the person has settled."""
    return replace(draft, doubts=tuple(doubt for doubt in draft.doubts if doubt.field != field))


def _takes_over(facet: Facet, item: Correction, members: Sequence[Facet]) -> bool:
    """Whether this is the issuer's own correction of a day after the person's decision."""
    corrects = facet.function is NoticeFunction.REPLACE and facet.source.is_own and not facet.is_doubted
    corrects = corrects and all(facet.source.corrects(other.source) for other in members)
    return corrects and facet.day is not None and facet.day > item.at.date()


def _note(draft: Draft, said: Remark) -> Draft:
    return replace(draft, action=replace(draft.action, notes=(*draft.action.notes, said)))


def _prove(draft: Draft, item: Correction) -> Draft:
    """The draft with the person's decision among its evidence, in place of the one it follows."""
    kept = tuple(pair for pair in draft.action.evidence if pair[0] != item.field)
    evidence = tuple(sorted((*kept, (item.field, _evidence(item))), key=lambda pair: pair[0]))
    return replace(draft, action=replace(draft.action, evidence=evidence))


def _evidence(item: Correction) -> Evidence:
    said = clean_words(item.why, 500) or f"{item.field}: {clean_words(item.value)}".rstrip(": ")
    quote = f"{said} ({item.at.date().isoformat()})"
    return Evidence(quote=quote, start=0, end=0, rule=f"person:{clean_words(item.by, 80)}")


def _who(item: Correction) -> str | Remark:
    return clean_words(item.by, 80) or remark("A person")


def _parse_day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        return None


def _parse_money(value: str) -> Money | None:
    found = _AMOUNT.fullmatch(value.strip())
    if found is None or (found[1] and found[3]):
        return None
    currency = found[1] or found[3]
    return Money(Decimal(found[2]), currency.upper() if currency else None)
