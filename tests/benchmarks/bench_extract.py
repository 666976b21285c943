"""How fast documents are read, and that the time grows linearly with the text, hostile text included.

Ratios are measured in one run: the same text twice as long must take about twice the time.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[2]))
from calendar_service.extract import Extractor, load
from calendar_service.model.document import Text
from tests.fuzzing import KINDS, LANGUAGES, hostile

RELEASE = """HARBOR FALLS, Maine, Feb. 12, 2025 (GLOBE NEWSWIRE) -- Penobscot Mutual Corp. (NYSE: PBM) (the "Company"), a
maker of marine hardware and deck fittings, today announced that its Board of Directors has declared a regular
quarterly cash dividend of $0.32 per share of common stock. The dividend is payable on March 28, 2025, to
stockholders of record at the close of business on March 14, 2025.

"Our order book is full and our yards are busy," said the chief executive officer. "We have raised the dividend in
each of the last nine years while paying down debt and investing in the new foundry at Bucks Harbor, which began to
pour bronze in October and will reach its planned output in the summer."

The Company also announced that its 2025 Annual Meeting of Stockholders will be held on Thursday, May 8, 2025 at
10:00 a.m. Eastern Time in Portland. Stockholders of record as of March 20, 2025 are entitled to vote at the meeting.

About Penobscot Mutual Corp.

Penobscot Mutual makes marine hardware for work boats and yachts. It was founded in 1911 and employs 900 people at
four sites in Maine and Nova Scotia. More about the company is on its website.

Forward-Looking Statements

"""
FILLER = """This release contains statements about expected demand, capacity, costs and cash flow that are not statements
of fact. They rest on what management believes today and may turn out to be wrong, for reasons that are described in
the Company's reports. The Company does not undertake to bring them up to date. """


def seconds(work: Callable[[], object], *, least: float) -> float:
    """The time of one call, the best of several over at least so many seconds."""
    best, spent = float("inf"), 0.0
    while not spent or spent < least:
        start = process_time()
        work()
        taken = process_time() - start
        best, spent = min(best, taken), spent + taken
    return best


def time_of(extractor: Extractor, content: str, least: float) -> float:
    """Seconds to read a text."""
    return seconds(lambda: extractor.read(Text(content, "plain")), least=least)


def main() -> None:
    """Prints documents a second and, for each lexicon, how the time grows with hostile text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a few seconds")
    options = parser.parse_args()
    least, size = (0.1, 20_000) if options.smoke else (1.0, 500_000)
    extractor = load()
    release = RELEASE + FILLER * ((3000 - len(RELEASE)) // len(FILLER) + 1)
    taken = time_of(extractor, release, least)
    print(f"a release of {len(release)} characters: {1 / taken:.0f} a second ({taken * 1000:.2f} ms)")
    filing = release + "\n\n".join([FILLER] * (100_000 // len(FILLER)))
    taken = time_of(extractor, filing, least)
    print(f"a filing of {len(filing)} characters: {1 / taken:.0f} a second ({taken * 1000:.1f} ms)")
    for language in LANGUAGES if not options.smoke else LANGUAGES[:3]:
        growth = []
        for kind in KINDS:
            short = time_of(extractor, hostile(language, kind, size), 0.0)
            long = time_of(extractor, hostile(language, kind, 2 * size), 0.0)
            growth.append(f"{kind} {long / short:.1f}")
        print(f"{language}: {2 * size} characters take times those of {size}: {', '.join(growth)}")


if __name__ == "__main__":
    main()
