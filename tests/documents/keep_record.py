"""Keeps how well the project's own announcements are read: `python tests/documents/keep_record.py`.

Writes record.json, the figures by language below which tests/unit/test_documents_corpus.py lets nothing fall.
A figure is only ever raised.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from calendar_service.errors import UnreadableError
from calendar_service.evaluate import evaluate, read_labels
from calendar_service.extract import load
from calendar_service.model.announcement import Reading
from calendar_service.model.document import RawDocument
from calendar_service.text import read_text

ROOM = Path(__file__).parent
RECORD = ROOM / "record.json"
FIGURES = ("dates_f1", "published_precision", "events_f1", "clean")
THEN = datetime(2026, 11, 23, tzinfo=UTC)


def measure() -> dict[str, dict[str, float]]:
    """The figures of all documents ("all") and of each language."""
    extractor = load()
    labels = read_labels(ROOM / "labels.jsonl")
    readings: dict[str, Reading | None] = {}
    for label in labels:
        path = ROOM / label["doc"]
        raw = RawDocument(path.read_bytes(), f"folder:{label['doc']}", path.name, THEN)
        try:
            readings[label["doc"]] = extractor.read(read_text(raw))
        except UnreadableError:
            readings[label["doc"]] = None
    report = evaluate(labels, readings)
    parts = {"all": report.overall, **dict(sorted(report.by_language.items()))}
    return {name: {figure: part.summary()[figure] for figure in FIGURES} for name, part in parts.items()}


def read_record() -> dict[str, dict[str, float]]:
    """The figures that were reached before; empty where none are kept yet."""
    return dict(json.loads(RECORD.read_text(encoding="utf-8"))) if RECORD.exists() else {}


def raise_record() -> None:
    """Writes the better of the figures kept and those measured now."""
    kept = read_record()
    best = {
        name: {figure: max(value, kept.get(name, {}).get(figure, 0.0)) for figure, value in figures.items()}
        for name, figures in measure().items()
    }
    RECORD.write_text(json.dumps(best, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise_record()
