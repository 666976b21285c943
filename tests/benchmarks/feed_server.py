"""A feed of 1,000 entries served by two worker processes, and wrk to poll it: for the scripts beside this one."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from calendar_service.model.action import CorporateAction, Revision
from calendar_service.model.announcement import Amount, Issuer
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.ports import Store
from calendar_service.model.values import EventDate, Evidence, Money
from calendar_service.publish.links import Links
from calendar_service.publishing import EntryPublisher
from calendar_service.store import open_store
from calendar_service.store.database import Database
from calendar_service.store.schema import issuers

LINKS = Links("https://dates.example.org")
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TODAY = NOW.date()
FEED_ENTRIES = 1000
ISSUERS = 60
KINDS = (DateKind.LAST_CUM, DateKind.EX, DateKind.RECORD, DateKind.PAYMENT)


def make_action(number: int, today: date = TODAY, amount: str = "0.25") -> CorporateAction:
    """A dividend with four dates within a year of `today`, of one of 60 issuers."""
    quote = Evidence(
        "a dividend of USD 0.25 per share, payable to shareholders of record", 0, 67, "record", document="d"
    )
    day = today + timedelta(days=number % 300)
    return CorporateAction(
        id=f"action-{number}",
        issuer_id=f"issuer-{number % ISSUERS}",
        issuer=Issuer(f"Example Holdings {number % ISSUERS} Inc."),
        event_type=EventType.CASH_DIVIDEND,
        status=Status.CONFIRMED,
        revision=1,
        mic="XNYS",
        amount=Amount(Money(Decimal(amount), "USD")),
        dates=tuple(
            EventDate(kind, day + timedelta(days=place), evidence=quote) for place, kind in enumerate(KINDS)
        ),
    )


def save_feed(folder: Path) -> Store:
    """A feed of 1,000 entries around the day on which this runs, since the server has the machine's clock."""
    data = folder / "data"
    data.mkdir()
    store = open_store(f"sqlite:///{data / 'calendar-service.db'}")
    store.migrate()
    assert isinstance(store, Database)
    with store._get_engine().begin() as connection:  # below the port, which gives out ids of its own
        connection.execute(
            issuers.insert(), [{"id": f"issuer-{n}", "name": f"Example {n}"} for n in range(ISSUERS)]
        )
    for number in range(FEED_ENTRIES // len(KINDS)):
        save_action(store, make_action(number, today_of(folder)), NOW)
    return store


def save_action(store: Store, action: CorporateAction, now: datetime) -> None:
    """Saves a state of an action with its entries."""
    with store.begin() as unit:
        unit.actions.save(Revision(action.id, action.revision, now, (), action, "bench"))
        EntryPublisher(LINKS).publish(unit, action, now)


def today_of(folder: Path) -> date:
    """The day on which this folder was made."""
    return datetime.fromtimestamp(folder.stat().st_ctime, UTC).date()


@contextmanager
def our_server(folder: Path, port: int) -> Iterator[int]:
    """`calendar-service web` with two workers over the folder's data; gives the process's id."""
    program = Path(sys.executable).parent / "calendar-service"
    command = [str(program), "--data", str(folder / "data"), "web", "--port", str(port), "--workers", "2"]
    yield from running(command, f"http://127.0.0.1:{port}/feeds/all.ics")


def running(command: Sequence[str], url: str) -> Iterator[int]:
    """Runs a server until the generator is closed, from the moment on which this address answers."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(url, timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise SystemExit(f"{command[0]} did not start")
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def run_wrk(
    url: str, headers: dict[str, str], seconds: float, script: Path | None = None
) -> tuple[float, int]:
    """Requests a second, and how many; fails where one of them is no success."""
    options = [item for name, value in headers.items() for item in ("-H", f"{name}: {value}")]
    options += ["-s", str(script)] if script else []
    done = subprocess.run(
        ["wrk", "-t2", "-c32", f"-d{max(1, round(seconds))}s", *options, url],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Non-2xx" not in done.stdout, done.stdout
    rate = re.search(r"Requests/sec:\s*([\d.]+)", done.stdout)
    count = re.search(r"(\d+) requests in", done.stdout)
    assert rate, done.stdout
    assert count, done.stdout
    return float(rate[1]), int(count[1])


def tag_of(url: str) -> str:
    """The ETag of what is there."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return str(answer.headers["ETag"])


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
