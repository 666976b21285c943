"""What a feed costs: joining ready blocks, a private feed from cold, and polls beside nginx.

    python tests/benchmarks/bench_feed.py [--smoke] [--entries N] [--seconds S] [--skip-polls]

All ratios come from one run on one machine: icalendar building the same bytes, nginx serving the
same bytes as static files with two worker processes. Polls need nginx and wrk.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from icalendar import Calendar

from calendar_service.model.action import CorporateAction, Revision
from calendar_service.model.announcement import Amount, Issuer
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.ports import Store
from calendar_service.model.subscription import Selection
from calendar_service.model.values import EventDate, Evidence, Money
from calendar_service.publish.descriptions import Story
from calendar_service.publish.ical import join_feed, plan_entries, render_fragment
from calendar_service.publish.links import Links
from calendar_service.publishing import EntryPublisher
from calendar_service.store import open_store
from calendar_service.store.database import Database
from calendar_service.store.schema import entries, fragments, issuers
from calendar_service.web.feeds import FORMATS
from calendar_service.web.polling import FeedAnswer

LINKS = Links("https://dates.example.org")
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TODAY = NOW.date()
FEED_ENTRIES = 1000
CHOSEN = 200
ENTRIES_PER_ISSUER = 60
KINDS = (DateKind.LAST_CUM, DateKind.EX, DateKind.RECORD, DateKind.PAYMENT)


def main() -> None:
    """Measure and print."""
    arguments = _read_arguments()
    _measure_join()
    with tempfile.TemporaryDirectory() as folder:
        _measure_cold(Path(folder), arguments.entries)
    if arguments.skip_polls or shutil.which("nginx") is None or shutil.which("wrk") is None:
        print("polls: skipped (nginx and wrk are needed)")
        return
    with tempfile.TemporaryDirectory(prefix="bench-feed-") as folder:
        _measure_polls(Path(folder), arguments.seconds, arguments.soak)


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="a few seconds, small numbers")
    parser.add_argument("--entries", type=int, help="entries that the private feed is picked from")
    parser.add_argument("--seconds", type=float, help="how long each way of polling is measured")
    parser.add_argument("--skip-polls", action="store_true")
    parser.add_argument("--soak", type=int, help="polls after which memory is looked at (for all: 1000000)")
    arguments = parser.parse_args()
    arguments.entries = arguments.entries or (20_000 if arguments.smoke else 500_000)
    arguments.seconds = arguments.seconds or (1.0 if arguments.smoke else 8.0)
    arguments.soak = arguments.soak or (20_000 if arguments.smoke else 1_000_000)
    return arguments


def _action(number: int, today: date = TODAY) -> CorporateAction:
    quote = Evidence(
        "a dividend of USD 0.25 per share, payable to shareholders of record", 0, 67, "record", document="d"
    )
    day = today + timedelta(days=number % 300)
    return CorporateAction(
        id=f"action-{number}",
        issuer_id=f"issuer-{number % 60}",
        issuer=Issuer(f"Example Holdings {number % 60} Inc."),
        event_type=EventType.CASH_DIVIDEND,
        status=Status.CONFIRMED,
        revision=1,
        mic="XNYS",
        amount=Amount(Money(Decimal("0.25"), "USD")),
        dates=tuple(
            EventDate(kind, day + timedelta(days=place), evidence=quote) for place, kind in enumerate(KINDS)
        ),
    )


def _measure_join() -> None:
    """1,000 entries: joined, and built with icalendar as a feed without stored blocks would be."""
    actions = [_action(number) for number in range(FEED_ENTRIES // len(KINDS))]
    planned = [
        (item, Story(action, LINKS))
        for action in actions
        for item in plan_entries(action, (), {}, NOW, LINKS.host, links=LINKS, history=(), languages=("en",))
    ]
    blocks = [item.fragments["en"] for item, _ in planned]
    joined = join_feed(blocks, name="bench", language="en", limit=1 << 30)

    def build() -> bytes:
        return join_feed(
            [render_fragment(item.entry, story, "en") for item, story in planned],
            name="bench",
            language="en",
            limit=1 << 30,
        )

    parsed: Any = Calendar.from_ical(joined)
    assert parsed.to_ical() == joined
    join = _median(lambda: join_feed(blocks, name="bench", language="en", limit=1 << 30), 50)
    serialise = _median(parsed.to_ical, 3)
    building = _median(build, 3)
    print(f"join {len(blocks):,} blocks, {len(joined):,} bytes: {join * 1e3:.2f} ms")
    print(f"  icalendar writes the same out of its own objects  {serialise / join:7.0f} x")
    print(f"  icalendar builds and writes them                  {building / join:7.0f} x")


def _measure_cold(folder: Path, count: int) -> None:
    """The private feed of 200 issuers out of many entries, from the store to the finished bytes.

    Cold: each time a new choice of issuers, of which this process keeps no feed, no block and no answer.
    Not cold are the system's page cache, since the entries were written just before, and the connection,
    which has read other feeds before, as in any process that has lived for a minute.
    """
    store = open_store(f"sqlite:///{folder / 'bench.db'}")
    store.migrate()
    names = _fill(store, count)
    rng = random.Random(1)
    spent, busy, packed, sizes = [], [], [], []
    for turn in range(80):
        chosen = tuple(rng.sample(names, min(CHOSEN, len(names) // 2)))
        started, worked = time.perf_counter(), time.process_time()
        with store.read() as unit:
            blocks = unit.entries.fragments(Selection(issuers=chosen), TODAY, "en")
        body = join_feed(blocks, name="my dates", language="en")
        spent.append(time.perf_counter() - started)
        busy.append(time.process_time() - worked)
        FeedAnswer(body, FORMATS["ics"], NOW, private=True).coded("gzip")
        packed.append(time.perf_counter() - started)
        sizes.append(body.count(b"BEGIN:VEVENT"))
        if turn < 30:
            spent, busy, packed, sizes = [], [], [], []
    store.close()
    print(
        f"private feed of {len(chosen)} issuers out of {count:,} entries, cold: a new choice each time, nothing kept"
        " but the system's page cache"
    )
    print(
        f"  {statistics.median(spent) * 1e3:.2f} ms median, {statistics.median(busy) * 1e3:.2f} ms of it busy"
        f" ({len(blocks):,} blocks read, {statistics.median(sizes):.0f} fit into {len(body):,} bytes)"
    )
    print(f"  {statistics.median(packed) * 1e3:.2f} ms with its ETag and gzip")


def _fill(store: Store, count: int) -> list[str]:
    """Entries over ten years with one rendered block each, written in bulk below the port."""
    assert isinstance(store, Database)
    planned = plan_entries(_action(0), (), {}, NOW, LINKS.host, links=LINKS, history=(), languages=("en",))
    block = planned[0].fragments["en"]
    names = [f"issuer-{number}" for number in range(count // ENTRIES_PER_ISSUER)]
    rng = random.Random(0)
    with store._get_engine().begin() as connection:
        connection.execute(issuers.insert(), [{"id": name, "name": name} for name in names])
        for start in range(0, count, 20_000):
            numbers = range(start, min(start + 20_000, count))
            rows = [_row(number, names[number % len(names)], rng) for number in numbers]
            connection.execute(entries.insert(), rows)
            connection.execute(
                fragments.insert(),
                [
                    {name: row[name] for name in row if name in fragments.c}
                    | {"entry_id": row["id"], "language": "en"}
                    | {"content": block.replace(b"action-0-", b"action-%d-" % row["id"])}
                    for row in rows
                ],
            )
        connection.exec_driver_sql("ANALYZE")
    store.close()  # the last connection moves the log into the file, as it is in a database that has lived
    return names


def _row(number: int, issuer_id: str, rng: random.Random) -> dict[str, Any]:
    day = TODAY + timedelta(days=rng.randrange(-3200, 450))
    return {
        "id": number + 1,
        "uid": f"{number}-record@bench.invalid",
        "action_id": f"action-{number // 4}",
        "issuer_id": issuer_id,
        "kind": KINDS[number % len(KINDS)].value,
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


def _measure_polls(folder: Path, seconds: float, soak: int) -> None:
    """Requests a second by wrk: two of our worker processes, and two of nginx over the same bytes."""
    port, static_port = _free_port(), _free_port()
    _save_feed(folder)
    ours, static = f"http://127.0.0.1:{port}/feeds/all.ics", f"http://127.0.0.1:{static_port}/all.ics"
    with _our_server(folder, port) as server, _nginx(folder, static_port, ours):
        print(
            f"polls of {FEED_ENTRIES:,} entries: 2 worker processes each, wrk with 32 connections, {seconds:g} s a run"
        )
        for name, headers in (("200", {}), ("200 gzip", {"Accept-Encoding": "gzip"}), ("304", None)):
            rates: dict[str, list[float]] = {ours: [], static: []}
            for _ in range(3 if seconds > 1 else 1):
                for url, found in rates.items():
                    asked = {"If-None-Match": _tag_of(url)} if headers is None else headers
                    found.append(_run_wrk(url, asked, seconds / 2)[0])
            best, other = max(rates[ours]), max(rates[static])
            print(f"  {name:9} {best:9,.0f}/s   nginx {other:9,.0f}/s   {best / other:.2f}")
        _measure_memory(folder, server, ours, soak)


def _measure_memory(folder: Path, server: int, url: str, soak: int) -> None:
    """What the workers hold before and after many polls, a tenth of them for addresses never asked before."""
    long = soak > 100_000
    _run_wrk(url, {}, 20 if long else 1, _write_script(folder, every=1))  # until the cache is full
    script = _write_script(folder, every=200)
    before, done = _resident(server), 0
    while done < soak:
        done += _run_wrk(url, {}, 5 if long else 1, script)[1]
    print(
        f"memory of the server's processes: {before:.0f} MB, after {done:,} polls {_resident(server):.0f} MB"
    )


def _write_script(folder: Path, every: int) -> Path:
    """For wrk: every so many-th request asks for an address that was not asked for in this run."""
    script = folder / f"addresses-{every}.lua"
    feed = "/feeds/market/XNYS.ics?future=3"
    script.write_text(
        "local n = 0\n"
        f"request = function()\n  n = n + 1\n  local path = '{feed}'\n"
        f"  if n % {every} == 0 then path = path .. '&n={every}-' .. n .. os.time() end\n"
        "  return wrk.format('GET', path, {['Accept-Encoding'] = 'gzip'})\nend\n",
        encoding="utf-8",
    )
    return script


def _resident(process: int) -> float:
    """Megabytes that a process and its children hold."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6 + sum(_resident(int(child)) for child in children)


