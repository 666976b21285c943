from __future__ import annotations

import pytest

from calendar_service.extract.normalise import LONGEST, Table, Unit, fold, normalise

STOPS = frozenset({"inc", "feb"})


def units(text: str) -> list[str]:
    return [text[one.start : one.end] for one in normalise(text, STOPS).items if isinstance(one, Unit)]


def tables(text: str) -> list[list[list[str]]]:
    found = [one for one in normalise(text, STOPS).items if isinstance(one, Table)]
    return [[[text[start:end] for start, end in row.cells] for row in one.rows if row.cells] for one in found]


@pytest.mark.parametrize(
    "text", ["İstanbul ŞİŞLİ", "ﬁne ß ẞ", "ＡＢＣ　１２３", "“quoted” – dash", "a\u00a0b\u202ec\x00", "ǅ ŉ ΐ"]
)
def test_shadow_has_the_length_of_the_text(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_shadow_is_lower_and_narrow() -> None:
    assert fold("Ｒｅｃｏｒｄ　“Date” — 1") == 'record "date" - 1'


def test_sentences_end_at_full_stops_but_not_after_abbreviations() -> None:
    text = "Orchard Inc. paid EUR 0.40. It pays on Feb. 3 at 5 p.m. Payment follows."
    assert units(text) == ["Orchard Inc. paid EUR 0.40.", "It pays on Feb. 3 at 5 p.m. Payment follows."]


def test_hard_wrapped_lines_are_one_sentence() -> None:
    text = "The board of the company has today declared a dividend which\nis payable to holders of record on the second day of May and\nwill be paid soon."
    assert len(units(text)) == 1


def test_short_lines_are_lines_of_their_own() -> None:
    assert units("Ex-date: 7 May 2025\nRecord date: 8 May 2025\nPayment date: 20 May 2025") == [
        "Ex-date: 7 May 2025",
        "Record date: 8 May 2025",
        "Payment date: 20 May 2025",
    ]


def test_tabs_pipes_and_blanks_make_tables() -> None:
    expected = [[["Fund", "Record"], ["A", "May 2"]]]
    assert tables("Fund\tRecord\nA\tMay 2") == expected
    assert tables("| Fund | Record |\n| --- | --- |\n| A | May 2 |")[0][0][:2] == ["Fund", "Record"]
    assert tables("Fund      Record\n-----     ------\nA         May 2") == expected


def test_very_long_units_are_cut() -> None:
    text = "dividend " * 2000
    assert (
        max(one.end - one.start for one in normalise(text, STOPS).items if isinstance(one, Unit)) <= LONGEST
    )


def test_variants_are_spelled_in_the_shadow_only() -> None:
    page = normalise("發放日", frozenset())
    page.spell({ord("發"): "发"})
    assert (page.text, page.shadow, page.fold("發（Ａ）")) == ("發放日", "发放日", "发(a)")
