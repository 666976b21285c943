"""When to try again: growing pauses, spread out so that thousands of messages do not come back at once."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

FIRST = timedelta(minutes=1)
LONGEST = timedelta(hours=3)
GIVE_UP_AFTER = timedelta(days=1)
SPREAD = 0.25  # of the pause, to either side


def find_next_attempt(due_at: datetime, now: datetime, attempts: int, message_id: str) -> datetime | None:
    """The instant of the next attempt after `attempts` failed ones; None once a day has been spent on it.

    The spread comes from the Message-ID, so that the same ledger always gives the same instants.
    """
    if now - due_at >= GIVE_UP_AFTER:
        return None
    pause: timedelta = min(FIRST * 2 ** min(max(attempts, 1) - 1, 20), LONGEST)
    digest = hashlib.sha256(f"{message_id} {attempts}".encode()).digest()
    share = int.from_bytes(digest[:4], "big") / 2**32
    return now + float(1 - SPREAD + 2 * SPREAD * share) * pause
