"""How long a person waits: `--help` against a bare click program, `up` to its first page against bare imports.

Rows of a round are interleaved, so that a noisy machine disturbs both alike; the ratio of medians counts.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

BIN = Path(sys.executable).parent
BARE_CLICK = """
import click
@click.group()
def main(): pass
@main.command()
def hello(): pass
main(['--help'])
"""
# Installed packages have their bytecode beside them; an editable checkout gets it at its first start.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
BARE_IMPORTS = "import flask, icalendar, sqlalchemy, apscheduler.schedulers.background"


def run_seconds(*command: str) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT)
    return time.perf_counter() - started


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def first_page_seconds(data: str) -> float:
    """Seconds from starting `up` to the first page served in full."""
    port = find_port()
    command = [str(BIN / "calendar-service"), "--data", data, "up", "--port", str(port)]
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT
    ) as process:
        try:
            while True:
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).read()
                    return time.perf_counter() - started
                if process.poll() is not None:
                    raise SystemExit(f"up ended with {process.returncode}")
                time.sleep(0.002)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a few rounds only")
    rounds = 3 if parser.parse_args().smoke else 15
    rows: dict[str, list[float]] = {
        "bare click": [],
        "--help": [],
        "bare imports": [],
        "first page": [],
        "fresh": [],
    }
    with tempfile.TemporaryDirectory() as folder:
        first_page_seconds(folder)
        for number in range(rounds):
            rows["bare click"].append(run_seconds(sys.executable, "-c", BARE_CLICK))
            rows["--help"].append(run_seconds(str(BIN / "calendar-service"), "--help"))
            rows["bare imports"].append(run_seconds(sys.executable, "-c", BARE_IMPORTS))
            rows["first page"].append(first_page_seconds(folder))
            rows["fresh"].append(first_page_seconds(f"{folder}/{number}"))
    middle = {name: statistics.median(row) for name, row in rows.items()}
    for name, seconds in middle.items():
        print(f"{name:14} {seconds * 1000:7.0f} ms")
    print(f"--help / bare click program      {middle['--help'] / middle['bare click']:.2f}  (aim: at most 2)")
    print(
        f"first page / bare imports        {middle['first page'] / middle['bare imports']:.2f}  (aim: at most 1.5)"
    )
    print(f"first page, new data / imports   {middle['fresh'] / middle['bare imports']:.2f}")


if __name__ == "__main__":
    main()
