"""A PostgreSQL of one's own for tests: started in a temporary folder, reached by a Unix socket, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def find_programs() -> Path | None:
    """The folder of initdb and pg_ctl, newest version first; None where PostgreSQL is not installed."""
    if found := shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    return folders[-1] if folders else None


@contextmanager
def run_postgres(programs: Path) -> Iterator[str]:
    """Runs a server and gives its URL, without a database name: `postgresql://postgres@/{name}?host=...`."""
    as_user = _choose_user()
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        if as_user:
            shutil.chown(folder, "postgres")
        data = folder / "data"
        _run([*as_user, str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres",
              "-E", "UTF8", "--locale=C", "--no-sync"])  # fmt: skip
        # No TCP, so no port to collide; no fsync, since nothing outlives the test.
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=60"
        control = [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-w"]
        _run([*control, "-o", options, "-l", str(folder / "log"), "start"])
        try:
            yield "postgresql://postgres@/{name}?host=" + str(folder)
        finally:
            _run([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _choose_user() -> list[str]:
    """PostgreSQL refuses to run as root; then the user that its package made runs it."""
    if os.geteuid() != 0:
        return []
    pwd.getpwnam("postgres")
    return ["runuser", "-u", "postgres", "--"]


def _run(command: list[str]) -> None:
    # DEVNULL: the server inherits what it is given, and a pipe would then never end.
    subprocess.run(
        command,
        check=True,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
