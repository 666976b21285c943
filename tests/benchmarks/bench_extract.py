"""How fast documents are read, how much memory stays, and that the time grows linearly with hostile text.

    python tests/benchmarks/bench_extract.py [--smoke] [--sources]

It measures what users install: it builds the wheel with its compiled modules into an environment of its own
(.venv-wheel, kept until the sources change) and runs there. `--sources` measures the Python modules as they lie here,
and so does it where nothing can be compiled. The first line says which of the two was measured.

Times are processor time of this process, the best of several runs. Ratios are measured in one run: the same text
twice as long must take about twice the time. The documents are those of filings.py.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

sys.path.append(str(Path(__file__).parents[2]))  # an installed calendar_service goes before the sources
from calendar_service import extract
from calendar_service.extract import Extractor, load
from calendar_service.model.document import RawDocument, Text
from calendar_service.reading import read_document, settle
from calendar_service.text import DEFAULT_LIMITS, read_text
from tests.benchmarks.filings import make_dense_html, make_dense_pdf, make_html, make_pdf, make_release
from tests.fuzzing import KINDS, LANGUAGES, hostile
from tests.wheels import compiled_python


def seconds(work: Callable[[], object], *, least: float) -> float:
    """The time of one call, the best of several over at least so many seconds."""
    best, spent = float("inf"), 0.0
    while not spent or spent < least:
        start = process_time()
        work()
        taken = process_time() - start
        best, spent = min(best, taken), spent + taken
    return best


def as_document(content: bytes) -> RawDocument:
    return RawDocument(content, "bench", "", datetime(2027, 8, 1, tzinfo=UTC))


def read(extractor: Extractor, content: bytes) -> None:
    """From bytes to what the document says."""
    read_document(as_document(content), extractor, DEFAULT_LIMITS)


def measure_speed(extractor: Extractor, name: str, content: bytes, least: float) -> None:
    """Prints how many documents a second are read, from bytes to what they say, and the two parts of the time."""
    text = read_text(as_document(content))
    extractor.read(text)  # the first text in a language also builds its automaton
    both = seconds(lambda: read(extractor, content), least=least)
    only_text = seconds(lambda: read_text(as_document(content)), least=least / 2)
    only_extract = seconds(lambda: extractor.read(text), least=least / 2)
    print(
        f"{name}: {1 / both:.1f} a second ({len(content):,} bytes, {len(text.content):,} characters; "
        f"text {only_text * 1000:.1f} ms, extraction {only_extract * 1000:.1f} ms)"
    )


def resident() -> int:
    """The memory of this process in kilobytes, as Linux tells it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def measure_memory(extractor: Extractor, counts: tuple[int, ...]) -> None:
    """Prints the memory after so many documents: releases that differ, and a filing after every hundred."""
    release, filing = make_release(), make_html(300_000)
    for number in range(1, counts[-1] + 1):
        read(
            extractor, release.replace("0.32", f"0.{number}").replace("Penobscot", f"Penob{number}").encode()
        )
        if number % 100 == 0:
            read(extractor, filing)
        if number in counts:
            print(f"memory after {number:,} documents: {resident() / 1024:.1f} MB")


def measure_hostile(extractor: Extractor, languages: list[str], size: int) -> None:
    """Prints the time for hostile texts of a size, and how many times that of half of it."""
    print(f"hostile texts of {size:,} characters: seconds, and times those of half as many")
    for language in languages:
        found = []
        for kind in KINDS:
            half, whole = (
                seconds(lambda text=text: extractor.read(text), least=0.0)  # type: ignore[misc]
                for text in (Text(hostile(language, kind, length), "plain") for length in (size // 2, size))
            )
            found.append(f"{kind} {whole:.2f} s {whole / half:.1f}x")
        print(f"  {language}: {', '.join(found)}")


def is_compiled() -> bool:
    return not str(extract.__file__).endswith(".py")


def run_compiled() -> None:
    """Goes on in the environment that has the compiled wheel; says why and stays here where there is none."""
    try:
        python = str(compiled_python())
    except RuntimeError as error:
        print(f"nothing can be compiled here: {str(error).strip().splitlines()[-1]}")
        return
    sys.stdout.flush()
    os.execv(python, [python, *sys.argv])


def main() -> None:
    """Prints documents a second, memory, and for each lexicon how the time grows with hostile text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a few seconds")
    parser.add_argument(
        "--sources", action="store_true", help="measure the Python modules, not the compiled ones"
    )
    options = parser.parse_args()
    if not (options.sources or is_compiled()):
        run_compiled()
    print("measured: the compiled modules" if is_compiled() else "measured: the Python modules, not compiled")
    least = 0.1 if options.smoke else 2.0
    extractor = load()
    settle()  # as the process that reads does
    for name, content in (
        ("a press release", make_release().encode()),
        ("a 300 KB filing as HTML, mostly prose and figures", make_html(300_000)),
        ("a 300 KB filing as HTML, each paragraph a dividend", make_dense_html(300_000)),
        ("a filing of 20 pages as PDF, mostly prose and figures", make_pdf(20)),
        ("a filing of 20 pages as PDF, each paragraph a dividend", make_dense_pdf(20)),
    ):
        measure_speed(extractor, name, content, least)
    measure_memory(extractor, (30, 150, 300) if options.smoke else (1000, 5000, 10_000))
    measure_hostile(
        extractor, LANGUAGES[:2] if options.smoke else LANGUAGES, 20_000 if options.smoke else 1_000_000
    )


if __name__ == "__main__":
    main()
