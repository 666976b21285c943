"""The SMTP courier against real servers: aiosmtpd, and one that behaves as badly as servers do."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from calendar_service.couriers.lines import MESSAGES_PER_CONNECTION
from calendar_service.couriers.smtp import CONNECTIONS, SmtpCourier
from calendar_service.errors import DeliveryError
from calendar_service.model.records import Message
from calendar_service.settings import MailSettings
from tests.contract.certificates import make_certificate
from tests.end_to_end.running import find_port
from tests.smtp_sink import BODY, DATA, GREETING, MAIL, RCPT, Script, Sink

MESSAGE = b"Subject: A date\r\nMessage-ID: <1@calendar.example>\r\n\r\nRecord date: 31 March.\r\n"
TO = "holder@example.org"


def make_courier(port: int, **fields: Any) -> SmtpCourier:
    values: dict[str, Any] = {"host": "127.0.0.1", "port": port, "security": "none", "seconds": 20} | fields
    return SmtpCourier(MailSettings(**values))


def send(courier: SmtpCourier, content: bytes = MESSAGE, to: str = TO, **more: str) -> None:
    courier.send(to, "<1@calendar.example>", content, **more)


def fail(courier: SmtpCourier, to: str = TO) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(courier, to=to)
    return caught.value


@pytest.fixture(params=[True, False], ids=["pipelining", "in turn"])
def script(request: pytest.FixtureRequest) -> Script:
    return Script(pipelining=request.param)


def test_a_message_arrives_as_it_was(script: Script) -> None:
    tricky = b"Subject: x\r\n\r\n.leading dot\r\n..two\r\nlone\nbreaks\rhere\r\n.\r\nend"
    with Sink(script) as sink:
        courier = make_courier(sink.port)
        send(courier)
        send(courier, tricky, return_path="b-1-2@bounces.example")
        courier.close()
    assert [(item.sender, item.target) for item in sink.received] == [
        ("reminders@localhost", TO),
        ("b-1-2@bounces.example", TO),
    ]
    assert sink.received[0].content == MESSAGE
    unstuffed = sink.received[1].content.replace(b"\r\n..", b"\r\n.")
    assert unstuffed == b"Subject: x\r\n\r\n.leading dot\r\n..two\r\nlone\r\nbreaks\r\nhere\r\n.\r\nend\r\n"
    assert sink.connections == 1
    assert sink.commands[-1].upper() == "QUIT"


def test_a_message_that_begins_with_a_dot_or_is_empty(script: Script) -> None:
    with Sink(script) as sink:
        courier = make_courier(sink.port)
        send(courier, b".x: y\r\n\r\n")
        send(courier, b"")
        send(courier)
        courier.close()
    assert [item.content for item in sink.received] == [b"..x: y\r\n\r\n", b"\r\n", MESSAGE]


@pytest.mark.parametrize("phase", [MAIL, RCPT, DATA, BODY])
@pytest.mark.parametrize(
    ("reply", "to_rcpt", "to_body"),
    [
        ("451 4.3.0 come back later", 0, 0),
        ("550 5.1.1 no such user", 1, 1),
        ("550 no such user", 1, 10),
        ("550 5.7.1 policy", 10, 10),
        ("554 5.3.0 system", 10, 10),
        ("554 no", 10, 10),
        ("452 4.2.2 mailbox full", 0, 0),
        ("552 5.2.2 mailbox full", 3, 3),
        ("552 mailbox full", 3, 3),
        ("553 5.1.8 the sender's domain is not known", 10, 10),
        ("550 4.2.2 of two minds", 1, 10),
    ],
)
def test_refusals(script: Script, phase: str, reply: str, to_rcpt: int, to_body: int) -> None:
    """Only what is said of the recipient, or of a message to it, can end mails to an address: after so many days."""
    script.answers = {phase: [reply]}
    with Sink(script) as sink:
        courier = make_courier(sink.port)
        error = fail(courier)
        send(courier)  # the connection is good for the next one
        courier.close()
    assert str(error) == reply
    days = {RCPT: to_rcpt, BODY: to_body}.get(phase, 0)
    assert error.permanent is (days > 0)
    assert not days or error.days_borne == days
    assert error.unreachable is False
    assert [item.content for item in sink.received] == [MESSAGE]
    assert sink.connections == 1


def send_all(courier: SmtpCourier, count: int) -> dict[str, str]:
    """What is reported of so many messages at a time, by target: the error's words, with "!" where the way is closed."""
    said: dict[str, str] = {}

    def report(message: Message, error: DeliveryError | None) -> None:
        assert message.target not in said
        said[message.target] = f"{error}{'!' if error.unreachable else ''}" if error else "kept"

    content = b"Subject: x\r\n\r\n.\r\n"
    courier.send_all((Message(f"r{n}@x.example", f"<{n}@y.example>", content) for n in range(count)), report)
    return said


