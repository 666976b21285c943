"""How the time to reconcile one issuer grows with what it announced. `--smoke` for a short run.

Each world doubles until the last; the last column is how many times as long the double took. 2 is linear, 4
quadratic. Process time, so that other programs count little.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from calendar_service.model.codes import EventType, NoticeFunction
from calendar_service.model.reconcile import reconcile
from calendar_service.model.records import StoredAnnouncement
from tests.announcing import FILING, NEWS, RANKING, told

TODAY = date(2025, 1, 1)
START = date(1950, 1, 1)


def tell_history(count: int) -> list[StoredAnnouncement]:
    """Quarter by quarter: a dividend, its copy in the news, now and then a correction or a meeting."""
    found: list[StoredAnnouncement] = []
    quarter = 0
    while len(found) < count:
        first = START + timedelta(days=91 * (quarter % 300), weeks=quarter // 300)
        quarter += 1
        days = {"record": f"{first + timedelta(30)}", "payment": f"{first + timedelta(60)}"}
        amount = f"0.{10 + quarter % 80}"
        name = f"d{quarter}"
        found.append(told(f"{name}a.0", f"{first}", amount=amount, dates=days, origin=FILING))
        found.append(told(f"{name}b.0", f"{first + timedelta(1)}", amount=amount, dates=days, origin=NEWS))
        if quarter % 5 == 0:
            moved = days | {"payment": f"{first + timedelta(61)}"}
            correction = told(
                f"{name}c.0", f"{first + timedelta(9)}", amount=amount, dates=moved, origin=FILING,
                function=NoticeFunction.REPLACE, refers=[f"{first}"],
            )  # fmt: skip
            found.append(correction)
        if quarter % 4 == 0:
            meeting = {"meeting": f"{first + timedelta(40)}"}
            kind = EventType.ANNUAL_MEETING
            found.append(told(f"{name}d.0", f"{first}", event_type=kind, dates=meeting, origin=FILING))
    return found[:count]


def tell_copies(count: int) -> list[StoredAnnouncement]:
    """One dividend, reported again and again, not always with the same dates."""
    return [
        told(
            f"d{number}.0", f"{date(2024, 1, 1) + timedelta(number % 20)}", amount="0.10" if number % 3 else "0.12",
            dates={"record": "2024-02-01", "payment": f"2024-03-0{1 + number % 2}"},
            origin=f"feed:https://news{number % 50}.example/a",
        )
        for number in range(count)
    ]  # fmt: skip


def tell_funds(count: int) -> list[StoredAnnouncement]:
    """A house of many funds that distribute in the same weeks."""
    return [
        told(
            f"d{number}.0", f"{date(2024, 1, 1) + timedelta(number % 200)}", amount=f"0.{10 + number % 37}",
            dates={
                "record": f"{date(2024, 1, 11) + timedelta(number % 250)}",
                "payment": f"{date(2024, 2, 11) + timedelta(number % 250)}",
            },
            origin=FILING, security=f"Class {chr(65 + number % 20)} units",
        )
        for number in range(count)
    ]  # fmt: skip


WORLDS: dict[str, Callable[[int], list[StoredAnnouncement]]] = {
    "history": tell_history,
    "copies": tell_copies,
    "funds": tell_funds,
}


def measure(announcements: list[StoredAnnouncement]) -> float:
    """Seconds of process time for reconciling them once."""
    started = time.process_time()
    reconcile(announcements, (), (), TODAY, RANKING)
    return time.process_time() - started


def main() -> None:
    """Print a line for each world and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a short run")
    sizes = [125, 250] if parser.parse_args().smoke else [250, 500, 1000, 2000]
    for name, tell in WORLDS.items():
        before = 0.0
        for size in sizes:
            spent = min(measure(tell(size)) for _ in range(2))
            grown = f"{spent / before:.1f}" if before else "-"
            print(f"{name:8} {size:5} announcements {spent:7.3f} s   growth {grown}")
            before = spent


if __name__ == "__main__":
    main()
