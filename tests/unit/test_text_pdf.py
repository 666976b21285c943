from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
    Table,
)

from calendar_service.errors import BudgetError, UnreadableError
from calendar_service.model.document import RawDocument, Text
from calendar_service.text import Limits, read_text
from calendar_service.text.layout import Fragment, build_page
from calendar_service.text.paragraphs import join_words
from tests.announcing import in_words

STYLE = getSampleStyleSheet()["Normal"]
SENTENCE = "The board declared a quarterly dividend of $0.{0:02d} per share, payable on March {0}, 2027 to holders of record. "


def read(content: bytes, limits: Limits | None = None) -> Text:
    return read_text(RawDocument(content, "t", "a.pdf", datetime(2027, 3, 1, tzinfo=UTC)), limits or Limits())


def draw(*pages: Callable[[Any], None], size: tuple[float, float] = A4, encrypt: Any = None) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=size, encrypt=encrypt)
    canvas.setTitle("Notice of dividend")
    for page in pages:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def build(*story: Any) -> bytes:
    stream = io.BytesIO()
    SimpleDocTemplate(stream, pagesize=A4).build(list(story))
    return stream.getvalue()


def draw_lines(*lines: tuple[float, float, str]) -> Callable[[Any], None]:
    def page(canvas: Any) -> None:
        canvas.setFont("Helvetica", 10)
        for x, y, text in lines:
            canvas.drawString(x, y, text)

    return page


def test_wrapped_lines_are_one_paragraph() -> None:
    text = read(build(Paragraph(SENTENCE.format(12) * 3, STYLE), Paragraph(SENTENCE.format(13) * 2, STYLE)))
    assert text.content.split("\n") == [(SENTENCE.format(12) * 3).strip(), (SENTENCE.format(13) * 2).strip()]


def test_table_rows_have_tabs_and_wrapped_cells_stay_whole() -> None:
    label = Paragraph("Gross amount per ordinary registered share", STYLE)
    rows = [["Fund", "Record date", "Amount"], ["Alpha", "3 May 2027", "$0.10"], [label, "", "R$ 0,42"]]
    text = read(build(Paragraph("Dates", STYLE), Table(rows, colWidths=[120, 120, 120])))
    assert text.content.split("\n")[-3:] == [
        "Fund\tRecord date\tAmount",
        "Alpha\t3 May 2027\t$0.10",
        "Gross amount per ordinary registered share\t\tR$ 0,42",
    ]


def test_columns_are_read_one_after_another() -> None:
    stream = io.BytesIO()
    document = BaseDocTemplate(stream, pagesize=A4)
    frames = [Frame(50, 50, 235, 700), Frame(310, 50, 235, 700)]
    document.addPageTemplates([PageTemplate(frames=frames)])
    document.build([Paragraph(SENTENCE.format(number), STYLE) for number in range(1, 29)])
    text = read(stream.getvalue())
    lines = [line for line in text.content.split("\n") if line]
    assert lines == [SENTENCE.format(number).strip() for number in range(1, 29)]


def test_columns_drawn_line_by_line_are_read_in_reading_order() -> None:
    left = [f"left column line {number} runs over its full width so" for number in range(10)]
    right = [f"right column line {number} runs over its full width so" for number in range(10)]
    lines = [
        (60.0, 800.0, "A heading over both columns, wide enough to cross the strip between them, indeed")
    ]
    for number in range(10):
        lines += [(60.0, 780.0 - 12 * number, left[number]), (320.0, 780.0 - 12 * number, right[number])]
    content = read(draw(draw_lines(*lines))).content
    assert content.index("left column line 9") < content.index("right column line 0")
    assert content.index("heading") < content.index("left column line 0")
    assert " ".join(left) in content


def test_parted_words_are_made_whole() -> None:
    lines = [
        (60.0, 700.0, "The company announces that it will pay an interim cash divi-"),
        (60.0, 688.0, "dend on 3 May 2027; the shares trade without it from the ex-"),
        (60.0, 676.0, "dividend date, 1 April 2027."),
    ]
    expected = (
        "The company announces that it will pay an interim cash dividend on 3 May 2027; "
        "the shares trade without it from the ex-dividend date, 1 April 2027."
    )
    assert read(draw(draw_lines(*lines))).content == expected


def test_a_date_broken_after_its_weekday_is_joined() -> None:
    lines = [
        (60.0, 700.0, "Die Dividende wird nach dem Beschluss der Hauptversammlung am"),
        (60.0, 688.0, "3. Mai 2027 gezahlt."),
    ]
    content = read(draw(draw_lines(*lines))).content
    assert content == "Die Dividende wird nach dem Beschluss der Hauptversammlung am 3. Mai 2027 gezahlt."


def test_japanese_lines_join_without_a_space() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))

    def page(canvas: Any) -> None:
        canvas.setFont("HeiseiMin-W3", 12)
        canvas.drawString(60, 700, "当社は二〇二七年五月三日開催の取締役会において期末配当を行うこと")
        canvas.drawString(60, 684, "を決議した")

    assert (
        read(draw(page)).content
        == "当社は二〇二七年五月三日開催の取締役会において期末配当を行うことを決議した"
    )


