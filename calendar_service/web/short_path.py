"""Answers to feed polls on the connection itself, for the server with workers.

uvicorn hands each connection to a protocol; this one looks at a request as soon as its head has come.
A poll whose answer is at hand is answered there and then, which saves a task, a thread and the
translation into WSGI. Everything else takes uvicorn's own way, and so does each poll for which the
store has to be asked, something has to be packed, or an earlier answer is still on its way.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, Transport
from asyncio.events import TimerHandle
from typing import Any
from urllib.parse import unquote_to_bytes

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from calendar_service.web.polling import PREFIX, Poll, Polls, read_poll

REQUEST_SECONDS = 30.0  # that a connection may be silent before and within a request
HEAD_BYTES = 64 * 1024
_PREFIX = PREFIX.encode()
_METHODS = frozenset({b"GET", b"HEAD"})
_BY_THE_BOOK = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade"})
_REQUESTS = 2048
_REQUEST_BYTES = 1024


class Requests(dict[bytes, Poll]):
    """Polls by the very bytes of their requests.

    A calendar asks in the same words each time, and the same bytes at the beginning of a request are the
    same request, so they need not be parsed again. Holds at most two megabytes.
    """

    def remember(self, data: bytes, poll: Poll) -> None:
        """Keeps a request that was nothing but this poll."""
        if len(data) <= _REQUEST_BYTES:
            if len(self) >= _REQUESTS:
                self.clear()
            self[data] = poll


class PollProtocol(HttpToolsProtocol):
    """One connection. `config.loaded_app` tells the polls that are known, and keeps the requests."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._polls: Polls | None = config.loaded_app.polls
        self._requests: Requests = config.loaded_app.requests
        self._between = True  # nothing of a next request has come
        self._poll: Poll | None = None  # the request that was answered here
        self._head_bytes: int | None = None  # of a head that is not complete, after the first piece
        self._asked_at = 0.0
        self._silence: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Starts to wait for a request."""
        super().connection_made(transport)
        self._await_more()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Takes what has come: a request, several, or a part of one."""
        starts = self._between
        if starts and (poll := self._requests.get(data)) and self._answer(poll):
            self._stop_waiting()
            return
        self._poll = None
        goes_on = self._head_bytes is not None
        if self._head_bytes is not None:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes is not None and self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of this request is too long.")
        if self._poll is not None and starts and self._between and data.count(b"\r\n\r\n") == 1:
            self._requests.remember(data, self._poll)
        if goes_on and self._head_bytes is not None:
            return  # a head has to come in one span of patience, however many pieces it comes in
        self._stop_waiting()
        if not self._between:
            self._await_more()

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        self._between = False
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """A request whose body, if it has one, is still to come."""
        self._head_bytes = None
        self._poll = self._read_poll()
        if self._poll is None or not self._answer(self._poll):
            self._poll = None
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The last byte of a request."""
        self._between = True
        if self._poll is None:
            super().on_message_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Closes what has been idle long enough; requests that were answered here did not stop the timer."""
        left = self._asked_at + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)
        else:
            super().timeout_keep_alive_handler()

    def _read_poll(self) -> Poll | None:
        """The request as a poll, if it is one that may be answered here: without a body, on a connection to be kept."""
        method = self.parser.get_method()
        if method not in _METHODS or not self.url.startswith(_PREFIX):
            return None
        if self.parser.get_http_version() != "1.1" or not self.parser.should_keep_alive():
            return None
        found: dict[bytes, list[str]] = {}
        for name, value in self.headers:
            found.setdefault(name, []).append(value.decode("latin-1"))
        if _BY_THE_BOOK & found.keys():
            return None
        path, _, query = self.url.partition(b"?")
        accepted, known = (",".join(found.get(name, ())) for name in (b"accept-encoding", b"if-none-match"))
        key = unquote_to_bytes(path).decode("latin-1"), query.decode("latin-1")
        return read_poll(key, method.decode(), accepted, known)

    def _answer(self, poll: Poll) -> bool:
        """Answers from memory, if that can be done at once and in turn."""
        busy = bool(self.cycle) and not self.cycle.response_complete  # before the first request there is none
        if self._polls is None or busy or self.flow.write_paused or self.transport.is_closing():
            return False
        answer = self._polls.peek(poll)
        if answer is None:
            return False
        whole = not poll.knows(answer)
        head = self._first_lines(whole=whole) + answer.lines(poll.coding, whole=whole)
        if whole and poll.wants_body:
            self.transport.writelines((head, answer.coded(poll.coding)[0]))  # one packet, without a copy
        else:
            self.transport.write(head)
        self._asked_at = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        return True

    def _first_lines(self, *, whole: bool) -> bytes:
        status = b"HTTP/1.1 200 OK\r\n" if whole else b"HTTP/1.1 304 Not Modified\r\n"
        return status + b"".join(b"%b: %b\r\n" % item for item in self.server_state.default_headers)

    def _await_more(self) -> None:
        self._silence = self.loop.call_later(REQUEST_SECONDS, self._end_silence)

    def _stop_waiting(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None

    def _end_silence(self) -> None:
        self._silence = None
        if self.flow.read_paused:  # it is we who do not listen
            self._await_more()
        else:
            self.transport.abort()
