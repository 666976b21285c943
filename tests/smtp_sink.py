"""A small SMTP server (RFC 5321) that is fast, and that answers, hangs or hangs up where a test wants it to."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

GREETING, MAIL, RCPT, DATA, BODY = "greeting", "mail", "rcpt", "data", "body"


@dataclass
class Received:
    """One message: its envelope, and what stood between DATA and the lone dot, as it came."""

    sender: str
    target: str
    content: bytes


@dataclass
class Script:
    """How the server behaves. `answers` replace the reply of a phase, each used once, then the usual reply is given."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    pipelining: bool = True
    hang_at: str = ""
    drop_at: str = ""
    drop_after: int = 0  # messages on one connection; 0: never
    goodbye: str = ""  # said before hanging up after them
    pause: float = 0.0  # seconds between the end of a message and its reply

    def answer(self, phase: str, usual: str) -> str:
        waiting = self.answers.get(phase)
        return waiting.pop(0) if waiting else usual


class _Connection(asyncio.Protocol):
    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.script = sink.script
        self.buffer = b""
        self.in_body = False
        self.sender = self.target = ""
        self.count = 0
        self.is_pausing = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.sink.connections += 1
        self.sink.open.add(transport)
        self._phase(GREETING, "220 sink ESMTP")

    def connection_lost(self, _error: Exception | None) -> None:
        self.sink.open.discard(self.transport)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        out: list[str] = []
        while not self.is_pausing:
            if self.in_body:
                if self.script.drop_at == BODY and len(self.buffer) > 10:
                    self.transport.abort()
                    return
                ended, content, rest = self._split_body()
                if not ended:
                    break
                self.buffer, self.in_body = rest, False
                out.append(self._take_body(content))
            else:
                line, found, rest = self.buffer.partition(b"\r\n")
                if not found:
                    break
                self.buffer = rest
                out.append(self._take_command(line.decode("ascii", "replace")))
            if self.transport.is_closing():
                return
        self.transport.write("".join(reply for reply in out if reply).encode())

    def _split_body(self) -> tuple[bool, bytes, bytes]:
        if self.buffer.startswith(b".\r\n"):
            return True, b"", self.buffer[3:]
        content, found, rest = self.buffer.partition(b"\r\n.\r\n")
        return bool(found), content + b"\r\n", rest

    def _take_body(self, content: bytes) -> str:
        reply = self.script.answer(BODY, "250 kept")
        if self.script.hang_at == BODY:
            return ""
        if reply.startswith("2"):
            self.sink.keep(Received(self.sender, self.target, content))
        self.count += 1
        if self.script.drop_after and self.count >= self.script.drop_after:
            self.transport.write(f"{reply}\r\n{self.script.goodbye}".encode())
            self.transport.close()
            return ""
        if self.script.pause:
            loop = asyncio.get_running_loop()
            self.is_pausing = True  # answers come in order, also to what was said ahead
            loop.call_later(self.script.pause, self._resume, reply)
            return ""
        return f"{reply}\r\n"

    def _resume(self, reply: str) -> None:
        self.transport.write(f"{reply}\r\n".encode())
        self.is_pausing = False
        self.data_received(b"")

    def _take_command(self, line: str) -> str:
        self.sink.commands.append(line)
        verb = line[:4].upper()
        if verb == "EHLO":
            more = "250-PIPELINING\r\n" if self.script.pipelining else ""
            return f"250-sink\r\n{more}250 8BITMIME\r\n"
        if verb == "MAIL":
            reply = self._phase_reply(MAIL, "250 ok")
            self.sender, self.target = line[11:-1] if reply.startswith("2") else "", ""
            return reply
        if verb == "RCPT":
            reply = self._phase_reply(RCPT, "250 ok" if self.sender else "503 MAIL first")
            if reply.startswith("2"):
                self.target = line[9:-1]
            return reply
        if verb == "DATA":
            reply = self._phase_reply(DATA, "354 go on" if self.target else "503 nobody to deliver to")
            self.in_body = reply.startswith("354")
            return reply
        if verb == "QUIT":
            self.transport.write(b"221 bye\r\n")
            self.transport.close()
            return ""
        return "250 ok\r\n"

    def _phase(self, phase: str, usual: str) -> None:
        self.transport.write(self._phase_reply(phase, usual).encode())

    def _phase_reply(self, phase: str, usual: str) -> str:
        if self.script.drop_at == phase:
            self.transport.abort()
            return ""
        return "" if self.script.hang_at == phase else f"{self.script.answer(phase, usual)}\r\n"


class Sink:
    """The server, in a thread of its own while used as a context manager."""

    def __init__(
        self, script: Script | None = None, keep: Callable[[Received], None] | None = None, port: int = 0
    ) -> None:
        self.script = script or Script()
        self.received: list[Received] = []
        self.commands: list[str] = []
        self.connections = 0
        self.open: set[Any] = set()
        self.keep = keep or self.received.append
        self.port = port
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(30)

    def _run(self, context: ssl.SSLContext | None = None) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            self._loop.create_server(lambda: _Connection(self), "127.0.0.1", self.port, ssl=context)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for transport in list(self.open):
            transport.abort()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.01))
        self._loop.close()
