from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from calendar_service.errors import DataFileError
from calendar_service.evaluate import Report, add_document, evaluate, read_labels
from calendar_service.extract.labels import to_label
from calendar_service.model.announcement import Amount, Announcement, Issuer, Reading
from calendar_service.model.codes import DateKind, EventType
from calendar_service.model.remarks import Remark
from calendar_service.model.values import EventDate, Money

RECORD, PAYMENT = date(2025, 5, 14), date(2025, 5, 28)


def label(**dates: str) -> dict[str, Any]:
    return {
        "action": "cash_dividend",
        "amount": "0.40",
        "currency": "EUR",
        "status": "announced",
        "dates": dates,
    }


def reading(*, doubts: tuple[str, ...] = (), payment: date = PAYMENT) -> Reading:
    one = Announcement(
        Issuer("Orchard"),
        EventType.CASH_DIVIDEND,
        (EventDate(DateKind.RECORD, RECORD), EventDate(DateKind.PAYMENT, payment)),
        amount=Amount(Money(Decimal("0.40"), "EUR")),
        doubts=tuple(map(Remark, doubts)),
    )
    return Reading((one,), language="en")


def test_all_right() -> None:
    wanted: list[dict[str, Any]] = [
        {"doc": "a", "events": [label(record="2025-05-14", payment="2025-05-28")]},
        {"doc": "b", "events": []},
    ]
    summary = evaluate(wanted, {"a": reading(), "b": Reading()}).overall.summary()
    assert summary == {
        "documents": 2, "dates_f1": 1.0, "dates_precision": 1.0, "dates_recall": 1.0, "published_precision": 1.0, "published_recall": 1.0,
        "events_f1": 1.0, "exact": 1.0, "clean": 1.0,
    }  # fmt: skip


def test_wrong_date_costs_precision_unless_it_is_held() -> None:
    wanted: list[dict[str, Any]] = [
        {"doc": "a", "events": [label(record="2025-05-14", payment="2025-05-28")]}
    ]
    wrong = evaluate(wanted, {"a": reading(payment=date(2025, 5, 29))}).overall.summary()
    held = evaluate(wanted, {"a": reading(payment=date(2025, 5, 29), doubts=("see",))}).overall.summary()
    assert (wrong["dates_f1"], wrong["published_precision"], wrong["exact"]) == (0.5, 0.5, 0.0)
    assert (held["dates_f1"], held["published_precision"]) == (0.5, 1.0)


def test_optional_labels_count_neither_way() -> None:
    forecast = {**label(record="2025-05-14", payment="2025-05-28"), "status": "forecast"}
    for said in (reading(), Reading()):
        figures = evaluate([{"doc": "a", "events": [forecast]}], {"a": said}).overall
        assert (figures.dates.said, figures.dates.labelled, figures.events.said, figures.wrong) == (
            0,
            0,
            0,
            [],
        )


def test_missing_and_unreadable_documents_count_as_nothing_said() -> None:
    wanted: list[dict[str, Any]] = [{"doc": "a", "events": [label(record="2025-05-14")]}]
    empty: list[dict[str, Reading | None]] = [{}, {"a": None}]
    for readings in empty:
        assert evaluate(wanted, readings).overall.summary()["dates_recall"] == 0.0


def test_pence_meetings_and_effective_days_read_as_one() -> None:
    report = Report()
    wanted: dict[str, Any] = {
        "doc": "a",
        "events": [
            {
                "action": "cash_dividend",
                "amount": "40",
                "currency": "GBX",
                "dates": {"effective": "2025-05-28", "meeting": "2025-05-20"},
            }
        ],
    }
    said = {
        "events": [
            {
                "action": "special_dividend",
                "amount": "0.4",
                "currency": "GBP",
                "dates": {"payment": "2025-05-28"},
            },
            {"action": "meeting", "dates": {"meeting": "2025-05-20"}},
        ]
    }
    add_document(report, wanted, said, "en")
    assert report.overall.summary()["exact"] == 1.0
    assert report.by_language["en"].summary() == report.overall.summary()


def test_text_and_json_name_what_went_wrong() -> None:
    report = evaluate([{"doc": "a", "events": [label(record="2025-05-15")]}], {"a": reading()})
    assert "not as labelled: a" in report.to_text(errors=True)
    assert "date record" in report.to_text(errors=False)
    assert json.loads(report.to_json())["wrong"] == ["a"]


@pytest.mark.parametrize(
    ("line", "words"),
    [("{", "line 1: is no JSON"), ('{"a": 1}', 'line 1: needs "doc"'), ("3", 'line 1: needs "doc"')],
)
def test_wrong_labels_are_told_with_the_line(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(DataFileError, match=words):
        read_labels(path)
    with pytest.raises(DataFileError, match="cannot be read"):
        read_labels(tmp_path / "none")


def test_label_shows_evidence_and_review() -> None:
    shown = to_label(reading(doubts=("see",)), "a.txt")
    assert shown["events"][0]["review"] is True
    assert shown["events"][0]["dates"] == {"record": "2025-05-14", "payment": "2025-05-28"}
    assert "review" not in to_label(reading(), "a.txt")["events"][0]
