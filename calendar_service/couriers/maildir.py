"""Mail into a Maildir folder: what happens while no mail server is configured, so that nothing is lost."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


class MaildirCourier:
    """Writes each message as a file that any mail program can open (https://cr.yp.to/proto/maildir.html)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in ("tmp", "new", "cur"):
            (folder / part).mkdir(parents=True, exist_ok=True, mode=0o700)

    def send(self, target: str, message_id: str, content: bytes) -> None:  # noqa: ARG002 - the port's shape
        """Write the message whole or not at all; the same Message-ID again takes the place of the first."""
        name = f"{hashlib.sha256(message_id.encode()).hexdigest()[:32]}.calendar-service"
        draft = self.folder / "tmp" / f"{name}.{os.getpid()}"
        with draft.open("wb") as stream:
            stream.write(content.replace(b"\r\n", b"\n"))
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(self.folder / "new" / name)

    def close(self) -> None:
        """Nothing is open between messages."""
