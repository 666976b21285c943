"""What changed between two states of an action, in words for people, with the proof of the new."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from calendar_service.model.action import Change, CorporateAction
from calendar_service.model.codes import Basis, DateFlag, DateKind
from calendar_service.model.reconcile.wording import describe_amount, describe_date
from calendar_service.model.values import EventDate, Evidence


def _describe_meeting(action: CorporateAction) -> str:
    if action.meeting is None:
        return ""
    return ", ".join(
        part for part in (action.meeting.name, action.meeting.place, action.meeting.link) if part
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


_FIELDS: tuple[tuple[str, Callable[[CorporateAction], str]], ...] = (
    ("status", lambda action: action.status.value.replace("_", " ")),
    ("event_type", lambda action: action.event_type.value.replace("_", " ")),
    ("issuer", lambda action: action.issuer.name),
    ("security", lambda action: action.security or ""),
    ("security_ids", lambda action: ", ".join(f"{item.scheme} {item.value}" for item in action.security_ids)),
    ("market", lambda action: action.mic or ""),
    ("period", lambda action: action.period or ""),
    ("participation", lambda action: action.participation.value.replace("_", " ")),
    ("amount", lambda action: str(describe_amount(action.amount)) if action.amount else ""),
    ("total", lambda action: str(action.total or "")),
    ("ratio", lambda action: str(action.ratio or "")),
    ("ads_ratio", lambda action: str(action.ads_ratio or "")),
    ("funded_from", lambda action: action.funded_from or ""),
    ("announced", lambda action: action.announced.isoformat() if action.announced else ""),
)
_LAST_FIELDS: tuple[tuple[str, Callable[[CorporateAction], str]], ...] = (
    ("meeting", _describe_meeting),
    ("held", lambda action: " ".join(map(str, action.held))),
    ("notes", lambda action: " ".join(map(str, action.notes))),
    ("documents", lambda action: _count(len(action.documents), "document")),
    ("announcements", lambda action: _count(len(action.announcements), "announcement")),
)


def differences(old: CorporateAction | None, new: CorporateAction) -> tuple[Change, ...]:
    """Each field whose words differ, from what to what; for a new action every field that it has.

    Dates are "dates.<kind>". The id and the revision number are no content and never differ.
    """
    changes = [*_compare(_FIELDS, old, new), *_compare_dates(old, new), *_compare(_LAST_FIELDS, old, new)]
    if old is not None and not any(change.field == "announcements" for change in changes):
        changes += _compare_members(old, new)
    return tuple(changes)


def _compare(
    fields: Iterable[tuple[str, Callable[[CorporateAction], str]]],
    old: CorporateAction | None,
    new: CorporateAction,
) -> list[Change]:
    return [
        Change(name, before, after, _proof(name, new) or (_proof(name, old) if old and not after else None))
        for name, describe in fields
        if (before := describe(old) if old else "") != (after := describe(new))
    ]


def _compare_dates(old: CorporateAction | None, new: CorporateAction) -> list[Change]:
    changes = []
    for kind in DateKind:
        before = old.date_of(kind) if old else None
        after = new.date_of(kind)
        words = (_describe_fully(before), _describe_fully(after))
        if words[0] != words[1]:
            proof = after if after is not None else before
            changes.append(Change(f"dates.{kind.value}", *words, proof.evidence if proof else None))
    return changes


def _compare_members(old: CorporateAction, new: CorporateAction) -> list[Change]:
    """One announcement in place of another: as many, so that their number does not tell."""
    if set(old.announcements) == set(new.announcements):
        return []
    gone = _count(len(set(old.announcements) - set(new.announcements)), "announcement")
    come = _count(len(set(new.announcements) - set(old.announcements)), "other announcement")
    return [Change("announcements", gone, come)]


def _describe_fully(item: EventDate | None) -> str:
    """A date in words, with how it is known where that is not by a plain statement."""
    if item is None:
        return ""
    marks = [] if item.basis is Basis.STATED else [item.basis.value]
    marks += [flag.value.replace("_", " ") for flag in sorted(item.flags) if flag is not DateFlag.APPROXIMATE]
    words = describe_date(item)
    return f"{words} ({', '.join(marks)})" if marks else str(words)


def _proof(name: str, action: CorporateAction) -> Evidence | None:
    own = {
        "amount": action.amount.evidence if action.amount else None,
        "meeting": action.meeting.evidence if action.meeting else None,
        "issuer": action.issuer.evidence,
    }
    evidence = dict(action.evidence)
    status = evidence.get("status") or evidence.get("decision") or evidence.get("function")
    return own.get(name) or (status if name == "status" else evidence.get(name))