def test_pages_have_offsets_and_running_lines_are_left_out() -> None:
    pages = [
        draw_lines(
            (60, 800, "Aurora plc - Notice"),
            (60, 700, f"Payment {number} is due"),
            (300, 30, f"Page {number} of 4"),
        )
        for number in range(1, 5)
    ]
    text = read(draw(*pages))
    assert text.title == "Notice of dividend"
    assert text.content.count("Aurora plc") == 1
    assert "of 4" not in text.content
    assert [text.page_of(text.content.index(f"Payment {number}")) for number in range(1, 5)] == [1, 2, 3, 4]


def test_a_turned_page_is_read_as_it_is_shown() -> None:
    def page(canvas: Any) -> None:
        canvas.setPageRotation(90)
        canvas.rotate(90)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(100, -100, "Record date")
        canvas.drawString(300, -100, "3 May 2027")
        canvas.drawString(100, -120, "Payment date")
        canvas.drawString(300, -120, "9 May 2027")

    assert read(draw(page, size=landscape(A4))).content == "Record date\t3 May 2027\nPayment date\t9 May 2027"


def draw_picture(canvas: Any) -> None:
    from PIL import Image

    canvas.drawImage(ImageReader(Image.new("RGB", (20, 20), "grey")), 50, 50, 400, 600)


def test_a_scanned_document_says_so() -> None:
    text = read(draw(draw_picture, draw_picture))
    assert (text.content, text.scanned, in_words(text.notes)) == (
        "",
        True,
        ("scanned: 2 pages without text",),
    )
    assert text.pages == (0, 0)


def test_one_picture_among_pages_of_text_is_noted() -> None:
    text = read(draw(draw_lines((60, 700, "One")), draw_picture, draw_lines((60, 700, "Three"))))
    assert (text.scanned, in_words(text.notes)) == (False, ("scanned: one page without text",))
    assert text.page_of(text.content.index("Three")) == 3


def test_encrypted_damaged_and_long_files_are_refused() -> None:
    page = draw_lines((60, 700, "x"))
    with pytest.raises(UnreadableError, match="encrypted with a password"):
        read(draw(page, encrypt=StandardEncryption("secret", canPrint=0)))
    with pytest.raises(UnreadableError, match="damaged and cannot be opened"):
        read(b"%PDF-1.7\nnothing of use")
    with pytest.raises(BudgetError, match="3 pages; at most 2 are read"):
        read(draw(page, page, page), Limits(pages=2))


def test_lines_of_a_calendar_that_stand_apart_are_lines() -> None:
    said = [
        "Financial calendar 2027",
        "6 March 2027",
        "Annual report 2026",
        "9 April 2027",
        "Annual general meeting",
    ]
    page = draw_lines(*[(60.0, 760.0 - 21 * at, text) for at, text in enumerate(said)])
    assert read(draw(page)).content.split("\n\n") == said


def test_paragraphs_are_apart_where_more_space_is_between_them_than_between_their_lines() -> None:
    lines = [
        "The board has declared a dividend of $0.20 per share, which will be",
        "paid on 9 April 2027 to those who hold shares on the record date.",
    ]
    head = "Proposed dividend of Orchard Pumps plc and notice of its meeting"
    page = draw_lines((60, 760, head), (60, 739, "14 March 2027 in the town of Boston, where the company is at home"),
                      *[(60.0, 718.0 - 13 * at, text) for at, text in enumerate(lines)])  # fmt: skip
    assert read(draw(page)).content.split("\n\n") == [
        head,
        "14 March 2027 in the town of Boston, where the company is at home",
        " ".join(lines),
    ]


def test_lines_of_a_letter_with_double_spacing_run_on() -> None:
    lines = [
        "The board has declared a dividend of $0.20 per share, which will be",
        "paid on 9 April 2027 to those who hold shares on the record date of",
        "5 March 2027.",
    ]
    page = draw_lines(*[(60.0, 760.0 - 19 * at, text) for at, text in enumerate(lines)])
    assert read(draw(page)).content == " ".join(lines)


def test_lines_so_far_off_the_page_that_they_have_no_height_are_read() -> None:
    far = 1e17  # adding a point to it changes nothing
    above, below = (
        Fragment(0, y, 400, y + 1, words) for y, words in ((far, "A dividend"), (-far, "is payable"))
    )
    assert build_page([above, below]).split() == ["A", "dividend", "is", "payable"]


@pytest.mark.parametrize(
    ("before", "after", "whole"),
    [
        ("基準日は2026年6", "月12日とする。", "基準日は2026年6月12日とする。"),
        ("每股派发现金1", "5港仙。", "每股派发现金15港仙。"),
        ("第3期", "2026 total", "第3期 2026 total"),
        ("paid on June 1", "5 holders", "paid on June 1 5 holders"),
    ],
)
def test_a_number_cut_between_lines_is_whole_in_scripts_without_blanks(
    before: str, after: str, whole: str
) -> None:
    assert join_words(before, after) == whole
