"""The project's own measured corpus: announcements of invented issuers in tests/documents.

`announcements/` holds the documents (.txt, .html, .md, .pdf) as issuers of each market write them: every language,
every action and the traps that real ones hold. `pdf_sources/` and `make_pdfs.py` make the PDFs. `labels.jsonl`
holds a label a line, read by hand, in the shape that `calendar-service evaluate` reads; "language", "market",
"traps" (what could mislead a reader) and, where two careful readers could differ, "doubt" come beside. Only dates
that a document states are labelled; where it leaves a part of a date out, "explained" says why it is certain.

How well the engine reads them is kept in `record.json`, by language; the figures may only rise (`keep_record.py`
writes them).
"""

from __future__ import annotations

import importlib.util
import json
import re
import unicodedata
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from babel.dates import get_month_names

from calendar_service.model.document import RawDocument
from calendar_service.text import read_text

ROOM = Path(__file__).parent.parent / "documents"
LABELS = [json.loads(line) for line in (ROOM / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
BY_NAME = {row["doc"]: row for row in LABELS}
LOCALES = {"zh": "zh_Hans"}
ACTIONS = {
    "cash_dividend", "special_dividend", "stock_dividend", "stock_split", "reverse_split", "rights_issue",
    "tender_offer", "merger", "meeting", "spin_off", "capital_return", "other",
}  # fmt: skip
KINDS = {"declaration", "ex", "record", "payment", "effective", "meeting", "expiry"}
STATUSES = {"announced", "subject_to_approval", "forecast", "cancelled", "suspended"}
ERAS = {"平成": 1988, "令和": 2018}
CHINESE = "零一二三四五六七八九"


def test_each_document_has_a_label_and_each_label_a_document() -> None:
    documents = {f"announcements/{path.name}" for path in (ROOM / "announcements").iterdir()}
    assert documents == set(BY_NAME)
    assert len(BY_NAME) == len(LABELS)


def test_each_pdf_has_a_source() -> None:
    pdfs = {path.stem for path in (ROOM / "announcements").glob("*.pdf")}
    assert pdfs == {path.stem for path in (ROOM / "pdf_sources").glob("*.txt")}


def test_the_corpus_covers_every_language_format_and_action() -> None:
    languages = Counter(row["language"] for row in LABELS)
    assert set(languages) == {
        "en",
        "ja",
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "sv",
        "nb",
        "da",
        "fi",
        "ko",
        "zh",
    }
    assert min(languages.values()) >= 4
    assert {event["action"] for row in LABELS for event in row["events"]} == ACTIONS
    assert {Path(row["doc"]).suffix for row in LABELS} == {".txt", ".html", ".md", ".pdf"}
    assert sum(not row["events"] for row in LABELS) >= 20


@pytest.mark.parametrize("row", LABELS, ids=lambda row: row["doc"].partition("/")[2])
def test_labels_use_the_words_of_the_schema(row: dict[str, Any]) -> None:
    for event in row["events"]:
        assert event["action"] in ACTIONS
        assert event["status"] in STATUSES
        assert set(event["dates"]) <= KINDS
        assert all(date.fromisoformat(day).isoformat() == day for day in event["dates"].values())
        if event["amount"]:
            assert re.fullmatch(r"\d+(\.\d+)?", event["amount"])
            assert re.fullmatch(r"[A-Z]{3}", event["currency"])


@pytest.mark.parametrize("row", LABELS, ids=lambda row: row["doc"].partition("/")[2])
def test_labelled_dates_stand_in_the_document(row: dict[str, Any]) -> None:
    text = text_of(row["doc"])
    days = {date.fromisoformat(day) for event in row["events"] for day in event["dates"].values()}
    missing = [str(day) for day in days if not stands_in(day, text, row["language"], year=True)]
    if row.get("explained"):
        missing = [
            day
            for day in missing
            if not stands_in(date.fromisoformat(day), text, row["language"], year=False)
        ]
    assert missing == []


def test_no_language_is_read_worse_than_before() -> None:
    keeper = load_keeper()
    kept, measured = keeper.read_record(), keeper.measure()
    assert set(kept) == set(measured)
    worse = {
        f"{name} {figure}": (value, measured[name][figure])
        for name, figures in kept.items()
        for figure, value in figures.items()
        if measured[name][figure] < value
    }
    assert worse == {}


def load_keeper() -> Any:
    """The script that keeps the record; rooms of tests are no packages."""
    spec = importlib.util.spec_from_file_location("keep_record", ROOM / "keep_record.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text_of(name: str) -> str:
    """The words of a document in one form: narrow, lower case, without blanks, lines and cells parted by |."""
    path = ROOM / name
    raw = RawDocument(path.read_bytes(), f"folder:{name}", path.name, datetime(2026, 11, 23, tzinfo=UTC))
    content = unicodedata.normalize("NFKC", read_text(raw).content).lower()
    return re.sub(r"[ \u00a0]+", "", re.sub(r"\s*[\n\t]\s*", "|", content))


def stands_in(day: date, text: str, language: str, *, year: bool) -> bool:
    """Whether the text writes this day in any of the language's ways, with its year or without."""
    return any(re.search(pattern, text) for pattern in spellings(day, language, year=year))


def spellings(day: date, language: str, *, year: bool) -> list[str]:
    """Patterns of the ways to write a day, for text without blanks."""
    y, m, d = day.year, day.month, day.day
    locale = LOCALES.get(language, language)
    names = {
        re.escape(get_month_names(width, "format", locale)[m].lower().rstrip("."))
        for width in ("wide", "abbreviated")
    }
    month = rf"(?:de)?(?:{'|'.join(sorted(names, key=len, reverse=True))})\.?"
    number = rf"(?<!\d)0?{d}(?:st|nd|rd|th|er|º|o|\.)?"
    if not year:
        return [rf"{number}{month}", rf"{month}0?{d}(?!\d)"]
    found = [
        rf"{number}{month}(?:de|,)?{y}",
        rf"{month}0?{d}(?:st|nd|rd|th)?,?{y}",
        rf"(?<!\d){y}([-/.])0?{m}\1(?:0?{d})(?!\d)",
        rf"(?<!\d)0?{d}([-/.])0?{m}(?:\1){y}",
    ]
    if language == "en":
        found.append(rf"(?<!\d)0?{m}/0?{d}/{y}")
    if language == "ko":
        found.append(rf"{y}년0?{m}월0?{d}일")
    if language in ("ja", "zh"):
        eras = "|".join(
            [f"{era}(?:{y - base}{'|元' if y - base == 1 else ''})" for era, base in ERAS.items()]
        )
        found.append(rf"(?:(?<!\d){y}|{eras})年{m}月{d}日")
        digits = "".join(CHINESE[int(sign)] for sign in str(y))
        found.append(f"{digits}年{in_chinese(m)}月{in_chinese(d)}日")
        found.append(rf"(?<!\d){y - 1911}/{m:02}/{d:02}(?!\d)")
        found.append(rf"(?<!\d){y - 1911}年{m}月{d}日")
    return found


def in_chinese(number: int) -> str:
    """A number below one hundred in Chinese."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{CHINESE[tens]}十"
    return head + (CHINESE[ones] if ones else "")
