"""Measures what the extractor reads against hand-read labels: by language, by action and by kind of date.

LABELS is a JSON-lines file. Each line: {"doc": path inside FOLDER, "language": "en" (optional), "events":
[{"action", "amount", "currency", "status", "dates": {kind: "YYYY-MM-DD"}}]}. Labels whose status is "forecast"
or "paid_historic" are optional: they count neither for nor against. The figures:

- dates: precision, recall and F1 of (document, kind, date), each date of a document counted once.
- published: of the dates on announcements that are not held for review, the share that is right.
- events: an event counts when its action, amount, currency and every date agree.
- exact: the share of documents with events whose events are all right, none missing, none extra.
- clean: the share of documents without events for which nothing was announced.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from calendar_service.errors import DataFileError
from calendar_service.extract.labels import to_label
from calendar_service.model.announcement import Reading

Label = dict[str, Any]
Fact = tuple[str, str]

_CASH = {"cash_dividend", "special_dividend", "capital_return"}
_OPTIONAL = {"forecast", "paid_historic"}


@dataclass(slots=True)
class Count:
    """Right ones of those said and those labelled."""

    right: int = 0
    said: int = 0
    labelled: int = 0

    def add(self, labelled: Counter[Any], said: Counter[Any]) -> None:
        """Adds one document's multisets."""
        self.right += (labelled & said).total()
        self.said += said.total()
        self.labelled += labelled.total()

    @property
    def precision(self) -> float:
        """The share of right ones among those said; 1.0 where nothing was said."""
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """The share of right ones among those labelled; 1.0 where nothing was labelled."""
        return self.right / self.labelled if self.labelled else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def summary(self) -> dict[str, float | int]:
        """The figures, rounded to four places."""
        figures = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {**{name: round(value, 4) for name, value in figures.items()}, "labelled": self.labelled}


@dataclass(slots=True)
class Figures:
    """The figures of a set of documents, or of the part of it in one language."""

    documents: int = 0
    dates: Count = field(default_factory=Count)
    published: Count = field(default_factory=Count)
    events: Count = field(default_factory=Count)
    with_events: int = 0
    exact: int = 0
    without_events: int = 0
    clean: int = 0
    by_kind: dict[str, Count] = field(default_factory=dict)
    by_action: dict[str, Count] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)  # documents whose events are not all right

    def summary(self) -> dict[str, float | int]:
        """The headline figures, rounded to four places."""
        return {
            "documents": self.documents,
            "dates_f1": round(self.dates.f1, 4),
            "dates_precision": round(self.dates.precision, 4),
            "dates_recall": round(self.dates.recall, 4),
            "published_precision": round(self.published.precision, 4),
            "published_recall": round(self.published.right / self.dates.labelled, 4)
            if self.dates.labelled
            else 1.0,
            "events_f1": round(self.events.f1, 4),
            "exact": round(self.exact / self.with_events, 4) if self.with_events else 1.0,
            "clean": round(self.clean / self.without_events, 4) if self.without_events else 1.0,
        }


@dataclass(slots=True)
class Report:
    """The figures of all documents, and of each language."""

    overall: Figures = field(default_factory=Figures)
    by_language: dict[str, Figures] = field(default_factory=dict)

    def to_json(self) -> str:
        """All figures as one JSON object."""
        return json.dumps(
            {
                "overall": self.overall.summary(),
                "by_language": {name: one.summary() for name, one in sorted(self.by_language.items())},
                "by_action": {name: one.summary() for name, one in sorted(self.overall.by_action.items())},
                "by_kind": {name: one.summary() for name, one in sorted(self.overall.by_kind.items())},
                "wrong": self.overall.wrong,
            },
            indent=2,
        )

    def to_text(self, *, errors: bool) -> str:
        """All figures as lines for a person; with the documents that are not read as labelled, where asked."""
        lines = [_line("all", self.overall.summary())]
        lines += [_line(name, one.summary()) for name, one in sorted(self.by_language.items())]
        for title, counts in (("action", self.overall.by_action), ("date", self.overall.by_kind)):
            lines += [_line(f"{title} {name}", one.summary()) for name, one in sorted(counts.items())]
        if errors:
            lines += [f"not as labelled: {doc}" for doc in self.overall.wrong]
        return "\n".join(lines)


def _line(name: str, figures: dict[str, float | int]) -> str:
    return f"{name:24}" + "  ".join(f"{key} {value}" for key, value in figures.items())


