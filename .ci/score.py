"""Score the reading of the shared corpus, and fail where a figure falls below the record beside this file.

`--raise` writes the figures reached as the new record, where none of them fell.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
CORPUS = HERE.parent.parent / "shared" / "corpus"
RECORD = HERE / "score.json"
FIGURES = (
    ("dates", "f1"),
    ("published", "precision"),
    ("events", "f1"),
    ("documents", "exact"),
    ("negatives", "clean"),
)


def read_corpus() -> dict[str, float]:
    """The headline figures as the corpus's own yardstick prints them."""
    command = Path(sys.executable).parent / "calendar-service"
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as said:
        subprocess.run([command, "extract", "--jsonl", "announcements"], cwd=CORPUS, stdout=said, check=True)
        printed = subprocess.run(
            [sys.executable, "score.py", "gold.jsonl", said.name, "--json"],
            cwd=CORPUS,
            capture_output=True,
            text=True,
            check=True,
        )
    figures = json.loads(printed.stdout)
    return {f"{table}.{name}": figures[table][name] for table, name in FIGURES}


def main() -> int:
    """0 where no figure fell below the record, 1 otherwise."""
    if not CORPUS.is_dir():
        print("There is no corpus at ../shared/corpus: not scored.")
        return 0
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    reached = read_corpus()
    fallen = False
    for name, figure in reached.items():
        before = record.get(name, 0.0)
        fallen |= figure < before
        print(f"{name:22} {figure:.4f}  record {before:.4f}{'  FELL' if figure < before else ''}")
    if "--raise" in sys.argv and not fallen:
        RECORD.write_text(json.dumps(reached, indent=2) + "\n")
    return int(fallen)


if __name__ == "__main__":
    sys.exit(main())
