"""Prints where the modules that read announcements come from, and what they read, a line each.

    python tests/contract/readings.py

Run by the Python of an environment, it reads with the calendar_service that is installed there: the documents and
cases of tests/documents, and for each language texts at random.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))  # what is installed goes before the sources
from calendar_service import extract
from calendar_service.errors import CalendarServiceError
from calendar_service.model.codec import to_data
from calendar_service.model.document import RawDocument, Text
from calendar_service.reading import read_document
from calendar_service.text import DEFAULT_LIMITS
from tests.fuzzing import KINDS, LANGUAGES, hostile, texts

DOCUMENTS = Path(__file__).parents[1] / "documents"


def documents() -> Iterator[tuple[str, RawDocument]]:
    """The announcements of the own corpus."""
    for path in sorted((DOCUMENTS / "announcements").iterdir()):
        yield path.name, RawDocument(path.read_bytes(), "corpus", path.name, datetime(2027, 8, 1, tzinfo=UTC))


def short_texts() -> Iterator[tuple[str, Text]]:
    """The texts of all cases, and hostile ones of each language."""
    for path in sorted((DOCUMENTS / "cases").glob("*.toml")):
        for number, case in enumerate(tomllib.loads(path.read_text(encoding="utf-8"))["case"]):
            yield f"{path.stem} {number}", Text(case["text"], "plain", published=case.get("published"))
    for language in LANGUAGES:
        for number, text in enumerate(islice(texts(language, 1), 20)):
            yield f"{language} at random {number}", Text(text, "plain")
        for kind in KINDS:
            yield f"{language} {kind}", Text(hostile(language, kind, 4000), "plain")


def tell(*values: object) -> None:
    """Prints a line of values with tabs between them."""
    sys.stdout.write("\t".join(map(str, values)) + "\n")


def as_json(value: object) -> str:
    return json.dumps(to_data(value), ensure_ascii=False)


def main() -> None:
    """Prints all lines."""
    for name in sorted(
        module.name for module in pkgutil.walk_packages(extract.__path__, f"{extract.__name__}.")
    ):
        origin = importlib.import_module(name).__file__
        tell("module", name, "source" if str(origin).endswith(".py") else "compiled")
    extractor = extract.load()
    for name, raw in documents():
        try:
            tell(name, *map(as_json, read_document(raw, extractor, DEFAULT_LIMITS)))
        except CalendarServiceError as error:
            tell(name, repr(error))
    for name, text in short_texts():
        tell(name, as_json(extractor.read(text)))


if __name__ == "__main__":
    main()
