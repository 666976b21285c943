"""One open connection to a mail server, and the mail transactions on it (RFC 5321, 3.3).

Where the server allows pipelining (RFC 2920), the commands of a message go out in one write with the
content of the message before it, so that a message costs one round trip.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
import time
from collections import deque
from collections.abc import Callable, Generator
from typing import NamedTuple, TypeAlias, TypeVar

from calendar_service.errors import DeliveryError
from calendar_service.model.records import Message
from calendar_service.model.refusals import days_borne, days_borne_of_reply
from calendar_service.settings import MailSettings

QUIT_SECONDS = 2.0  # that the answer to a goodbye is waited for: it keeps the other connections waiting
MESSAGES_PER_CONNECTION = 200  # servers count; leaving early costs less than being thrown out

Report: TypeAlias = Callable[[Message, DeliveryError | None], None]
Pull: TypeAlias = Callable[[], Message | None]
T = TypeVar("T")
Waiting: TypeAlias = Generator[None, None, T]  # each yield waits until the server takes or says something

_KEPT = 250
_START_INPUT = 354
_SERVICE_CLOSING = 421
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_ENHANCED = re.compile(r"(?:^|[ -])(5\.\d{1,3}\.\d{1,3})\b")
_REPLY = re.compile(rb"([2-5][0-9][0-9])(?:([ -])(.*))?", re.DOTALL)
_ROOM = 65536  # bytes; no server has so much to say in one line
_NOT_NOW = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Reply(NamedTuple):
    """What the server says to one command."""

    code: int
    words: bytes

    def describe(self) -> str:
        """Code and words on one line, as they are kept and shown."""
        text = " ".join(self.words.decode("utf-8", "replace").split())
        return f"{self.code} {text}"[:500]


class Line:
    """One open connection, used by one thread at a time.

    `message` is the one that is under way, `in_data` whether its content is: then it may arrive even if
    no reply does. `following` is the one that was announced behind it. `is_fresh`: nothing was ever sent
    on the connection. `is_over`: nothing more can be. Opening it raises SMTPException or OSError.
    """

    def __init__(self, settings: MailSettings, context: ssl.SSLContext | None) -> None:
        self.message: Message | None = None
        self.following: Message | None = None
        self.in_data = False
        self.is_fresh = True
        self.is_over = False
        self._sender = settings.sender
        self._seconds = settings.seconds
        self._left = MESSAGES_PER_CONNECTION
        self._out = b""
        self._in = b""
        self._words: list[bytes] = []
        self._replies: deque[Reply] = deque()
        self._smtp = _connect(settings, context)
        self._pipelines = self._smtp.has_extn("pipelining")
        if self._smtp.sock is None:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        self._socket = self._smtp.sock
        self._socket.setblocking(False)
        self.number = self._socket.fileno()
        self.deadline = time.monotonic() + settings.seconds

    @property
    def is_writing(self) -> bool:
        """Whether something waits for the server to take it."""
        return bool(self._out)

    def converse(self, message: Message | None, pull: Pull, report: Report) -> Waiting[None]:
        """Hand over this message and those that `pull` gives; stops where it has to wait for the server.

        Each is reported once the server has answered. Ends where nothing is left, or the connection has
        served its time. Raises SMTPException or OSError where it breaks: `message` is not reported then,
        and `following` was not sent.
        """
        while message is not None:
            self.message = message
            replies = yield from self._announce(message)
            refusal = _find_refusal(replies)
            if refusal is not None:
                self.message = None
                report(message, refusal)
                yield from self._abandon(replies)
            else:
                yield from self._send_content(message, pull, report)
            self.is_fresh = False
            message = self.following or (None if self.is_over else pull())

    def close(self) -> None:
        """End the connection, politely where that still works."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self._socket.settimeout(min(self._seconds, QUIT_SECONDS))
            self._smtp.quit()
        self._smtp.close()

    def drop(self) -> None:
        """End a connection on which nobody answers any more."""
        self._smtp.close()

    def _announce(self, message: Message) -> Waiting[list[Reply]]:
        """The replies to the three commands, or to those that were let through; the last one is where it ended."""
        if self._pipelines:
            if self.following is None:
                self._write(b"".join(self._commands(message)))
            replies = yield from self._read(3)
        else:
            replies = []
            for command in self._commands(message):
                self._write(command)
                replies += yield from self._read(1)
                if replies[-1].code >= 400:
                    break
        self.following = None
        if replies[0].code == _SERVICE_CLOSING:  # said goodbye while the connection was idle
            raise smtplib.SMTPServerDisconnected(replies[0].describe())
        return replies

    def _send_content(self, message: Message, pull: Pull, report: Report) -> Waiting[None]:
        """The content, with the commands of the next message behind it where the server takes both at once."""
        self.following = pull() if self._pipelines and self._left > 1 else None
        commands = self._commands(self.following) if self.following else ()
        self.in_data = True
        content = message.content if message.is_clean else _stuff(message.content)
        end = b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n"
        self._write(b"".join((content, end, *commands)))
        (reply,) = yield from self._read(1)
        self.in_data, self.message = False, None
        self._left -= 1
        report(message, None if reply.code == _KEPT else _refuse(reply, after_data=True))
        self.is_over = reply.code == _SERVICE_CLOSING or self._left < 1
        if self.is_over and self.following:
            raise smtplib.SMTPServerDisconnected(reply.describe())

    def _commands(self, message: Message) -> tuple[bytes, bytes, bytes]:
        sender = message.return_path or self._sender
        return f"MAIL FROM:<{sender}>\r\n".encode(), f"RCPT TO:<{message.target}>\r\n".encode(), b"DATA\r\n"

    def _abandon(self, replies: list[Reply]) -> Waiting[None]:
        """Leave a refused transaction so that the next one starts clean; the refusal counts, whatever happens here."""
        self.is_over = True
        if replies[-1].code == _SERVICE_CLOSING:
            return
        with contextlib.suppress(smtplib.SMTPException, OSError):
            if (
                replies[-1].code == _START_INPUT
            ):  # DATA was let through with nobody to deliver to: end it empty
                self._write(b".\r\n")
                yield from self._read(1)
            self._write(b"RSET\r\n")
            (reply,) = yield from self._read(1)
            self.is_over = reply.code != _KEPT

    def _read(self, count: int) -> Waiting[list[Reply]]:
        """So many replies, or fewer where the last one says that the server goes."""
        taken: list[Reply] = []
        while len(taken) < count:
            while not self._replies:
                yield
                self._flush()
                self._receive()
            taken.append(self._replies.popleft())
            if taken[-1].code == _SERVICE_CLOSING:
                break
        return taken

    def _write(self, data: bytes) -> None:
        """Say something. Whatever was said before it must be answered: a reply that is left over would count for it."""
        if self._replies or self._in or self._words:
            raise smtplib.SMTPServerDisconnected("an answer out of turn")
        self._out += data
        self.deadline = time.monotonic() + self._seconds
        self._flush()

    def _flush(self) -> None:
        with contextlib.suppress(*_NOT_NOW):
            while self._out:
                self._out = self._out[self._socket.send(self._out) :]

    def _receive(self) -> None:
        try:
            data = self._socket.recv(_ROOM)
        except _NOT_NOW:
            return
        if not data:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        *lines, self._in = (self._in + data).split(b"\n")
        if len(self._in) > _ROOM or len(self._words) > _ROOM:
            raise smtplib.SMTPServerDisconnected("an answer without an end")
        for line in lines:
            found = _REPLY.fullmatch(line.rstrip(b"\r"))
            if found is None:
                raise smtplib.SMTPServerDisconnected(f"no answer that could be understood: {line[:100]!r}")
            self._words.append(found[3] or b"")
            if found[2] != b"-":
                self._replies.append(Reply(int(found[1]), b"\n".join(self._words)))
                self._words = []


