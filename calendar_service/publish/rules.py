"""The rule that gave a derived date, in words: how it was counted, from where, and how sure that is."""

from __future__ import annotations

from calendar_service.model.codes import DateKind
from calendar_service.model.values import EventDate, Reckoning
from calendar_service.publish.cleaning import clean_line
from calendar_service.publish.words import Words, mark

_NEAR = {
    (DateKind.EX, DateKind.RECORD, -1): mark("the ex-date is the business day before the record date"),
    (DateKind.EX, DateKind.RECORD, 0): mark("the ex-date is the record date itself"),
    (DateKind.EX, DateKind.RECORD, 1): mark("the ex-date is the trading day after the record date"),
    (DateKind.EX, DateKind.LAST_CUM, 1): mark("the ex-date is the trading day after the last day to buy"),
    (DateKind.LAST_CUM, DateKind.EX, -1): mark("the last day to buy is the trading day before the ex-date"),
    (DateKind.RECORD_EFFECTIVE, DateKind.RECORD, 0): mark(
        "the record date is no business day, so the business day before it counts"
    ),
    (DateKind.EX, DateKind.MEETING, 1): mark("the ex-date is the business day after the general meeting"),
}
_FAR = {
    DateKind.EX: mark("the ex-date lies {days} business days before the record date"),
    DateKind.PAYMENT: mark("the dividend is paid {days} business days after the general meeting"),
}
_SETTLES = {
    0: mark("trades settle on the same day"),
    1: mark("trades settle on the next business day"),
}
_SURE = {
    "seen": mark("seen in published dates"),
    "general": mark("general knowledge, no text of the rule was read"),
    "planned": mark("announced for the future"),
}


def say_rule(item: EventDate, words: Words) -> str:
    """How a derived date was counted; the rule's own name where that is all that is known of it."""
    counted = item.reckoning
    how = _say_count(item.kind, counted, words) if counted else ""
    if counted is None or not how:
        return clean_line(words.say(item.rule), 300) if item.rule else ""
    if counted.settles is None:
        return how
    known = _SETTLES.get(counted.settles)
    settles = (
        words.say(known)
        if known
        else words.say("trades settle {days} business days later", days=counted.settles)
    )
    return words.say("{rule}; {settlement}", rule=how, settlement=settles)


def say_rule_source(item: EventDate, words: Words) -> str:
    """Where the rule is written, and how sure that is where nobody read it there; may be empty.

    The catalogues know the sources of config/markets.toml; any other is shown as it is.
    """
    source = clean_line(words.say(item.rule_source), 300) if item.rule_source else ""
    sure = _SURE.get(item.reckoning.sure) if item.reckoning else None
    return words.say("{source} ({note})", source=source, note=words.say(sure)) if source and sure else source


def _say_count(kind: DateKind, counted: Reckoning, words: Words) -> str:
    near = _NEAR.get((kind, counted.base, counted.days))
    if near:
        return words.say(near)
    is_known = (kind, counted.base, counted.days < 0) in {
        (DateKind.EX, DateKind.RECORD, True),
        (DateKind.PAYMENT, DateKind.MEETING, False),
    }
    return words.say(_FAR[kind], days=abs(counted.days)) if is_known else ""
