"""The server with workers, one of them inside this process: what goes over its connections."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest
from uvicorn.config import Config
from uvicorn.server import Server

from calendar_service.web import create_app, short_path
from calendar_service.web.polling import POLLS, Polls, read_poll
from calendar_service.web.short_path import PollProtocol, Requests
from calendar_service.web.workers import SiteFactory, configure
from tests.web.world import open_world

FEED = "/feeds/all.ics"
SECONDS = 30.0


@dataclass
class Line:
    """A connection, and the answers that come over it one after another."""

    connection: socket.socket
    answers: IO[bytes]

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def read(self, *, body: bool = True) -> tuple[int, dict[str, str], bytes]:
        status = int(self.answers.readline().split(b" ")[1])
        headers = {}
        while (line := self.answers.readline().strip()) != b"":
            name, _, value = line.partition(b": ")
            headers[name.decode().lower()] = value.decode()
        length = int(headers.get("content-length", 0)) if body and status != 304 else 0
        return status, headers, self.answers.read(length)

    def is_ended(self) -> bool:
        try:
            return self.answers.read(1) == b""
        except ConnectionResetError:
            return True


@dataclass
class Worker:
    """A server in a thread of this process."""

    port: int
    config: Config

    @property
    def requests(self) -> Requests:
        found: Requests = self.config.loaded_app.requests
        return found

    @contextmanager
    def connect(self) -> Iterator[Line]:
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS) as connection,
            connection.makefile("rb") as answers,
        ):
            yield Line(connection, answers)

    def fetch(self, path: str, method: str = "GET", **options: Any) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        with closing(connection):
            connection.request(method, path, **options)
            answer = connection.getresponse()
            return answer.status, answer.read()


@pytest.fixture
def work() -> Iterator[Callable[[Any], Worker]]:
    """Starts a worker over an application."""
    running: list[tuple[Server, threading.Thread]] = []

    def start(app: Any) -> Worker:
        config = configure(SiteFactory(lambda: app), workers=1)
        listening = socket.create_server(("127.0.0.1", 0))
        server = Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])))
        thread.start()
        running.append((server, thread))
        for _ in range(int(SECONDS * 100)):
            if server.started:
                break
            time.sleep(0.01)
        return Worker(listening.getsockname()[1], config)

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join(SECONDS)
        assert not thread.is_alive()


@pytest.fixture
def worker(tmp_path: Path, work: Callable[[Any], Worker]) -> Worker:
    """Our application, with a feed that is known and looked at for the last time."""
    app = create_app(open_world(tmp_path).services())
    polls: Polls = app.extensions[POLLS]
    polls.watch.ticks = lambda: 0.0
    started = work(app)
    for coding in ("identity", "gzip", "br"):
        assert started.fetch(FEED, headers={"Accept-Encoding": coding})[0] == 200
    return started


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["QUERY_STRING"].encode(), b" ", environ["wsgi.input"].read()]


def ask(path: str, *headers: str, method: str = "GET", version: str = "1.1") -> bytes:
    lines = (f"{method} {path} HTTP/{version}", "Host: 127.0.0.1", *headers, "", "")
    return "\r\n".join(lines).encode()


def test_a_known_feed_is_answered_on_the_connection_as_the_application_answers_it(worker: Worker) -> None:
    with worker.connect() as line:
        told: dict[bool, Any] = {}
        for by_the_book in (True, False):
            # A body of no bytes is what the short path leaves to the application.
            extra = ("Content-Length: 0",) if by_the_book else ()
            line.send(ask(FEED, "Accept-Encoding: gzip", *extra))
            status, headers, body = line.read()
            assert gzip.decompress(body).startswith(b"BEGIN:VCALENDAR")
            assert headers.pop("date").endswith(" GMT")
            line.send(ask(FEED, f"If-None-Match: {headers['etag']}", *extra))
            unchanged = line.read()
            assert unchanged[1].pop("date").endswith(" GMT")
            told[by_the_book] = status, headers, body, unchanged
        assert told[True] == told[False]
        assert told[True][0] == 200
        assert told[True][3][0] == 304


def test_the_same_bytes_are_parsed_once(worker: Worker) -> None:
    request = ask(FEED, "Accept-Encoding: gzip")
    with worker.connect() as line:
        line.send(request)
        first = line.read()
        line.send(request)
        assert line.read()[1:] == first[1:]
    assert list(worker.requests) == [request]


def test_requests_are_answered_in_turn_however_their_bytes_arrive(worker: Worker) -> None:
    poll, page, head = ask(FEED), ask("/healthz"), ask(FEED, method="HEAD")
    with worker.connect() as line:
        line.send(poll + page + head + poll)
        first, second, third, fourth = (line.read(body=turn != 2) for turn in range(4))
        assert first[2] == fourth[2]
        assert first[2].startswith(b"BEGIN:VCALENDAR")
        assert second[1]["content-type"].startswith("application/json")
        assert (third[0], third[1]["content-length"], third[2]) == (200, str(len(first[2])), b"")
        for cut in range(1, len(poll)):
            line.send(poll[:cut])
            time.sleep(0.001)
            line.send(poll[cut:])
            assert line.read()[2] == first[2]
    assert set(worker.requests) <= {poll}


def test_a_sender_that_does_not_read_gets_each_answer_once_it_does(worker: Worker) -> None:
    request, count = ask(FEED), 3000
    with worker.connect() as line:
        sending = threading.Thread(target=lambda: line.send(request * count))
        sending.start()
        time.sleep(0.5)
        assert worker.fetch("/healthz")[0] == 200
        bodies = {line.read()[2] for _ in range(count)}
        sending.join(SECONDS)
    assert len(bodies) == 1


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (ask(FEED, "Connection: close"), 200),
        (ask(FEED, version="1.0"), 200),
        (
            b"GET "
            + FEED.encode()
            + b" HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
        ),
        ("GET /?q=日 HTTP/1.1\r\nHost: a\r\n\r\n".encode(), 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    ],
    ids=["close", "1.0", "smuggled", "unescaped", "tls"],
)
def test_what_ends_a_connection_is_left_to_the_server(
    worker: Worker, request_bytes: bytes, status: int
) -> None:
    with worker.connect() as line:
        line.send(request_bytes)
        assert line.read()[0] == status
        assert line.is_ended()


def test_other_methods_are_refused_by_the_application(worker: Worker) -> None:
    assert worker.fetch(FEED, method="POST")[0] == 405
    assert worker.fetch(FEED, method="OPTIONS")[0] == 200


def test_a_body_belongs_to_its_request(worker: Worker) -> None:
    hidden = ask("/hidden")
    with worker.connect() as line:
        line.send(ask(FEED, f"Content-Length: {len(hidden)}") + hidden + ask("/healthz"))
        assert line.read()[2].startswith(b"BEGIN:VCALENDAR")
        assert line.read()[1]["content-type"].startswith("application/json")


def test_a_head_without_end_is_refused(worker: Worker) -> None:
    with worker.connect() as line:
        line.send(ask(FEED)[:-2])
        with pytest.raises(OSError, match=r"Broken pipe|reset"):
            line.send((b"X-Filler: " + b"x" * 4000 + b"\r\n") * 100_000)


def test_a_silent_connection_is_closed_and_one_that_is_used_is_kept(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(short_path, "REQUEST_SECONDS", 0.3)
    worker.config.timeout_keep_alive = 1  # second, of connections that are made from here on
    with worker.connect() as mute, worker.connect() as slow, worker.connect() as used:
        slow.send(ask(FEED)[:20])
        for _ in range(15):
            used.send(ask(FEED))
            assert used.read()[0] == 200
            time.sleep(0.1)
        assert mute.is_ended()
        assert slow.is_ended()
        assert used.is_ended()  # after another second


def test_slow_senders_keep_no_thread_busy(worker: Worker) -> None:
    with ExitStack() as senders:
        for _ in range(20):
            sender = senders.enter_context(worker.connect())
            sender.send(ask("/subscribe", "Content-Length: 100", method="POST") + b"slow")
        assert worker.fetch("/healthz")[0] == 200
    assert worker.fetch("/healthz")[0] == 200


def test_bodies_come_through_with_and_without_a_length(work: Callable[[Any], Worker]) -> None:
    worker, body = work(echo), b"x" * 300_000
    assert worker.fetch("/?a=1", method="POST", body=body) == (200, b"a=1 " + body)
    pieces = (body[start : start + 7000] for start in range(0, len(body), 7000))
    assert worker.fetch("/", method="POST", body=pieces) == (200, b" " + body)


def test_a_body_over_the_limit_is_refused(tmp_path: Path, work: Callable[[Any], Worker]) -> None:
    app = create_app(open_world(tmp_path).services())
    app.config["MAX_CONTENT_LENGTH"] = 200_000
    worker = work(app)
    for body in (b"x" * 1_000_000, (b"x" * 10_000 for _ in range(100))):
        assert worker.fetch("/subscribe", method="POST", body=body)[0] == 413


def test_memory_of_requests_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(short_path, "_REQUESTS", 3)
    requests, poll = Requests(), read_poll(("/feeds/all.ics", ""), "GET", "", "")
    for number in range(5):
        requests.remember(b"%d" % number, poll)
    assert list(requests) == [b"3", b"4"]
    requests.remember(b"x" * 2000, poll)
    assert list(requests) == [b"3", b"4"]


def test_the_protocol_is_one_of_the_server() -> None:
    assert configure(SiteFactory(lambda: echo), workers=1).http is PollProtocol


def test_the_store_is_looked_at_beside_the_polls_before_what_is_known_gets_old(tmp_path: Path) -> None:
    app = create_app(open_world(tmp_path).services())
    watch, now = app.extensions[POLLS].watch, [0.0]
    watch.ticks = lambda: now[0]
    assert watch.recent() is None
    stamp = watch.current()
    assert stamp is not None
    for instant in (0.3, 0.5, 0.9, 1.3):  # each but the first is within reach of the look before it
        now[0] = instant
        assert watch.recent() == stamp
        for _ in range(int(SECONDS * 100)):
            if not watch.is_looking:
                break
            time.sleep(0.01)
    now[0] = 2.2
    assert watch.recent() is None
