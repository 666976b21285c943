"""The closed vocabularies: event types, date kinds, states. Values are the words used everywhere.

The ISO 15022 codes beside them are those of field :22F::CAEV and :98a (SMPG event templates).
"""

from __future__ import annotations

from enum import StrEnum


class EventType(StrEnum):
    """What kind of corporate action it is."""

    CASH_DIVIDEND = "cash_dividend"
    SPECIAL_DIVIDEND = "special_dividend"
    OPTION_DIVIDEND = "option_dividend"
    STOCK_DIVIDEND = "stock_dividend"
    CAPITAL_RETURN = "capital_return"
    STOCK_SPLIT = "stock_split"
    REVERSE_SPLIT = "reverse_split"
    BONUS_ISSUE = "bonus_issue"
    RIGHTS_ISSUE = "rights_issue"
    TENDER_OFFER = "tender_offer"
    BUYBACK = "buyback"
    MERGER = "merger"
    SPIN_OFF = "spin_off"
    EXCHANGE_OFFER = "exchange_offer"
    NAME_CHANGE = "name_change"
    LIQUIDATION = "liquidation"
    ANNUAL_MEETING = "annual_meeting"
    EXTRAORDINARY_MEETING = "extraordinary_meeting"
    OTHER = "other"

    @property
    def caev(self) -> str:
        """The ISO 15022 event code."""
        return _CAEV[self]

    @property
    def is_cash(self) -> bool:
        """Whether holders are paid money without choosing."""
        return self in {EventType.CASH_DIVIDEND, EventType.SPECIAL_DIVIDEND, EventType.CAPITAL_RETURN}

    @property
    def is_meeting(self) -> bool:
        """Whether the action is a general meeting itself."""
        return self in {EventType.ANNUAL_MEETING, EventType.EXTRAORDINARY_MEETING}

    @property
    def participation(self) -> Participation:
        """Whether a holder can or must choose, where the announcement does not say otherwise."""
        return _PARTICIPATION.get(self, Participation.MANDATORY)


class Participation(StrEnum):
    """Whether a holder takes part without doing anything (ISO 15022 CAMV)."""

    MANDATORY = "mandatory"
    MANDATORY_WITH_CHOICE = "mandatory_with_choice"
    VOLUNTARY = "voluntary"


_CAEV = {
    EventType.CASH_DIVIDEND: "DVCA",
    EventType.SPECIAL_DIVIDEND: "DVCA",
    EventType.OPTION_DIVIDEND: "DVOP",
    EventType.STOCK_DIVIDEND: "DVSE",
    EventType.CAPITAL_RETURN: "CAPD",
    EventType.STOCK_SPLIT: "SPLF",
    EventType.REVERSE_SPLIT: "SPLR",
    EventType.BONUS_ISSUE: "BONU",
    EventType.RIGHTS_ISSUE: "RHDI",
    EventType.TENDER_OFFER: "TEND",
    EventType.BUYBACK: "BIDS",
    EventType.MERGER: "MRGR",
    EventType.SPIN_OFF: "SOFF",
    EventType.EXCHANGE_OFFER: "EXOF",
    EventType.NAME_CHANGE: "CHAN",
    EventType.LIQUIDATION: "LIQU",
    EventType.ANNUAL_MEETING: "MEET",
    EventType.EXTRAORDINARY_MEETING: "XMET",
    EventType.OTHER: "OTHR",
}

_PARTICIPATION = {
    EventType.OPTION_DIVIDEND: Participation.MANDATORY_WITH_CHOICE,
    EventType.RIGHTS_ISSUE: Participation.MANDATORY_WITH_CHOICE,
    EventType.TENDER_OFFER: Participation.VOLUNTARY,
    EventType.BUYBACK: Participation.VOLUNTARY,
    EventType.EXCHANGE_OFFER: Participation.VOLUNTARY,
    EventType.ANNUAL_MEETING: Participation.VOLUNTARY,
    EventType.EXTRAORDINARY_MEETING: Participation.VOLUNTARY,
}


class DateKind(StrEnum):
    """What a date of an action means."""

    DECLARATION = "declaration"
    LAST_CUM = "last_cum"
    EX = "ex"
    RECORD = "record"
    RECORD_EFFECTIVE = "record_effective"  # the business day on which a holiday record date bites
    PAYMENT = "payment"
    EFFECTIVE = "effective"
    MEETING = "meeting"
    VOTING_RECORD = "voting_record"
    REGISTRATION_DEADLINE = "registration_deadline"
    VOTE_DEADLINE = "vote_deadline"
    ELECTION_DEADLINE = "election_deadline"
    OFFER_PERIOD = "offer_period"  # a window: EventDate.day to EventDate.last_day
    EXPIRY = "expiry"


class Basis(StrEnum):
    """Where a date comes from."""

    STATED = "stated"
    DERIVED = "derived"
    FORECAST = "forecast"


class DateFlag(StrEnum):
    """What a reader must know about a date."""

    APPROXIMATE = "approximate"  # "on or about"
    YEAR_INFERRED = "year_inferred"  # the text leaves the year out
    ORDER_AMBIGUOUS = "order_ambiguous"  # 03/04/2025 without a hint of the order
    PROVISIONAL = "provisional"  # derived beyond the last verified holiday calendar
    CONFLICTING = "conflicting"  # sources contradict each other; this is the last agreed date
    UNOFFICIAL = "unofficial"  # only a copy gives it, of an action that the issuer or the exchange announced


class Knowledge(StrEnum):
    """How much is known of a date: a day, only that it will come, or that it has no end."""

    KNOWN = "known"
    UNKNOWN = "unknown"  # ISO 15022 UKWN: "to be announced"
    MONTH = "month"  # "in May": `day` is the first of that month
    ONGOING = "ongoing"  # ISO 15022 ONGO


class NoticeFunction(StrEnum):
    """What an announcement does to the action that it speaks of (ISO 15022 field 23G)."""

    NEW = "new"
    REPLACE = "replace"
    WITHDRAW = "withdraw"  # the issuer withdraws the action
    CANCEL = "cancel"  # the sender retracts its notice
    SUSPEND = "suspend"  # the issuer halts the action until further notice
    REMIND = "remind"
    RESULT = "result"  # a meeting or board has decided what was proposed


class Status(StrEnum):
    """The state of an action."""

    FORECAST = "forecast"
    ANNOUNCED = "announced"
    SUBJECT_TO_APPROVAL = "subject_to_approval"
    CONFIRMED = "confirmed"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether the action will not take place any more."""
        return self in {Status.WITHDRAWN, Status.CANCELLED}


class Decision(StrEnum):
    """What a RESULT announcement says of the proposal."""

    APPROVED = "approved"
    REFUSED = "refused"


class AmountKind(StrEnum):
    """How an amount is to be read."""

    GROSS = "gross"
    NET = "net"
    UNSTATED = "unstated"
