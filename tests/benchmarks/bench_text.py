"""How fast documents become text: HTML and PDF a second, and how the time grows with the length.

    python tests/benchmarks/bench_text.py [--smoke]

Times are processor time of this process, the best of several runs.
"""

from __future__ import annotations

import io
import sys
import time
from datetime import UTC, datetime

from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

from calendar_service.model.document import RawDocument
from calendar_service.text import read_text

SENTENCE = "The board declared a quarterly dividend of $0.25 per share, payable on March 15, 2027. "
ROW = (
    '<tr style="height:12pt"><td colspan="3" style="padding:2px"><font size="2">Fund {0}</font></td>'
    "<td>$</td><td style='text-align:right'>0.{0}</td><td>&nbsp;</td><td>March 3, 2027</td></tr>"
)


def make_html(size: int) -> bytes:
    part = (
        f'<p style="margin:0pt;text-indent:36pt"><font style="font-family:Times">{SENTENCE * 4}</font></p>'
        * 6
    )
    part += "<table>" + "".join(ROW.format(number) for number in range(10, 30)) + "</table>"
    return f"<html><body>{part * (size // len(part) + 1)}</body></html>".encode()


def make_pdf(pages: int) -> bytes:
    style = getSampleStyleSheet()["BodyText"]
    rows = [["Fund", "Record date", "Amount"]] + [
        [f"F{number}", "3 March 2027", "$0.10"] for number in range(6)
    ]
    story: list[object] = []
    for _ in range(pages):
        story += [Paragraph(SENTENCE * 7, style) for _ in range(6)] + [Table(rows), PageBreak()]
    stream = io.BytesIO()
    SimpleDocTemplate(stream).build(story)
    return stream.getvalue()


def measure(content: bytes, rounds: int) -> float:
    document = RawDocument(content, "bench", "", datetime(2027, 3, 1, tzinfo=UTC))
    times = []
    for _ in range(rounds):
        start = time.process_time()
        read_text(document)
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    rounds = 3 if "--smoke" in sys.argv else 15
    html, pdf = measure(make_html(300_000), rounds), measure(make_pdf(20), rounds)
    print(f"300 KB HTML: {1 / html:.0f} documents/s ({html * 1000:.1f} ms)")
    print(f"20-page PDF: {1 / pdf:.0f} documents/s ({pdf * 1000:.1f} ms)")
    print(f"HTML, time of 2x the text / time of 1x: {measure(make_html(600_000), rounds) / html:.2f}")
    print(f"PDF, time of 2x the pages / time of 1x: {measure(make_pdf(40), rounds) / pdf:.2f}")


if __name__ == "__main__":
    main()
