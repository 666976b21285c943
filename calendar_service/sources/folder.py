"""An inbox folder: files are read as they come, and never moved or changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from calendar_service.model.document import RawDocument
from calendar_service.model.ports import Clock
from calendar_service.model.remarks import Remark, remark

_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".swp", ".filepart", "~")
_MOST_FILES = 100_000


@dataclass(frozen=True, slots=True)
class Rejection:
    """A file that is not read. `document` holds its name and origin, never its content; `reason` says why."""

    document: RawDocument
    reason: Remark


class Folder:
    """Looks at a folder again and again. A file is given once, when it looks the same in two looks.

    What was given is remembered in memory only: after a start all files are given again, and the
    store knows their bytes. Dot-files, unfinished downloads and links that lead out are passed over.
    """

    def __init__(self, root: Path, clock: Clock, most_bytes: int = 25_000_000) -> None:
        self._root = root
        self._clock = clock
        self._most_bytes = most_bytes
        self._seen: dict[str, tuple[int, int]] = {}
        self._given: dict[str, tuple[int, int]] = {}

    def look(self) -> Iterator[RawDocument | Rejection]:
        """The files that are complete and were not given before; rejections for those that cannot be read."""
        now = dict(self._list())
        ready = [
            path
            for path, state in now.items()
            if self._seen.get(path) == state and self._given.get(path) != state
        ]
        self._seen = now
        self._given = {path: state for path, state in self._given.items() if path in now}
        for path in sorted(ready):
            yield self._load(path, now[path][1])
            self._given[path] = now[path]  # after the reader is done with it: a crash gives it again

    def _list(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Paths below the root with time of change and size."""
        root = os.path.realpath(self._root)
        count = 0
        for folder, folders, names in os.walk(root, followlinks=False):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in names:
                path = os.path.join(folder, name)  # noqa: PTH118 - os.walk gives strings, and there may be many
                if (
                    name.startswith((".", "~$"))
                    or name.lower().endswith(_UNFINISHED)
                    or not _lies_in(path, root)
                ):
                    continue
                try:
                    facts = os.stat(path)  # noqa: PTH116 - the same
                except OSError:
                    continue  # gone since, or a link to nothing
                count += 1
                if count > _MOST_FILES:
                    return
                yield path, (facts.st_mtime_ns, facts.st_size)

    def _load(self, path: str, size: int) -> RawDocument | Rejection:
        name = os.path.basename(path).encode(errors="replace").decode(errors="replace")  # noqa: PTH119 - a string
        origin = (
            "folder:" + os.path.relpath(path, os.path.realpath(self._root)).encode(errors="replace").decode()
        )
        nameless = RawDocument(f"{origin} {size}".encode(), origin, name, self._clock.now())
        if size > self._most_bytes:
            reason = remark(
                "The file is larger than {most} MB ({size} MB) and was not read. "
                "Put in the announcement without annexes.",
                most=self._most_bytes // 1_000_000,
                size=size // 1_000_000,
            )
            return Rejection(nameless, reason)
        try:
            with open(path, "rb") as stream:  # noqa: PTH123 - a string
                content = stream.read(self._most_bytes + 1)
        except OSError as error:
            return Rejection(
                nameless, remark("The file cannot be read: {error}.", error=error.strerror or "")
            )
        return RawDocument(content, origin, name, self._clock.now())


def _lies_in(path: str, root: str) -> bool:
    """Whether a path is a regular file whose links end below the root; pipes and devices could hang the reader."""
    real = os.path.realpath(path)
    return os.path.isfile(real) and (real == path or real.startswith(root + os.sep))  # noqa: PTH113 - a string
