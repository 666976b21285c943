"""Mail through an SMTP server, over connections that are kept open and never shared by two threads."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from functools import cached_property
from queue import Empty, LifoQueue

from calendar_service.errors import DeliveryError
from calendar_service.model.refusals import days_borne, days_borne_of_reply
from calendar_service.settings import MailSettings

MESSAGES_PER_CONNECTION = 200  # servers count; leaving early costs less than being thrown out
IDLE_CONNECTIONS = 8

_START_INPUT = 354
_SERVICE_CLOSING = 421
_LINE_ENDS = re.compile(rb"\r\n|\r|\n")
_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")  # printable ASCII without blanks and angle brackets
_ENHANCED = re.compile(r"(?:^|[ -])(5\.\d{1,3}\.\d{1,3})\b")


class SmtpCourier:
    """Hands messages to the configured server. Safe to use from several threads at once."""

    def __init__(self, settings: MailSettings) -> None:
        self.settings = settings
        self._idle: LifoQueue[_Line] = LifoQueue(IDLE_CONNECTIONS)

    def send(self, target: str, message_id: str, content: bytes, *, return_path: str = "") -> None:  # noqa: ARG002 - the port's shape
        """Hand over one message. Raises DeliveryError, permanent only where the server refuses this target or message.

        `return_path` is the envelope's sender; without it bounces go to the address in From.
        """
        sender = return_path or self.settings.sender
        if not _ADDRESS.fullmatch(target) or not _ADDRESS.fullmatch(sender):
            raise DeliveryError("The address holds characters that no mail address can have.", permanent=True)
        line, fresh = self._take()
        try:
            try:
                line.send(sender, target, content)
            except (smtplib.SMTPServerDisconnected, ConnectionError):
                if fresh or line.in_data:
                    raise
                line.close()  # a server may close an idle connection at any time: one more try on a new one
                line = self._open()
                line.send(sender, target, content)
        except DeliveryError:
            self._give_back(line)
            raise
        except (smtplib.SMTPException, OSError) as error:
            line.drop()
            raise DeliveryError(
                f"{self.settings.host}: {_say(error)}", permanent=False, unreachable=not line.in_data
            ) from error
        self._give_back(line)

    def close(self) -> None:
        """Say goodbye on every idle connection."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """Certificates are always verified: by the system's authorities, and the operator's own where given."""
        context = ssl.create_default_context()
        if self.settings.ca_file:
            context.load_verify_locations(self.settings.ca_file)
        return context

    def _take(self) -> tuple[_Line, bool]:
        try:
            return self._idle.get_nowait(), False
        except Empty:
            return self._open(), True

    def _open(self) -> _Line:
        settings = self.settings
        try:
            return _Line(settings, None if settings.security == "none" else self._context)
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(
                f"{settings.host}:{settings.port} cannot be used: {_say(error)}",
                permanent=False,
                unreachable=True,
            ) from error

    def _give_back(self, line: _Line) -> None:
        if line.is_over or line.count >= MESSAGES_PER_CONNECTION:
            line.close()
            return
        try:
            self._idle.put_nowait(line)
        except Exception:  # noqa: BLE001 - Full: there are enough
            line.close()


class _Line:
    """One open connection. `in_data`: the message is on its way, so that it may arrive even if no reply does."""

    def __init__(self, settings: MailSettings, context: ssl.SSLContext | None) -> None:
        self.count = 0
        self.in_data = False
        self.is_over = False
        if context is not None and settings.security == "tls":
            self.smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=settings.seconds, context=context
            )
        else:
            self.smtp = smtplib.SMTP(settings.host, settings.port, timeout=settings.seconds)
        try:
            if context is not None and settings.security == "starttls":
                self.smtp.starttls(context=context)
            self.smtp.ehlo_or_helo_if_needed()
            if settings.user:
                self.smtp.login(settings.user, settings.password)
        except BaseException:
            self.smtp.close()
            raise
        self._pipelines = self.smtp.has_extn("pipelining")

    def send(self, sender: str, target: str, content: bytes) -> None:
        """One mail transaction (RFC 5321, 3.3); its three commands in one write where the server allows (RFC 2920)."""
        self.in_data = False
        commands = [f"MAIL FROM:<{sender}>", f"RCPT TO:<{target}>", "DATA"]
        replies = self._ask_at_once(commands) if self._pipelines else self._ask_in_turn(commands)
        if replies[0][0] == _SERVICE_CLOSING:  # said goodbye while the connection was idle
            raise smtplib.SMTPServerDisconnected(_describe(*replies[0]))
        code, words = next(((code, words) for code, words in replies if code >= 400), replies[-1])
        if code >= 400:
            about_target = replies[0][0] < 400 and len(replies) > 1 and replies[1][0] == code
            self._abandon(replies[-1][0], code)
            raise _refuse(code, words, about_us=not about_target)
        if code != _START_INPUT:
            raise smtplib.SMTPServerDisconnected(f"an answer out of turn: {_describe(code, words)}")
        self.in_data = True
        code, words = self._send_body(content)
        self.in_data = False
        self.count += 1
        if code != 250:
            self.is_over = code == _SERVICE_CLOSING
            raise _refuse(code, words, after_data=True)

    def close(self) -> None:
        """End the connection, politely where that still works."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self.smtp.quit()
        self.smtp.close()

    def drop(self) -> None:
        """End a connection on which nobody answers any more."""
        self.smtp.close()

    def _ask_at_once(self, commands: list[str]) -> list[tuple[int, bytes]]:
        self.smtp.send("".join(f"{command}\r\n" for command in commands))
        return [self.smtp.getreply() for _ in commands]

    def _ask_in_turn(self, commands: list[str]) -> list[tuple[int, bytes]]:
        replies = []
        for command in commands:
            replies.append(self.smtp.docmd(command))
            if replies[-1][0] >= 400:
                break
        return replies

    def _send_body(self, content: bytes) -> tuple[int, bytes]:
        """One write for all of it: a small one behind a large one would wait for the other side's delayed ACK."""
        breaks = content.count(b"\r\n")
        if content.count(b"\n") != breaks or content.count(b"\r") != breaks:
            content = _LINE_ENDS.sub(b"\r\n", content)
        stuffed = content.replace(b"\r\n.", b"\r\n..")
        first = b"." if stuffed.startswith(b".") else b""
        end = b".\r\n" if stuffed.endswith(b"\r\n") else b"\r\n.\r\n"
        self.smtp.send(first + stuffed + end)
        return self.smtp.getreply()

    def _abandon(self, last_code: int, refusal: int) -> None:
        """Leave a refused transaction so that the next one starts clean; the refusal counts, whatever happens here."""
        self.is_over = True
        if refusal == _SERVICE_CLOSING:
            return
        with contextlib.suppress(smtplib.SMTPException, OSError):
            if last_code == _START_INPUT:  # DATA was let through with nobody to deliver to: end it empty
                self.smtp.send(b".\r\n")
                self.smtp.getreply()
            self.is_over = self.smtp.docmd("RSET")[0] != 250


def _refuse(code: int, words: bytes, *, about_us: bool = False, after_data: bool = False) -> DeliveryError:
    """The error of a refusal. One of our own address (to MAIL) or of DATA may be over once the operator has looked."""
    enhanced = _ENHANCED.search(words.decode("ascii", "replace"))
    days = days_borne(enhanced[1]) if enhanced else days_borne_of_reply(code, after_data=after_data)
    permanent = code >= 500 and days > 0 and not about_us
    return DeliveryError(_describe(code, words), permanent=permanent, days_borne=days)


def _describe(code: int, words: bytes) -> str:
    text = " ".join(words.decode("utf-8", "replace").split())
    return f"{code} {text}"[:500]


def _say(error: Exception) -> str:
    return str(error) or type(error).__name__
