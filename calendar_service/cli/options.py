"""What several commands share: the settings from the command line, and reading files."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from calendar_service.settings import Settings, load_settings

if TYPE_CHECKING:
    from calendar_service.bootstrap import Service


def plain(text: str, write: Callable[[str], str] = repr) -> str:
    r"""Text from outside on one line, with what a terminal would obey written out: "\x1b" for an escape.

    Names of files and companies could else clear the screen, set its title, turn a date round, or
    forge a line of our own. `write` gives such a character in quotes.
    """
    return "".join(
        letter if letter.isprintable() or unicodedata.category(letter) == "Zs" else write(letter)[1:-1]
        for letter in text
    )


def say(text: str, *, err: bool = False) -> None:
    """Print one line that may hold names, quotes or paths from outside."""
    click.echo(plain(text), err=err)


def read_settings(context: click.Context, data: Path | None = None, **overrides: dict[str, Any]) -> Settings:
    """The settings for this command: file, environment, then what the command line says. Raises SettingsError."""
    config, folder = context.find_root().obj
    return load_settings(config, os.environ, data=data or folder, **overrides)


@contextmanager
def open_service(context: click.Context, **overrides: Any) -> Iterator[Service]:
    """The service on its store, ready for use, and closed at the end."""
    from calendar_service.bootstrap import Service

    with Service(read_settings(context, **overrides)) as service:
        service.prepare()
        yield service


def find_files(paths: tuple[Path, ...]) -> Iterator[Path]:
    """Each file named, and each file in a folder named (its subfolders too), sorted; hidden ones are left out."""
    for path in paths:
        if path.is_dir():
            yield from sorted(item for item in path.rglob("*") if _is_visible_file(item, path))
        else:
            yield path


def _is_visible_file(item: Path, root: Path) -> bool:
    return item.is_file() and not any(part.startswith(".") for part in item.relative_to(root).parts)
