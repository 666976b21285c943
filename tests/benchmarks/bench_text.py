"""How fast documents become text: HTML and PDF a second, and how the time grows with the length.

    python tests/benchmarks/bench_text.py [--smoke]

Times are processor time of this process, the best of several runs.
"""

from __future__ import annotations

import contextlib
import io
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

sys.path.insert(0, str(Path(__file__).parents[2]))
from calendar_service.errors import UnreadableError
from calendar_service.model.document import RawDocument
from calendar_service.text import read_text
from tests.benchmarks.filings import make_dense_html, make_dense_pdf, make_html, make_pdf

SENTENCE = "The board declared a quarterly dividend of $0.25 per share, payable on March 15, 2027. "


def make_mail(size: int) -> bytes:
    """A mail of small parts, most of which are past what is read of a mail."""
    part = f"--b\r\nContent-Type: text/plain\r\n\r\n{SENTENCE}\r\n"
    head = "From: ir@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return (head + part * (size // len(part)) + "--b--\r\n").encode()


def make_crowded_pdf(size: int) -> bytes:
    """One page with a text object for each word."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pageCompression=0)
    for number in range(size // 70):  # what a word takes in the file
        canvas.drawString(50 + number % 10 * 50, 800 - number // 10 % 70 * 11, f"w{number}")
    canvas.save()
    return stream.getvalue()


def repeat(part: str, after: str = "") -> Callable[[int], bytes]:
    """A page of so many bytes that holds a part again and again, and then as often what ends it."""
    return lambda size: (
        "<html><body>" + part * (count := size // (len(part) + len(after))) + after * count
    ).encode()


HOSTILE: dict[str, Callable[[int], bytes]] = {
    "HTML, tables in tables": repeat("<table><tr><td>" * 400 + "a" + "</td></tr></table>" * 400),
    "HTML, one row of cells": lambda size: b"<table><tr>" + b"<td>a" * (size // 5),
    "HTML, one huge cell": lambda size: b"<table><tr><td>1</td><td>" + b"word " * (size // 5),
    "HTML, cells that span": repeat("<table><tr><td colspan=999 rowspan=999>a<td rowspan=999>b</table>"),
    "HTML, rows that span on": lambda size: (
        b"<table>" + b"<tr><td rowspan=9999 colspan=200>a<td>b" * (size // 39)
    ),
    "HTML, entities": repeat("&amp;&eacute;&#8364;&nbsp;"),
    "HTML, footnotes": repeat("1<sup>2</sup>"),
    "HTML, inline elements": repeat("<span>", "</span>"),
    "HTML, hidden elements": repeat("<b style='display:none'>x</b><i hidden>y</i>z "),
    "HTML, unclosed elements": repeat("<p><b><i>a"),
    "PDF, one page of words": make_crowded_pdf,
    "mail, many parts": make_mail,
}


def measure_growth(make: Callable[[int], bytes], size: int) -> tuple[float, float]:
    """Seconds for `size` bytes, and how many times as long twice the size takes. A refusal counts as an answer."""
    single, double = (measure(make(length), 2) for length in (size, 2 * size))
    return single, double / single


def measure(content: bytes, rounds: int) -> float:
    document = RawDocument(content, "bench", "", datetime(2027, 3, 1, tzinfo=UTC))
    times = []
    for _ in range(rounds):
        start = time.process_time()
        with contextlib.suppress(UnreadableError):
            read_text(document)
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    rounds = 2 if "--smoke" in sys.argv else 15
    for name, html, pdf in (
        ("mostly prose and figures", make_html, make_pdf),
        ("each paragraph a dividend", make_dense_html, make_dense_pdf),
    ):
        page, pages = measure(html(300_000), rounds), measure(pdf(20), rounds)
        print(f"300 KB HTML, {name}: {1 / page:.0f} documents/s ({page * 1000:.1f} ms)")
        print(f"20-page PDF, {name}: {1 / pages:.0f} documents/s ({pages * 1000:.1f} ms)")
        print(f"HTML, time of 2x the text / time of 1x: {measure(html(600_000), rounds) / page:.2f}")
        print(f"PDF, time of 2x the pages / time of 1x: {measure(pdf(40), rounds) / pages:.2f}")
    size = 100_000 if "--smoke" in sys.argv else 1_000_000
    print(f"hostile, {size // 1000:,} KB: seconds, and time of twice the size / time of it")
    for name, make in HOSTILE.items():
        seconds, growth = measure_growth(make, size)
        print(f"  {name:24} {seconds:6.2f} s  {growth:5.2f}")


if __name__ == "__main__":
    main()
