"""Calendar readers that do not stand on Python's icalendar, each installed apart from this project.

They live in the user's cache folder, so that they are installed once and never mix with what the
project itself uses (some of them pin libraries that it has, too).
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

PROGRAMS = Path(__file__).parent / "reader_programs"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "calendar-service-tests"
PYTHON_READERS = ("vobject==0.9.9", "ical==14.3.1")
VDIRSYNCER = ("vdirsyncer==0.21.0",)
NODE_READERS = ("ical.js@2.2.1", "node-ical@0.26.1")
PATIENCE = 90.0


class ReadEvent(NamedTuple):
    """What a reader makes of one entry: days as ISO dates (end exclusive), instants in UTC with a Z."""

    uid: str
    title: str
    status: str
    start: str
    end: str


def read_file(reader: str, feed: Path, zone: str) -> list[ReadEvent]:
    """The events of a file as this reader sees them, on a machine in this time zone; sorted."""
    if reader == "calcurse":
        return sorted(read_by_calcurse(feed, zone))
    return sorted(run_reader(reader, [feed], zone))


FILE_READERS = ("vobject", "ical", "icaljs", "node_ical", "libical", "calcurse")


def run_reader(reader: str, files: Sequence[Path], zone: str) -> list[ReadEvent]:
    environment = {**os.environ, "TZ": zone}
    if reader in {"icaljs", "node_ical"}:
        environment["READER_MODULES"] = str(prepare_node())
        command = ["node", str(PROGRAMS / f"read_{reader}.mjs")]
    elif reader == "libical":
        command = [find_introspection(), str(PROGRAMS / "read_libical.py")]
    else:
        command = [str(prepare_python("readers", PYTHON_READERS)), str(PROGRAMS / f"read_{reader}.py")]
    done = subprocess.run(
        [*command, *map(str, files)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [ReadEvent(**item) for item in json.loads(done.stdout)]


def read_by_calcurse(feed: Path, zone: str) -> Iterator[ReadEvent]:
    """calcurse knows neither UIDs nor states; its own file is read, whose times are local."""
    if shutil.which("calcurse") is None:
        pytest.skip("calcurse is not installed (apt-get install calcurse)")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "TZ": zone, "HOME": folder, "LC_ALL": "C.UTF-8"}
        command = ["calcurse", "-D", folder, "-q", "-i", str(feed)]
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=PATIENCE)
        lines = (Path(folder) / "apts").read_text(encoding="utf-8").splitlines()
    for line in lines:
        yield read_calcurse_line(line, zone)


def read_calcurse_line(line: str, zone: str) -> ReadEvent:
    whole = re.match(r"(\S+) \[1\] (?:\{1D -> (\S+?)\} ?)?>\w+ (.*)", line)
    if whole:
        first = datetime.strptime(whole[1], "%m/%d/%Y").replace(tzinfo=UTC).date()
        last = datetime.strptime(whole[2] or whole[1], "%m/%d/%Y").replace(tzinfo=UTC).date()
        return ReadEvent("", whole[3], "", first.isoformat(), (last + timedelta(days=1)).isoformat())
    timed = re.match(r"(\S+ @ \S+) -> (\S+ @ [0-9:]+)\s*>\w+ [!|](.*)", line)
    assert timed, line
    start, end = (
        datetime.strptime(text, "%m/%d/%Y @ %H:%M").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        for text in (timed[1], timed[2])
    )
    return ReadEvent("", timed[3], "", f"{start:%Y-%m-%dT%H:%M:%SZ}", f"{end:%Y-%m-%dT%H:%M:%SZ}")


class Vdirsyncer:
    """Subscribes to a feed and mirrors it into a folder, one file an event."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.items = folder, folder / "items"
        self.items.mkdir()
        self.program = prepare_python("vdirsyncer", VDIRSYNCER).parent / "vdirsyncer"
        (folder / "config").write_text(
            f'[general]\nstatus_path = "{folder / "status"}"\n'
            '[pair feed]\na = "web"\nb = "disk"\ncollections = null\nconflict_resolution = "a wins"\n'
            f'[storage web]\ntype = "http"\nurl = "{url}"\n'
            f'[storage disk]\ntype = "filesystem"\npath = "{self.items}"\nfileext = ".ics"\n',
            encoding="utf-8",
        )
        self.run("discover")

    def run(self, command: str) -> None:
        done = subprocess.run(
            [str(self.program), "-c", str(self.folder / "config"), command],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            input="y\n",
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def read(self, zone: str) -> list[ReadEvent]:
        """The mirrored events after one more synchronisation."""
        self.run("sync")
        return sorted(run_reader("vobject", sorted(self.items.glob("*.ics")), zone))


class Thunderbird:
    """Subscribes to a feed in a profile of its own; each reading starts it anew, which makes it poll."""

    CALENDAR = "0a1b2c3d-0000-4000-8000-000000000001"

    def __init__(self, folder: Path, url: str) -> None:
        self.program = shutil.which("thunderbird")
        if self.program is None:
            pytest.skip("Thunderbird is not installed (apt-get install thunderbird)")
        self.profile = folder / "profile"
        self.profile.mkdir()
        registry = f"calendar.registry.{self.CALENDAR}"
        preferences = {
            f"{registry}.type": "ics",
            f"{registry}.uri": url,
            f"{registry}.name": "feed",
            f"{registry}.cache.enabled": True,
            f"{registry}.readOnly": True,
            f"{registry}.refreshInterval": "30",
            f"{registry}.calendar-main-in-composite": True,
            "calendar.list.sortOrder": self.CALENDAR,
            "mail.provider.suppress_dialog_on_startup": True,
            "mailnews.start_page.enabled": False,
            "app.update.auto": False,
            "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
            "network.captive-portal-service.enabled": False,
            "network.connectivity-service.enabled": False,
        }
        lines = (f"user_pref({json.dumps(key)}, {json.dumps(value)});" for key, value in preferences.items())
        (self.profile / "user.js").write_text("\n".join(lines), encoding="utf-8")

    def read(self, zone: str, expected: Sequence[ReadEvent]) -> list[ReadEvent]:
        """Its events, once they are what is expected, or as they are when patience ends."""
        process = subprocess.Popen(
            [str(self.program), "--headless", "--no-remote", "-profile", str(self.profile)],
            env={**os.environ, "TZ": zone, "MOZ_HEADLESS": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            end = time.monotonic() + PATIENCE
            found = self.stored_events()
            while found != list(expected) and time.monotonic() < end:
                time.sleep(0.5)
                found = self.stored_events()
            return found
        finally:
            process.terminate()
            process.wait(timeout=30)

    def stored_events(self) -> list[ReadEvent]:
        """What lies in the calendar's cache; Thunderbird locks the file, so a copy is read."""
        with tempfile.TemporaryDirectory() as folder:
            for file in (self.profile / "calendar-data").glob("cache.sqlite*"):
                if not file.name.endswith("-shm"):
                    shutil.copy(file, folder)
            if not (Path(folder) / "cache.sqlite").exists():
                return []
            connection = sqlite3.connect(Path(folder) / "cache.sqlite")
            try:
                rows = connection.execute(
                    "SELECT id, title, ical_status, event_start, event_start_tz, event_end, event_end_tz FROM cal_events"
                ).fetchall()
            except sqlite3.DatabaseError:  # copied in the middle of a write
                return []
            finally:
                connection.close()
        return sorted(ReadEvent(row[0], row[1], row[2], tell(*row[3:5]), tell(*row[5:7])) for row in rows)


def tell(microseconds: int, zone: str) -> str:
    """An instant of Thunderbird's; whole days are "floating" midnights."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    assert zone in {"floating", "UTC"}, zone
    return f"{moment:%Y-%m-%d}" if zone == "floating" else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def find_introspection() -> str:
    """The system's Python, if it can load libical."""
    probe = "import gi; gi.require_version('ICalGLib', '3.0')"
    for program in ("/usr/bin/python3", "/usr/local/bin/python3"):
        if (
            Path(program).exists()
            and not subprocess.run([program, "-c", probe], capture_output=True, check=False).returncode
        ):
            return program
    pytest.skip("libical is not installed (apt-get install python3-gi gir1.2-ical-3.0)")


def prepare_python(name: str, packages: Sequence[str]) -> Path:
    """The Python of an environment that has these packages."""
    folder = CACHE / name
    python = folder / "bin" / "python"
    with _locked(name):
        if _is_ready(folder, packages):
            return python
        shutil.rmtree(folder, ignore_errors=True)
        _install([sys.executable, "-m", "venv", str(folder)])
        _install([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages])
        _mark_ready(folder, packages)
    return python


def prepare_node() -> Path:
    """A folder whose node_modules has the readers."""
    folder = CACHE / "node"
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Node.js is not installed (apt-get install nodejs npm)")
    with _locked("node"):
        if not _is_ready(folder, NODE_READERS):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            quiet = ["--silent", "--no-fund", "--no-audit", "--ignore-scripts"]
            _install(["npm", "install", "--prefix", str(folder), *quiet, *NODE_READERS])
            _mark_ready(folder, NODE_READERS)
    return folder


@contextmanager
def _locked(name: str) -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a calendar reader cannot be installed: {done.stderr.strip()[-300:]}")


def _is_ready(folder: Path, packages: Sequence[str]) -> bool:
    mark = folder / "ready"
    return mark.exists() and mark.read_text(encoding="utf-8") == " ".join(packages)


def _mark_ready(folder: Path, packages: Sequence[str]) -> None:
    (folder / "ready").write_text(" ".join(packages), encoding="utf-8")
