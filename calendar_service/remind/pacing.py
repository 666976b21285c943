"""How many messages a mail domain gets in a minute: big providers turn away who comes too fast."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FORGET_OVER = 10_000  # domains remembered at a time


@dataclass(slots=True)
class _Account:
    paid_until: datetime  # each message costs one share of a minute; the account may run a minute ahead
    booked_until: datetime  # the last instant given to a message that was sent away


@dataclass(slots=True)
class Pacer:
    """Keeps to `per_minute` messages for each domain, within this process; threads may share it."""

    per_minute: int
    _accounts: dict[str, _Account] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find_turn(self, target: str, now: datetime) -> datetime | None:
        """None where a message to this target may go now, and is counted; else the instant to come back at.

        Each one that is sent away gets an instant of its own, so that they do not come back at once.
        """
        domain = target.rpartition("@")[2].casefold()
        share = timedelta(minutes=1) / self.per_minute
        with self._lock:
            if len(self._accounts) >= FORGET_OVER:
                self._forget(now)
            account = self._accounts.setdefault(domain, _Account(now, now))
            paid = max(account.paid_until, now)
            if paid + share - now <= timedelta(minutes=1):
                account.paid_until = paid + share
                return None
            account.booked_until = max(account.booked_until, now) + share
            return account.booked_until

    def _forget(self, now: datetime) -> None:
        self._accounts = {
            domain: account
            for domain, account in self._accounts.items()
            if max(account.paid_until, account.booked_until) > now
        }
