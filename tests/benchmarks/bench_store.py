"""What the store costs: a private feed out of many entries, claims, and a tick with nothing to do.

    python tests/benchmarks/bench_store.py [--smoke] [--entries N] [--rows N] [--url postgresql://...]

Ratios are against the same work in the bare driver, measured in the same run. Without `--url` it
runs on SQLite only; the database named there is filled and not cleaned up.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from calendar_service.model.codes import DateKind
from calendar_service.model.ports import Store
from calendar_service.model.records import DeliveryOutcome
from calendar_service.model.subscription import (
    DayCount,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Lead,
    Selection,
)
from calendar_service.store import open_store
from calendar_service.store.database import Database
from calendar_service.store.schema import entries, fragments, issuers

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ENTRIES_PER_ISSUER = 60
CHOSEN = 200
BATCH = 1000
BLOCK = b"BEGIN:VEVENT\r\n" + b"X" * 620 + b"\r\nEND:VEVENT\r\n"


def main() -> None:
    """Fill, measure, print."""
    arguments = _read_arguments()
    with tempfile.TemporaryDirectory() as folder:
        urls = [f"sqlite:///{Path(folder) / 'bench.db'}", *([arguments.url] if arguments.url else [])]
        for url in urls:
            store = open_store(url)
            store.migrate()
            print(f"\n{url.partition(':')[0]}")
            _measure_feeds(store, arguments.entries)
            _measure_ledger(store, arguments.rows, arguments.due)
            store.close()


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="a few seconds, small numbers")
    parser.add_argument("--entries", type=int)
    parser.add_argument("--rows", type=int, help="planned deliveries in the ledger")
    parser.add_argument("--due", type=int, help="how many of them are due")
    parser.add_argument("--url")
    arguments = parser.parse_args()
    arguments.entries = arguments.entries or (20_000 if arguments.smoke else 500_000)
    arguments.rows = arguments.rows or (20_000 if arguments.smoke else 1_000_000)
    arguments.due = arguments.due or (10_000 if arguments.smoke else 100_000)
    return arguments


def _measure_feeds(store: Store, count: int) -> None:
    names = _fill_entries(store, count)
    chosen = tuple(random.Random(1).sample(names, min(CHOSEN, len(names) // 2)))
    selection = Selection(issuers=chosen)
    with store.read() as unit:
        blocks = len(unit.entries.fragments(selection, TODAY, "en"))
        whole = _median(lambda: unit.entries.fragments(selection, TODAY, "en"))
        objects = _median(lambda: unit.entries.select(selection, TODAY))
        version = _median(lambda: unit.entries.version(selection))
        anything = _median(unit.entries.version)
    bare = _median(lambda: _join_bare(store, chosen))
    print(f"  feed of {len(chosen)} issuers out of {count:,} entries: {blocks} blocks")
    print(
        f"    fragments        {whole * 1e3:8.2f} ms   {whole / bare:5.2f} x the bare driver ({bare * 1e3:.2f} ms)"
    )
    print(f"    entries          {objects * 1e3:8.2f} ms")
    print(f"    version, feed    {version * 1e3:8.2f} ms")
    print(f"    version, all     {anything * 1e3:8.2f} ms")
    wide = Selection()
    with store.read() as unit:
        seconds = _median(lambda: unit.entries.fragments(wide, TODAY, "en", limit=1700))
        found = len(unit.entries.fragments(wide, TODAY, "en", limit=1700))
    print(f"    nearest of all   {seconds * 1e3:8.2f} ms   ({found:,} blocks)")


def _join_bare(store: Store, chosen: tuple[str, ...]) -> list[bytes]:
    """The same rows by the driver alone, unsorted."""
    assert isinstance(store, Database)
    connection = store._get_engine().raw_connection()
    try:
        cursor = connection.cursor()
        marks = ",".join(["?" if store._url.get_backend_name() == "sqlite" else "%s"] * len(chosen))
        first, last = (TODAY - timedelta(90)).isoformat(), (TODAY + timedelta(400)).isoformat()
        cursor.execute(
            f"SELECT content FROM fragments WHERE language = 'en' AND issuer_id IN ({marks})"
            f" AND last_day >= '{first}' AND day <= '{last}'",
            chosen,
        )
        return [row[0] for row in cursor.fetchall()]
    finally:
        connection.close()


def _fill_entries(store: Store, count: int) -> list[str]:
    """Entries of invented issuers over ten years, written in bulk below the port."""
    assert isinstance(store, Database)
    names = [f"issuer-{number}" for number in range(count // ENTRIES_PER_ISSUER)]
    rng = random.Random(0)
    kinds = list(DateKind)
    with store._get_engine().begin() as connection:
        connection.execute(issuers.insert(), [{"id": name, "name": name} for name in names])
        for start in range(0, count, 20_000):
            numbers = range(start, min(start + 20_000, count))
            rows = [_entry_row(number, names[number % len(names)], rng, kinds) for number in numbers]
            connection.execute(entries.insert(), rows)
            blocks = [
                {name: row[name] for name in row if name in fragments.c}
                | {"entry_id": row["id"], "language": language, "content": BLOCK}
                for row in rows
                for language in ("en", "de", "ja")
            ]
            connection.execute(fragments.insert(), blocks)
        connection.exec_driver_sql("ANALYZE")
    return names


def _entry_row(number: int, issuer_id: str, rng: random.Random, kinds: list[DateKind]) -> dict[str, Any]:
    day = TODAY + timedelta(days=rng.randrange(-3200, 450))
    return {
        "id": number + 1,
        "uid": f"{number}-record@bench.invalid",
        "action_id": f"action-{number // 4}",
        "issuer_id": issuer_id,
        "kind": kinds[number % len(kinds)].value,
        "event_type": "cash_dividend",
        "status": "confirmed",
        "mic": "XTKS",
        "day": day,
        "last_day": day,
        "sequence": 0,
        "created_at": NOW,
        "changed_at": NOW,
        "removed_at": None,
        "version": 1,
    }


def _measure_ledger(store: Store, rows: int, due: int) -> None:
    started = time.perf_counter()
    with store.begin() as unit:
        unit.deliveries.plan(_deliveries(rows - due, NOW + timedelta(days=1), "later"))
    planning = rows / (time.perf_counter() - started)
    tick = _median(lambda: _tick(store))
    with store.begin() as unit:
        unit.deliveries.plan(_deliveries(due, NOW - timedelta(minutes=1), "due"))
    claiming, recording, claimed = 0.0, 0.0, 0
    while True:
        started = time.perf_counter()
        with store.begin() as unit:
            batch = unit.deliveries.claim(NOW, "bench", BATCH, stale_after=600)
        claiming += time.perf_counter() - started
        if not batch:
            break
        claimed += len(batch)
        started = time.perf_counter()
        with store.begin() as unit:
            unit.deliveries.record_all(
                [DeliveryOutcome(item.id, DeliveryState.SENT) for item in batch], NOW, worker="bench"
            )
        recording += time.perf_counter() - started
    after = _median(lambda: _tick(store))
    print(f"  ledger of {rows:,} rows, {claimed:,} due")
    print(f"    planned          {planning:8,.0f} a second")
    print(f"    claimed          {claimed / claiming:8,.0f} a second, in batches of {BATCH:,}")
    print(f"    recorded         {claimed / recording:8,.0f} a second, in batches of {BATCH:,}")
    print(f"    idle tick        {tick * 1e3:8.2f} ms before, {after * 1e3:.2f} ms after")


def _tick(store: Store) -> None:
    with store.begin() as unit:
        assert not unit.deliveries.claim(NOW, "bench", BATCH, stale_after=600)


def _deliveries(count: int, due_at: datetime, name: str) -> Iterator[Delivery]:
    for number in range(count):
        yield Delivery(
            id=0,
            key=f"{name}-subscription-{number % 1000}-entry-{number}@bench.invalid-0-3",
            kind=DeliveryKind.REMINDER,
            subscription_id=f"subscription-{number % 1000}",
            due_at=due_at + timedelta(seconds=number % 600 if name == "later" else 0),
            message_id=f"<{name}-{number}@bench.invalid>",
            action_id=f"action-{number // 1000}",
            entry_uid=f"{number // 1000}-record@bench.invalid",
            day=TODAY,
            lead=Lead(3, DayCount.TRADING),
        )


def _median(work: Callable[[], object], times: int = 30) -> float:
    """Seconds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
