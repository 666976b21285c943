from __future__ import annotations

import pytest

from calendar_service.extract.page.normalise import LONGEST, Table, Unit, fold, normalise

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


def test_a_lone_border_at_the_end_of_a_line_is_none_of_its_words() -> None:
    assert units("Payment date |\n5 May 2026 |\nAmount |") == ["Payment date", "5 May 2026", "Amount"]
    assert tables("Record date | 4 May 2026 |\nPayment date | 5 May 2026 |") == [
        [["Record date", "4 May 2026"], ["Payment date", "5 May 2026"]]
    ]


def test_a_bar_alone_stays() -> None:
    assert units("|") == []


def test_dots_lead_from_a_label_to_its_value() -> None:
    text = "Record date ................. 4 May 2026\nPayment date . . . . . . . . . . 5 May 2026\nEx-date …………… 1 May 2026\nMeeting ________ 29 April 2026"
    assert tables(text) == [
        [
            ["Record date", "4 May 2026"],
            ["Payment date", "5 May 2026"],
            ["Ex-date", "1 May 2026"],
            ["Meeting", "29 April 2026"],
        ]
    ]


def test_a_label_led_by_dots_may_run_over_two_lines() -> None:
    text = "Record date ................. 4 May 2026\nLatest time for lodging transfers of the shares\nwith the registrar ........ 5 May 2026"
    assert tables(text) == [
        [
            ["Record date", "4 May 2026"],
            ["Latest time for lodging transfers of the shares\nwith the registrar", "5 May 2026"],
        ]
    ]


def test_a_heading_between_lines_led_by_dots_is_no_label() -> None:
    text = "Record date ................. 4 May 2026\nTimes are those of Hong Kong.\nPayment date ........ 5 May 2026"
    assert tables(text) == [[["Record date", "4 May 2026"]], [["Payment date", "5 May 2026"]]]
    assert units(text) == ["Times are those of Hong Kong."]


def test_three_dots_lead_nowhere() -> None:
    assert units("The board is pleased ... it says.\nAnd more ... of it.") == [
        "The board is pleased ... it says.",
        "And more ... of it.",
    ]


TOLD = (
    "The register will be closed for transfers. The dividend will be paid on 5 May 2026 to all who are in it."
)


def test_a_cell_that_holds_sentences_is_read_as_sentences() -> None:
    text = f"Remarks\t{TOLD}\nRecord date\t4 May 2026\nPayment date\t5 May 2026"
    assert units(text) == [
        "The register will be closed for transfers.",
        "The dividend will be paid on 5 May 2026 to all who are in it.",
    ]
    assert tables(text) == [[["Record date", "4 May 2026"], ["Payment date", "5 May 2026"]]]


def test_short_cells_and_rows_of_more_cells_stay_cells() -> None:
    assert tables("Remarks\tSee note. Paid net.\nRecord date\t4 May 2026") == [
        [["Remarks", "See note. Paid net."], ["Record date", "4 May 2026"]]
    ]
    assert tables(f"Remarks\t{TOLD}\tNone") == [[["Remarks", TOLD, "None"]]]


def test_wide_blanks_part_paragraphs_of_one_line() -> None:
    other = "The company makes lamps. Its shares are listed in Oslo, and it has been paying a dividend since 1990."
    assert units(f"{TOLD}      {other}") == [
        "The register will be closed for transfers.",
        "The dividend will be paid on 5 May 2026 to all who are in it.",
        "The company makes lamps.",
        "Its shares are listed in Oslo, and it has been paying a dividend since 1990.",
    ]


def led(text: str) -> list[str]:
    page = normalise(text, STOPS, leading=frozenset({"on", "at", "by"}))
    return [text[one.start : one.end] for one in page.items if isinstance(one, Unit)]


def test_no_line_ends_with_a_word_that_leads_on() -> None:
    assert led("The dividend is payable on\n5 May 2026") == ["The dividend is payable on\n5 May 2026"]
    assert led("Payable to holders of record at\n4 May 2026\nAmount") == [
        "Payable to holders of record at\n4 May 2026",
        "Amount",
    ]


def test_words_that_only_end_alike_lead_nowhere() -> None:
    assert led("Information\n5 May 2026") == ["Information", "5 May 2026"]
    assert led("Distribution\nThursday, 5 May 2026") == ["Distribution", "Thursday, 5 May 2026"]


def test_each_line_of_a_list_ends_with_its_date() -> None:
    text = "Record date for the dividend to be paid on the shares 4 May 2026\nPayment date for the dividend 5 May 2026"
    assert units(text) == text.split("\n")


def test_each_line_of_a_list_ends_with_its_date_and_weekday() -> None:
    text = "Record date for the dividend of the shares 4 May 2026 (Monday)\nPayment date for the dividend 5 May 2026 (Tuesday)"
    assert units(text) == text.split("\n")


def test_rows_that_blank_lines_part_are_one_table() -> None:
    text = "Record date\tPayment date\n\n4 May 2026\t5 June 2026\n\n4 August 2026\t7 September 2026"
    rows = [line.split("\t") for line in text.split("\n\n")]
    assert tables(text) == [rows]


def test_rows_of_another_shape_begin_another_table() -> None:
    text = "Record date\tPayment date\n\n4 May 2026\t5 June 2026\t0.20\n\nA table\tof\ntwo\trows"
    assert len(tables(text)) == 3
