from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from calendar_service.errors import BudgetError
from calendar_service.model.document import RawDocument, Text
from calendar_service.text import read_text
from calendar_service.text.grid import Cell, lay_out
from calendar_service.text.html import read_html
from tests.announcing import in_words


def read(body: str, head: str = "", name: str = "page.html") -> Text:
    source = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return read_text(RawDocument(source.encode(), "test:1", name, datetime(2027, 3, 1, tzinfo=UTC)))


def content(body: str, head: str = "") -> str:
    return read(body, head).content


def test_words_are_not_split_and_blocks_are_paragraphs() -> None:
    source = "<p>Re<font>cord</font> <b>date</b>:<br>3&nbsp;May\n2027</p><div>Next<div>inner</div></div><ul><li>one<li>two</ul>"
    assert content(source) == "Record date:\n3 May 2027\n\nNext\n\ninner\n\none\n\ntwo"


def test_table_rows_keep_their_columns() -> None:
    source = (
        "<p>Dates</p><table><tr><th rowspan=2>Fund<th colspan=2>Dates<th>Pay</tr><tr><td>Ex</td><td>Record</td><td>$0.10</td></tr>"
        "<tr><td>A<br>B</td><td></td><td><p>3 May</p> 2027</td></tr><tr><td></td></tr></table>End"
    )
    assert content(source) == "Dates\n\nFund\tDates\t\tPay\n\tEx\tRecord\t$0.10\nA B\t\t3 May 2027\n\nEnd"


def test_currency_signs_and_spacers_join_their_numbers() -> None:
    source = (
        "<table><tr><td></td><td></td><td colspan=2>2027</td><td></td><td colspan=2>2026</td></tr>"
        "<tr><td>Dividend</td><td></td><td>$</td><td>0.25</td><td></td><td>$</td><td>0.20</td><td>)</td></tr>"
        "<tr><td>Special</td><td></td><td></td><td>1.00</td><td></td><td></td><td>0.10</td><td></td></tr></table>"
    )
    assert content(source) == "\t2027\t2026\nDividend\t$0.25\t$0.20)\nSpecial\t1.00\t0.10"


def test_layout_tables_are_no_rows() -> None:
    source = "<table><tr><td>Menu</td><td><p>Text</p><table><tr><td>Ex-date</td><td>3 May</td></tr></table></td></tr></table>"
    assert content(source) == "Menu\n\nText\n\nEx-date\t3 May"
    assert content("<table><tr><td><p>One</p><p>Two</p></td></tr></table>") == "One\n\nTwo"


def test_definition_lists_and_preformatted_text() -> None:
    assert (
        content("<dl><dt>Record date</dt><dd>3 May</dd><dt>Pay</dt><dd>4 May</dd></dl>")
        == "Record date\t3 May\nPay\t4 May"
    )
    assert content("<pre>A     B\nC     D</pre>") == "A     B\nC     D"


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display: none">X</p>',
        '<p style="color:red;visibility:hidden">X</p>',
        '<span style="font-size:0px">X</span>',
        '<span style="DISPLAY: NONE">X</span>',
        '<span style="position:absolute;left:-9999px">X</span>',
        '<span style="text-indent: -1000em">X</span>',
        '<span style="position:absolute;clip:rect(0,0,0,0)">X</span>',
        '<span style="clip-path: inset(50%)">X</span>',
        '<span style="transform:scale(0)">X</span>',
        "<p hidden>X</p>",
        '<p class="a gone">X</p>',
        "<script>X</script><style>X</style><template>X</template><noscript>X</noscript>",
        "<ix:header><ix:hidden>X</ix:hidden></ix:header>",
        "<nav>X</nav><footer>X</footer><div role=navigation>X</div>",
        "<!-- X -->",
        "<select><option>X</option></select>",
    ],
)
def test_hidden_text_is_left_out(hidden: str) -> None:
    head = "<style>@media print { .kept { display:none } } p.gone, .b { display : none }</style>"
    assert content(f"before {hidden}<p class=kept>after</p>", head) == "before\n\nafter"


