"""Errors with a message that a person can act on.

Every error that may reach a user derives from CalendarServiceError; its text says what is wrong
and what to do about it. Programming mistakes stay ordinary exceptions.
"""

from __future__ import annotations


class CalendarServiceError(Exception):
    """Base of all errors that are shown to a person as they are."""


class SettingsError(CalendarServiceError):
    """The configuration is wrong; `problems` lists every problem found, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class DataFileError(CalendarServiceError):
    """A data file that ships with the service (lexicon, markets, issuers) is wrong; names file and key."""


class UnreadableError(CalendarServiceError):
    """A document cannot be turned into text; it is raised with a remark that says why (`remark_of`)."""


class BudgetError(UnreadableError):
    """Reading a document went over its time or size budget."""


class NotFoundError(CalendarServiceError):
    """What was asked for does not exist (or no longer)."""


class ConflictError(CalendarServiceError):
    """Somebody else changed the same thing at the same moment; look again and repeat."""


class DeliveryError(CalendarServiceError):
    """A message could not be handed over.

    `permanent`: the target refuses it for good; once it has done so on `days_borne` days, nothing is sent to
    it any more. `unreachable`: the way itself is closed, so that any other message would fail as well.
    """

    def __init__(
        self, message: str, *, permanent: bool, unreachable: bool = False, days_borne: int = 1
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.unreachable = unreachable
        self.days_borne = days_borne
