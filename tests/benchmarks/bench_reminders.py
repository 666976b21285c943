"""What reminders cost: claims, an idle tick, planning, and sending against a bare smtplib loop.

    python tests/benchmarks/bench_reminders.py [--smoke] [--rows N] [--due N] [--mails N]

Runs on a PostgreSQL of its own in a temporary folder, and on SQLite with fewer rows. The bare loop
sends the same mails, prebuilt, over one open connection to the same server, by turns in one run.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import smtplib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from sqlalchemy import text

from calendar_service.couriers.smtp import SmtpCourier
from calendar_service.model.codes import DateKind
from calendar_service.model.subscription import (
    Delivery,
    DeliveryKind,
    Lead,
    ReminderPlan,
    Selection,
    Subscription,
)
from calendar_service.publish.links import Links
from calendar_service.remind.letters import Letter, RecipientLinks
from calendar_service.remind.sending import Dispatcher
from calendar_service.settings import MailSettings
from calendar_service.store.database import Database
from calendar_service.web.tokens import Tokens
from tests.conftest import FixedClock
from tests.contract.postgres_server import find_programs, run_postgres
from tests.reminding import LINKS, World
from tests.smtp_sink import Script, Sink

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = date(2026, 11, 26)
ACTIONS = 100
TURNS = 10
FAR = """
INSERT INTO deliveries (key, kind, subscription_id, due_at, next_at, message_id, action_id, entry_uid, day,
                        lead_days, lead_count, state, attempts, late, revision, note)
SELECT 'far:' || n, 'reminder', 'far' || (n % 100000), {instant}, {instant}, '<far' || n || '@calendar.example>',
       'far' || (n % 20000), 'far' || (n % 20000) || '-record', '2027-06-01', 3, 'calendar', 'planned', 0, {no}, 0, ''
