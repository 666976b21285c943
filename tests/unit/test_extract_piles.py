"""Tables whose columns stand one below the other: what a column lacks is not guessed, and a head ends them."""

from __future__ import annotations

import pytest

from calendar_service.extract.layout.piles import with_piles
from calendar_service.extract.page.normalise import Table
from tests.extracting import bound, told

_COLUMNS = "Record date\n31 May 2026\n31 August 2026\nPayment date\n1 July 2026\n1 October 2026\n"


@pytest.mark.parametrize(
    ("below", "amounts"),
    [
        ("Dividend per share\n3p", [None, None]),
        ("Dividend per share", [None, None]),
        ("Dividend per share\n3p\n4p", ["GBP 0.03", "GBP 0.04"]),
    ],
)
def test_amounts_belong_where_there_are_as_many(below: str, amounts: list[str | None]) -> None:
    pairs = [
        {"record": "2026-05-31", "payment": "2026-07-01"},
        {"record": "2026-08-31", "payment": "2026-10-01"},
    ]
    assert told("Acme Widgets plc\n\n" + _COLUMNS + below) == list(zip(amounts, pairs, strict=True))


def test_a_repeated_head_begins_another_table() -> None:
    binder, languages = bound(_COLUMNS * 3)
    tables = [item for item in with_piles(binder.page.items, binder, languages) if isinstance(item, Table)]
    assert [[len(row.cells) for row in table.rows] for table in tables] == [[2, 2, 2]] * 3


def test_one_column_repeated_is_no_table() -> None:
    binder, languages = bound("Record date\n31 May 2026\n31 August 2026\n" * 40)
    items = with_piles(binder.page.items, binder, languages)
    assert len(items) == 120
    assert not any(isinstance(item, Table) for item in items)
