"""Remarks: what the service itself has to say to people, so that it can be told in any language.

A remark is an English sentence with gaps, which is also its key in the catalogues, and what stands in
the gaps: days, numbers, kinds, names, other remarks. `str` gives the English; `tell` any other language.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache, reduce
from typing import Protocol

from calendar_service.model.codes import DateKind, EventType, NoticeFunction, Status

LONGEST_TEXT = 500  # characters of a name or a quote within a remark

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip

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
    """What a date kind is called in an English sentence."""
    return _KINDS[kind]


class Sort(StrEnum):
    """What a part of a remark is, and so how a language writes it."""

    TEXT = "text"  # as it is: a name, a quote, an identifier
    DAY = "day"
    MONTH = "month"
    NUMBER = "number"
    KIND = "kind"
    EVENT_TYPE = "event_type"
    STATUS = "status"
    FUNCTION = "function"
    REMARKS = "remarks"


@dataclass(frozen=True, slots=True)
class Part:
    """What stands in the gap `name`: `value` as text (ISO 8601, plain digits, a code), or other `remarks`, listed."""

    name: str
    sort: Sort
    value: str = ""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Remark:
    """Words for people. Obtain it from `remark`; one without parts may be any text, and is told as it is.

    `text` is English, with a {gap} for each of the `parts`.
    """

    text: str
    parts: tuple[Part, ...] = ()

    def fill(self, **values: Values) -> Remark:
        """The remark with these values in its gaps."""
        return Remark(self.text, tuple(_part(name, value) for name, value in values.items()))

    def __str__(self) -> str:
        """The remark in English, with days as in 2018-03-31."""
        return tell(self, _PLAIN)


@dataclass(frozen=True, slots=True)
class Month:
    """The month that a day lies in, as a part of a remark."""

    day: date


Value = str | int | Decimal | date | Month | DateKind | EventType | Status | NoticeFunction | Remark
Values = Value | tuple[Remark, ...]


class Speaker(Protocol):
    """One language, as far as remarks need it."""

    def say(self, text: str, **values: object) -> str:
        """The translation of a text, with its gaps filled."""

    def day(self, day: date) -> str:
        """A day."""

    def month(self, day: date) -> str:
        """The month of a day."""

    def number(self, value: Decimal) -> str:
        """A number with the digits that it was stated with."""

    def kind_within(self, kind: DateKind) -> str:
        """What a kind of date is called within a sentence."""

    def event_type_within(self, event_type: EventType) -> str:
        """What an event type is called within a sentence."""

    def status(self, status: Status) -> str:
        """What a state is called."""

    def function(self, function: NoticeFunction) -> str:
        """What a notice does, as a name for it."""


def remark(text: str, **values: Values) -> Remark:
    """A remark in the words of `text`, English with a {gap} for each of the values.

    The text must be written out where this is called: that is where the catalogues take it from.
    """
    plain = _without_gaps(text)
    return plain.fill(**values) if values else plain


@cache
def _without_gaps(text: str) -> Remark:
    return Remark(text)


def remark_of(error: Exception) -> Remark:
    """What an error says to people: the remark that it was raised with, or its text."""
    said = error.args[0] if error.args else None
    return said if isinstance(said, Remark) else Remark(str(error))


def join(remarks: Iterable[Remark]) -> Remark:
    """Sentences behind one another; at least one."""
    return reduce(lambda first, second: remark("{first} {second}", first=first, second=second), remarks)


def tell(said: Remark, speaker: Speaker) -> str:
    """A remark in the words of one language."""
    if not said.parts:
        return speaker.say(said.text) if said.text else ""
    return speaker.say(said.text, **{part.name: _tell_part(part, speaker) for part in said.parts})


def clean_words(text: str, limit: int = 120) -> str:
    """One printable line of at most `limit` characters: no control, format or line-break characters."""
    line = text[: 4 * limit]
    if not line.isprintable():  # few are not, and looking at each character costs
        line = "".join(
            " " if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs"} else char for char in line
        )
    line = " ".join(line.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


_CODES: Mapping[type, Sort] = {
    DateKind: Sort.KIND,
    EventType: Sort.EVENT_TYPE,
    Status: Sort.STATUS,
    NoticeFunction: Sort.FUNCTION,
}


def _part(name: str, value: Values) -> Part:  # noqa: PLR0911 - a dispatch over types
    if isinstance(value, Remark):
        return Part(name, Sort.REMARKS, remarks=(value,))
    if isinstance(value, tuple):
        return Part(name, Sort.REMARKS, remarks=value)
    if isinstance(value, Month):
        return Part(name, Sort.MONTH, value.day.isoformat())
    if isinstance(value, date):
        return Part(name, Sort.DAY, value.isoformat())
    if isinstance(value, int | Decimal):
        return Part(name, Sort.NUMBER, str(value))
    if type(value) in _CODES:
        return Part(name, _CODES[type(value)], str(value))
    return Part(name, Sort.TEXT, clean_words(value, LONGEST_TEXT))


_TELLERS: Mapping[Sort, Callable[[str, Speaker], str]] = {
    Sort.TEXT: lambda value, _: value,
    Sort.DAY: lambda value, speaker: speaker.day(date.fromisoformat(value)),
    Sort.MONTH: lambda value, speaker: speaker.month(date.fromisoformat(value)),
    Sort.NUMBER: lambda value, speaker: speaker.number(Decimal(value)),
    Sort.KIND: lambda value, speaker: speaker.kind_within(DateKind(value)),
    Sort.EVENT_TYPE: lambda value, speaker: speaker.event_type_within(EventType(value)),
    Sort.STATUS: lambda value, speaker: speaker.status(Status(value)),
    Sort.FUNCTION: lambda value, speaker: speaker.function(NoticeFunction(value)),
}


def _tell_part(part: Part, speaker: Speaker) -> str:
    if part.sort is Sort.REMARKS:
        return speaker.say("; ").join(tell(one, speaker) for one in part.remarks)
    return _TELLERS[part.sort](part.value, speaker)


class _Plain:
    """Plain English, for logs, the command line and comparing."""

    def say(self, text: str, **values: object) -> str:
        return text.format(**values) if values else text

    def day(self, day: date) -> str:
        return day.isoformat()

    def month(self, day: date) -> str:
        return f"{MONTHS[day.month - 1]} {day.year}"

    def number(self, value: Decimal) -> str:
        return f"{value:,}"

    def kind_within(self, kind: DateKind) -> str:
        return name_kind(kind)

    def event_type_within(self, event_type: EventType) -> str:
        return event_type.value.replace("_", " ")

    def status(self, status: Status) -> str:
        return status.value.replace("_", " ")

    def function(self, function: NoticeFunction) -> str:
        return function.value


_PLAIN = _Plain()
