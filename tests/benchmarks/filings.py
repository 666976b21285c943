"""Documents for measuring, of invented issuers: a press release, and long filings as HTML and PDF.

A realistic filing is prose and tables of figures as quarterly reports have them, with three passages that matter. In
a dense one every paragraph announces a dividend, and every table lists some: the most that reading can have to do.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator

from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

RELEASE = """HARBOR FALLS, Maine, Feb. 12, 2025 (GLOBE NEWSWIRE) -- Penobscot Mutual Corp. (NYSE: PBM) (the "Company"), a
maker of marine hardware and deck fittings, today announced that its Board of Directors has declared a regular
quarterly cash dividend of $0.32 per share of common stock. The dividend is payable on March 28, 2025, to
stockholders of record at the close of business on March 14, 2025.

"Our order book is full and our yards are busy," said the chief executive officer. "We have raised the dividend in
each of the last nine years while paying down debt and investing in the new foundry at Bucks Harbor, which began to
pour bronze in October and will reach its planned output in the summer."

The Company also announced that its 2025 Annual Meeting of Stockholders will be held on Thursday, May 8, 2025 at
10:00 a.m. Eastern Time in Portland. Stockholders of record as of March 20, 2025 are entitled to vote at the meeting.

About Penobscot Mutual Corp.

Penobscot Mutual makes marine hardware for work boats and yachts. It was founded in 1911 and employs 900 people at
four sites in Maine and Nova Scotia. More about the company is on its website.

Forward-Looking Statements

"""
FILLER = """This release contains statements about expected demand, capacity, costs and cash flow that are not statements
of fact. They rest on what management believes today and may turn out to be wrong, for reasons that are described in
the Company's reports. The Company does not undertake to bring them up to date. """

_PASSAGES = (
    "Penobscot Mutual Corp. (NYSE: PBM) today reported its results for the quarter ended June 30, 2027.",
    "On July 22, 2027, the Board of Directors declared a quarterly cash dividend of $0.34 per share of common stock, payable on September 15, 2027 to stockholders of record at the close of business on August 31, 2027.",
    "A special meeting of stockholders will be held on October 6, 2027 at 9:00 a.m. Eastern Time in Portland, Maine. Stockholders of record as of August 20, 2027 are entitled to vote at the special meeting.",
)
_PROSE = (
    "Net sales for the three months ended {day} were ${a} million, compared with ${b} million in the same period of the prior year.",
    "The increase was driven by higher volumes in deck fittings, offset in part by the cost of bronze, freight and energy.",
    "Gross margin was {p}% of net sales, against {q}% a year earlier, as new prices took hold in most of our markets.",
    "Selling, general and administrative expenses rose by ${c} million, mainly because of wages and of the move to one ledger.",
    "We do not expect that the adoption of this standard will have a material effect on our consolidated financial statements.",
    "Cash provided by operating activities was ${a} million for the six months ended {day}, and capital expenditures were ${c} million.",
    "The Company may repurchase shares from time to time in open market transactions, depending on price and market conditions.",
    "Our senior notes bear interest at {q}% and mature on {day}; interest is payable semi-annually.",
    "As of {day}, there were {n} shares of common stock outstanding, and no shares of preferred stock had been issued.",
    "The fair value of these instruments is determined using quoted prices in active markets for identical assets (Level 1).",
    "Actual results may differ materially from those expressed or implied, and we undertake no obligation to update these statements.",
    "In the first quarter we paid dividends of ${c} million; future dividends are at the discretion of our board of directors.",
    "Legal proceedings are described in Note 14 to the consolidated financial statements included elsewhere in this report.",
    "The effective tax rate was {p}% compared to {q}%, reflecting the geographic mix of earnings and a one-time credit.",
    "Inventories are stated at the lower of cost and net realizable value, with cost determined by the first-in, first-out method.",
    "On {day}, we completed the acquisition of a foundry in Nova Scotia for cash consideration of ${a} million.",
    "Management evaluated the effectiveness of our disclosure controls and procedures and concluded that they were effective.",
    "These risks include changes in demand, interest rates, foreign exchange, trade policy and the availability of skilled labor.",
)
_ITEMS = ("Net sales", "Cost of sales", "Gross profit", "Selling and administrative", "Research", "Operating income",
          "Interest expense", "Other income, net", "Income before taxes", "Income taxes", "Net income", "Total assets",
          "Accounts receivable", "Inventories", "Long-term debt", "Retained earnings")  # fmt: skip
_DAYS = ("June 30, 2027", "June 30, 2026", "December 31, 2026", "March 31, 2027", "October 1, 2031")