FROM {numbers}
"""


def main() -> None:
    """Fill, measure, print."""
    arguments = _read_arguments()
    with tempfile.TemporaryDirectory() as folder, _run_sink() as port:
        programs = find_programs()
        if programs:
            with run_postgres(programs) as url:
                _measure(Path(folder), url.format(name="postgres"), port, arguments)
        else:
            print("PostgreSQL is not installed: SQLite alone is measured")
        arguments.rows = min(arguments.rows, 200_000)
        arguments.due = min(arguments.due, 10_000)
        _measure(Path(folder), f"sqlite:///{folder}/bench.db", port, arguments)


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="a few seconds, small numbers")
    parser.add_argument("--rows", type=int, help="planned deliveries that are not due")
    parser.add_argument("--due", type=int, help="deliveries to claim")
    parser.add_argument("--mails", type=int, help="mails to send")
    arguments = parser.parse_args()
    arguments.rows = arguments.rows or (20_000 if arguments.smoke else 10_000_000)
    arguments.due = arguments.due or (5_000 if arguments.smoke else 100_000)
    arguments.mails = arguments.mails or (1_000 if arguments.smoke else 10_000)
    return arguments


def _measure(folder: Path, url: str, port: int, arguments: argparse.Namespace) -> None:
    clock = FixedClock(NOW - timedelta(days=30))
    world = World(folder / url.partition(":")[0], clock, url=url)
    started = time.perf_counter()
    _fill_far(world, arguments.rows)
    print(
        f"\n{url.partition(':')[0]}: {arguments.rows:,} planned rows ({time.perf_counter() - started:.0f} s)"
    )
    _measure_planning(world, clock)
    clock.instant = NOW
    dispatcher = world.dispatcher(_Nowhere())
    dispatcher.tick()
    idle = _median(dispatcher.tick, 300)
    print(f"  idle tick            {idle * 1e3:8.2f} ms")
    _measure_claims(world, arguments.due)
    _measure_sending(world, port, arguments.mails)
    world.store.close()


def _fill_far(world: World, count: int) -> None:
    """Rows that are due next year, written by the database itself."""
    assert isinstance(world.store, Database)
    engine = world.store._get_engine()
    postgres = engine.dialect.name == "postgresql"
    with engine.begin() as connection:
        for start in range(0, count, 1_000_000):
            end = min(start + 1_000_000, count) - 1
            numbers = (
                f"generate_series({start}, {end}) AS g(n)"
                if postgres
                else f"(WITH RECURSIVE g(n) AS (SELECT {start} UNION ALL SELECT n + 1 FROM g WHERE n < {end}) SELECT n FROM g)"
            )
            instant = (
                "timestamptz '2027-05-01 08:00+00' + (n % 5000) * interval '1 minute'"
                if postgres
                else "datetime('2027-05-01 08:00', '+' || (n % 5000) || ' minutes') || '.000000'"
            )
            connection.execute(
                text(FAR.format(instant=instant, numbers=numbers, no="false" if postgres else "0"))
            )
    if postgres:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE deliveries"))


def _measure_planning(world: World, clock: FixedClock) -> None:
    plan = ReminderPlan(((DateKind.RECORD, (Lead(7), Lead(3), Lead(1))),))
    for watchers, name in ((10, "FEW"), (1000, "MANY")):
        with world.store.begin() as unit:
            for number in range(watchers):
                reader = Subscription(
                    f"{name}{number}", f"{name}{number}@x.example", Selection(tickers=(name,)), plan,
                    created_at=NOW, confirmed_at=NOW,
                )  # fmt: skip
                unit.subscriptions.add(reader, feed_token_hash=f"{name}{number}")
        world.announce(f"plan-{name}", {DateKind.RECORD: DAY}, issuer=f"{name} AG")
        days = iter(range(1, 100))
        seconds = _median(
            lambda name=name, days=days: world.announce(  # type: ignore[misc]
                f"plan-{name}", {DateKind.RECORD: DAY + timedelta(next(days))}, issuer=f"{name} AG"
            ),
            7,
        )
        rows = 3 * watchers
        print(
            f"  a date moves, {watchers:5} watch {seconds * 1e3:8.1f} ms  ({seconds / rows / 2 * 1e6:.0f} us a row)"
        )
    with world.store.begin() as unit:
        for number in range(1000):
            unit.deliveries.drop_for("measured", subscription_id=f"MANY{number}")
        for number in range(10):
            unit.deliveries.drop_for("measured", subscription_id=f"FEW{number}")


def _measure_claims(world: World, count: int) -> None:
    """Claims of rows that are all due in the same minute."""
    with world.store.begin() as unit:
        unit.deliveries.plan(_row(f"claim{number}", "nobody", "none") for number in range(count))
    for batch in (200, 1000):
        claimed, turns = 0, max(count // 2 // batch, 1)
        started = time.perf_counter()
        for _ in range(turns):
            with world.store.begin() as unit:
                claimed += len(unit.deliveries.claim(NOW, "bench", batch, stale_after=600))
        rate = claimed / (time.perf_counter() - started)
        print(f"  claims, {batch:4} at a time {rate:8,.0f} a second")
    with world.store.begin() as unit:
        unit.deliveries.forget(NOW - timedelta(days=1000))
        for state in ("planned", "claimed"):
            unit.deliveries._connection.execute(  # type: ignore[attr-defined]
                text(f"DELETE FROM deliveries WHERE state = '{state}' AND subscription_id = 'nobody'")
            )


def _measure_sending(world: World, port: int, count: int) -> None:
    """The whole way, claimed to recorded, beside a bare loop over the same mails."""
    actions = [
        world.announce(f"send{number}", {DateKind.RECORD: DAY}, issuer=f"Issuer{number} AG")
        for number in range(ACTIONS)
    ]
    with world.store.begin() as unit:
        for number in range(count):
            reader = Subscription(
                f"{number:024x}", f"reader{number}@x{number % 50}.example", Selection(issuers=("none",)),
                created_at=NOW, confirmed_at=NOW,
            )  # fmt: skip
            unit.subscriptions.add(reader, feed_token_hash=f"s{number}")
        unit.deliveries.plan(
            _row(f"send{number}", f"{number:024x}", actions[number % ACTIONS].id) for number in range(count)
        )
    tokens = Tokens("the secret of the benchmark", world.clock)

    def links_of(_delivery: Delivery, subscription: Subscription) -> RecipientLinks:
        links: Links = LINKS
        return RecipientLinks(
            links.manage(tokens.manage(subscription.id)),
            links.unsubscribe(tokens.unsubscribe(subscription.id)),
        )

    courier = SmtpCourier(MailSettings(host="127.0.0.1", port=port, security="none"))
    dispatcher = world.dispatcher(courier, per_domain_a_minute=1_000_000)
    dispatcher.writer.links_of = links_of
    with world.store.begin() as unit:
        rows = [
            row
            for row in unit.deliveries.claim(NOW, "look", count, stale_after=1e9)
            if row.key.startswith("send")
        ]
        unit.deliveries.give_back([(row.id, None) for row in rows], worker="look")
    with world.store.read() as unit:
        prebuilt = [item for item in dispatcher.writer.write(unit, rows, NOW) if isinstance(item, Letter)]
    assert len(prebuilt) == count
    assert len({item.content for item in prebuilt}) == count
    bare, whole = _send_by_turns(port, dispatcher, prebuilt)
    ratios = [bare_turn.wall / turn.wall for bare_turn, turn in zip(bare, whole, strict=True)]
    for name, turns in (("bare smtplib loop", bare), ("claimed to recorded", whole)):
        rate = count / sum(turn.wall for turn in turns)
        used = sum(turn.cpu for turn in turns) / count
        print(f"  {name:20} {rate:8,.0f} mails a second, {used * 1e6:4.0f} us of this process's CPU a mail")
    print(f"  of the bare loop     {statistics.median(ratios):8.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    courier.close()


def _send_by_turns(
    port: int, dispatcher: Dispatcher, letters: list[Letter]
) -> tuple[list[_Took], list[_Took]]:
    """Both ways by turns, some batches each: what else the machine does, and how fast its cores wake up, changes by the second."""
    connection = smtplib.SMTP("127.0.0.1", port)
    connection.ehlo()
    size = len(letters) // TURNS
    bare, whole = [], []
    for start in range(0, size * TURNS, size):
        turn = letters[start : start + size]
        bare.append(_take_time(lambda turn=turn: _send_bare(connection, turn)))  # type: ignore[misc]
        whole.append(_take_time(lambda: _send_due(dispatcher, size)))
    connection.quit()
    return bare, whole


def _send_bare(connection: smtplib.SMTP, letters: list[Letter]) -> None:
    for letter in letters:
        connection.sendmail("reminders@calendar.example", [letter.subscription.target], letter.content)


def _send_due(dispatcher: Dispatcher, count: int) -> None:
    sent = 0
    while sent < count:
        dispatcher.batch = min(200, count - sent)
        sent += dispatcher.send_batch()["sent"]


@dataclass(frozen=True)
class _Took:
    wall: float
    cpu: float


def _take_time(work: Callable[[], None]) -> _Took:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return _Took(time.perf_counter() - wall, time.process_time() - cpu)


def _row(key: str, subscription_id: str, action_id: str) -> Delivery:
    return Delivery(
        0, key, DeliveryKind.REMINDER, subscription_id, NOW, f"<{key}@{LINKS.host}>", action_id=action_id,
        entry_uid=f"{action_id}-record@{LINKS.host}", day=DAY, lead=Lead(3),
    )  # fmt: skip


class _Nowhere:
    def send(self, *_: object, **__: object) -> None:
        raise AssertionError("nothing is due")

    def close(self) -> None:
        pass


def _median(work: Callable[[], Any], times: int) -> float:
    found = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return statistics.median(found)


@contextlib.contextmanager
def _run_sink() -> Iterator[int]:
    """A mail server in a process of its own that drops what it takes; gives its port."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    yield ours.recv()
    ours.send("stop")
    process.join(30)


def _serve(pipe: Connection) -> None:
    with Sink(Script(), keep=lambda _: None) as sink:
        sink.commands = _Forgetful()
        pipe.send(sink.port)
        pipe.recv()


class _Forgetful(list[str]):
    def append(self, _: str) -> None:
        pass


if __name__ == "__main__":
    main()
