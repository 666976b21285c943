from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.end_to_end.running import BIN, Mailbox, RunningService, find_port, wait_for


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    port = find_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@pytest.fixture
def service(tmp_path: Path, mailbox: tuple[Mailbox, int]) -> Iterator[RunningService]:
    port = find_port()
    environment = {
        **os.environ,
        "CALENDAR_SERVICE_MAIL_HOST": "127.0.0.1",
        "CALENDAR_SERVICE_MAIL_PORT": str(mailbox[1]),
        "CALENDAR_SERVICE_MAIL_SECURITY": "none",
        "CALENDAR_SERVICE_INBOX_SECONDS": "0.3",
        "CALENDAR_SERVICE_REMINDERS_SECONDS": "0.3",
        "CALENDAR_SERVICE_REMINDERS_COLLAPSE_SECONDS": "0.5",
        "CALENDAR_SERVICE_WEB_BASE_URL": f"http://127.0.0.1:{port}",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
    }
    process = subprocess.Popen(
        [BIN, "--data", tmp_path / "data", "up", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    running = RunningService(tmp_path / "data", port, environment, process)

    def answers() -> bool:
        assert process.poll() is None, running.stop()[1]
        try:
            return bool(running.get("/healthz"))
        except OSError:
            return False

    wait_for(answers)
    yield running
    running.stop()