_SENTENCE = "The board declared a quarterly dividend of $0.25 per share, payable on March 15, 2027. "
_FUND = (
    '<tr style="height:12pt"><td colspan="3" style="padding:2px"><font size="2">Fund {0}</font></td>'
    "<td>$</td><td style='text-align:right'>0.{0}</td><td>&nbsp;</td><td>March 3, 2027</td></tr>"
)


def make_release() -> str:
    """A press release of 3,000 characters or a little more."""
    return RELEASE + FILLER * ((3000 - len(RELEASE)) // len(FILLER) + 1)


def make_html(size: int) -> bytes:
    """A realistic filing of so many bytes."""
    parts: list[str] = []
    paragraphs, tables = _paragraphs(), _tables()
    length = 0
    while length < size:
        number, passage = len(parts), len(parts) // 8
        if number % 8 == 0 and passage < len(_PASSAGES):
            parts.append(_as_html(_PASSAGES[passage]))
        else:
            parts.append(_table_as_html(next(tables)) if number % 6 == 5 else _as_html(next(paragraphs)))
        length += len(parts[-1])
    return f"<html><body>{''.join(parts)}</body></html>".encode()


def make_dense_html(size: int) -> bytes:
    """A filing of so many bytes in which every paragraph announces something."""
    part = (
        f'<p style="margin:0pt;text-indent:36pt"><font style="font-family:Times">{_SENTENCE * 4}</font></p>'
        * 6
    )
    part += "<table>" + "".join(_FUND.format(number) for number in range(10, 30)) + "</table>"
    return f"<html><body>{part * (size // len(part) + 1)}</body></html>".encode()


def make_pdf(pages: int) -> bytes:
    """A realistic filing of so many pages."""
    style = getSampleStyleSheet()["BodyText"]
    paragraphs, tables = _paragraphs(), _tables()
    story: list[object] = []
    for page in range(pages):
        story += [Paragraph(text, style) for text in _PASSAGES[page : page + 1]]
        story += [Paragraph(next(paragraphs), style) for _ in range(4)] + [Table(next(tables)), PageBreak()]
    return _build(story)


def make_dense_pdf(pages: int) -> bytes:
    """A filing of so many pages in which every paragraph announces something."""
    style = getSampleStyleSheet()["BodyText"]
    rows = [["Fund", "Record date", "Amount"]] + [
        [f"F{number}", "3 March 2027", "$0.10"] for number in range(6)
    ]
    story: list[object] = []
    for _ in range(pages):
        story += [Paragraph(_SENTENCE * 7, style) for _ in range(6)] + [Table(rows), PageBreak()]
    return _build(story)


def _build(story: list[object]) -> bytes:
    stream = io.BytesIO()
    # The time of making must not stand in it, so that two runs measure the same file.
    SimpleDocTemplate(stream, invariant=True).build(story, canvasmaker=Canvas)
    return stream.getvalue()


def _paragraphs() -> Iterator[str]:
    """Endless paragraphs of prose, the same in each run."""
    chance = random.Random(1)
    while True:
        yield " ".join(
            sentence.format(
                day=chance.choice(_DAYS),
                a=f"{chance.randrange(1000, 9000) / 10:.1f}",
                b=f"{chance.randrange(1000, 9000) / 10:.1f}",
                c=f"{chance.randrange(10, 400) / 10:.1f}",
                p=f"{chance.randrange(200, 450) / 10:.1f}",
                q=f"{chance.randrange(20, 80) / 10:.2f}",
                n=f"{chance.randrange(10_000_000, 90_000_000):,}",
            )
            for sentence in chance.sample(_PROSE, 5)
        )


def _tables() -> Iterator[list[list[str]]]:
    """Endless tables of figures, the same in each run."""
    chance = random.Random(2)
    while True:
        heads = ["(in millions)", "June 30, 2027", "June 30, 2026", "Change"]
        rows = [
            [name, f"${chance.randrange(100, 9000) / 10:,.1f}", f"{chance.randrange(100, 9000) / 10:,.1f}", f"({chance.randrange(1, 90) / 10}%)"]
            for name in chance.sample(_ITEMS, 12)
        ]  # fmt: skip
        yield [heads, *rows]


def _as_html(text: str) -> str:
    return f'<p style="margin-top:6pt;text-align:justify"><span style="font-family:Times;font-size:10pt">{text}</span></p>'


def _table_as_html(rows: list[list[str]]) -> str:
    cell = '<td style="padding:2px 1pt;vertical-align:bottom;text-align:right"><span style="font-size:10pt">{}</span></td>'
    lines = "".join(f"<tr>{''.join(map(cell.format, row))}</tr>" for row in rows)
    return f'<table style="width:100%;border-collapse:collapse">{lines}</table>'
