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
import shutil
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from icalendar import Calendar

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from calendar_service.model.ports import Store
from calendar_service.model.subscription import Selection
from calendar_service.publish.descriptions import Story
from calendar_service.publish.ical import join_feed, plan_entries, render_fragment
from calendar_service.store import open_store
from calendar_service.store.database import Database
from calendar_service.store.schema import entries, fragments, issuers
from calendar_service.web.feeds import FORMATS
from calendar_service.web.kept import FeedAnswer
from tests.benchmarks.feed_server import (
    FEED_ENTRIES,
    KINDS,
    LINKS,
    NOW,
    TODAY,
    free_port,
    make_action,
    our_server,
    run_wrk,
    running,
    save_feed,
    tag_of,
)

CHOSEN = 200
ENTRIES_PER_ISSUER = 60


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
        _measure_polls(Path(folder), arguments.seconds)


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="a few seconds, small numbers")
    parser.add_argument("--entries", type=int, help="entries that the private feed is picked from")
    parser.add_argument("--seconds", type=float, help="how long each way of polling is measured")
    parser.add_argument("--skip-polls", action="store_true")
    arguments = parser.parse_args()
    arguments.entries = arguments.entries or (20_000 if arguments.smoke else 500_000)
    arguments.seconds = arguments.seconds or (1.0 if arguments.smoke else 8.0)
    return arguments


def _measure_join() -> None:
    """1,000 entries: joined, and built with icalendar as a feed without stored blocks would be."""
    actions = [make_action(number) for number in range(FEED_ENTRIES // len(KINDS))]
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
    planned = plan_entries(
        make_action(0), (), {}, NOW, LINKS.host, links=LINKS, history=(), languages=("en",)
    )
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


def _measure_polls(folder: Path, seconds: float) -> None:
    """Requests a second by wrk: two of our worker processes, and two of nginx over the same bytes."""
    port, static_port = free_port(), free_port()
    save_feed(folder)
    ours, static = f"http://127.0.0.1:{port}/feeds/all.ics", f"http://127.0.0.1:{static_port}/all.ics"
    with our_server(folder, port), _nginx(folder, static_port, ours):
        print(
            f"polls of {FEED_ENTRIES:,} entries: 2 worker processes each, wrk with 32 connections, {seconds:g} s a run"
        )
        for name, headers in (("200", {}), ("200 gzip", {"Accept-Encoding": "gzip"}), ("304", None)):
            rates: dict[str, list[float]] = {ours: [], static: []}
            for _ in range(3 if seconds > 1 else 1):
                for url, found in rates.items():
                    asked = {"If-None-Match": tag_of(url)} if headers is None else headers
                    found.append(run_wrk(url, asked, seconds / 2)[0])
            best, other = max(rates[ours]), max(rates[static])
            print(f"  {name:9} {best:9,.0f}/s   nginx {other:9,.0f}/s   {best / other:.2f}")


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
    yield from running(["nginx", "-c", str(folder / "nginx.conf")], f"http://127.0.0.1:{port}/all.ics")


def _median(work: Callable[[], object], rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        spent.append(time.perf_counter() - started)
    return statistics.median(spent)


if __name__ == "__main__":
    main()
