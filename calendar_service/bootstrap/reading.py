"""Reading without a store: the extractor, the budget of one document, the markets' rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from calendar_service.bootstrap.machine import SystemClock
from calendar_service.model.document import Text
from calendar_service.settings import Settings

if TYPE_CHECKING:
    from calendar_service.extract import Extractor
    from calendar_service.markets import Markets
    from calendar_service.model.announcement import Reading
    from calendar_service.reading import Budget

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ExtractorFactory:
    """Builds the extractor; can be sent to another process, and tells it nothing but two paths."""

    lexicons: Path | None
    issuers: Path | None

    def __call__(self) -> Extractor:
        """The extractor with these lexicons and issuers; None for those that ship."""
        from calendar_service import extract

        return extract.load(self.lexicons, self.issuers)


def build_market(settings: Settings) -> Markets:
    """The markets' rules from the file that is configured, or the one that ships."""
    from calendar_service import markets

    return markets.load(_optional_path(settings.reading.markets))


def read_files(
    paths: tuple[Path, ...], settings: Settings
) -> Iterator[tuple[Path, tuple[Text, Reading] | str]]:
    """Read files without storing anything: each with its text and what it says, or the reason why it cannot be read."""
    from calendar_service.reading import read_many

    return read_many(paths, build_extractor_factory(settings), build_budget(settings), SystemClock())


def build_extractor_factory(settings: Settings) -> ExtractorFactory:
    """What builds the extractor that the settings name."""
    return ExtractorFactory(
        _optional_path(settings.reading.lexicons), _optional_path(settings.reading.issuers)
    )


def build_budget(settings: Settings) -> Budget:
    """What one document may cost."""
    from calendar_service.reading import Budget
    from calendar_service.text import Limits

    reading = settings.reading
    limits = Limits(bytes_in=reading.document_megabytes * MEGABYTE)
    return Budget(seconds=reading.seconds, memory=reading.memory_megabytes * MEGABYTE, limits=limits)


def _optional_path(text: str) -> Path | None:
    return Path(text).expanduser() if text else None
