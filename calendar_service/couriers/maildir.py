"""Mail into a Maildir folder: what happens while no mail server is configured, so that nothing is lost."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

from calendar_service.errors import DeliveryError


class MaildirCourier:
    """Writes each message as a file that any mail program can open (https://cr.yp.to/proto/maildir.html)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in ("tmp", "new", "cur"):
            (folder / part).mkdir(parents=True, exist_ok=True, mode=0o700)

    def send(self, target: str, message_id: str, content: bytes, *, return_path: str = "") -> None:  # noqa: ARG002 - the port's shape
        """Write the message whole or not at all; the same Message-ID again takes the place of the first."""
        name = f"{hashlib.sha256(message_id.encode()).hexdigest()[:32]}.calendar-service"
        draft = self.folder / "tmp" / f"{name}.{os.getpid()}.{threading.get_ident()}"
        try:
            with draft.open("wb") as stream:
                stream.write(content.replace(b"\r\n", b"\n"))
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(self.folder / "new" / name)
            self._sync_folder()
        except OSError as error:
            raise DeliveryError(
                f"the Maildir {self.folder} cannot be written: {error.strerror}",
                permanent=False,
                unreachable=True,
            ) from error

    def close(self) -> None:
        """Nothing is open between messages."""

    def _sync_folder(self) -> None:
        """Without it a power cut could take the file's name away after its delivery was recorded."""
        handle = os.open(self.folder / "new", os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
