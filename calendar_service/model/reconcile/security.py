"""Which security an announcement speaks of: identifiers first, then the share class in words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from calendar_service.model.values import SecurityId

_KINDS = (
    ("depositary", re.compile(r"\bad[rs]s?\b|\bgdrs?\b|deposit[ao]ry|預託|存託|depositary|\bbdrs?\b")),
    (
        "preferred",
        re.compile(r"prefer|preference|vorzug|préféren|privilég|privileg|優先|优先|우선|\bpn[a-h]?\b"),
    ),
    ("common", re.compile(r"\bcommon\b|\bordinary|stamm|普通|ordinaire|ordinari|보통|\bon\b|stamaktie")),
)
_NAMED = re.compile(
    r"\b(?:class(?:es)?|series|series of|klasse|klass|classe|clase|serie|série)\s+"
    r"([a-z0-9]{1,3}\b(?:(?:\s*(?:,|and|&|und|et|e|y|och)\s*(?:(?:class|series|klasse)\s+)?)[a-z0-9]{1,2}\b)*)"
)
_LETTERED = re.compile(r"\b([a-z])[- ](?:shares?|stocks?|aktien?|aktie|akcje)\b")
_NUMBERED = re.compile(r"第\s?([0-9一二三四五六七八九十]+)\s?(?:回|種|种)")
_RATE = re.compile(r"(\d+(?:\.\d+)?)\s?%")
_GENERIC = frozenset(
    [
        "share",
        "shares",
        "stock",
        "stocks",
        "unit",
        "units",
        "of",
        "the",
        "a",
        "an",
        "and",
        "or",
        "per",
        "par",
        "value",
        "no",
        "fully",
        "paid",
        "registered",
        "issued",
        "outstanding",
        "fund",
        "trust",
        "etf",
        "inc",
        "corp",
        "co",
        "ltd",
        "aktie",
        "aktien",
        "action",
        "actions",
    ]
)


@dataclass(frozen=True, slots=True)
class ShareClass:
    """A share class taken apart: common, preferred or depositary; its letters or series; otherwise its words."""

    kind: str = ""
    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def parse_class(text: str) -> ShareClass:
    """What names the class in a text such as "Class A common stock". Never fails."""
    words = " ".join(unicodedata.normalize("NFKC", text[:200]).casefold().split())
    kind = next((name for name, pattern in _KINDS if pattern.search(words)), "")
    names = {
        name
        for found in _NAMED.findall(words)
        for name in re.findall(r"\b[a-z0-9]{1,3}\b", found)
        if name not in {"and", "und", "et", "och", "of"}
    }
    names |= set(_LETTERED.findall(words)) | set(_NUMBERED.findall(words)) | set(_RATE.findall(words))
    rest = frozenset(re.findall(r"\w+", words)) - _GENERIC
    return ShareClass(kind, frozenset(names), frozenset() if kind or names else rest)


@lru_cache(maxsize=65536)
def compare_classes(one: ShareClass | None, two: ShareClass | None) -> bool | None:
    """True: the same class; False: different ones; None: it cannot be told, as where one is not named."""
    if one is None or two is None:
        return None
    if one.kind and two.kind and one.kind != two.kind:
        return False
    if one.names and two.names:
        return bool(one.names & two.names)
    if one.words and two.words:
        return one.words <= two.words or two.words <= one.words
    return True if one == two and one != ShareClass() else None


def keys_of(ids: Iterable[SecurityId]) -> dict[str, frozenset[str]]:
    """Identifiers by scheme, spelled alike; the CUSIP inside a US or Canadian ISIN counts as one."""
    found: dict[str, set[str]] = {}
    for item in ids:
        value = re.sub(r"[\s.-]", "", item.value).upper()
        if item.scheme == "ticker":
            market = (item.mic or item.market or "").upper()
            found.setdefault(f"ticker:{market}", set()).add(item.value.strip().upper())
        elif item.scheme in {"isin", "cusip", "sedol"} and value:
            found.setdefault(item.scheme, set()).add(value)
            if item.scheme == "isin" and value[:2] in {"US", "CA"} and len(value) == 12:
                found.setdefault("cusip", set()).add(value[2:11])
    return {scheme: frozenset(values) for scheme, values in found.items()}


def compare_keys(one: dict[str, frozenset[str]], two: dict[str, frozenset[str]]) -> bool | None:
    """True: an identifier is shared; False: a common scheme names different ones; None: nothing to compare."""
    common = one.keys() & two.keys()
    if any(one[scheme] & two[scheme] for scheme in common):
        return True
    return False if common - {"ticker:"} else None
