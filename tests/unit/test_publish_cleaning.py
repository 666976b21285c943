from __future__ import annotations

import pytest

from calendar_service.publish.cleaning import clean_line, clean_text, clean_url, clip


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("a\r\nATTACH:evil", "a ATTACH:evil"),
        ("bell\x07 escape\x1b[31m", "bell escape[31m"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("nonchar\ufffe\U0001ffff\ufdd0", "nonchar"),
        ("tags\U000e0041", "tags"),
        ("line\u2028para\u2029next\x85", "line para next"),
        ("  many   spaces\t", "many spaces"),
        ("क्‍ष keeps its joiner", "क्‍ष keeps its joiner"),
        ("東京、配当", "東京、配当"),
    ],
)
def test_one_line(dirty: str, clean: str) -> None:
    assert clean_line(dirty, 200) == clean


def test_line_breaks_stay_in_a_text_and_become_plain() -> None:
    assert clean_text("a\r\nb\rc\n\n\n\nd \x00", 100) == "a\nb\nc\n\nd"


def test_long_text_is_cut_with_a_sign() -> None:
    assert clean_line("x" * 10_000, 10) == "x" * 9 + "…"
    assert clip("abc", 3) == "abc"


@pytest.mark.parametrize("url", ["https://ir.example.com/a.pdf?x=1&y=(2)#p", "http://example.com"])
def test_good_links_stay(url: str) -> None:
    assert clean_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://user:password@example.com/",
        "https://example.com/\r\nX: y",
        "https://example.com/a b",
        'https://example.com/"onclick="x',
        "https://exämple.com/",
        "https://[::1",
        "https://example.com/" + "a" * 2000,
    ],
)
def test_other_links_are_left_out(url: str | None) -> None:
    assert clean_url(url) == ""
