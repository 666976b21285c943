"""A year of a thousand subscribers: each reminder exactly once, at the right hour on the reader's wall."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest

from calendar_service.model.codes import DateKind
from calendar_service.model.subscription import (
    DayCount,
    DeliveryState,
    Lead,
    ReminderPlan,
    Selection,
    Subscription,
)
from tests.conftest import FixedClock
from tests.reminding import Keeper, World, load_market

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
END = datetime(2027, 1, 1, 12, tzinfo=UTC)
ISSUERS = 25
SUBSCRIBERS = 1000
PLANS = (
    ReminderPlan(((DateKind.RECORD, (Lead(3, DayCount.TRADING), Lead(1))), (DateKind.PAYMENT, (Lead(0),)))),
    ReminderPlan(((DateKind.RECORD, (Lead(7), Lead(2))), (DateKind.MEETING, (Lead(14), Lead(2))))),
    ReminderPlan(((DateKind.MEETING, (Lead(0),)),)),
)


@pytest.fixture
def fast_folder() -> Iterator[Path]:
    """In memory where the machine has such a folder: thousands of commits need not wait for a disk here."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="year-", dir=memory if memory.is_dir() else None))
    yield folder
    shutil.rmtree(folder)


def see_hour(day: date, hour: int, zone: str, known: dict[tuple[date, int, str], datetime]) -> datetime:
    """The first moment at which a clock in the zone shows this hour of this day, or later; found by looking at it."""
    key = (day, hour, zone)
    if key not in known:
        instant, info = datetime.combine(day, time(hour), UTC) - timedelta(hours=15), ZoneInfo(zone)
        local = instant.astimezone(info)
        while (local.date(), local.hour) < (day, hour):
            instant += timedelta(minutes=15)
            local = instant.astimezone(info)
        known[key] = instant
    return known[key]


def expect(
    reader: Subscription,
    key: str,
    dates: dict[DateKind, date],
    known_at: datetime,
    seen: dict[tuple[date, int, str], datetime],
) -> Counter[tuple[str, str, datetime]]:
    """Who is to get what when, worked out date by date: (reader, entry, instant)."""
    found: Counter[tuple[str, str, datetime]] = Counter()
    local_today = known_at.astimezone(ZoneInfo(reader.zone)).date()
    for kind, leads in reader.plan.leads:
        if kind not in dates or dates[kind] < local_today:
            continue
        uid, instants = f"{key}-{kind.value}", []
        for lead in leads:
            day = dates[kind] - timedelta(lead.days)
            if lead.count is DayCount.TRADING:
                day = load_market().trading_days_before("XETR", dates[kind], lead.days)
            instants.append(see_hour(day, reader.hour, reader.zone, seen))
        past = [instant for instant in instants if instant <= known_at]
        if past:
            found[reader.id, uid, known_at] += 1
        found.update((reader.id, uid, instant) for instant in instants if known_at < instant <= END)
    return found


@pytest.mark.slow
def test_a_year(fast_folder: Path, clock: FixedClock) -> None:
    rng = random.Random(6)
    clock.instant = START
    world = World(fast_folder, clock)
    zones = sorted(available_timezones())
    readers: dict[str, list[Subscription]] = {}
    for number in range(SUBSCRIBERS):
        name = f"N{rng.randrange(ISSUERS)}"
        reader = world.subscribe(
            f"r{number}",
            Selection(tickers=(name,)),
            plan=rng.choice(PLANS),
            zone=rng.choice(zones),
            hour=rng.choice([0, 1, 2, 3, 8, 8, 8, 17, 23]),
        )
        readers.setdefault(name, []).append(reader)
    news = sorted(
        (START + timedelta(hours=rng.randrange(24 * 360)), number % ISSUERS, f"a{number}")
        for number in range(3 * ISSUERS)
    )
    courier, seen = Keeper(), dict[tuple[date, int, str], datetime]()
    dispatcher = world.dispatcher(courier)
    expected: Counter[tuple[str, str, datetime]] = Counter()
    for instant, issuer, key in news:
        world.run_until(instant, dispatcher)
        ahead = instant.date() + timedelta(rng.randrange(50))
        kind, other = rng.sample([DateKind.RECORD, DateKind.PAYMENT, DateKind.MEETING], 2)
        dates = {kind: ahead, other: ahead + timedelta(rng.randrange(1, 40))}
        world.announce(key, dates, issuer=f"N{issuer} AG")
        for reader in readers.get(f"N{issuer}", []):
            expected.update(expect(reader, key, dates, instant, seen))
    world.run_until(END, dispatcher)

    rows = world.rows(DeliveryState.SENT)
    found = Counter(
        (row.subscription_id, str(row.entry_uid).split("@")[0], row.sent_at) for row in rows if row.sent_at
    )
    assert found == expected
    assert max(found.values()) == 1
    assert len(found) > 4_000
    assert len({message_id for _, message_id, _ in courier.sent}) == len(courier.sent) == len(rows)
    assert not any(row.late for row in rows)
    states = Counter(row.state for row in world.rows())
    assert set(states) <= {DeliveryState.SENT, DeliveryState.PLANNED}
    world.store.close()
