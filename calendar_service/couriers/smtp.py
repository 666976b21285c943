"""Mail through an SMTP server, over connections that are kept open and never shared by two threads."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable
from queue import Empty, LifoQueue

from calendar_service.errors import DeliveryError
from calendar_service.settings import MailSettings

MESSAGES_PER_CONNECTION = 200  # servers count; leaving early costs less than being thrown out
IDLE_CONNECTIONS = 8

_LINE_ENDS = re.compile(rb"\r\n|\r|\n")


class SmtpCourier:
    """Hands messages to the configured server. Safe to use from several threads at once.

    `return_path` gives the envelope sender for a target, so that a bounce tells whose it is (VERP);
    without it all bounces go to the sender's address.
    """

    def __init__(self, settings: MailSettings, return_path: Callable[[str, str], str] | None = None) -> None:
        self.settings = settings
        self._return_path = return_path
        self._idle: LifoQueue[_Line] = LifoQueue(IDLE_CONNECTIONS)

    def send(self, target: str, message_id: str, content: bytes) -> None:
        """Hand over one message. Raises DeliveryError, permanent only where the server refuses this very target or message."""
        sender = self._return_path(target, message_id) if self._return_path else self.settings.sender
        line, fresh = self._take()
        try:
            try:
                line.send(sender, target, content)
            except (smtplib.SMTPServerDisconnected, ConnectionError):
                if fresh or line.in_data:
                    raise
                line.close()  # a server may close an idle connection at any time: one more try on a new one
                line = _Line(self.settings)
                line.send(sender, target, content)
        except DeliveryError as error:
            if error.permanent:
                self._give_back(line)
            else:
                line.close()
            raise
        except (smtplib.SMTPException, OSError) as error:
            line.close()
            raise DeliveryError(
                f"{self.settings.host}: {str(error) or type(error).__name__}", permanent=False
            ) from error
        self._give_back(line)

    def close(self) -> None:
        """Say goodbye on every idle connection."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def _take(self) -> tuple[_Line, bool]:
        try:
            return self._idle.get_nowait(), False
        except Empty:
            pass
        try:
            return _Line(self.settings), True
        except (smtplib.SMTPException, OSError) as error:
            host = f"{self.settings.host}:{self.settings.port}"
            raise DeliveryError(
                f"{host} cannot be used: {str(error) or type(error).__name__}", permanent=False
            ) from error

    def _give_back(self, line: _Line) -> None:
        if line.count >= MESSAGES_PER_CONNECTION or self._idle.full():
            line.close()
        else:
            self._idle.put(line)


class _Line:
    """One open connection."""

    def __init__(self, settings: MailSettings) -> None:
        self.count = 0
        self.in_data = False
        context = ssl.create_default_context()
        if settings.security == "tls":
            self.smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=settings.seconds, context=context
            )
        else:
            self.smtp = smtplib.SMTP(settings.host, settings.port, timeout=settings.seconds)
        try:
            if settings.security == "starttls":
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
        if any("\r" in command or "\n" in command or not command.isascii() for command in commands):
            raise DeliveryError("The address holds characters that no mail address can have.", permanent=True)
        replies = self._ask_at_once(commands) if self._pipelines else self._ask_in_turn(commands)
        code, words = next(((code, words) for code, words in replies if code >= 400), replies[-1])
        if code >= 400:
            refused_sender = replies[0][0] >= 400  # our own mistake, never the target's
            self._abandon(replies[-1][0])
            raise DeliveryError(_describe(code, words), permanent=code >= 500 and not refused_sender)
        self.in_data = True
        code, words = self._send_body(content)
        self.in_data = False
        self.count += 1
        if code != 250:
            raise DeliveryError(_describe(code, words), permanent=code >= 500)

    def close(self) -> None:
        """End the connection, politely where that still works."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self.smtp.quit()
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
        body = _LINE_ENDS.sub(b"\r\n", content)
        body = re.sub(rb"(?m)^\.", b"..", body)
        self.smtp.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        self.smtp.send(b".\r\n")
        return self.smtp.getreply()

    def _abandon(self, last_code: int) -> None:
        """Leave a refused transaction so that the next one starts clean."""
        if last_code == 354:  # DATA was let through with nobody to deliver to: an empty message ends it
            self.smtp.send(b".\r\n")
            self.smtp.getreply()
        self.smtp.docmd("RSET")


def _describe(code: int, words: bytes) -> str:
    text = " ".join(words.decode("utf-8", "replace").split())
    return f"{code} {text}"[:500]
