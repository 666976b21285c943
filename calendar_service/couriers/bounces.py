"""Where bounces lie: a Maildir that the mail server delivers into, or a mailbox read by IMAP."""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from calendar_service.errors import DeliveryError
from calendar_service.settings import BounceSettings

MAX_BYTES = 256 * 1024  # a bounce may hold the whole message; what tells stands at its beginning
MAX_AT_ONCE = 500
SECONDS = 30.0


class MaildirBounces:
    """Messages in a Maildir; those that were read are moved to `cur` and marked as seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read_new(self) -> Iterator[bytes]:
        """Each new message, at most 256 KB of it. It counts as read once the next one is asked for."""
        try:
            names = sorted(path for path in (self.folder / "new").iterdir() if path.is_file())
            for path in names[:MAX_AT_ONCE]:
                with path.open("rb") as stream:
                    yield stream.read(MAX_BYTES)
                path.replace(self.folder / "cur" / f"{path.name}:2,S")
        except OSError as error:
            raise DeliveryError(
                f"bounces.maildir: {self.folder} cannot be read: {error.strerror}", permanent=False
            ) from error


class ImapBounces:
    """Unseen messages of an IMAP folder, over TLS with the certificate verified; read ones are marked as seen."""

    def __init__(self, settings: BounceSettings) -> None:
        self.settings = settings

    def read_new(self) -> Iterator[bytes]:
        """Each unseen message, at most 256 KB of it. It counts as read once the next one is asked for."""
        try:
            yield from self._read()
        except (imaplib.IMAP4.error, OSError) as error:
            raise DeliveryError(
                f"bounces: {self.settings.imap_host} cannot be read: {error}", permanent=False
            ) from error

    def _read(self) -> Iterator[bytes]:
        settings = self.settings
        context = ssl.create_default_context()
        if settings.ca_file:  # besides the system's authorities: given above, it would take their place
            context.load_verify_locations(settings.ca_file)
        box = imaplib.IMAP4_SSL(settings.imap_host, settings.imap_port, ssl_context=context, timeout=SECONDS)
        try:
            box.login(settings.imap_user, settings.imap_password)
            _check(box.select(_quote(settings.imap_folder)))
            numbers = _check(box.uid("SEARCH", "UNSEEN"))[0].split()
            for number in numbers[:MAX_AT_ONCE]:
                rows = _check(box.uid("FETCH", number.decode(), f"(BODY.PEEK[]<0.{MAX_BYTES}>)"))
                yield next((row[1] for row in rows if isinstance(row, tuple)), b"")
                _check(box.uid("STORE", number.decode(), "+FLAGS.SILENT", r"(\Seen)"))
        finally:
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                box.logout()


def _check(answer: tuple[str, Any]) -> list[Any]:
    status, rows = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"{status}: {rows!r}"[:300])
    return list(rows)


def _quote(folder: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", folder) + '"'
