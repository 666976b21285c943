"""Whether memory stays flat: many polls of every sort against two workers, while actions change and links are revoked.

    python tests/benchmarks/soak_feed.py [--polls N] [--minutes M] [--smoke]

A million polls unless said; with `--minutes` spread evenly over so many, else as fast as they go. Public
and private feeds, three languages, alarms, JSON and CSV; plain, gzip, br and conditional ones; one in two
hundred asks for an address that nobody asked for before, so that the workers' caches turn over all the
time. Between two rounds a link is revoked and must answer 410 at once, and a changed action must show.

Prints what each process holds over time and the slope after the first quarter, and ends with an error
where a worker grows. What is counted is anonymous memory: pages of the mapped database are the system's.
Needs wrk. Loopback only; ends after the polls, and at the latest after twice the minutes (at least 20).
"""

from __future__ import annotations

import argparse
import json
import random
import re
import secrets
import statistics
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from calendar_service.bootstrap.machine import SystemClock
from calendar_service.model.ports import Store
from calendar_service.model.subscription import Selection, Subscription
from calendar_service.web.tokens import hash_feed_token
from tests.benchmarks.feed_server import (
    ISSUERS,
    free_port,
    make_action,
    our_server,
    run_wrk,
    save_action,
    save_feed,
    tag_of,
    today_of,
)

CLOCK = SystemClock()
PRIVATE_FEEDS = 40
UNSEEN_EVERY = 200
UNSEEN_TO_FILL = (
    10_000  # polls until the caches are full and hold as many small feeds as they will go on to hold
)
CONNECTIONS = 32  # of wrk
ROUNDS = 24
GROWTH_ALLOWED = 0.03  # of what a worker holds, over all the polls that are looked at

_REQUESTS = """
local n, seed = 0, {seed}
function init(args) math.randomseed(seed + tonumber(tostring({{}}):sub(8), 16) % 100000) end
local paths, tags = {paths}, {tags}
local codings = {{'gzip', 'gzip, br', 'identity'}}
request = function()
  n = n + 1
  local i = math.random(#paths)
  local path, headers = paths[i], {{['Accept-Encoding'] = codings[math.random(3)]}}
  if n % {every} == 0 then
    path = path .. (path:find('?', 1, true) and '&' or '?') .. 'n=' .. math.random(1e9)
  elseif math.random(3) == 1 then
    headers['If-None-Match'] = tags[i]
  end
  return wrk.format('GET', path, headers)
end
"""
_DELAY = "function delay() return {milliseconds} end\n"


@dataclass
class Soak:
    """A site under load, and what was seen of its memory: by process, (polls done, megabytes)."""

    folder: Path
    address: str
    store: Store
    server: int
    tokens: list[str] = field(default_factory=list)
    revisions: dict[int, int] = field(default_factory=dict)
    seen: dict[int, list[tuple[int, float]]] = field(default_factory=dict)
    done: int = 0

    def paths(self) -> list[str]:
        """What is polled, by how often."""
        public = [
            *(f"/feeds/issuer/issuer-{number}/example.ics" for number in range(ISSUERS)),
            *(f"/feeds/issuer/issuer-{number}/example.ics?lang=ja" for number in range(0, ISSUERS, 4)),
            *(f"/feeds/issuer/issuer-{number}/example.json" for number in range(0, ISSUERS, 12)),
            *(f"/feeds/issuer/issuer-{number}/example.csv" for number in range(0, ISSUERS, 12)),
            *("/feeds/market/XNYS.ics?future=60&alarms=7,1", "/feeds/type/cash_dividend.ics?kind=ex&lang=de"),
            *("/feeds/all.ics?future=30", "/feeds/all.ics", "/feeds/all.ics?kind=payment"),
        ]
        return [*public, *(_private(token) for token in self.tokens)]

    def add_link(self, number: int) -> None:
        """A subscription to three issuers with a private link."""
        token = secrets.token_urlsafe(24)
        chosen = tuple(f"issuer-{(number * 7 + place) % ISSUERS}" for place in range(3))
        made = Subscription(f"soak-{token[:12]}", f"{number}@example.org", Selection(issuers=chosen))
        with self.store.begin() as unit:
            unit.subscriptions.add(made, feed_token_hash=hash_feed_token(token))
        self.tokens.append(token)

    def revoke_link(self) -> None:
        """Revokes the oldest link; every worker must answer 410 a second later. A new one takes its place."""
        token = self.tokens.pop(0)
        with self.store.begin() as unit:
            unit.subscriptions.revoke(hash_feed_token(token), CLOCK.now())
        self.add_link(self.done)
        time.sleep(1.0)
        answers = {_status(self.address + _private(token)) for _ in range(12)}
        assert answers == {410}, f"a revoked link answered {answers}"

    def change_action(self) -> None:
        """One action gets another amount, which every worker must show a second later."""
        number = random.randrange(ISSUERS)
        self.save_revision(number)
        time.sleep(1.0)
        wanted = f"USD 0.{self.revisions[number]:04}".encode()
        found = {wanted in _read(f"{self.address}/feeds/issuer/issuer-{number}/x.ics") for _ in range(12)}
        assert found == {True}, "a changed action does not show"

    def save_revision(self, number: int) -> None:
        """The next state of an action: another amount."""
        revision = self.revisions[number] = self.revisions.get(number, 1) + 1
        action = make_action(number, today_of(self.folder), f"0.{revision:04}")
        save_action(self.store, replace(action, revision=revision), CLOCK.now())

    def poll(self, paths: Sequence[str], seconds: float, *, every: int, delay: float = 0) -> None:
        """One round of polls, each of which must succeed; every so many-th for an address never asked for."""
        tags = [tag_of(self.address + path) for path in paths]
        script = self.folder / "polls.lua"
        filled = _REQUESTS.format(seed=self.done, every=every, paths=_lua(paths), tags=_lua(tags))
        script.write_text(filled + (_DELAY.format(milliseconds=round(delay)) if delay else ""), "utf-8")
        self.done += run_wrk(self.address, {}, seconds, script)[1]

    def look(self) -> str:
        """Notes what each process holds; the same in words."""
        said = []
        for process in _family(self.server):
            anonymous, resident = _memory(process)
            self.seen.setdefault(process, []).append((self.done, anonymous))
            said.append(f"{anonymous:6.1f} ({resident:.0f})")
        return "   ".join(said)


