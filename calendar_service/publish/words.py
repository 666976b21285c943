"""Words, dates and money in the reader's language: gettext catalogues and Babel's formats.

The English text is the key. Catalogues are `locales/<language>/LC_MESSAGES/messages.po`; the `.mo`
files beside them are compiled with `pybabel compile` and ship with the package.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache, reduce
from importlib import resources
from typing import Any

from calendar_service.model.action import CorporateAction
from calendar_service.model.announcement import Amount
from calendar_service.model.codes import (
    AmountKind,
    Basis,
    DateFlag,
    DateKind,
    EventType,
    Knowledge,
    NoticeFunction,
    Participation,
    Status,
)
from calendar_service.model.remarks import Remark, tell
from calendar_service.model.values import EventDate, Money
from calendar_service.publish.cleaning import clean_line

LANGUAGE_NAMES = {"en": "English", "ja": "日本語", "de": "Deutsch"}
LANGUAGES = tuple(LANGUAGE_NAMES)

# English with the day first: 3/4 is read as April here and as March there, a month in letters is not.
_LOCALES = {"en": "en_GB", "ja": "ja_JP", "de": "de_DE"}


def mark(text: str) -> str:
    """Marks a text for the catalogue that is translated later."""
    return text


KINDS = {
    DateKind.DECLARATION: mark("Declaration date"),
    DateKind.LAST_CUM: mark("Last day to buy"),
    DateKind.EX: mark("Ex-date"),
    DateKind.RECORD: mark("Record date"),
    DateKind.RECORD_EFFECTIVE: mark("Effective record date"),
    DateKind.PAYMENT: mark("Payment date"),
    DateKind.EFFECTIVE: mark("Effective date"),
    DateKind.MEETING: mark("Meeting"),
    DateKind.VOTING_RECORD: mark("Voting record date"),
    DateKind.REGISTRATION_DEADLINE: mark("Registration deadline"),
    DateKind.VOTE_DEADLINE: mark("Voting deadline"),
    DateKind.ELECTION_DEADLINE: mark("Election deadline"),
    DateKind.OFFER_PERIOD: mark("Offer period"),
    DateKind.EXPIRY: mark("Expiry"),
}

EVENT_TYPES = {
    EventType.CASH_DIVIDEND: mark("Cash dividend"),
    EventType.SPECIAL_DIVIDEND: mark("Special dividend"),
    EventType.OPTION_DIVIDEND: mark("Dividend with a choice"),
    EventType.STOCK_DIVIDEND: mark("Stock dividend"),
    EventType.CAPITAL_RETURN: mark("Return of capital"),
    EventType.STOCK_SPLIT: mark("Stock split"),
    EventType.REVERSE_SPLIT: mark("Reverse stock split"),
    EventType.BONUS_ISSUE: mark("Bonus issue"),
    EventType.RIGHTS_ISSUE: mark("Rights issue"),
    EventType.TENDER_OFFER: mark("Tender offer"),
    EventType.BUYBACK: mark("Share buyback"),
    EventType.MERGER: mark("Merger"),
    EventType.SPIN_OFF: mark("Spin-off"),
    EventType.EXCHANGE_OFFER: mark("Exchange offer"),
    EventType.NAME_CHANGE: mark("Name change"),
    EventType.LIQUIDATION: mark("Liquidation"),
    EventType.ANNUAL_MEETING: mark("Annual general meeting"),
    EventType.EXTRAORDINARY_MEETING: mark("Extraordinary general meeting"),
    EventType.OTHER: mark("Corporate action"),
}

STATUSES = {
    Status.FORECAST: mark("forecast"),
    Status.ANNOUNCED: mark("announced"),
    Status.SUBJECT_TO_APPROVAL: mark("subject to approval"),
    Status.CONFIRMED: mark("confirmed"),
    Status.SUSPENDED: mark("suspended"),
    Status.COMPLETED: mark("completed"),
    Status.WITHDRAWN: mark("withdrawn by the issuer"),
    Status.CANCELLED: mark("notice cancelled by its sender"),
}

BASES = {
    Basis.STATED: mark("stated"),
    Basis.DERIVED: mark("derived by rule"),
    Basis.FORECAST: mark("forecast"),
}

FLAGS = {
    DateFlag.APPROXIMATE: mark("approximate"),
    DateFlag.YEAR_INFERRED: mark("the year is inferred"),
    DateFlag.ORDER_AMBIGUOUS: mark("day and month may be swapped"),
    DateFlag.PROVISIONAL: mark("provisional"),
    DateFlag.CONFLICTING: mark("sources contradict each other"),
    DateFlag.UNOFFICIAL: mark("not announced officially"),
}

PARTICIPATIONS = {
    Participation.MANDATORY: mark("mandatory"),
    Participation.MANDATORY_WITH_CHOICE: mark("mandatory with a choice"),
    Participation.VOLUNTARY: mark("voluntary"),
}

FUNCTIONS = {
    NoticeFunction.NEW: mark("new notice"),
    NoticeFunction.REPLACE: mark("correction"),
    NoticeFunction.WITHDRAW: mark("withdrawal"),
    NoticeFunction.CANCEL: mark("retraction"),
    NoticeFunction.SUSPEND: mark("suspension"),
    NoticeFunction.REMIND: mark("reminder"),
    NoticeFunction.RESULT: mark("result"),
}

AMOUNT_KINDS = {
    AmountKind.GROSS: mark("gross"),
    AmountKind.NET: mark("net"),
    AmountKind.UNSTATED: mark("unstated"),
}

_PER = {"share": mark("per share"), "ads": mark("per ADS"), "unit": mark("per unit")}


@dataclass(frozen=True)
class Words:
    """One language. Obtain it from `words_for`."""

    language: str
    catalogue: gettext.NullTranslations

    def say(self, text: str, **values: object) -> str:
        """The translation of `text`, with {names} replaced by `values`."""
        said = self.catalogue.gettext(text)
        return said.format(**values) if values else said

    def tell(self, remark: Remark) -> str:
        """A remark of the service: a reason, a note, a doubt."""
        return tell(remark, self)

    def tell_all(self, remarks: Iterable[Remark]) -> str:
        """Remarks behind one another, each a sentence of at most 200 characters."""
        told = (self._sentence(one) for one in remarks)
        return reduce(lambda first, second: self.say("{first} {second}", first=first, second=second), told)

    def _sentence(self, remark: Remark) -> str:
        said = clean_line(self.tell(remark), 200).rstrip(".。")
        begins = not remark.text.startswith("{")  # else with a name, which is written as it is
        return self.say("{sentence}.", sentence=said[:1].upper() + said[1:] if begins else said)

    def kind(self, kind: DateKind) -> str:
        """What a date kind is called."""
        return self.say(KINDS[kind])

    def kind_within(self, kind: DateKind) -> str:
        """The same within a sentence."""
        return self._within(self.kind(kind))

    def event_type(self, event_type: EventType) -> str:
        """What an event type is called."""
        return self.say(EVENT_TYPES[event_type])

    def event_type_within(self, event_type: EventType) -> str:
        """The same within a sentence."""
        return self._within(self.event_type(event_type))

    def function(self, function: NoticeFunction) -> str:
        """What a notice does."""
        return self.say(FUNCTIONS[function])

    def status(self, status: Status) -> str:
        """What a state is called."""
        return self.say(STATUSES[status])

    def basis(self, basis: Basis) -> str:
        """What the basis of a date is called."""
        return self.say(BASES[basis])

    def flag(self, flag: DateFlag) -> str:
        """What a reader must know about a date."""
        return self.say(FLAGS[flag])

    def participation(self, participation: Participation) -> str:
        """Whether a holder has to do something."""
        return self.say(PARTICIPATIONS[participation])

    def amount_kind(self, kind: AmountKind) -> str:
        """Whether taxes are off an amount."""
        return self.say(AMOUNT_KINDS[kind])

    def _within(self, name: str) -> str:
        return name.lower() if self.language == "en" else name

    def weekday(self, number: int) -> str:
        """A weekday's name; Monday is 0."""
        from babel.dates import get_day_names

        return str(get_day_names("wide", "stand-alone", _LOCALES[self.language])[number])

    def instant(self, instant: datetime) -> str:
        """An aware UTC instant to the minute ("31 Mar 2018, 09:30 UTC")."""
        day = _format_skeleton("yMMMd", instant.date(), _LOCALES[self.language])
        return f"{day}, {self.clock_time(instant)} UTC"

    def day(self, day: date) -> str:
        """A date with its weekday and the month in letters ("Sat, 31 Mar 2018")."""
        return _format_skeleton("yMMMEd", day, _LOCALES[self.language])

    def month(self, day: date) -> str:
        """The month of a date ("March 2018")."""
        return _format_skeleton("yMMMM", day, _LOCALES[self.language])

    def window(self, first: date, last: date) -> str:
        """From a day to a day, both included."""
        return self.say("{first} to {last}", first=self.day(first), last=self.day(last))

    def clock_time(self, moment: time | datetime) -> str:
        """Hours and minutes ("10:00")."""
        return moment.strftime("%H:%M")

    def event_date(self, item: EventDate) -> str:
        """One date of an action, with its time and window, or in words where no day is known."""
        if item.knowledge is Knowledge.MONTH and item.day:
            return self.say("{month}, day to be announced", month=self.month(item.day))
        if item.day is None:
            ongoing = item.knowledge is Knowledge.ONGOING
            return self.say("ongoing") if ongoing else self.say("to be announced")
        if item.last_day and item.last_day > item.day:
            return self.window(item.day, item.last_day)
        if item.time:
            zone = clean_line(item.zone or "", 60)
            return f"{self.day(item.day)}, {self.clock_time(item.time)} {zone}".rstrip()
        return self.day(item.day)

    def number(self, value: Decimal) -> str:
        """A number with exactly the digits that it was announced with."""
        return _format_number(str(value), _LOCALES[self.language])

    def money(self, money: Money) -> str:
        """An amount of money with its ISO 4217 code; currencies left open are said to be so."""
        if money.currency is None:
            return self.say("{amount} (currency not stated)", amount=self.number(money.amount))
        currency = clean_line(money.currency, 10)
        return self.say("{currency} {amount}", currency=currency, amount=self.number(money.amount))

    def amount(self, amount: Amount) -> str:
        """Money per share, per ADS or per unit."""
        per = self.say(_PER[amount.per]) if amount.per in _PER else clean_line(amount.per, 40)
        return self.say("{money} {per}", money=self.money(amount.money), per=per)

    def gist(self, action: CorporateAction) -> str:
        """The amount or ratio that tells one action from another at a glance, or an empty string."""
        if action.amount:
            return self.money(action.amount.money)
        if action.ratio:
            return f"{self.number(action.ratio.new)}:{self.number(action.ratio.old)}"
        return ""


@cache
def words_for(language: str) -> Words:
    """The words of a language; English where the language is not offered."""
    known = language if language in LANGUAGES else "en"
    if known == "en":
        return Words("en", gettext.NullTranslations())
    path = resources.files("calendar_service.publish") / "locales" / known / "LC_MESSAGES" / "messages.mo"
    with path.open("rb") as file:
        return Words(known, gettext.GNUTranslations(file))


@lru_cache(maxsize=8192)
def _format_skeleton(skeleton: str, day: date, locale: str) -> str:
    from babel.dates import format_skeleton

    return str(format_skeleton(skeleton, day, locale=locale))


@lru_cache(maxsize=8192)
def _format_number(digits_as_stated: str, locale: str) -> str:
    """A number with as many decimals as it was stated with; as text, since 13.5 and 13.50 are one as Decimals."""
    from babel.numbers import format_decimal

    value = Decimal(digits_as_stated)
    exponent: Any = value.as_tuple().exponent
    digits = min(-exponent, 12) if isinstance(exponent, int) and exponent < 0 else 0
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, format=pattern, locale=locale))
