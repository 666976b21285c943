from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_service.errors import UnreadableError
from calendar_service.model.document import RawDocument, Text
from calendar_service.text import read_text

CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u00ad\u00a0\u3000]"
)
NAMES = st.sampled_from(["a.txt", "a.md", "a.html", "a.eml", "a.json", "a.pdf", ""])
PIECES = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from(
            [
                "<table>",
                "<tr>",
                "<td>",
                "<td",
                "rowspan=9>",
                "<td",
                "colspan=7>",
                "</table>",
                "<p>",
                "<br>",
                "<sup>",
                "</sup>",
                "<pre>",
                "</pre>",
                "<dd>",
                "<dl>",
                "<s>",
                "&#29;",
                "&nbsp;",
                "<ix:header>",
                "$",
                ")",
                "%",
                "3",
                "<style>.a{display:none}",
                "</style>",
                "@media{",
                "---",
                "```",
                "|",
                "|a|b|",
                "**",
                "[a](b)",
                "\\|",
                "#",
                ">",
                '{"',
                "[",
                "]",
                "}",
                "<SEC-DOCUMENT>",
                "<DOCUMENT>",
                "<TYPE>8-K",
                "<TEXT>",
                "</TEXT>",
                "<S>",
                "<C>",
            ]
        ),
        st.sampled_from(["\n", "\r\n", "\u2029", "\u202e", "\x1c", "\t", "e\u0301"]),
    ),
    max_size=40,
).map("".join)
HEADERS = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n"


def read(content: bytes, name: str) -> Text | None:
    try:
        return read_text(RawDocument(content, "t", name, datetime(2027, 3, 1, tzinfo=UTC)))
    except UnreadableError as error:
        return None if len(str(error)) > 10 else pytest.fail("a reason is missing")


def assert_clean(text: Text | None) -> None:
    if text is None:
        return
    assert not CONTROL.search(text.content)
    assert not CONTROL.search(text.title)
    assert "\n" not in text.title
    assert unicodedata.is_normalized("NFC", text.content)
    assert "\n\n\n" not in text.content
    assert text.content.strip() or text.scanned


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), NAMES)
def test_any_bytes_give_clean_text_or_a_reason(content: bytes, name: str) -> None:
    assert_clean(read(content, name))


@settings(max_examples=250, deadline=None)
@given(PIECES, NAMES, st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_markup_gives_clean_text_or_a_reason(source: str, name: str, encoding: str) -> None:
    assert_clean(read(source.encode(encoding, errors="ignore"), name))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.text("bmixed/;=-\n: CT", max_size=60))
def test_any_mail_gives_clean_text_or_a_reason(body: bytes, junk: str) -> None:
    assert_clean(
        read(
            HEADERS.encode()
            + junk.encode()
            + b"\n\n--b\n"
            + junk.encode()
            + b"\n\n"
            + body
            + b"\n--b\n"
            + body,
            "",
        )
    )


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_broken_pdf_gives_clean_text_or_a_reason(body: bytes) -> None:
    assert_clean(read(b"%PDF-1.7\n" + body, "a.pdf"))


@given(
    st.lists(st.lists(st.text("ab1", min_size=1, max_size=3), min_size=2, max_size=5), min_size=1, max_size=6)
)
def test_a_table_gives_each_cell_its_column(rows: list[list[str]]) -> None:
    source = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    text = read(f"<html><table>{source}</table>".encode(), "a.html")
    assert text is not None
    assert [line.split("\t") for line in text.content.split("\n")] == rows
