"""Periods that distributions are for ("FY2017 year-end", "2025 Q3"), told apart across wordings."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from calendar_service.model.remarks import MONTHS

_YEAR = re.compile(r"(?<!\d)(?:19|20|21)\d\d(?!\d)")
_SHORT_YEAR = re.compile(r"\bfy\s?'?(\d\d)(?!\d)")

# What names a part of the year, by scale: only parts of one scale can contradict each other.
_PARTS: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (scale, part, re.compile(pattern))
    for scale, part, pattern in (
        ("quarter", "1", r"\bq1\b|\b1q|first[ -]quarter|第(?:1|一)四半期|第一季|(?:1|erste[sn]?)\.? quartal|1º trimestre|primeiro trimestre|premier trimestre|1분기"),
        ("quarter", "2", r"\bq2\b|\b2q|second[ -]quarter|第(?:2|二)四半期|第二季|(?:2|zweite[sn]?)\.? quartal|2º trimestre|segundo trimestre|deuxième trimestre|2분기"),
        ("quarter", "3", r"\bq3\b|\b3q|third[ -]quarter|第(?:3|三)四半期|第三季|(?:3|dritte[sn]?)\.? quartal|3º trimestre|terceiro trimestre|troisième trimestre|3분기"),
        ("quarter", "4", r"\bq4\b|\b4q|fourth[ -]quarter|第(?:4|四)四半期|第四季|(?:4|vierte[sn]?)\.? quartal|4º trimestre|quarto trimestre|quatrième trimestre|4분기"),
        ("turn", "interim", r"\binterim|中間|中期|zwischendividende|acompte|a cuenta|acconto|중간"),
        ("turn", "final", r"year[ -]end|\bfinal\b|期末|末期|schlussdividende|complémentaire|saldo|결산|기말"),
        ("half", "1", r"\bh1\b|\b1h\b|first[ -]half|erstes halbjahr|primeiro semestre|上半年|上期"),
        ("half", "2", r"\bh2\b|\b2h\b|second[ -]half|zweites halbjahr|segundo semestre|下半年|下期"),
        *(("month", str(number), rf"\b{name.lower()}\b(?! \d\d?,? )(?!.*\bend)") for number, name in enumerate(MONTHS, start=1)),
    )
)  # fmt: skip
_ENDED = re.compile(r"\b(?:end(?:ed|ing|s)?|year to|bis|clos)\b")


@dataclass(frozen=True, slots=True)
class Period:
    """A period taken apart: the years it names, its parts by scale, and its wording without digits."""

    years: frozenset[int]
    parts: frozenset[tuple[str, str]]
    shape: str
    words: str


@lru_cache(maxsize=4096)
def parse_period(text: str) -> Period:
    """What a stated period names. Never fails: what is not understood stays in `words`."""
    words = " ".join(unicodedata.normalize("NFKC", text[:200]).casefold().split())
    years = {int(found) for found in _YEAR.findall(words)}
    years |= {2000 + int(found) for found in _SHORT_YEAR.findall(words)}
    ended = _ENDED.search(words) is not None
    parts = {
        (scale, part)
        for scale, part, pattern in _PARTS
        if not (scale == "month" and ended) and pattern.search(words)
    }
    return Period(frozenset(years), frozenset(parts), re.sub(r"\d", "#", words), words)


def is_specific(text: str | None) -> bool:
    """Whether the period is a part of a year, for which there is one distribution, rather than a whole one."""
    return bool(text) and bool(parse_period(text or "").parts)


def compare_periods(first: str | None, second: str | None) -> bool | None:
    """True: the same period; False: different ones; None: it cannot be told.

    Years that differ by one are no contradiction between different wordings, since "FY2017" and
    "the year ended March 2018" can be the same.
    """
    if not first or not second:
        return None
    one, two = parse_period(first), parse_period(second)
    if one.words == two.words:
        return True
    if _parts_contradict(one, two) or _years_contradict(one, two):
        return False
    if one.years & two.years and one.parts == two.parts:
        return True
    return None


def _parts_contradict(one: Period, two: Period) -> bool:
    mine, theirs = dict(one.parts), dict(two.parts)
    return any(mine[scale] != theirs[scale] for scale in mine.keys() & theirs.keys())


def _years_contradict(one: Period, two: Period) -> bool:
    if not one.years or not two.years or one.years & two.years:
        return False
    apart = min(abs(mine - theirs) for mine in one.years for theirs in two.years)
    return apart > 1 or one.shape == two.shape
