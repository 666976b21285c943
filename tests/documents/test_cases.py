"""Each language has a case file: short texts and what they must give. Each phrase of a lexicon is in some case.

A case (cases/LANGUAGE.toml):

    [[case]]
    text = "..."                  # a sentence or a short document, of an invented issuer
    published = 2025-02-10        # the day that the container states (optional)
    gives = [                     # the announcements, in any order; [] means none
      { type = "cash_dividend", amount = "0.25 USD", record = 2025-03-03, payment = 2025-03-17 },
    ]

Besides `type` and the date kinds an announcement may state amount (net, per, franked), ratio, ads_ratio, security,
status, period, function, decision, references, total, announced, issuer, of a meeting time, zone, name, place,
link, and held (whether it is held for review). Date kinds are compared exactly; the other keys
only where they are given. `refuses` (a list) names words that must be among the refused ones.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from calendar_service.extract import Extractor, load
from calendar_service.extract.lexicon.lexicon import Lexicon, Phrase
from calendar_service.extract.lexicon.phrases import LOCAL_MARKS, Finder, longest
from calendar_service.extract.page.normalise import fold
from calendar_service.model.announcement import Announcement
from calendar_service.model.codes import DateKind
from calendar_service.model.document import Text

CASES = Path(__file__).parent / "cases"
KINDS = {kind.value for kind in DateKind}
LANGUAGES = sorted(path.stem for path in CASES.glob("*.toml"))


@cache
def extractor() -> Extractor:
    return load()


def cases_of(language: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads((CASES / f"{language}.toml").read_text(encoding="utf-8"))[
        "case"
    ]
    return found


def all_cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{language}-{number}")
        for language in LANGUAGES
        for number, case in enumerate(cases_of(language))
    ]


def shown(one: Announcement, wanted: dict[str, Any]) -> dict[str, Any]:
    """What the announcement says, of the keys that the case asks for."""
    meeting = one.date_of(DateKind.MEETING)
    values = {
        "amount": str_money(one.amount.money.amount, one.amount.money.currency) if one.amount else None,
        "total": str_money(one.total.amount, one.total.currency) if one.total else None,
        "ratio": str(one.ratio) if one.ratio else None,
        "security": one.security,
        "status": one.status.value,
        "period": one.period,
        "function": one.function.value,
        "decision": one.decision.value if one.decision else None,
        "references": list(one.references),
        "net": str_money(one.amount.net.amount, one.amount.net.currency)
        if one.amount and one.amount.net
        else None,
        "per": one.amount.per if one.amount else None,
        "franked": one.amount.franked_percent if one.amount else None,
        "ads_ratio": str(one.ads_ratio) if one.ads_ratio else None,
        "link": one.meeting.link if one.meeting else None,
        "issuer": one.issuer.name,
        "announced": one.announced,
        "time": meeting.time.isoformat("minutes") if meeting and meeting.time else None,
        "zone": meeting.zone if meeting else None,
        "place": one.meeting.place if one.meeting else None,
        "name": one.meeting.name if one.meeting else None,
        "held": bool(one.doubts),
    }
    said: dict[str, Any] = {key: values[key] for key in wanted if key in values}
    said["type"] = one.event_type.value
    said |= {item.kind.value: item.day for item in one.dates}
    return said


def str_money(amount: Any, currency: str | None) -> str:
    return f"{amount.normalize():f} {currency or '?'}"


def read(case: dict[str, Any]) -> list[Announcement]:
    reading = extractor().read(Text(case["text"], "plain", published=case.get("published")))
    for words in case.get("refuses", []):
        assert any(words in refusal.evidence.quote for refusal in reading.refusals), words
    return list(reading.announcements)


@pytest.mark.parametrize("case", all_cases())
def test_case_gives_what_it_must(case: dict[str, Any]) -> None:
    wanted = sorted((dict(one) for one in case["gives"]), key=repr_of)
    found = read(case)
    asked = {key for one in wanted for key in one} - KINDS
    said = sorted((shown(one, dict.fromkeys(asked)) for one in found), key=repr_of)
    for one, mine in zip(wanted, said, strict=False):
        for key in asked - set(one):
            mine.pop(key, None)
    assert said == wanted


def repr_of(one: dict[str, Any]) -> str:
    dates = sorted((key, str(value)) for key, value in one.items() if isinstance(value, date))
    return repr((one["type"], dates, str(one.get("amount"))))


@pytest.mark.parametrize("lexicon", extractor().lexicons, ids=lambda lexicon: lexicon.language)
def test_each_phrase_is_used_by_a_case(lexicon: Lexicon) -> None:
    assert unused(lexicon) == []


def unused(lexicon: Lexicon) -> list[str]:
    """Phrases, and lines that build some, that no case needs: not found, or always inside a longer one of the same role."""
    finder = Finder(lexicon.phrases)
    used: set[Phrase] = set()
    path = CASES / f"{lexicon.language}.toml"
    for case in cases_of(lexicon.language) if path.exists() else []:
        hits = finder.find(case["text"], fold(case["text"]).translate(lexicon.variants))
        for role in {hit.phrase.role for hit in hits}:
            values = {hit.phrase.value for hit in hits} if role == "mark" else {None}
            for value in values:
                used.update(
                    hit.phrase
                    for hit in longest(
                        hit
                        for hit in hits
                        if hit.phrase.role == role and (value is None or hit.phrase.value == value)
                    )
                )
    everything = "\n".join(
        fold(case["text"]).translate(lexicon.variants)
        for case in (cases_of(lexicon.language) if path.exists() else [])
    )
    used |= {
        phrase for phrase in lexicon.phrases if phrase.value in LOCAL_MARKS and phrase.text in everything
    }
    lines = {phrase.source for phrase in used}  # a line of parts is used where one of its phrases is
    idle = [phrase for phrase in lexicon.phrases if phrase not in used and phrase.source not in lines - {""}]
    return [*dict.fromkeys(f"{one.role} {one.value}: {one.source or one.text}" for one in idle)]


def test_reading_twice_gives_the_same() -> None:
    own = extractor()
    for language in LANGUAGES:
        for case in cases_of(language):
            text = Text(case["text"], "plain", published=case.get("published"))
            assert own.read(text) == own.read(replace(text))
