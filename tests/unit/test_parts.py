"""The parts of a service, asked for by several threads at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from calendar_service.bootstrap.parts import Parts, part
from calendar_service.settings import load_settings


class Slow(Parts):
    built = 0
    waiting = threading.Barrier(4)
    second = threading.Event()

    @part
    def thing(self) -> object:
        """A second builder is given the time to come."""
        self.built += 1
        if self.built > 1:
            self.second.set()
        self.second.wait(0.2)
        return object()

    @part
    def pair(self) -> tuple[object, object]:
        """Needs another part."""
        return self.thing, self.thing


def test_a_part_is_built_once_however_many_threads_ask(tmp_path: Path) -> None:
    parts = Slow(load_settings(None, {"XDG_CONFIG_HOME": str(tmp_path)}, data=tmp_path))

    def ask(_number: int) -> object:
        parts.waiting.wait(30)
        return parts.thing

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(ask, range(4)))
    assert (len(found), parts.built) == (1, 1)
    assert set(parts.pair) == found
