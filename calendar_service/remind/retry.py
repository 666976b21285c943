"""When to try again: growing pauses, spread out so that thousands of messages do not come back at once."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=3)
GIVE_UP_AFTER = timedelta(days=1)
MAX_REFUSALS = 2
SPREAD = 0.25  # of the pause, to either side


def find_next_attempt(now: datetime, attempts: int, message_id: str) -> datetime | None:
    """The instant of the next attempt after `attempts` failed ones; None once the pauses fill a day.

    The day is counted in pauses, not from the instant at which the message fell due: after a long
    silence of the service itself a first refusal must not be the last. The spread comes from the
    Message-ID, so that the same ledger always gives the same instants.
    """
    tried = max(attempts, 1)
    if sum((_pause_after(number) for number in range(1, tried)), timedelta()) >= GIVE_UP_AFTER:
        return None
    return now + _spread(_pause_after(tried), attempts, message_id)


def find_second_chance(now: datetime, attempts: int, message_id: str) -> datetime | None:
    """The instant of the one more attempt after a refusal for good of an address that is not gone; None after it.

    A mailbox may be emptied and a block lifted within hours, and the next reminder may be weeks off; but
    servers turn away whoever insists.
    """
    return now + _spread(LONGEST, attempts, message_id) if attempts < MAX_REFUSALS else None


def _spread(pause: timedelta, attempts: int, message_id: str) -> timedelta:
    digest = hashlib.sha256(f"{message_id} {attempts}".encode()).digest()
    share = int.from_bytes(digest[:4], "big") / 2**32
    return float(1 - SPREAD + 2 * SPREAD * share) * pause


def _pause_after(attempts: int) -> timedelta:
    """The pause after a number of failed attempts, before it is spread: 1, 2, 4 ... 180 minutes."""
    pause: timedelta = min(FIRST * 2 ** min(attempts - 1, 20), LONGEST)
    return pause