def evaluate(labels: Iterable[Label], readings: Mapping[str, Reading | None]) -> Report:
    """The figures of readings, by the path that labels name as "doc"; None or nothing where a document was unreadable."""
    report = Report()
    for label in labels:
        reading = readings.get(str(label["doc"]))
        said = to_label(reading, str(label["doc"])) if reading else {"events": []}
        add_document(report, label, said, reading.language if reading else "?")
    return report


def read_labels(path: Path) -> list[Label]:
    """The labels of a JSON-lines file. Raises DataFileError with file and line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(f"{path}: cannot be read: {error}") from error
    return [_label(path, number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _label(path: Path, number: int, line: str) -> Label:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise DataFileError(f"{path}: line {number}: is no JSON: {error}") from error
    if not isinstance(row, dict) or "doc" not in row or not isinstance(row.get("events", []), list):
        raise DataFileError(f'{path}: line {number}: needs "doc" and a list "events".')
    return row


def add_document(report: Report, label: Label, said: Label, language: str) -> None:
    """Adds one document's label and what was said of it; `language` is used where the label names none."""
    language = str(label.get("language") or language)
    for figures in (report.overall, report.by_language.setdefault(language, Figures())):
        _add(figures, label, said)


def _add(figures: Figures, label: Label, said: Label) -> None:
    wanted = [one for one in label.get("events") or [] if one.get("status") not in _OPTIONAL]
    optional = [one for one in label.get("events") or [] if one.get("status") in _OPTIONAL]
    events = said.get("events") or []
    true_dates = _all_dates(wanted)
    spare = _all_dates(optional) - true_dates
    said_dates = _all_dates(events) - spare
    sure = _all_dates(one for one in events if not one.get("review")) - spare
    figures.documents += 1
    figures.dates.add(_headline(true_dates), _headline(said_dates))
    figures.published.add(_headline(true_dates), _headline(sure))
    for kind in {name for name, _ in true_dates | said_dates}:
        count = figures.by_kind.setdefault(kind, Count())
        count.add(*(Counter(fact for fact in facts if fact[0] == kind) for facts in (true_dates, said_dates)))
    _add_events(figures, label, wanted, optional, events)


def _add_events(
    figures: Figures, label: Label, wanted: list[Label], optional: list[Label], events: list[Label]
) -> None:
    true_facts = _facts(wanted)
    said_facts = _facts(events) - (_facts(optional) - true_facts)
    figures.events.add(true_facts, said_facts)
    for action in {fact[0] for fact in true_facts | said_facts}:
        count = figures.by_action.setdefault(action, Count())
        count.add(
            *(
                Counter({fact: n for fact, n in facts.items() if fact[0] == action})
                for facts in (true_facts, said_facts)
            )
        )
    right = true_facts == said_facts
    if wanted:
        figures.with_events += 1
        figures.exact += right
    elif not optional:
        figures.without_events += 1
        figures.clean += not events
    if not right:
        figures.wrong.append(str(label["doc"]))


def _dates(event: Label) -> set[Fact]:
    """(kind, date) of one event; a cash distribution's effective date is the start of its payment."""
    cash = event.get("action") in _CASH
    found = ((kind, str(day)[:10]) for kind, day in (event.get("dates") or {}).items() if day)
    return {("payment" if cash and kind == "effective" else kind, day) for kind, day in found}


def _all_dates(events: Iterable[Label]) -> set[Fact]:
    return {fact for event in events for fact in _dates(event)}


def _headline(facts: set[Fact]) -> Counter[Fact]:
    return Counter(fact for fact in facts if fact[0] != "declaration")


def _facts(events: list[Label]) -> Counter[tuple[Any, ...]]:
    """What must agree: each action with its terms and dates, and the set of meeting days.

    A meeting may stand alone or as a date of the action that it decides on: both count the same.
    """
    facts: Counter[tuple[Any, ...]] = Counter()
    meetings = set()
    for event in events:
        dates = _dates(event)
        meetings |= {("meeting", day) for kind, day in dates if kind == "meeting"}
        if event.get("action") == "meeting":
            continue
        action = "cash_dividend" if event.get("action") == "special_dividend" else event.get("action")
        terms = tuple(sorted(fact for fact in dates if fact[0] not in ("declaration", "meeting")))
        facts[(action, *_money(event), terms)] += 1
    return facts + Counter(meetings)


def _money(event: Label) -> tuple[Decimal | None, str | None]:
    """The amount in the main unit (GBX is a hundredth of GBP), or nothing where none is named."""
    try:
        amount = Decimal(str(event.get("amount")).replace(",", ""))
    except InvalidOperation:
        return None, None
    if event.get("currency") in ("GBX", "GBp"):
        return (amount / 100).normalize(), "GBP"
    return amount.normalize(), event.get("currency")
