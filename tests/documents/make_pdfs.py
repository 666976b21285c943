"""Builds the PDF announcements of the measured corpus from the sources in pdf_sources/.

    python tests/documents/make_pdfs.py

A source is plain text. Its first line names the layout: "#! one" (a letter), "#! two" (two columns) or
"#! scan" (a picture of the page, without text). "# " begins a title, "## " a heading, and lines of
"| cell | cell |" make a table. The PDFs are kept beside the other announcements, so that measuring needs
no PDF library for writing. The same source always gives the same bytes.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer, Table

HERE = Path(__file__).parent
SOURCES = HERE / "pdf_sources"
TARGET = HERE / "announcements"
MARGIN = 56
# Fonts that every PDF reader brings along; nothing is embedded.
FONTS = {
    "ja": "HeiseiMin-W3",
    "ko": "HYSMyeongJo-Medium",
    "zh_hans": "STSong-Light",
    "zh_hant": "MSung-Light",
}


def font_for(name: str) -> str:
    """The font for a source by the language that its file name begins with."""
    for prefix, font in FONTS.items():
        if name.startswith(prefix + "_"):
            pdfmetrics.registerFont(UnicodeCIDFont(font))
            return font
    return "Helvetica"


def flowables(lines: list[str], font: str) -> list[Any]:
    """The content of a page, in the order of the source."""
    wrap = "CJK" if font != "Helvetica" else None
    body = ParagraphStyle("body", fontName=font, fontSize=10, leading=14, spaceAfter=7, wordWrap=wrap)
    title = ParagraphStyle("title", parent=body, fontSize=15, leading=20, spaceAfter=10)
    heading = ParagraphStyle("heading", parent=body, fontSize=12, leading=16, spaceBefore=6)
    content: list[Any] = []
    rows: list[list[Any]] = []
    for line in [*lines, ""]:
        if line.startswith("|"):
            cells = line.strip().strip("|").split("|")
            rows.append([Paragraph(escape(cell.strip()), body) for cell in cells])
            continue
        if rows:
            content += [table(rows), Spacer(1, 8)]
            rows = []
        mark, text = re.match(r"(#{0,2}) ?(.*)", line).groups()  # type: ignore[union-attr]
        if text:
            content.append(Paragraph(escape(text), {"#": title, "##": heading}.get(mark, body)))
    return content


def table(rows: list[list[Any]]) -> Any:
    """A ruled table as wide as the page."""
    width = (A4[0] - 2 * MARGIN) / len(rows[0])
    style = [("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    return Table(rows, colWidths=[width] * len(rows[0]), style=style)


def build(content: list[Any], columns: int) -> bytes:
    """A PDF of so many columns."""
    buffer = io.BytesIO()
    document = BaseDocTemplate(buffer, pagesize=A4, invariant=1)
    gap = 24
    width = (A4[0] - 2 * MARGIN - gap * (columns - 1)) / columns
    # Two columns stand on a low page, so that the text runs over into the second one.
    height = A4[1] - 2 * MARGIN if columns == 1 else 330
    frames = [
        Frame(MARGIN + number * (width + gap), A4[1] - MARGIN - height, width, height, 0, 0, 0, 0)
        for number in range(columns)
    ]
    document.addPageTemplates(PageTemplate(frames=frames))
    document.build(content)
    return buffer.getvalue()


def build_scan(lines: list[str]) -> bytes:
    """A PDF that holds a picture of the text and no text."""
    picture = Image.new("L", (1240, 1754), 255)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(30)
    top = 140
    for line in lines:
        words = line.lstrip("# ").split()
        while words:
            row = [words.pop(0)]
            while words and draw.textlength(" ".join([*row, words[0]]), font=font) < 1000:
                row.append(words.pop(0))
            draw.text((120, top), " ".join(row), fill=0, font=font)
            top += 48
        top += 24
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    canvas.drawImage(ImageReader(picture), 0, 0, *A4)
    canvas.save()
    return buffer.getvalue()


def make(source: Path) -> bytes:
    """The PDF of one source."""
    layout, *lines = source.read_text(encoding="utf-8").splitlines()
    if layout == "#! scan":
        return build_scan(lines)
    return build(flowables(lines, font_for(source.name)), 2 if layout == "#! two" else 1)


if __name__ == "__main__":
    for path in sorted(SOURCES.glob("*.txt")):
        (TARGET / f"{path.stem}.pdf").write_bytes(make(path))
        print(path.stem)  # noqa: T201 - a script tells what it has made
