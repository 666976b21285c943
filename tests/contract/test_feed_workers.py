"""Several worker processes over one store: what changed or was revoked shows in each of them."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calendar_service.model.action import CorporateAction, Revision
from calendar_service.model.announcement import Announcement, Issuer
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.ports import Store
from calendar_service.model.subscription import Subscription
from calendar_service.model.values import EventDate
from calendar_service.publish.links import Links
from calendar_service.publishing import EntryPublisher
from calendar_service.store import open_store
from calendar_service.web import create_app
from calendar_service.web.server import serve
from calendar_service.web.tokens import hash_feed_token
from tests.web.world import open_world

TOKEN = "a-private-feed-of-somebody"
PATIENCE = 60.0
ASKED = 40  # new connections, so that the kernel deals them out to all workers


@dataclass
class Workers:
    """`calendar-service web` with two workers, and the store that they read."""

    port: int
    store: Store
    now: datetime

    def ask(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def save(self, action: CorporateAction) -> None:
        with self.store.begin() as unit:
            unit.actions.save(Revision(action.id, action.revision, self.now, (), action, "test"))
            EntryPublisher(Links("https://dates.example.org")).publish(unit, action, self.now)

    def wait_for(self, path: str, status: int) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if self.ask(path)[0] == status:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"{path} never answered {status}")


@pytest.fixture
def workers(tmp_path: Path) -> Iterator[Workers]:
    store = open_store(f"sqlite:///{tmp_path / 'calendar-service.db'}")
    store.migrate()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    program = Path(sys.executable).parent / "calendar-service"
    process = subprocess.Popen(
        [str(program), "--data", str(tmp_path), "web", "--port", str(port), "--workers", "2"],
        env={**os.environ, "CALENDAR_SERVICE_SECRET": "a-secret-of-these-tests"},
        stdout=subprocess.DEVNULL,
    )
    # The workers have the machine's clock, so the dates lie around the day on which this runs.
    now = datetime.fromtimestamp(tmp_path.stat().st_mtime, UTC)
    site = Workers(port, store, now)
    try:
        site.wait_for("/feeds/all.ics", 200)
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        store.close()


@pytest.fixture
def dividend(workers: Workers) -> CorporateAction:
    with workers.store.begin() as unit:
        issuer_id = unit.actions.match_issuer(Announcement(Issuer("Acme"), EventType.CASH_DIVIDEND))
        unit.subscriptions.add(
            Subscription("sub-1", "reader@example.com", confirmed_at=workers.now),
            feed_token_hash=hash_feed_token(TOKEN),
        )
    action = CorporateAction(
        id="dividend",
        issuer_id=issuer_id,
        issuer=Issuer("Acme"),
        event_type=EventType.CASH_DIVIDEND,
        status=Status.ANNOUNCED,
        revision=1,
        dates=(EventDate(DateKind.RECORD, workers.now.date() + timedelta(days=30)),),
    )
    workers.save(action)
    return action


def test_a_changed_action_and_a_revoked_link_take_effect_in_every_worker(
    workers: Workers, dividend: CorporateAction
) -> None:
    private = f"/feeds/private/{TOKEN}/my-dates.ics"
    time.sleep(1.0)
    for path in ("/feeds/all.ics", private):
        assert {b"(announced)" in workers.ask(path)[1] for _ in range(ASKED)} == {True}
    workers.save(replace(dividend, status=Status.CONFIRMED, revision=2))
    time.sleep(1.0)  # what the feeds promise
    for path in ("/feeds/all.ics", private):
        assert {b"(confirmed)" in workers.ask(path)[1] for _ in range(ASKED)} == {True}
    with workers.store.begin() as unit:
        unit.subscriptions.revoke(hash_feed_token(TOKEN), workers.now)
    time.sleep(1.0)
    assert {workers.ask(private)[0] for _ in range(ASKED)} == {410}
    assert workers.ask("/feeds/all.ics")[0] == 200


def test_answers_are_framed_right_by_the_server_with_workers(
    workers: Workers, dividend: CorporateAction
) -> None:
    assert check_framing(workers.port)


def test_answers_are_framed_right_by_the_server_inside_a_process(tmp_path: Path) -> None:
    app, ready, stop = create_app(open_world(tmp_path).services()), threading.Event(), threading.Event()
    addresses: list[str] = []

    def note(address: str) -> None:
        addresses.append(address)
        ready.set()

    options = {"workers": 0, "on_ready": note, "stop": stop}
    server = threading.Thread(target=serve, args=(lambda: app, "127.0.0.1", 0), kwargs=options)
    server.start()
    try:
        assert ready.wait(30)
        check_framing(int(addresses[0].rpartition(":")[2]))
    finally:
        stop.set()
        server.join(30)


def check_framing(port: int) -> bool:
    """Asks in every way over one connection, where a wrong length would spoil what comes after it;
    whether it was kept all along (waitress ends it after 304).
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.connect()
    socket_used = connection.sock
    for _ in range(2):
        tag, length = "", ""
        for coding in ("identity", "gzip", "br"):
            headers = {"Accept-Encoding": coding}
            for method, known, status in (
                ("GET", "", 200),
                ("HEAD", "", 200),
                ("GET", "known", 304),
                ("HEAD", "known", 304),
            ):
                connection.request(
                    method, "/feeds/all.ics", headers={**headers, **({"If-None-Match": tag} if known else {})}
                )
                answer = connection.getresponse()
                body = answer.read()
                assert answer.status == status
                if method == "GET" and status == 200:
                    tag, length = str(answer.headers["ETag"]), str(answer.headers["Content-Length"])
                    assert len(body) == int(length)
                    assert body.startswith(b"BEGIN:VCALENDAR") == (coding == "identity")
                else:
                    assert body == b""
                    assert answer.headers["ETag"] == tag
                    assert answer.headers["Content-Length"] == (length if status == 200 else None)
    kept = connection.sock is socket_used
    connection.close()
    return kept
