"""How fast record dates become ex-dates: the first one in a fresh process, and the rate after warm-up.

Usage: python tests/benchmarks/bench_markets.py [--smoke]
Promised: the first under one second, 100,000 a second after warm-up, neither pandas nor holidays at import.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

FIRST = """
import sys, time
start = time.perf_counter()
from calendar_service.markets import load
from datetime import date
markets = load()
loaded = time.perf_counter() - start
early = sorted({"holidays", "pandas", "numpy"} & set(sys.modules))
assert markets.derive_one("XTKS", date(2018, 3, 31)).ex == date(2018, 3, 28)
print(loaded, time.perf_counter() - start, ",".join(early) or "none", "pandas" in sys.modules)
"""
MICS = ("XNYS", "XTKS", "XLON", "XETR", "XNSE", "XHKG", "BVMF", "XSHG")


def measure_first() -> tuple[float, float, str, str]:
    """Seconds to load the rules and to the first answer, and what was imported before and after it."""
    done = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True)
    loaded, first, early, pandas = done.stdout.split()
    return float(loaded), float(first), early, pandas


def _rate(ask: Callable[..., object], mic: str, records: list[date]) -> float:
    start = time.perf_counter()
    for record in records:
        ask(mic, record, None, None, None, None)
    return len(records) / (time.perf_counter() - start)


def measure_rate(count: int) -> dict[str, float]:
    """Derivations a second per market, over record dates of seven years; the best of three runs.

    Each is worked out anew: what the service remembers of earlier answers is left aside.
    """
    from calendar_service.markets import load

    markets = load()
    records = [date(2018, 2, 1) + timedelta(days=n % 2500) for n in range(count)]
    rates = {}
    for mic in MICS:
        ask = markets._derive_uncached
        for record in records[:2500]:
            ask(mic, record, None, None, None, None)
        rates[mic] = max(_rate(ask, mic, records) for _ in range(3))
    return rates


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a short run")
    count = 10_000 if parser.parse_args().smoke else 100_000
    loaded, first, early, pandas = measure_first()
    print(f"rules loaded after {loaded:.3f} s; heavy libraries imported by then: {early}")
    print(
        f"first derivation after {first:.3f} s ({first / 1.0:.2f} of the second promised); pandas: {pandas}"
    )
    for mic, rate in measure_rate(count).items():
        print(f"{mic}: {rate:,.0f} a second ({rate / 100_000:.2f} of the 100,000 promised)")


if __name__ == "__main__":
    main()