def _save_feed(folder: Path) -> None:
    """A feed of 1,000 entries around the day on which this runs, since the server has the machine's clock."""
    data = folder / "data"
    data.mkdir()
    store = open_store(f"sqlite:///{data / 'calendar-service.db'}")
    store.migrate()
    today = datetime.fromtimestamp(folder.stat().st_mtime, UTC).date()
    publisher = EntryPublisher(LINKS)
    with store.begin() as unit:
        for number in range(FEED_ENTRIES // len(KINDS)):
            action = _action(number, today)
            unit.actions.save(Revision(action.id, 1, NOW, (), action, "bench"))
            publisher.publish(unit, replace(action), NOW)
    store.close()


@contextmanager
def _our_server(folder: Path, port: int) -> Iterator[int]:
    program = Path(sys.executable).parent / "calendar-service"
    command = [str(program), "--data", str(folder / "data"), "web", "--port", str(port), "--workers", "2"]
    yield from _running(command, f"http://127.0.0.1:{port}/feeds/all.ics")


@contextmanager
def _nginx(folder: Path, port: int, source: str) -> Iterator[int]:
    root = folder / "static"
    root.mkdir()
    with urllib.request.urlopen(source, timeout=30) as answer:
        feed = answer.read()
    assert feed.count(b"BEGIN:VEVENT") > FEED_ENTRIES * 0.8, "the feed is not what is to be measured"
    (root / "all.ics").write_bytes(feed)
    (root / "all.ics.gz").write_bytes(gzip.compress(feed, 6))
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}"
        "events { worker_connections 1024; } http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;"
        " types { text/calendar ics; } open_file_cache max=100;"
        f" server {{ listen 127.0.0.1:{port}; root {root}; gzip_static on; }} }}",
        encoding="utf-8",
    )
    yield from _running(["nginx", "-c", str(folder / "nginx.conf")], f"http://127.0.0.1:{port}/all.ics")


def _running(command: Sequence[str], url: str) -> Iterator[int]:
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


def _run_wrk(
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


def _tag_of(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return str(answer.headers["ETag"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _median(work: Callable[[], object], rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        spent.append(time.perf_counter() - started)
    return statistics.median(spent)


if __name__ == "__main__":
    main()
