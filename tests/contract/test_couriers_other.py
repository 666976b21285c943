"""Webhooks, Apprise and the Maildir against real receivers."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from calendar_service.couriers.apprise import AppriseCourier, open_target
from calendar_service.couriers.maildir import MaildirCourier
from calendar_service.couriers.webhook import SIGNATURE, WebhookCourier, check_target, webhook_key
from calendar_service.errors import DeliveryError
from calendar_service.model.codes import DateKind
from calendar_service.model.subscription import DeliveryState, Lead, ReminderPlan
from calendar_service.settings import WebhookSettings
from tests.conftest import FixedClock
from tests.contract.certificates import make_certificate
from tests.reminding import World

# Apprise looks for a module of older Pythons when it is loaded.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

SECRET = "a secret that is long enough"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BODY = b'{"title":"x"}'


class Receiver:
    """An HTTP server that keeps what is posted to it and answers as it is told."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 204
        self.location = ""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append((self.path, dict(self.headers), content))
                self.send_response(receiver.status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    found.thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()
    found.thread.join()


def make_courier(*, allow_private: bool = True) -> WebhookCourier:
    return WebhookCourier(WebhookSettings(seconds=10, allow_private=allow_private), SECRET, lambda: NOW)


def fail(target: str, **more: bool) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        make_courier(**more).send(target, "<1@calendar.example>", BODY)
    return caught.value


def test_a_webhook_is_signed(receiver: Receiver) -> None:
    target = f"http://127.0.0.1:{receiver.port}/hook?x=1"
    make_courier().send(target, "<1@calendar.example>", BODY)
    ((path, headers, content),) = receiver.requests
    assert (path, content) == ("/hook?x=1", BODY)
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["Idempotency-Key"] == "1@calendar.example"
    at = int(NOW.timestamp())
    key = webhook_key(SECRET, target)
    expected = hmac.new(key.encode(), f"{at}.".encode() + BODY, hashlib.sha256).hexdigest()
    assert headers[SIGNATURE] == f"t={at},v1={expected}"
    assert key != webhook_key(SECRET, target + "2") != webhook_key(SECRET + "2", target)


@pytest.mark.parametrize(
    ("status", "permanent"), [(410, True), (404, False), (429, False), (500, False), (301, False)]
)
def test_answers(receiver: Receiver, status: int, permanent: bool) -> None:
    receiver.status, receiver.location = status, f"http://127.0.0.1:{receiver.port}/elsewhere"
    error = fail(f"http://127.0.0.1:{receiver.port}/hook")
    assert (str(error), error.permanent) == (f"127.0.0.1 answered {status}", permanent)
    assert len(receiver.requests) == 1  # redirects are not followed


def test_a_server_that_answers_byte_by_byte_keeps_no_worker() -> None:
    """Each byte comes well within the timeout, the whole answer only long after it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def dribble() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):
                for byte in b"HTTP/1.1 204 No Content\r\nX-A: " + b"x" * 150 + b"\r\n\r\n":
                    connection.sendall(bytes([byte]))
                    time.sleep(0.02)

        thread = threading.Thread(target=dribble, daemon=True)
        thread.start()
        courier = WebhookCourier(WebhookSettings(seconds=0.5, allow_private=True), SECRET, lambda: NOW)
        with pytest.raises(DeliveryError) as caught:
            courier.send(f"http://127.0.0.1:{listening.getsockname()[1]}/", "<1@calendar.example>", BODY)
        assert not caught.value.permanent
        thread.join()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "[::1]", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254",
        "0.0.0.0", "[::ffff:127.0.0.1]", "[fe80::1]", "100.64.0.1", "2130706433", "0x7f.1", "224.0.0.1",
        "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fec0::1]", "[::7f00:1]", "[::ffff:0:127.0.0.1]", "[ff0e::1]",
    ],
)  # fmt: skip
def test_urls_into_a_network_are_refused(receiver: Receiver, host: str) -> None:
    error = fail(f"http://{host}:{receiver.port}/hook", allow_private=False)
    assert "inside a network" in str(error)
    assert error.permanent is False
    assert receiver.requests == []


def test_a_name_is_resolved_once(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that tells a public address first and a private one after is not asked again."""
    asked: list[str] = []

    def resolve(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", receiver.port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    connected: list[Any] = []
    real = socket.create_connection

    def connect(address: Any, timeout: Any) -> Any:
        connected.append(address)
        monkeypatch.undo()
        return real(address, timeout)

    monkeypatch.setattr(socket, "create_connection", connect)
    make_courier().send(f"http://hook.example:{receiver.port}/", "<1@calendar.example>", BODY)
    assert asked == ["hook.example"]
    assert connected == [("127.0.0.1", receiver.port)]


@pytest.mark.parametrize(
    "target",
    [
        "ftp://example.org/", "http://", "http://user:password@example.org/", "https://example.org/#x",
        "http://example.org/\r\nX: y", "http://example.org:99999/", "http://exämple.org/", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_what_is_no_webhook_url(target: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        check_target(target)
    assert fail(target).permanent is True


def test_a_certificate_is_verified(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(make_certificate(tmp_path, "127.0.0.1"))
    found = Receiver(context)
    found.thread.start()
    error = fail(f"https://127.0.0.1:{found.port}/hook")
    found.server.shutdown()
    found.server.server_close()
    assert "CERTIFICATE_VERIFY_FAILED" in str(error)
    assert found.requests == []


def test_nobody_listens() -> None:
    error = fail("http://127.0.0.1:9/hook")
    assert (error.permanent, "127.0.0.1" in str(error)) == (False, True)


def test_apprise_hands_over_title_and_text(receiver: Receiver) -> None:
    AppriseCourier().send(
        f"json://127.0.0.1:{receiver.port}/", "<1@x>", "Tomorrow: Récord\nA text.\n".encode()
    )
    ((_, _, content),) = receiver.requests
    said = json.loads(content)
    assert (said["title"], said["message"].strip()) == ("Tomorrow: Récord", "A text.")
    receiver.status = 500
    with pytest.raises(DeliveryError, match="did not take") as caught:
        AppriseCourier().send(f"json://127.0.0.1:{receiver.port}/", "<1@x>", b"t\nx")
    assert caught.value.permanent is False


@pytest.mark.parametrize("target", ["nothing://x", "file:///tmp/x", "syslog://", "dbus://", "not a url"])
def test_what_apprise_may_not_send_to(target: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        open_target(target)
    assert caught.value.permanent is True


def test_channels_share_the_ledger(tmp_path: Path, clock: FixedClock, receiver: Receiver) -> None:
    world = World(tmp_path, clock)
    plan = ReminderPlan(((DateKind.RECORD, (Lead(1),)),))
    url = f"http://127.0.0.1:{receiver.port}"
    world.subscribe("hook", plan=plan, channel="webhook", target=f"{url}/hook")
    world.subscribe("chat", plan=plan, channel="apprise", target=f"json://127.0.0.1:{receiver.port}/chat")
    world.subscribe("lost", plan=plan, channel="pigeon", target="home")
    world.announce("a1", {DateKind.RECORD: clock.now().date().replace(day=3)})
    dispatcher = world.dispatcher()
    dispatcher.couriers = {**dispatcher.couriers, "webhook": make_courier(), "apprise": AppriseCourier()}
    assert dispatcher.tick() == {"sent": 2, "failed": 1}
    assert [row.note for row in world.rows(DeliveryState.FAILED)] == ["there is no way to send by pigeon"]
    by_path = {path: json.loads(content) for path, _, content in receiver.requests}
    said = by_path["/hook"]
    (row,) = world.rows(subscription="hook")
    title = "Tomorrow: Nordlicht AG: Record date – Cash dividend EUR 1.20 (confirmed)"
    assert {key: said[key] for key in ("id", "kind", "subscription", "late", "title")} == {
        "id": row.message_id.strip("<>"), "kind": "reminder", "subscription": "hook", "late": False, "title": title,
    }  # fmt: skip
    assert [(item["kind"], item["day"]) for item in said["dates"]] == [("record", "2026-03-03")]
    assert [action["id"] for action in said["actions"]] == ["a1"]
    assert "Record date: Tue, 3 Mar 2026" in said["text"]
    assert "\x00" not in said["text"]
    assert said["unsubscribe"] in said["text"]
    assert by_path["/chat"]["title"] == title
    assert "Record date: Tue, 3 Mar 2026" in by_path["/chat"]["message"]


def test_a_maildir_takes_each_message_once(tmp_path: Path) -> None:
    courier = MaildirCourier(tmp_path / "mail")
    courier.send("a@example.org", "<1@x>", b"Subject: one\r\n\r\nx\r\n")
    courier.send("a@example.org", "<1@x>", b"Subject: one\r\n\r\nx\r\n")
    courier.send("a@example.org", "<2@x>", b"Subject: two\r\n\r\nx\r\n")
    courier.close()
    found = sorted(path.read_bytes() for path in (tmp_path / "mail" / "new").iterdir())
    assert found == [b"Subject: one\n\nx\n", b"Subject: two\n\nx\n"]
    assert list((tmp_path / "mail" / "tmp").iterdir()) == []


def test_a_maildir_that_cannot_be_written(tmp_path: Path) -> None:
    courier = MaildirCourier(tmp_path / "mail")
    (tmp_path / "mail" / "tmp").rmdir()
    with pytest.raises(DeliveryError, match="cannot be written") as caught:
        courier.send("a@example.org", "<1@x>", b"x")
    assert (caught.value.permanent, caught.value.unreachable) == (False, True)
