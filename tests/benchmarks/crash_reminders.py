"""Kills workers while they send: four on PostgreSQL, then one on SQLite; prints what was lost and what came twice.

    python tests/benchmarks/crash_reminders.py [--smoke]

Starts a PostgreSQL of its own in a temporary folder. Ends with an error where anything was lost, or
repeated without having been in flight at a kill.
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
    arguments = parser.parse_args()
    count, kills = (500, 3) if arguments.smoke else (10_000, 50)
    with tempfile.TemporaryDirectory() as folder:
        programs = find_programs()
        if programs:
            with run_postgres(programs) as url:
                outcome = run_and_kill(
                    Path(folder), url.format(name="postgres"), count=count, workers=4, kills=kills
                )
            print("PostgreSQL, 4 workers:", outcome.describe())
            outcome.check()
    with tempfile.TemporaryDirectory() as folder:
        outcome = run_and_kill(
            Path(folder), f"sqlite:///{folder}/crash.db", count=count, workers=1, kills=kills
        )
        print("SQLite, 1 worker:     ", outcome.describe())
        outcome.check()


if __name__ == "__main__":
    main()
