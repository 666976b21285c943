"""The document's own day, and when one that stands in it is that on which its page was shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.sentence.statements import Statement
from calendar_service.model.remarks import Remark, remark

_SEVERAL = 2
_SHOWN = timedelta(days=120)  # so long behind all that it dates nobody publishes an announcement


@dataclass(frozen=True, slots=True)
class OwnDay:
    """The document's own day, None where it is not known; `rivals` are others that may be it just as well.

    A `lone` one fills a line. On the day `shown` the page was shown, long after all that it dates.
    """

    day: date | None
    rivals: tuple[date, ...] = ()
    lone: bool = False
    shown: date | None = None

    @property
    def doubts(self) -> tuple[Remark, ...]:
        """Why all that the document dates is doubted."""
        if self.shown is None:
            return ()
        return (
            remark("it may be over: the document has no day of its own, and speaks of {day}", day=self.shown),
        )


def is_long_over(statements: Sequence[Statement], day: date | None) -> bool:
    """Whether all that a text dates lies long before a day that stands alone in it: that is the day on which its page was shown."""
    facts = (fact for said in statements for fact in said.dates if fact.kind in DATED_FIELDS)
    days = [fact.span.value for fact in facts if fact.span.value]
    return day is not None and len(days) >= _SEVERAL and day - max(days) > _SHOWN
