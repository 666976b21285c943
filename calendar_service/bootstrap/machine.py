"""What the machine gives: its clock, a folder, a secret, a call to a watchdog."""

from __future__ import annotations

import logging
import os
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from calendar_service.errors import SettingsError

log = logging.getLogger(__name__)


class SystemClock:
    """The machine's clock, the only one that is read."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place where the machine's clock is read


def make_folder(folder: Path, setting: str) -> None:
    """Make the folder that a setting names, for its owner alone. Raises SettingsError in words for a person."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingsError(
            [f"{setting}: the folder {folder} cannot be made ({error.strerror}); choose another."]
        ) from error


def read_or_make_secret(file: Path) -> str:
    """The secret in the file; made by whoever comes first, when several processes start at once."""
    if not file.exists():
        draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(draft, file)  # appears whole, or not at all
        draft.unlink()
    return file.read_text(encoding="ascii").strip()


def call_watchdog(url: str) -> None:
    """Tell a watchdog that all is well; that it cannot be reached never stops anything."""
    from http.client import HTTPException
    from urllib.request import urlopen

    try:
        with urlopen(url, timeout=10) as answer:  # noqa: S310 - the operator's own address, checked to be http(s)
            answer.read(1024)
    except (OSError, HTTPException) as error:
        log.warning("reminders.alive_url cannot be called: %s", error)
