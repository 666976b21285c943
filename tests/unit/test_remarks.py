"""What the service says of its own: kept as a text with gaps and what fills them, told in any language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import create_engine

import calendar_service
from calendar_service.errors import UnreadableError
from calendar_service.model.action import CorporateAction
from calendar_service.model.codec import from_data, to_data
from calendar_service.model.codes import DateKind, EventType, NoticeFunction, Status
from calendar_service.model.remarks import Month, Remark, Value, join, remark, remark_of
from calendar_service.publish.words import words_for
from calendar_service.store.columns import Told

PACKAGE = Path(calendar_service.__file__).parent
SAYS = "{source} says {day} for the {kind}; {other} counts more."
NEWS = remark("{source}, {day}", source="feed:news.example", day=date(2025, 2, 11))


def calls_of(name: str) -> Iterator[tuple[str, ast.Call, ast.Module]]:
    """Every call of a function of this name in the package, with its file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield path.relative_to(PACKAGE).as_posix(), node, tree


def constants_of(tree: ast.Module) -> set[ast.Call]:
    """The calls whose value is a constant of their module, or in one: their gaps may be filled later."""
    return {
        node
        for statement in tree.body
        if isinstance(statement, ast.Assign)
        for node in ast.walk(statement.value)
        if isinstance(node, ast.Call)
    }


def test_every_remark_is_written_out_where_the_catalogues_find_it_and_its_gaps_are_filled() -> None:
    calls = [found for found in calls_of("remark") if found[0] != "model/remarks.py"]
    assert len(calls) > 150
    for file, call, tree in calls:
        text = call.args[0]
        assert isinstance(text, ast.Constant), f"{file}:{call.lineno}"
        gaps = set(re.findall(r"\{(\w+)\}", str(text.value)))
        filled = {keyword.arg for keyword in call.keywords}
        assert gaps == filled or (not filled and call in constants_of(tree)), f"{file}:{call.lineno}"


def test_only_data_files_and_the_store_make_remarks_of_texts_that_are_not_written_there() -> None:
    made = {(file, ast.unparse(call.args[0])) for file, call, _ in calls_of("Remark")}
    assert {(file, text) for file, text in made if file != "model/remarks.py"} == {
        ("markets/derivation.py", "rule.why"),
        ("markets/derivation.py", "rule.caution"),
        ("markets/derivation.py", "item.why"),
        ("markets/rules.py", "self.name"),
        ("store/columns.py", "value"),
    }


@pytest.mark.parametrize(
    ("value", "english", "german", "japanese"),
    [
        (date(2018, 3, 31), "2018-03-31", "Sa., 31. März 2018", "2018年3月31日(土)"),
        (Month(date(2018, 3, 1)), "March 2018", "März 2018", "2018年3月"),
        (Decimal("1234.50"), "1,234.50", "1.234,50", "1,234.50"),
        (20_000_000, "20,000,000", "20.000.000", "20,000,000"),
        (DateKind.EX, "ex-date", "Ex-Tag", "権利落ち日"),
        (EventType.SPIN_OFF, "spin off", "Abspaltung", "スピンオフ"),
        (Status.WITHDRAWN, "withdrawn", "vom Emittenten zurückgezogen", "発行会社が撤回"),
        (NoticeFunction.REPLACE, "replace", "Berichtigung", "訂正"),
        ("XTKS\n{day}", "XTKS {day}", "XTKS {day}", "XTKS {day}"),
        (
            NEWS,
            "feed:news.example, 2025-02-11",
            "feed:news.example, Di., 11. Feb. 2025",
            "feed:news.example、2025年2月11日(火)",
        ),
    ],
)
def test_each_part_is_told_as_the_language_does(
    value: Value, english: str, german: str, japanese: str
) -> None:
    said = remark("{name}", name=value)
    assert str(said) == english
    assert [words_for(language).tell(said) for language in ("de", "ja")] == [german, japanese]


def test_a_remark_with_others_in_it_is_told_in_each_language() -> None:
    said = remark(SAYS, source=NEWS, day=date(2025, 4, 11), kind=DateKind.PAYMENT, other="Bundesanzeiger")
    assert str(said) == (
        "feed:news.example, 2025-02-11 says 2025-04-11 for the payment date; Bundesanzeiger counts more."
    )
    assert words_for("de").tell(said) == (
        "feed:news.example, Di., 11. Feb. 2025 nennt Fr., 11. Apr. 2025 für den Termin „Zahltag“; "
        "maßgeblich ist Bundesanzeiger."
    )
    assert words_for("ja").tell(said) == (
        "feed:news.example、2025年2月11日(火)では支払日は2025年4月11日(金)ですが、Bundesanzeigerを優先しています。"
    )
    assert "for the payment date" in words_for("en").tell(said)


def test_several_remarks_are_listed_or_joined_as_the_language_does() -> None:
    both = remark(
        "The document holds pictures instead of text ({facts}). A person has to read it.", facts=(NEWS, NEWS)
    )
    assert "、2025年2月11日(火) ／ feed:news.example" in words_for("ja").tell(both)
    sentences = join([Remark("The file is empty."), Remark("The PDF has no pages.")])
    assert str(sentences) == "The file is empty. The PDF has no pages."
    assert words_for("ja").tell(sentences) == "ファイルが空です。PDFにページがありません。"


def test_a_remark_is_stored_with_its_parts() -> None:
    said = remark(SAYS, source=NEWS, day=date(2025, 4, 11), kind=DateKind.PAYMENT, other="Bundesanzeiger")
    assert from_data(Remark, to_data(said)) == said


@pytest.mark.parametrize(
    ("text", "german"),
    [
        ("Sources {contradict} each other on 2025-04-11.", "Sources {contradict} each other on 2025-04-11."),
        ("no amount per share was found", "Es wurde kein Betrag je Aktie gefunden"),
        ("", ""),
    ],
)
def test_reasons_that_were_stored_as_texts_are_still_shown(text: str, german: str) -> None:
    row = {
        "id": "a",
        "issuer_id": "i",
        "issuer": {"name": "Acme"},
        "event_type": "cash_dividend",
        "status": "announced",
        "dates": [{"kind": "ex", "day": "2025-04-11", "note": text}],
        "held": [text],
    }
    action = from_data(CorporateAction, row)
    assert (action.held, action.dates[0].note) == ((Remark(text),), Remark(text))
    assert words_for("de").tell(action.held[0]) == german


@pytest.mark.parametrize(
    "text", ['{"text":"x', '{"text":"{a.__class__}","parts":[{"name":"a","sort":"text"}]}', "plain words"]
)
def test_a_text_that_looks_like_a_stored_remark_stays_a_text(text: str) -> None:
    column, dialect = Told(), create_engine("sqlite://").dialect
    stored = column.process_bind_param(Remark(text), dialect)
    assert column.process_result_value(stored, dialect) == Remark(text)


def test_an_error_says_what_it_was_raised_with() -> None:
    assert remark_of(UnreadableError(remark("The file is empty."))) == Remark("The file is empty.")
    assert remark_of(ValueError("no {luck}")) == Remark("no {luck}")
    assert str(UnreadableError(remark("The file is empty."))) == "The file is empty."