@pytest.mark.parametrize("phase", [MAIL, RCPT, DATA, BODY])
def test_of_many_at_a_time_each_has_its_own_answer(script: Script, phase: str) -> None:
    usual = "354 go on" if phase == DATA else "250 ok"
    script.answers = {phase: [usual, "550 5.1.1 one", usual, "451 4.3.0 two", "550 5.1.1 three"]}
    with Sink(script) as sink:
        courier = make_courier(sink.port)
        said = send_all(courier, 7)
        courier.close()
    refused = ["550 5.1.1 one", "451 4.3.0 two", "550 5.1.1 three"]
    assert sorted(said.values()) == sorted(["kept"] * 4 + refused)
    kept = [target for target, words in said.items() if words == "kept"]
    assert sorted(item.target for item in sink.received) == sorted(kept)
    assert {item.content for item in sink.received} == {b"Subject: x\r\n\r\n..\r\n"}


@pytest.mark.parametrize("goodbye", ["", "421 4.4.2 enough\r\n"])
@pytest.mark.parametrize("most", [1, 2, 3])
def test_what_a_closing_server_did_not_begin_goes_out_on_another_connection(
    script: Script, most: int, goodbye: str
) -> None:
    script.drop_after, script.goodbye = most, goodbye
    with Sink(script) as sink:
        courier = make_courier(sink.port)
        assert set(send_all(courier, 10).values()) == {"kept"}
        courier.close()
    assert sorted(item.target for item in sink.received) == sorted(f"r{n}@x.example" for n in range(10))


def test_a_closing_service_is_left_with_what_was_announced(script: Script) -> None:
    script.answers = {BODY: ["250 kept", "421 4.3.2 shutting down"]}
    with Sink(script) as sink:
        courier = make_courier(sink.port)
        said = send_all(courier, 5)
        courier.close()
    assert sorted(said.values()) == ["421 4.3.2 shutting down", *["kept"] * 4]
    assert len(sink.received) == 4


@pytest.mark.parametrize("phase", [MAIL, RCPT, DATA, BODY])
@pytest.mark.parametrize("way", ["hang_at", "drop_at"])
def test_each_message_is_told_of_when_no_connection_holds(script: Script, phase: str, way: str) -> None:
    setattr(script, way, phase)
    with Sink(script) as sink:
        courier = make_courier(sink.port, seconds=0.2)
        said = send_all(courier, 6)
        courier.close()
    assert len(said) == 6
    assert {words.endswith("!") for words in said.values()} == {phase != BODY}
    assert sink.received == []


def test_a_large_message_to_a_server_that_takes_its_time_to_read(script: Script) -> None:
    content = b"Subject: x\r\n\r\n" + b"Dates of your shares.\r\n" * 400_000
    with Sink(script) as sink:
        courier = make_courier(sink.port)
        send(courier, content)
        send(courier)
        courier.close()
    assert [item.content for item in sink.received] == [content, MESSAGE]


def test_a_slow_server_is_spoken_to_on_several_connections(script: Script) -> None:
    script.pause = 0.3
    with Sink(script) as sink:
        courier = make_courier(sink.port)
        assert set(send_all(courier, 12).values()) == {"kept"}
        courier.close()
    assert sink.connections == CONNECTIONS


@pytest.mark.parametrize("reply", ["2500 kept", "kept", "250 kept\r\n250 kept", "250-" + "x" * 100_000])
def test_an_answer_that_cannot_be_understood_ends_the_connection(script: Script, reply: str) -> None:
    """A reply too many would be taken for the next message's, which might be lost by it."""
    script.answers = {BODY: [reply]}
    with Sink(script) as sink:
        courier = make_courier(sink.port, seconds=1)
        said = send_all(courier, 3)
        courier.close()
    assert len(sink.received) >= [*said.values()].count("kept")
    assert sink.connections > 1


@pytest.mark.parametrize("phase", [GREETING, MAIL, RCPT, DATA, BODY])
def test_a_server_that_hangs(script: Script, phase: str) -> None:
    script.hang_at = phase
    with Sink(script) as sink:
        courier = make_courier(sink.port, seconds=0.3)
        error = fail(courier)
        script.hang_at = ""
        courier.settings = replace(courier.settings, seconds=20)
        send(courier)
        courier.close()
    assert "timed out" in str(error) or "Connection unexpectedly closed" in str(error)
    assert error.permanent is False
    assert error.unreachable is (phase != BODY)
    assert len(sink.received) == 1


@pytest.mark.parametrize("phase", [GREETING, MAIL, RCPT, DATA, BODY])
def test_a_server_that_hangs_up(script: Script, phase: str) -> None:
    script.drop_at = phase
    with Sink(script) as sink:
        courier = make_courier(sink.port)
        error = fail(courier)
        script.drop_at = ""
        send(courier)
        courier.close()
    assert error.permanent is False
    assert error.unreachable is (phase != BODY)  # one lost in the middle of DATA may have arrived
    assert len(sink.received) == 1


