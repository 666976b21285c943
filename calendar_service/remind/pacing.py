"""How many messages a mail domain gets in a minute: big providers turn away who comes too fast.

The turns of each domain are kept in the store, and a batch takes its turns in one transaction, so that any
number of workers keep to one limit and none of them asks before each message.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from calendar_service.model.ports import Unit
from calendar_service.model.records import Pace

MINUTE = timedelta(minutes=1)


def take_turns(unit: Unit, targets: Sequence[str], per_minute: int, now: datetime) -> list[datetime | None]:
    """For each target None where a message may go now, and is counted; else the instant to come back at.

    Each one that is sent away gets an instant of its own, so that they do not come back at once.
    """
    domains = [target.rpartition("@")[2].casefold() for target in targets]
    paces = unit.paces.hold(set(domains), now)
    turns = []
    for domain in domains:
        paces[domain], turn = take_turn(paces[domain], per_minute, now)
        turns.append(turn)
    unit.paces.save(paces)
    return turns


def take_turn(pace: Pace, per_minute: int, now: datetime) -> tuple[Pace, datetime | None]:
    """The pace after one message has asked for a turn, and when it has to come back; None where it may go now.

    A domain may get its turns of the next minute at once.
    """
    share = MINUTE / per_minute
    paid = max(pace.paid_until, now) + share
    if paid - now <= MINUTE:
        return Pace(paid, pace.booked_until), None
    booked = max(pace.booked_until, now) + share
    return Pace(pace.paid_until, booked), booked
