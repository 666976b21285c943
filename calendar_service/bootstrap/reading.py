"""Reading without a store: the extractor, the budget of one document, the markets' rules."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calendar_service.bootstrap.machine import SystemClock
from calendar_service.model.document import RawDocument, Text
from calendar_service.settings import Settings

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from calendar_service.extract import Extractor
    from calendar_service.markets import Markets
    from calendar_service.model.announcement import Reading
    from calendar_service.model.ports import Clock
    from calendar_service.reading import Budget
    from calendar_service.reading import ExtractorFactory as AnyExtractorFactory
    from calendar_service.text import Limits

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


def read_many(
    paths: Iterable[Path],
    make_extractor: AnyExtractorFactory,
    budget: Budget,
    clock: Clock,
    processes: int | None = None,
) -> Iterator[tuple[Path, tuple[Text, Reading] | str]]:
    """Reads files in parallel, in order: each with its text and what it says, or the reason why it cannot be read.

    `processes` None means one for each core. Memory stays flat: only a few documents are under way at once.
    """
    from concurrent.futures import ThreadPoolExecutor

    from calendar_service.errors import UnreadableError
    from calendar_service.reading import IsolatedReader

    count = processes or len(os.sched_getaffinity(0))
    reader = IsolatedReader(make_extractor, budget, count)

    def read(path: Path) -> tuple[Text, Reading] | str:
        try:
            return reader.read(_load(path, budget.limits, clock))
        except UnreadableError as error:
            return str(error)
        except OSError as error:
            return f"The file cannot be read: {error.strerror}."

    try:
        with ThreadPoolExecutor(count) as pool:
            yield from _map_ahead(pool, read, paths, 4 * count)
    finally:
        reader.close()


def _map_ahead(
    pool: ThreadPoolExecutor, function: Callable[[Path], Any], paths: Iterable[Path], ahead: int
) -> Iterator[tuple[Path, Any]]:
    """Results in order, with at most `ahead` under way."""
    waiting: queue.SimpleQueue[tuple[Path, Any]] = queue.SimpleQueue()
    for path in paths:
        waiting.put((path, pool.submit(function, path)))
        if waiting.qsize() >= ahead:
            first, future = waiting.get()
            yield first, future.result()
    while not waiting.empty():
        first, future = waiting.get()
        yield first, future.result()


def _load(path: Path, limits: Limits, clock: Clock) -> RawDocument:
    """A file's bytes; no more than the limit and one, so that a huge file is refused and not loaded."""
    with path.open("rb") as stream:
        content = stream.read(limits.bytes_in + 1)
    return RawDocument(content, f"file:{path}", path.name, clock.now())