@pytest.mark.parametrize("goodbye", ["", "421 4.4.2 idle for too long\r\n"])
def test_a_connection_closed_while_idle_is_opened_anew(script: Script, goodbye: str) -> None:
    script.drop_after, script.goodbye = 1, goodbye
    with Sink(script) as sink:
        courier = make_courier(sink.port)
        for _ in range(3):
            send(courier)
        courier.close()
    assert [item.content for item in sink.received] == [MESSAGE] * 3
    assert sink.connections == 3


def test_a_closing_service_is_left(script: Script) -> None:
    script.answers = {RCPT: ["421 4.3.2 shutting down"]}
    with Sink(script) as sink:
        courier = make_courier(sink.port)
        error = fail(courier)
        assert (str(error), error.permanent) == ("421 4.3.2 shutting down", False)
        send(courier)
        courier.close()
    assert sink.connections == 2


def test_nobody_listens() -> None:
    with Sink() as sink:
        port = sink.port
    error = fail(make_courier(port))
    assert (error.permanent, error.unreachable) == (False, True)
    assert f"127.0.0.1:{port} cannot be used" in str(error)


@pytest.mark.parametrize(
    "address",
    [
        "a@example.org>\r\nRCPT TO:<victim@example.org",
        "a@example.org\nDATA",
        "a@example.org> SIZE=1",
        "<a@example.org>",
        "a b@example.org",
        "a@example.org\x00",
        "a\u202e@example.org",
        "nobody",
        "",
    ],
)
def test_addresses_forge_no_command(address: str) -> None:
    with Sink() as sink:
        courier = make_courier(sink.port)
        error = fail(courier, address)
        with pytest.raises(DeliveryError):
            send(courier, return_path=address or "x")
        send(courier)
        courier.close()
    assert error.permanent is True
    assert [command for command in sink.commands if "victim" in command] == []
    assert [item.target for item in sink.received] == [TO]


def test_connections_are_shared_by_no_two_threads_and_left_in_time() -> None:
    count = 3 * MESSAGES_PER_CONNECTION
    with Sink() as sink:
        courier = make_courier(sink.port)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda n: send(courier, b"n: %d\r\n\r\n" % n), range(count)))
        courier.close()
    assert sorted(item.content for item in sink.received) == sorted(
        b"n: %d\r\n\r\n" % n for n in range(count)
    )
    assert 3 <= sink.connections <= 8


class Accepting:
    def __init__(self) -> None:
        self.messages: list[bytes] = []

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        assert session.ssl is not None
        self.messages.append(envelope.content)
        return "250 kept"


class SecureController(Controller):
    def __init__(self, handler: Any, context: ssl.SSLContext) -> None:
        super().__init__(handler, hostname="127.0.0.1", port=find_port())
        self.context = context

    def factory(self) -> SMTP:
        def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
            good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"me", b"secret")
            return AuthResult(success=good, handled=good)

        return SMTP(
            self.handler,
            hostname="127.0.0.1",
            tls_context=self.context,
            require_starttls=True,
            authenticator=check,
        )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"), "127.0.0.1")


@pytest.fixture
def secure(certificate: Path) -> Iterator[tuple[Accepting, int]]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    handler = Accepting()
    controller = SecureController(handler, context)
    controller.start()
    yield handler, controller.port
    controller.stop()


def test_starttls_with_a_trusted_certificate(secure: tuple[Accepting, int], certificate: Path) -> None:
    handler, port = secure
    courier = make_courier(port, security="starttls", ca_file=str(certificate), user="me", password="secret")
    send(courier)
    send(courier)
    courier.close()
    assert handler.messages == [MESSAGE, MESSAGE]


def test_an_untrusted_certificate_is_refused(secure: tuple[Accepting, int]) -> None:
    handler, port = secure
    error = fail(make_courier(port, security="starttls"))
    assert "CERTIFICATE_VERIFY_FAILED" in str(error)
    assert (error.permanent, error.unreachable) == (False, True)
    assert handler.messages == []


def test_a_server_without_starttls_gets_nothing() -> None:
    with Sink() as sink:
        error = fail(make_courier(sink.port, security="starttls"))
    assert "STARTTLS" in str(error)
    assert sink.received == []
    assert not any(command.startswith("MAIL") for command in sink.commands)


def test_a_wrong_password_is_not_the_readers_fault(secure: tuple[Accepting, int], certificate: Path) -> None:
    error = fail(
        make_courier(secure[1], security="starttls", ca_file=str(certificate), user="me", password="wrong")
    )
    assert "535" in str(error)
    assert (error.permanent, error.unreachable) == (False, True)