def main() -> None:
    """Soak, print, judge."""
    arguments = _read_arguments()
    with tempfile.TemporaryDirectory(prefix="soak-feed-") as name:
        folder, port = Path(name), free_port()
        store = save_feed(folder)
        with our_server(folder, port) as server:
            soak = Soak(folder, f"http://127.0.0.1:{port}", store, server)
            for number in range(PRIVATE_FEEDS):
                soak.add_link(number)
            run(soak, arguments.polls, arguments.minutes)
            flat = judge(soak)
        store.close()
    sys.exit(0 if flat else "memory is not flat")


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--polls", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=0.0, help="how long the polls are spread over")
    parser.add_argument("--smoke", action="store_true", help="20,000 polls")
    arguments = parser.parse_args()
    if arguments.smoke:
        arguments.polls = 20_000
    return arguments


def run(soak: Soak, polls: int, minutes: float) -> None:
    """Fills the caches, then polls in rounds until enough were done or the time is up."""
    print("anonymous memory in MB, resident in brackets: the server, then its workers")
    started = time.monotonic()
    latest = started + 60 * max(20.0, 2 * minutes)
    soak.poll(["/feeds/all.ics"], 10 if polls > 100_000 else 3, every=1)
    while soak.done < (UNSEEN_TO_FILL if polls > 100_000 else 1) and time.monotonic() < latest:
        soak.poll(soak.paths(), 5, every=1)
    print(f"  caches filled by {soak.done:,} polls of unseen addresses   {soak.look()}", flush=True)
    soak.done = 0
    soak.seen.clear()
    seconds = max(60 * minutes / ROUNDS, 5.0 if polls > 100_000 else 1.0)
    delay = 60_000 * minutes * CONNECTIONS / polls
    while soak.done < polls and time.monotonic() < latest:
        with _changes(soak):
            soak.poll(soak.paths(), seconds, every=UNSEEN_EVERY, delay=delay)
        soak.revoke_link()
        soak.change_action()
        print(f"  {soak.done:9,} polls, {time.monotonic() - started:5.0f} s   {soak.look()}", flush=True)


@contextmanager
def _changes(soak: Soak) -> Iterator[None]:
    """An action changes once a second while this block runs."""
    over = threading.Event()

    def change() -> None:
        while not over.wait(1.0):
            soak.save_revision(random.randrange(ISSUERS))

    writer = threading.Thread(target=change)
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()


def judge(soak: Soak) -> bool:
    """Says how fast each process grows after the first quarter, and whether that is flat."""
    flat = True
    for process, samples in soak.seen.items():
        late = [sample for sample in samples if sample[0] > soak.done / 4]
        if len(late) < 3:
            print("too few rounds to tell a slope")
            return False
        slope = statistics.linear_regression(*zip(*late, strict=True)).slope
        growth, held = slope * (late[-1][0] - late[0][0]), statistics.fmean(held for _, held in late)
        is_flat = growth <= GROWTH_ALLOWED * held
        flat &= is_flat
        print(
            f"process {process}: {held:.1f} MB, {slope * 1e6:+.1f} MB for a million polls"
            f" ({growth:+.2f} MB over {late[-1][0] - late[0][0]:,}): {'flat' if is_flat else 'GROWS'}"
        )
    print(f"{soak.done:,} polls: {'flat' if flat else 'not flat'}")
    return flat


def _private(token: str) -> str:
    return f"/feeds/private/{token}/my-dates.ics"


def _lua(values: Sequence[str]) -> str:
    return "{" + ", ".join(json.dumps(value) for value in values) + "}"


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return bytes(answer.read())


def _family(process: int) -> list[int]:
    """The process and all that descend from it."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return [process, *(one for child in children for one in _family(int(child)))]


def _memory(process: int) -> tuple[float, float]:
    """Megabytes that a process holds: anonymous, and all that is resident."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    found = dict(re.findall(r"^(RssAnon|VmRSS):\s+(\d+) kB$", status, re.MULTILINE))
    return int(found["RssAnon"]) / 1000, int(found["VmRSS"]) / 1000


if __name__ == "__main__":
    main()
