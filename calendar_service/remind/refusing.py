"""When a target that refuses messages for good gets none any more.

One that is gone, at once. One that turns messages away for another reason, once it has done so on several
days with nothing accepted in between: see `model.refusals` for how many.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from calendar_service.model.ports import Unit

log = logging.getLogger(__name__)

COUNTED_FOR = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal for good: its words, and on how many days it is borne."""

    reason: str
    days_borne: int


def note_refusal(
    unit: Unit, target: str, refusal: Refusal, now: datetime, since: datetime | None = None
) -> bool:
    """Remember a refusal; whether nothing is sent to the target any more. `since` is when it last accepted something."""
    rows = unit.subscriptions
    rows.add_refusal(target, refusal.reason, now)
    start = max(since or now - COUNTED_FOR, now - COUNTED_FOR)
    days = rows.count_refused_days(target, start)
    if days < refusal.days_borne:
        return False
    reason = refusal.reason if refusal.days_borne == 1 else f"refused on {days} days: {refusal.reason}"
    rows.suppress(target, reason, now)
    log.warning("nothing is sent to a target any more", extra={"reason": reason})
    return True


def find_last_accepted(unit: Unit, target: str) -> datetime | None:
    """When a message to this target was last accepted."""
    return unit.deliveries.last_sent({item.id for item in unit.subscriptions.by_target(target)})
