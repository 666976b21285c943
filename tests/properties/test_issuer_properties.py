"""Who announces, in any text: a name of one line and bounded, its quote in place, the same every time."""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_service.extract import load
from calendar_service.extract.issuer.issuers import IssuerReader

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.fuzzing import LANGUAGES, texts

READER = IssuerReader(load().lexicons)
PIECES = [
    "Harrow Tool Corp.", "(NYSE: HTC)", "(the “Company”)", "announced", "Issuer name", ":", "\t", "\n", "\n\n", " ", "株式会社", "北電機",
    "証券コード", "7999", "ISIN", "US0378331005", "About", "SOURCE", "<b>", "\x00", "\u202e", "(", ")", '"', "'s", "S. A. ", "&", "of the ",
    "Board of Directors of ", "By order of the Board\n", "0788.HK", "stock code ", "Inc. " * 20, "Foo " * 20, "주식회사", "有限公司", "--", ", ",
]  # fmt: skip


def check(content: str, title: str) -> None:
    issuer = READER.read(content, title)
    assert issuer == READER.read(content, title)
    if issuer is None:
        return
    assert issuer.name or issuer.ids
    assert len(issuer.name) <= 200
    assert not any(unicodedata.category(sign) in ("Cc", "Zl", "Zp") for sign in issuer.name)
    assert not set(issuer.name) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
    if issuer.evidence is not None:
        assert content[issuer.evidence.start : issuer.evidence.end] == issuer.evidence.quote
        assert issuer.evidence.rule.startswith("issuer.")
    assert all(one.value and len(one.value) <= 40 for one in issuer.ids)
    assert len(issuer.ids) == len(set(issuer.ids))


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60))
def test_any_text(content: str, title: str) -> None:
    check(content, title)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.lists(st.sampled_from(PIECES), max_size=6))
def test_signs_of_issuers_in_any_order(content: list[str], title: list[str]) -> None:
    check("".join(content), "".join(title))


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(LANGUAGES), st.integers(0, 10**9))
def test_words_of_a_lexicon(language: str, seed: int) -> None:
    check(next(texts(language, seed)), "")
