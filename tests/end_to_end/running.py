"""A whole service as a person runs it: its own process, a real mail server, a folder to drop announcements into."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

BIN = Path(sys.executable).parent / "calendar-service"
PATIENCE = 60.0  # seconds; generous, since it only bounds a failure

T = TypeVar("T")


def wait_for(look: Callable[[], T | None]) -> T:
    """What `look` finds, asked again and again; fails after a minute."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("nothing came within a minute")


@dataclass
class Mailbox:
    """A real SMTP server that keeps what it is given."""

    messages: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 kept"


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class RunningService:
    """`calendar-service up` in a process of its own."""

    data: Path
    port: int
    environment: dict[str, str]
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> str:
        with urllib.request.urlopen(
            path if path.startswith("http") else self.url + path, timeout=30
        ) as answer:
            return str(answer.read().decode())

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [BIN, "--data", self.data, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def stop(self) -> tuple[int, str]:
        """The exit status and all that it printed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        output, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, output
