"""The watchdog's address: what it answers stops nothing."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from calendar_service.bootstrap import Service
from calendar_service.settings import load_settings


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 500 Oh\r\n\r\n",
        b"HTTP/1.1 302 x\r\nLocation: file:///etc/passwd\r\n\r\n",
    ],
)
def test_a_watchdog_that_answers_nonsense_stops_nothing(
    tmp_path: Path, answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def reply() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=reply, daemon=True)
        thread.start()
        alive = f"http://127.0.0.1:{listening.getsockname()[1]}/ping/5ecre7"
        settings = load_settings(
            None, {"CALENDAR_SERVICE_REMINDERS_ALIVE_URL": alive}, data=tmp_path / "data"
        )
        with Service(settings) as service:
            service.prepare()
            service.send_due()
        thread.join()
    assert "reminders.alive_url cannot be called" in caplog.text
    assert "5ecre7" not in caplog.text
