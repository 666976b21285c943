"""Mail through an SMTP server, over connections that are kept open and never shared by two threads."""

from __future__ import annotations

import re
import select
import smtplib
import ssl
import time
from collections.abc import Iterator
from functools import cached_property
from queue import Empty, Full, LifoQueue

from calendar_service.couriers.lines import Line, Report, Waiting
from calendar_service.errors import DeliveryError
from calendar_service.model.records import Message
from calendar_service.settings import MailSettings

CONNECTIONS = 4  # used at a time by one call
IDLE_CONNECTIONS = 8
FIRST_CONNECTIONS = 2  # used from the start, so that the server and we both have something to do
PATIENCE = 0.002  # seconds until a server that has not answered on any connection is asked on one more

_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")  # printable ASCII without blanks and angle brackets


class SmtpCourier:
    """Hands messages to the configured server. Safe to use from several threads at once."""

    def __init__(self, settings: MailSettings) -> None:
        self.settings = settings
        self._idle: LifoQueue[Line] = LifoQueue(IDLE_CONNECTIONS)

    def send(self, target: str, message_id: str, content: bytes, *, return_path: str = "") -> None:
        """Hand over one message. Raises DeliveryError, permanent only where the server refuses this target or message.

        `return_path` is the envelope's sender; without it bounces go to the address in From.
        """
        outcomes: list[DeliveryError | None] = []
        message = Message(target, message_id, content, return_path)
        self.send_all(iter([message]), lambda _, error: outcomes.append(error))
        if outcomes[0] is not None:
            raise outcomes[0]

    def send_all(self, messages: Iterator[Message], report: Report) -> None:
        """Hand over messages on a few connections at once, and report of each with its error, if any.

        A message is asked for when a connection is free for it, or about to be: at most two for each of
        the connections are asked for and not reported.
        """
        _Round(self, messages, report).run()

    def close(self) -> None:
        """Say goodbye on every idle connection."""
        while (line := self.take()) is not None:
            line.close()

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """Certificates are always verified: by the system's authorities, and the operator's own where given."""
        context = ssl.create_default_context()
        if self.settings.ca_file:
            context.load_verify_locations(self.settings.ca_file)
        return context

    def take(self) -> Line | None:
        """An idle connection, if there is one."""
        try:
            return self._idle.get_nowait()
        except Empty:
            return None

    def open(self) -> Line:
        """A new connection. Raises DeliveryError."""
        settings = self.settings
        try:
            return Line(settings, None if settings.security == "none" else self._context)
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(
                f"{settings.host}:{settings.port} cannot be used: {_say(error)}",
                permanent=False,
                unreachable=True,
            ) from error

    def give_back(self, line: Line) -> None:
        """Keep a connection for the next one who needs it, or end it."""
        if not line.is_over:
            try:
                self._idle.put_nowait(line)
            except Full:
                pass
            else:
                return
        line.close()


class _Round:
    """Many messages on a few connections, by one thread that turns to whichever connection has an answer.

    One thread and not one for each connection: taking turns costs threads more than a message does.
    """

    def __init__(self, courier: SmtpCourier, messages: Iterator[Message], report: Report) -> None:
        self.courier = courier
        self.messages = messages
        self.report = report
        self.is_exhausted = False
        self.busy: dict[int, tuple[Line, Waiting[None]]] = {}
        self.poll = select.poll()
        self.writing: set[int] = set()

    def run(self) -> None:
        """Send until nothing is left; a connection is added while no other has an answer."""
        try:
            while self.busy or not self.is_exhausted:
                wanted = 0 if self.is_exhausted else CONNECTIONS - len(self.busy)
                if wanted > CONNECTIONS - FIRST_CONNECTIONS:
                    self._add_line()
                elif ready := self._wait(PATIENCE if wanted else None):
                    for number in ready:
                        self._go_on(number)
                elif wanted:
                    self._add_line()
        finally:
            for line, _ in self.busy.values():
                line.drop()

    def _pull(self) -> Message | None:
        """The next message whose addresses can be written to."""
        sender = self.courier.settings.sender
        for message in self.messages:
            if _ADDRESS.fullmatch(message.target) and _ADDRESS.fullmatch(message.return_path or sender):
                return message
            words = "The address holds characters that no mail address can have."
            self.report(message, DeliveryError(words, permanent=True))
        self.is_exhausted = True
        return None

    def _add_line(self) -> None:
        """One more connection, if there is one more message."""
        message = self._pull()
        if message is None:
            return
        line = self.courier.take()
        if line is not None:
            self._start(line, message)
        else:
            self._start_anew(message)

    def _start_anew(self, message: Message) -> None:
        """Send on a new connection."""
        try:
            line = self.courier.open()
        except DeliveryError as error:
            self.report(message, error)
        else:
            self._start(line, message)

    def _start(self, line: Line, message: Message) -> None:
        self.busy[line.number] = line, line.converse(message, self._pull, self.report)
        self.poll.register(line.number, select.POLLIN)
        self._go_on(line.number)

    def _go_on(self, number: int) -> None:
        """Let a connection go as far as it gets."""
        line, conversation = self.busy[number]
        try:
            next(conversation)
        except StopIteration:
            self._leave(number)
            self.courier.give_back(line)
        except (smtplib.SMTPException, OSError) as error:
            self._fail(line, error)
        else:
            if line.is_writing is not (number in self.writing):
                self.writing ^= {number}
                self.poll.modify(number, select.POLLIN | (select.POLLOUT if line.is_writing else 0))

    def _fail(self, line: Line, error: Exception) -> None:
        """Give up a connection; what was not begun on it goes out on another."""
        self._leave(line.number)
        line.drop()
        # A server may close an idle connection at any time: one more try on a new one.
        retried = line.following
        if line.message is not None and line.message is not retried:
            if line.in_data or line.is_fresh:
                self.report(line.message, self._describe(error, unreachable=not line.in_data))
            else:
                retried = line.message
        if retried is not None:
            self._start_anew(retried)

    def _describe(self, error: Exception, *, unreachable: bool) -> DeliveryError:
        words = f"{self.courier.settings.host}: {_say(error)}"
        return DeliveryError(words, permanent=False, unreachable=unreachable)

    def _leave(self, number: int) -> None:
        del self.busy[number]
        self.writing.discard(number)
        self.poll.unregister(number)

    def _wait(self, seconds: float | None) -> list[int]:
        """The connections that can go on, after so many seconds at most; those that were silent for too long are given up."""
        if seconds is None:
            first = min(line.deadline for line, _ in self.busy.values())
            seconds = max(0.0, first - time.monotonic())
        ready = [number for number, _ in self.poll.poll(1000 * seconds)]
        if not ready:
            now = time.monotonic()
            for line, _ in [*self.busy.values()]:
                if line.deadline <= now:
                    self._fail(line, TimeoutError("timed out"))
        return ready


def _say(error: Exception) -> str:
    return str(error) or type(error).__name__