def test_struck_out_dates_are_left_out_and_told() -> None:
    text = read("<p>Payable <s>3 May</s> <span style='text-decoration:line-through'>4 May</span> 5 May</p>")
    assert text.content == "Payable 5 May"
    assert in_words(text.notes) == ("struck-out text left out",)


def test_a_footnote_mark_does_not_lengthen_a_number() -> None:
    assert content("<p>$0.24<sup>1</sup> on May 3, 2027<sup>(2)</sup></p>") == "$0.24 on May 3, 2027"
    assert (
        content("<p>87<sup>1</sup>/<sub>2</sub> cents on the 1<sup>st</sup></p>") == "87 1/2 cents on the 1st"
    )


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2027-02-13T23:30:00Z">',
        '<meta name="DC.date" content="20270213">',
        '<script type="application/ld+json">{"datePublished": "2027-02-13"}</script>',
    ],
)
def test_title_and_published_date(head: str) -> None:
    text = read("<p>x</p>", f"<title> A\n B </title>{head}")
    assert (text.title, text.published, text.format) == ("A B", date(2027, 2, 13), "html")


def test_an_ambiguous_published_date_is_not_guessed() -> None:
    assert read("x", '<meta name="date" content="03/04/2027">').published is None


def test_html_is_known_by_its_content() -> None:
    raw = b"Preamble\n<p>One</p><p>Two</p><p>Three</p>"
    text = read_text(RawDocument(raw, "t", "a.txt", datetime(2027, 3, 1, tzinfo=UTC)))
    assert (text.format, text.content) == ("html", "Preamble\n\nOne\n\nTwo\n\nThree")


def test_control_characters_do_not_become_marks() -> None:
    assert content("<p>a\x1c\x1d\x1e\x1f\x0bb&#28;&#11;c</p>") in {"abc", "ab c"}


def test_deep_nesting_is_no_danger() -> None:
    assert content("<div>" * 2_000 + "deep" + "</div>" * 2_000) == "deep"
    assert content("<table><tr><td>" * 500 + "deep") == "deep"
    for source in ("<div>" * 20_000, "<table><tr><td>" * 3_000, "<b>" * 50_000):
        with pytest.raises(BudgetError, match="nested more than 2,000 deep"):
            content(f"{source}deep")


def test_huge_spans_are_bounded() -> None:
    row = [Cell("a", 10**9, 10**9), Cell("b", 5, 10**6)]
    assert lay_out([row, [Cell("c")]]) == ["a"]
    assert lay_out([[Cell("a", 1, 3), Cell("b")], [Cell("c")], [Cell("d")], [Cell("e")]]) == [
        "a\tb",
        "\tc",
        "\td",
        "e",
    ]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>2<sup>1</sup> March 2026</p>", "2¹ March 2026"),
        ("<p>March 2<sup>1</sup>, 2026</p>", "March 2¹, 2026"),
        ("<p>21<sup>1</sup> March 2026<sup>2</sup></p>", "21 March 2026"),
        ("<p>$0.2<sup>1</sup></p>", "$0.2"),
        ("<p>on <bdo dir='rtl'>71</bdo> April</p>", "on 17 April"),
        ("<p>on &#x202e;71&#x202c; April</p>", "on 17 April"),
        ("<p>a <span style='color:#fff'>not seen</span> b</p>", "a b"),
        ("<p>a <font color='white'>not seen</font> b</p>", "a b"),
        ("<p style='background:white'>a <b style='color: rgb(255, 255, 255)'>not seen</b> b</p>", "a b"),
        ("<div style='background:navy'><p style='color:white'>seen</p></div>", "seen"),
        ("<style>p {background: navy}</style><p style='color:white'>seen</p>", "seen"),
        ("<div style='color:white'><p style='background:navy'>seen</p></div>", "seen"),
        ("<p style='background-color:#fff'>seen</p>", "seen"),
    ],
)
def test_what_a_reader_sees_is_what_is_read(source: str, shown: str) -> None:
    assert read_html(f"<html><body>{source}</body></html>").content == shown
