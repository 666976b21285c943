"""Values in words for people: dates, amounts and the names of fields, in plain English.

Used where the reconciling explains itself (reasons, notes, changes); pages translate on their own.
"""

from __future__ import annotations

import unicodedata

from calendar_service.model.announcement import Amount
from calendar_service.model.codes import DateFlag, DateKind, Knowledge
from calendar_service.model.values import EventDate

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_KINDS = {
    DateKind.DECLARATION: "declaration date",
    DateKind.LAST_CUM: "last day to buy",
    DateKind.EX: "ex-date",
    DateKind.RECORD: "record date",
    DateKind.RECORD_EFFECTIVE: "effective record date",
    DateKind.PAYMENT: "payment date",
    DateKind.EFFECTIVE: "effective date",
    DateKind.MEETING: "meeting",
    DateKind.VOTING_RECORD: "record date for voting",
    DateKind.REGISTRATION_DEADLINE: "registration deadline",
    DateKind.VOTE_DEADLINE: "voting deadline",
    DateKind.ELECTION_DEADLINE: "election deadline",
    DateKind.OFFER_PERIOD: "offer period",
    DateKind.EXPIRY: "expiry",
}


def name_kind(kind: DateKind) -> str:
    """What a date kind is called in a sentence."""
    return _KINDS[kind]


def describe_date(item: EventDate | None) -> str:
    """One date in words, "2018-03-31", "about 2018-06-29", "May 2018"; empty for None."""
    if item is None:
        return ""
    if item.knowledge is Knowledge.UNKNOWN or (item.day is None and item.knowledge is not Knowledge.ONGOING):
        return "to be announced"
    if item.day is None:
        return "ongoing"
    if item.knowledge is Knowledge.MONTH:
        words = f"{MONTHS[item.day.month - 1]} {item.day.year}"
    else:
        words = item.day.isoformat()
    if DateFlag.APPROXIMATE in item.flags:
        words = f"about {words}"
    if item.last_day is not None and item.last_day != item.day:
        words = f"{words} to {item.last_day.isoformat()}"
    if item.time is not None:
        words = f"{words} {item.time.strftime('%H:%M')}"
    if item.zone is not None and item.time is not None:
        words = f"{words} {item.zone}"
    return words


def describe_amount(amount: Amount | None) -> str:
    """Money per share in words, "JPY 13.50 per share"; empty for None."""
    if amount is None:
        return ""
    kind = "" if amount.kind.value == "unstated" else f" ({amount.kind.value})"
    return f"{amount.money} per {amount.per}{kind}"


def clean_words(text: str, limit: int = 120) -> str:
    """One printable line of at most `limit` characters: no control, format or line-break characters."""
    line = "".join(
        " " if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs"} else char
        for char in text[: 4 * limit]
    )
    line = " ".join(line.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
