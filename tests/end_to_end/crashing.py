"""Workers that are killed while they send: what arrives, how often, and what the ledger says of it."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, select

from calendar_service.bootstrap import SystemClock
from calendar_service.model.codes import DateKind
from calendar_service.model.subscription import Delivery, DeliveryKind, DeliveryState, Lead, Subscription
from calendar_service.remind.sending import IN_DOUBT
from calendar_service.store.schema import deliveries
from tests.end_to_end.running import BIN
from tests.reminding import LINKS, World
from tests.smtp_sink import Received, Script, Sink

STILL = 180.0  # seconds without anything sent or recorded after which a run is given up
PAUSE = 0.02  # seconds that the server takes for a message, so that there is something to interrupt
MAIL_SECONDS = 5  # how long a worker waits for the server: on a loaded machine one second was too short
BATCH = 40  # what a killed worker held waits until its claims are stale
LOG = "workers.log"
STALE = 4.0 * MAIL_SECONDS  # the least that the settings allow


@dataclass
class Outcome:
    """What a run showed. `in_flight` are the Message-IDs that killed workers had claimed and not recorded."""

    planned: set[str]
    received: Counter[str]
    ids_by_target: dict[str, set[str]]
    states: Counter[str]
    kills: int
    in_flight: set[str]
    seconds: float
    log: Path

    @property
    def repeats(self) -> int:
        return sum(self.received.values()) - len(self.received)

    def check(self) -> None:
        """Nothing is lost; what came twice was in flight at a kill, with the same Message-ID. Says what is not so."""
        lost = self.planned - set(self.received)
        assert not lost, f"{len(lost)} never came, such as {_name(lost)}"
        strangers = set(self.received) - self.planned
        assert not strangers, f"{len(strangers)} came that were never planned, such as {_name(strangers)}"
        assert self.states == Counter(sent=len(self.planned)), f"the ledger says {dict(self.states)}"
        changed = {target for target, ids in self.ids_by_target.items() if len(ids) != 1}
        assert not changed, f"another Message-ID at the second time for {_name(changed)}"
        strays = {key for key, count in self.received.items() if count > 1} - self.in_flight
        assert not strays, (
            f"{len(strays)} came twice without a kill: {_name(strays)}\n{_read_log(self.log, strays)}"
        )
        assert self.repeats <= self.kills * IN_DOUBT, f"{self.repeats} repeats of {self.kills} kills"

    def describe(self) -> str:
        return (
            f"{len(self.planned):,} deliveries, {self.kills} kills, {len(self.planned - set(self.received))} lost, "
            f"{self.repeats} repeated with the same Message-ID ({self.repeats / max(self.kills, 1):.1f} a kill), "
            f"{self.seconds:.0f} s"
        )


@dataclass
class _Post:
    """What has arrived so far."""

    received: Counter[str] = field(default_factory=Counter)
    ids_by_target: dict[str, set[str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, message: Received) -> None:
        found = re.search(rb"^Message-ID: (<[^>]+>)", message.content, re.MULTILINE)
        assert found is not None
        with self.lock:
            key = found[1].decode()
            self.received[key] += 1
            self.ids_by_target.setdefault(message.target, set()).add(key)


def run_and_kill(folder: Path, url: str, *, count: int, workers: int, kills: int, seed: int = 1) -> Outcome:
    """Let real `calendar-service worker` processes send, kill one again and again, and start another in its place."""
    planned, post, rng = _plan(folder, url, count), _Post(), random.Random(seed)
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    started, in_flight, killed = time.monotonic(), set[str](), 0
    watch = _Watch(folder / LOG)
    with Sink(Script(pause=PAUSE), keep=post.keep) as sink:
        running = [_start(folder, url, sink.port) for _ in range(workers)]
        try:
            while (open_rows := _count_open(engine)) or len(post.received) < count:
                watch.look((open_rows, post.received.total(), killed), running, engine)
                time.sleep(0.02)
                if killed < kills and len(post.received) >= (killed + 1) * count // (kills + 1):
                    claims = _find_claims(engine)
                    busy = [item for item in running if item.pid in claims]
                    if busy:
                        victim = rng.choice(busy)
                        time.sleep(rng.random() * PAUSE)
                        victim.kill()
                        victim.wait()
                        in_flight |= _find_claims(engine).get(victim.pid, set())
                        running.remove(victim)
                        running.append(_start(folder, url, sink.port))
                        killed += 1
        finally:
            _stop(running)
    states = _count_states(engine)
    engine.dispose()
    seconds = time.monotonic() - started
    return Outcome(
        planned, post.received, post.ids_by_target, states, killed, in_flight, seconds, folder / LOG
    )


@dataclass
class _Watch:
    """Ends a run that cannot come to its end, and says why."""

    log: Path
    seen: tuple[int, ...] = ()
    moved_at: float = field(default_factory=time.monotonic)

    def look(self, progress: tuple[int, ...], running: list[subprocess.Popen[bytes]], engine: Engine) -> None:
        for item in running:
            if item.poll() is not None:
                raise AssertionError(
                    f"the worker {item.pid} ended by itself with {item.returncode}:\n{_read_log(self.log)}"
                )
        if progress != self.seen:
            self.seen, self.moved_at = progress, time.monotonic()
        elif time.monotonic() - self.moved_at > STILL:
            raise AssertionError(
                f"nothing moved for {STILL:.0f} s: open rows, received, kills = {progress}, "
                f"the ledger says {dict(_count_states(engine))}, of open rows {_find_notes(engine)}\n{_read_log(self.log)}"
            )


def _plan(folder: Path, url: str, count: int) -> set[str]:
    """One reminder, due now, for each of `count` readers; gives their Message-IDs."""
    world = World(folder, SystemClock(), url=url)
    day = datetime.now(UTC).date() + timedelta(3)  # noqa: TID251 - what the workers' own clocks say
    action = world.announce("crash", {DateKind.RECORD: day})
    now = world.clock.now()
    with world.store.begin() as unit:
        for number in range(count):
            reader = Subscription(
                f"r{number:05}", f"r{number}@reader.example", created_at=now, confirmed_at=now
            )
            unit.subscriptions.add(reader, feed_token_hash=f"t{number}")
        rows = [_row(number, action.id, day, now) for number in range(count)]
        assert unit.deliveries.plan(rows) == count
    world.store.close()
    return {row.message_id for row in rows}


def _row(number: int, action_id: str, day: date, now: datetime) -> Delivery:
    return Delivery(
        0,
        f"r{number:05}:reminder",
        DeliveryKind.REMINDER,
        f"r{number:05}",
        now,
        f"<m{number}@{LINKS.host}>",
        action_id=action_id,
        entry_uid=f"{action_id}-record@{LINKS.host}",
        day=day,
        lead=Lead(3),
    )


def _start(folder: Path, url: str, port: int) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "CALENDAR_SERVICE_STORE_URL": url,
        "CALENDAR_SERVICE_SECRET": "a secret of the crash test",
        "CALENDAR_SERVICE_MAIL_HOST": "127.0.0.1",
        "CALENDAR_SERVICE_MAIL_PORT": str(port),
        "CALENDAR_SERVICE_MAIL_SECURITY": "none",
        "CALENDAR_SERVICE_MAIL_SECONDS": str(MAIL_SECONDS),
        "CALENDAR_SERVICE_MAIL_PER_DOMAIN_A_MINUTE": "1000000",
        "CALENDAR_SERVICE_REMINDERS_STALE_SECONDS": str(STALE),
        "CALENDAR_SERVICE_REMINDERS_SECONDS": "0.2",
        "CALENDAR_SERVICE_REMINDERS_BATCH": str(BATCH),
        "CALENDAR_SERVICE_WEB_BASE_URL": LINKS.base_url,
        "CALENDAR_SERVICE_LOG_LEVEL": "info",
        "CALENDAR_SERVICE_LOG_FORMAT": "json",
        "XDG_CONFIG_HOME": str(folder),
    }
    with (folder / LOG).open("ab") as log:
        return subprocess.Popen(
            [BIN, "--data", str(folder / "data"), "worker"], env=environment, stdout=log, stderr=log
        )


def _stop(running: list[subprocess.Popen[bytes]]) -> None:
    for item in running:
        item.send_signal(signal.SIGTERM)
    for item in running:
        try:
            item.wait(30)
        except subprocess.TimeoutExpired:
            item.kill()
            item.wait()


def _find_claims(engine: Engine) -> dict[int, set[str]]:
    """The Message-IDs that each worker process holds, by process id."""
    query = select(deliveries.c.claimed_by, deliveries.c.message_id).where(
        deliveries.c.state == DeliveryState.CLAIMED.value
    )
    found: dict[int, set[str]] = {}
    with engine.connect() as connection:
        for worker, message_id in connection.execute(query):
            found.setdefault(int(worker.split(":")[1]), set()).add(message_id)
    return found


def _count_states(engine: Engine) -> Counter[str]:
    with engine.connect() as connection:
        return Counter(connection.execute(select(deliveries.c.state)).scalars())


def _count_open(engine: Engine) -> int:
    query = select(func.count()).where(deliveries.c.state.in_(["planned", "claimed"]))
    with engine.connect() as connection:
        return connection.execute(query).scalar_one()


def _find_notes(engine: Engine) -> dict[str, int]:
    """What the ledger says of rows that are open, and of how many."""
    is_open = deliveries.c.state.in_(["planned", "claimed"])
    query = select(deliveries.c.note, func.count()).where(is_open).group_by(deliveries.c.note)
    with engine.connect() as connection:
        return {note or "nothing": count for note, count in connection.execute(query)}


def _name(keys: Iterable[str]) -> str:
    return ", ".join(sorted(keys)[:5])


def _read_log(log: Path, keys: Iterable[str] = ()) -> str:
    """What the workers said of these messages, or the last that they said at all."""
    lines, wanted = log.read_text(errors="replace").splitlines(), tuple(keys)
    told = [line for line in lines if any(f'"{key}"' in line for key in wanted)] if wanted else lines
    return "\n".join(told[-30:])