def _connect(settings: MailSettings, context: ssl.SSLContext | None) -> smtplib.SMTP:
    """A connection that is ready for mail: secured and logged in as the settings say."""
    if context is not None and settings.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, settings.port, timeout=settings.seconds, context=context
        )
    else:
        smtp = smtplib.SMTP(settings.host, settings.port, timeout=settings.seconds)
    try:
        if context is not None and settings.security == "starttls":
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if settings.user:
            smtp.login(settings.user, settings.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _stuff(content: bytes) -> bytes:
    """A message as it follows DATA: CRLF line ends, and the dots at the start of lines doubled."""
    breaks = content.count(b"\r\n")
    if content.count(b"\n") != breaks or content.count(b"\r") != breaks:
        content = _LINE_ENDS.sub(b"\r\n", content)
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed


def _find_refusal(replies: list[Reply]) -> DeliveryError | None:
    """What the replies to an envelope come to. One of our own address (to MAIL) or to DATA is not about the target."""
    for number, reply in enumerate(replies):
        if reply.code >= 400:
            return _refuse(reply, about_us=number != 1)
    if replies[-1].code != _START_INPUT:
        raise smtplib.SMTPServerDisconnected(f"an answer out of turn: {replies[-1].describe()}")
    return None


def _refuse(reply: Reply, *, about_us: bool = False, after_data: bool = False) -> DeliveryError:
    """The error of a refusal. One of our own address (to MAIL) or of DATA may be over once the operator has looked."""
    enhanced = _ENHANCED.search(reply.words.decode("ascii", "replace"))
    code = reply.code
    days = days_borne(enhanced[1]) if enhanced else days_borne_of_reply(code, after_data=after_data)
    permanent = code >= 500 and days > 0 and not about_us
    return DeliveryError(reply.describe(), permanent=permanent, days_borne=days)
