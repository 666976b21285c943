"""Kills workers while they send: four on PostgreSQL, then one on SQLite; prints what was lost and what came twice.

    python tests/benchmarks/crash_reminders.py [--smoke] [--count N] [--kills N] [--seed N] [--only postgresql|sqlite]

Starts a PostgreSQL of its own in a temporary folder. Ends with an error that says why
where anything was lost, repeated without having been in flight at a kill, or stood still.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from tests.contract.postgres_server import find_programs, run_postgres
from tests.end_to_end.crashing import run_and_kill


def main() -> None:
    """Run both, check both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--smoke", action="store_true", help="500 deliveries and 3 kills")
    parser.add_argument("--count", type=int, help="deliveries")
    parser.add_argument("--kills", type=int, help="how often a worker is killed")
    parser.add_argument("--seed", type=int, default=1, help="another choice of victims and instants")
    parser.add_argument("--only", choices=["postgresql", "sqlite"], help="one database alone")
    arguments = parser.parse_args()
    count = arguments.count or (500 if arguments.smoke else 10_000)
    kills = arguments.kills or (3 if arguments.smoke else 50)
    if arguments.only != "sqlite":
        _run_on_postgresql(count, kills, arguments.seed)
    if arguments.only != "postgresql":
        _run_on_sqlite(count, kills, arguments.seed)


def _run_on_postgresql(count: int, kills: int, seed: int) -> None:
    programs = find_programs()
    if programs is None:
        print("PostgreSQL is not installed: SQLite alone is tried")
        return
    with tempfile.TemporaryDirectory() as folder, run_postgres(programs) as url:
        database = url.format(name="postgres")
        outcome = run_and_kill(Path(folder), database, count=count, workers=4, kills=kills, seed=seed)
        print("PostgreSQL, 4 workers:", outcome.describe(), flush=True)
        outcome.check()


def _run_on_sqlite(count: int, kills: int, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/crash.db"
        outcome = run_and_kill(Path(folder), database, count=count, workers=1, kills=kills, seed=seed)
        print("SQLite, 1 worker:     ", outcome.describe(), flush=True)
        outcome.check()


if __name__ == "__main__":
    main()
