"""Bounces read by IMAP over verified TLS, from a small server that speaks as much IMAP (RFC 9051) as that takes."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from calendar_service.couriers.bounces import ImapBounces
from calendar_service.errors import DeliveryError
from calendar_service.settings import BounceSettings
from tests.contract.certificates import make_certificate

MESSAGES = {7: b"Subject: one\r\n\r\nx\r\n", 9: b"Subject: two\r\n\r\n" + b"y" * 400_000}


class Mailbox(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, context: ssl.SSLContext) -> None:
        self.seen: list[int] = []
        self.commands: list[str] = []
        self.context = context
        super().__init__(("127.0.0.1", 0), Session)

    def handle_error(self, *_: Any) -> None:
        """A client that does not trust the certificate hangs up."""


class Session(socketserver.BaseRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        with self.server.context.wrap_socket(self.request, server_side=True) as stream:
            lines = stream.makefile("rb")
            stream.sendall(b"* OK ready\r\n")
            for raw in lines:
                tag, _, command = raw.decode().strip().partition(" ")
                self.server.commands.append(command)
                stream.sendall(self.answer(command) + f"{tag} {self.judge(command)}\r\n".encode())
                if command == "LOGOUT":
                    return

    def judge(self, command: str) -> str:
        return "NO wrong password" if command == 'LOGIN me "wrong"' else "OK done"

    def answer(self, command: str) -> bytes:
        if command == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1\r\n"
        if command == "UID SEARCH UNSEEN":
            left = [str(uid) for uid in MESSAGES if uid not in self.server.seen]
            return f"* SEARCH {' '.join(left)}\r\n".encode()
        if found := re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command):
            content = MESSAGES[int(found[1])][: int(found[2])]
            return b"* 1 FETCH (UID %s BODY[]<0> {%d}\r\n%s)\r\n" % (found[1].encode(), len(content), content)
        if found := re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \(\\Seen\)", command):
            self.server.seen.append(int(found[1]))
        return b"* 2 EXISTS\r\n" if command.startswith("SELECT") else b""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"), "127.0.0.1")


@pytest.fixture
def mailbox(certificate: Path) -> Iterator[Mailbox]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Mailbox(context) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def make_box(mailbox: Mailbox, **more: Any) -> ImapBounces:
    values: dict[str, Any] = {
        "imap_host": "127.0.0.1", "imap_port": mailbox.server_address[1], "imap_user": "me",
        "imap_password": "secret", "imap_folder": 'Boun"ces', **more,
    }  # fmt: skip
    return ImapBounces(BounceSettings(**values))


def test_unseen_messages_are_read_and_marked_one_by_one(mailbox: Mailbox, certificate: Path) -> None:
    box = make_box(mailbox, ca_file=str(certificate))
    reading = iter(box.read_new())
    assert next(reading) == MESSAGES[7]
    assert mailbox.seen == []  # it counts as read once the next one is asked for
    assert next(reading) == MESSAGES[9][: 256 * 1024]
    assert mailbox.seen == [7]
    assert list(reading) == []
    assert mailbox.seen == [7, 9]
    assert list(box.read_new()) == []
    assert 'SELECT "Boun\\"ces"' in mailbox.commands
    assert mailbox.commands[-1] == "LOGOUT"


def test_a_wrong_password_is_told(mailbox: Mailbox, certificate: Path) -> None:
    box = make_box(mailbox, ca_file=str(certificate), imap_password="wrong")
    with pytest.raises(DeliveryError, match=r"bounces: 127\.0\.0\.1 cannot be read: .*wrong password"):
        list(box.read_new())


def test_an_untrusted_certificate_is_refused(mailbox: Mailbox) -> None:
    with pytest.raises(DeliveryError, match="CERTIFICATE_VERIFY_FAILED"):
        list(make_box(mailbox).read_new())
    assert mailbox.commands == []
