"""`up`: pages are not served alone when what runs beside them cannot begin."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from calendar_service.bootstrap import Service
from calendar_service.cli.up import _Work
from calendar_service.settings import load_settings


class Broken(Service):
    def check(self) -> None:
        raise ModuleNotFoundError("a damaged installation")


def test_what_cannot_begin_stops_the_whole(tmp_path: Path) -> None:
    stop = threading.Event()
    settings = load_settings(None, {"XDG_CONFIG_HOME": str(tmp_path)}, data=tmp_path / "data")
    with Broken(settings) as service:
        work = _Work(service, stop, samples=False)
        work.begin_soon()
        assert stop.wait(30)
        with pytest.raises(ModuleNotFoundError, match="a damaged installation"):
            work.end()
