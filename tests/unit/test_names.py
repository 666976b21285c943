from __future__ import annotations

import pytest

from calendar_service.store.names import bound, make_key, make_slug


@pytest.mark.parametrize(
    ("name", "value", "family"),
    [
        ("Nordlicht Energie AG", "nordlicht energie", "german"),
        ("The Kita Denki Co., Ltd.", "kita denki", "limited"),
        ("ＫＩＴＡ　ＤＥＮＫＩ", "kita denki", ""),
        ("北電機工業株式会社", "北電機工業", "japanese"),
        ("㈱北電機工業", "北電機工業", "japanese"),
        ("Acqua S.p.A.", "acqua", "italian"),
        ("Cemento, S.A.B. de C.V.", "cemento", "latin"),
        ("Smith & Sons Inc.", "smith and sons", "corporation"),
        ("McDowell's Corp", "mcdowells", "corporation"),
        ("Inc.", "inc", ""),
        ("  ", "", ""),
    ],
)
def test_keys(name: str, value: str, family: str) -> None:
    key = make_key(name)
    assert (key.value, key.family) == (value, family)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Siemens", True),
        ("ABC", False),
        ("BP plc", False),
        ("12345678", False),
        ("北電機", True),
        ("日立", False),
    ],
)
def test_short_names_and_numbers_are_not_distinctive(name: str, expected: bool) -> None:
    assert make_key(name).is_distinctive is expected


def test_legal_forms_disagree_only_where_both_are_said() -> None:
    key = make_key("First Capital plc")
    assert [key.agrees_with(family) for family in ("limited", "", "corporation")] == [True, True, False]
    assert make_key("First Capital").agrees_with("corporation")


def test_long_names_fit_an_index_and_stay_apart() -> None:
    keys = {make_key("x" * 10_000 + end).value for end in ("", "a", "b")}
    assert len(keys) == 3
    assert max(len(key) for key in keys) < 120
    assert bound("short") == "short"


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Société Générale S.A.", "societe-generale"), ("北電機", "issuer"), ("../../etc/passwd", "etcpasswd")],
)
def test_slugs_are_plain(name: str, slug: str) -> None:
    assert make_slug(name) == slug
