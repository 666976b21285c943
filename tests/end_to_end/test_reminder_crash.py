"""Workers killed while they send lose nothing, and repeat only what was in flight.

`python tests/benchmarks/crash_reminders.py` does the same with 10,000 deliveries and 50 kills.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.postgres_server import find_programs, run_postgres
from tests.end_to_end.crashing import run_and_kill


@pytest.mark.slow
@pytest.mark.external
def test_four_workers_on_postgresql(tmp_path: Path) -> None:
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    with run_postgres(programs) as url:
        outcome = run_and_kill(tmp_path, url.format(name="postgres"), count=1500, workers=4, kills=12)
    outcome.check()
    assert outcome.kills == 12


@pytest.mark.slow
def test_one_worker_on_sqlite(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'crash.db'}"
    outcome = run_and_kill(tmp_path, url, count=600, workers=1, kills=5)
    outcome.check()
    assert outcome.kills == 5
