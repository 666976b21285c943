"""A reading in the shape of the labelled corpus: one JSON object a document."""

from __future__ import annotations

from typing import Any

from calendar_service.model.announcement import Announcement, Reading
from calendar_service.model.codes import Basis, DateKind, EventType, Knowledge, NoticeFunction, Status
from calendar_service.model.values import Evidence

_ACTIONS = {
    EventType.OPTION_DIVIDEND: "cash_dividend",
    EventType.BONUS_ISSUE: "stock_dividend",
    EventType.BUYBACK: "tender_offer",
    EventType.EXCHANGE_OFFER: "tender_offer",
    EventType.ANNUAL_MEETING: "meeting",
    EventType.EXTRAORDINARY_MEETING: "meeting",
    EventType.NAME_CHANGE: "other",
    EventType.LIQUIDATION: "other",
}
_STATUSES = {
    Status.CONFIRMED: "announced",
    Status.WITHDRAWN: "cancelled",
    Status.COMPLETED: "paid_historic",
}
_PLANS = ("drip", "drp", "reinvest")
_HALTED = frozenset({Status.WITHDRAWN, Status.SUSPENDED, Status.CANCELLED})
_KINDS = {
    DateKind.DECLARATION: "declaration",
    DateKind.EX: "ex",
    DateKind.RECORD: "record",
    DateKind.PAYMENT: "payment",
    DateKind.EFFECTIVE: "effective",
    DateKind.MEETING: "meeting",
    DateKind.EXPIRY: "expiry",
    DateKind.ELECTION_DEADLINE: "expiry",
}


def to_label(reading: Reading, doc: str) -> dict[str, Any]:
    """The reading as a label: events with stated dates only, evidence and rule per field, `review` where doubtful."""
    issuer = reading.issuer
    tickers = [
        f"{one.market or one.mic}:{one.value}" if one.market or one.mic else one.value
        for one in (issuer.ids if issuer else ())
        if one.scheme == "ticker"
    ]
    return {
        "doc": doc,
        "issuer": issuer.name if issuer else None,
        "tickers": tickers,
        "announced": reading.announced.isoformat() if reading.announced else None,
        "events": [_event(one) for one in reading.announcements if _is_event(one)],
        "refused": [{**_proof(one.evidence), "reason": one.reason} for one in reading.refusals],
        "reason": str(reading.reason or ""),
    }


def _is_event(one: Announcement) -> bool:
    """Whether it has facts that a label can hold; the mere word that something is halted has none."""
    return not _is_halted(one) or one.amount is not None or one.ratio is not None


def _is_halted(one: Announcement) -> bool:
    """Whether nobody has to keep the days of an action any more; so it is with those of a notice that is taken back."""
    return one.status in _HALTED or one.function is NoticeFunction.CANCEL


def _event(one: Announcement) -> dict[str, Any]:
    taken_back = one.function is NoticeFunction.CANCEL
    event: dict[str, Any] = {
        "action": _ACTIONS.get(one.event_type, one.event_type.value),
        "security": one.security,
        "amount": str(one.amount.money.amount) if one.amount else None,
        "currency": one.amount.money.currency if one.amount else None,
        "ratio": str(one.ratio) if one.ratio else None,
        "status": "cancelled" if taken_back else _STATUSES.get(one.status, one.status.value),
        "dates": _dates(one),
        "evidence": {name: _proof(proof) for name, proof in _proofs(one)},
    }
    if one.doubts:
        event["review"] = True
        event["doubts"] = [str(doubt) for doubt in one.doubts]
    return event


def _dates(one: Announcement) -> dict[str, str]:
    found: dict[str, str] = {}
    if _is_halted(one):
        return found
    for item in one.dates:
        if item.basis is not Basis.STATED or item.day is None or item.knowledge is not Knowledge.KNOWN:
            continue
        name = _KINDS.get(item.kind)
        if item.evidence and any(word in item.evidence.rule for word in _PLANS):
            continue  # the deadline of a plan that reinvests what everybody is paid in cash is none of the action
        if item.kind is DateKind.VOTING_RECORD and one.event_type.is_meeting:
            name = "record"
        if name and name not in found:
            found[name] = item.day.isoformat()
    return found


def _proofs(one: Announcement) -> list[tuple[str, Evidence]]:
    found = list(one.evidence)
    found += [(f"dates.{item.kind.value}", item.evidence) for item in one.dates if item.evidence]
    if one.amount and one.amount.evidence:
        found.append(("amount", one.amount.evidence))
    return found


def _proof(evidence: Evidence) -> dict[str, Any]:
    return {"quote": evidence.quote, "start": evidence.start, "end": evidence.end, "rule": evidence.rule}
