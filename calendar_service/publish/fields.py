"""The fields of an action in words: what they are called, what they hold, and what changed in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from calendar_service.model.action import Change, CorporateAction
from calendar_service.model.codes import DateKind
from calendar_service.model.values import EventDate
from calendar_service.publish.cleaning import clean_line
from calendar_service.publish.words import Words, mark

_FIELDS = {
    "status": mark("State"),
    "amount": mark("Amount"),
    "ratio": mark("Ratio"),
    "total": mark("Total"),
    "event_type": mark("Kind of action"),
    "issuer": mark("Issuer"),
    "issuer.name": mark("Issuer"),
    "security": mark("Security"),
    "period": mark("Period"),
    "meeting": mark("Meeting"),
    "participation": mark("Participation"),
    "funded_from": mark("Paid from"),
    "ads_ratio": mark("ADS ratio"),
    "held": mark("On hold"),
}
# Fields that a history names, though no holder is told when they change.
_QUIET_FIELDS = {
    "security_ids": mark("Identifiers"),
    "market": mark("Market"),
    "announced": mark("Announced"),
    "function": mark("Kind of notice"),
    "decision": mark("Decision"),
    "notes": mark("Notes"),
    "documents": mark("Sources"),
    "announcements": mark("Announcements"),
}


def matters(changes: Sequence[Change]) -> bool:
    """Whether a holder cares for one of these changes (another source alone is no news)."""
    return any(change.field in _FIELDS or change.field.startswith("dates.") for change in changes)


def describe_certainty(item: EventDate, words: Words) -> str:
    """The basis of a date and its flags ("stated, approximate")."""
    return ", ".join([words.basis(item.basis), *(words.flag(flag) for flag in sorted(item.flags))])


def change_sides(
    change: Change, before: CorporateAction | None, after: CorporateAction | None, words: Words
) -> tuple[str, str]:
    """What a field was and is; where a date stays and what is known of it changes, with that."""
    old = _value_of(change.field, before, words) or clean_line(change.old, 120)
    new = _value_of(change.field, after, words) or clean_line(change.new, 120)
    kind = _kind_of(change.field)
    items = [action.date_of(kind) for action in (before, after) if action] if kind else []
    if old == new and len(items) == 2 and items[0] and items[1]:
        return _with_certainty(items[0], words), _with_certainty(items[1], words)
    return old, new


def _with_certainty(item: EventDate, words: Words) -> str:
    return f"{words.event_date(item)} ({describe_certainty(item, words)})"


def field_word(field: str, words: Words) -> str:
    """What a changed field is called."""
    kind = _kind_of(field)
    if kind:
        return words.kind(kind)
    name = _FIELDS.get(field) or _QUIET_FIELDS.get(field)
    return words.say(name) if name else clean_line(field, 60)


def _kind_of(field: str) -> DateKind | None:
    name = field.removeprefix("dates.")
    return DateKind(name) if name != field and name in set(DateKind) else None


def _value_of(field: str, action: CorporateAction | None, words: Words) -> str:
    if action is None:
        return ""
    kind = _kind_of(field)
    if kind:
        item = action.date_of(kind)
        return words.event_date(item) if item else ""
    teller = _TELLERS.get(field)
    return clean_line(teller(action, words), 300) if teller else ""


# How the value of a field is told; the others are the same in every language.
_TELLERS: Mapping[str, Callable[[CorporateAction, Words], str]] = {
    "status": lambda action, words: words.status(action.status),
    "event_type": lambda action, words: words.event_type(action.event_type),
    "participation": lambda action, words: words.participation(action.participation),
    "amount": lambda action, words: words.amount(action.amount) if action.amount else "",
    "total": lambda action, words: words.money(action.total) if action.total else "",
    "announced": lambda action, words: words.day(action.announced) if action.announced else "",
    "held": lambda action, words: words.tell_all(action.held) if action.held else "",
    "notes": lambda action, words: words.tell_all(action.notes) if action.notes else "",
    "documents": lambda action, _: str(len(action.documents)),
    "announcements": lambda action, _: str(len(action.announcements)),
}
