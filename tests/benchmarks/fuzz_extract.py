"""Reads random texts for a while: `python tests/benchmarks/fuzz_extract.py --texts 100000 [--seed N]`.

Each must give a reading whose quotes stand in the text. The first text that does not is printed, with its seed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from calendar_service.extract import Extractor, load
from calendar_service.model.document import Text
from tests.fuzzing import LANGUAGES, texts


def is_right(extractor: Extractor, content: str) -> bool:
    """Whether every quote of the reading stands where it says."""
    reading = extractor.read(Text(content, "plain"))
    found = [refusal.evidence for refusal in reading.refusals]
    for one in reading.announcements:
        found += [item.evidence for item in one.dates if item.evidence]
        found += [evidence for _, evidence in one.evidence]
    return all(content[one.start : one.end] == one.quote for one in found)


def main() -> int:
    """Reads the texts; 1 where one of them fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--smoke", action="store_true", help="a few hundred texts only")
    options = parser.parse_args()
    extractor = load()
    sources = [texts(language, options.seed) for language in LANGUAGES]
    count = 300 if options.smoke else options.texts
    for number in range(count):
        content = next(sources[number % len(sources)])
        try:
            right = is_right(extractor, content)
        except Exception as error:  # noqa: BLE001 - any error is what is looked for
            right = False
            print(f"{type(error).__name__}: {error}")
        if not right:
            print(f"text {number} of seed {options.seed}: {content!r}")
            return 1
    print(f"{count} texts read, none failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
