"""Where something may begin on a page, so that slow patterns are tried only there."""

from __future__ import annotations

import re

from calendar_service.extract.candidates.listings import load_listings
from calendar_service.extract.lexicon.spots import Spotter, lines_at, matches_at
from calendar_service.extract.page.places import Places
from calendar_service.extract.sentence.statements import Tools
from tests.extracting import extractor


def test_places_are_asked_for_by_part_of_the_page() -> None:
    places = Places(lambda _: [18, 4])
    parts = [(0, 4), (0, 5), (4, 5), (5, 18), (5, 19), (19, 28)]
    assert [places.any_in(*part, ("en",)) for part in parts] == [False, True, True, False, True, False]


def test_places_are_those_of_the_languages_asked_for() -> None:
    places = Places({"en": [2], "de": [0]}.__getitem__)
    asked = {languages: places.any_in(0, 2, languages) for languages in (("en",), ("de",), ("en", "de"))}
    assert asked == {("en",): False, ("de",): True, ("en", "de"): True}
    assert places.any_in(2, 3, ("en", "de"))


def test_places_that_nobody_finds_hold_nothing() -> None:
    assert not Places(lambda _: []).any_in(0, 10, ("en",))


def test_places_are_found_once() -> None:
    asked: list[str] = []

    def find(language: str) -> list[int]:
        asked.append(language)
        return [3]

    places = Places(find)
    assert places.any_in(0, 4, ("en",))
    assert not places.any_in(0, 3, ("en",))
    assert asked == ["en"]


def test_class_words_and_scales_are_found_wherever_they_stand() -> None:
    tools = {one.language: Tools(one) for one in extractor().lexicons}
    assert tools["en"].class_places("series a and class b shares, classical") == [0, 13, 29]
    assert tools["en"].class_places("ordinary shares") == []
    assert tools["en"].amounts.scaled_places("5 million and 17 thousand in 2024") == [0, 15]


def test_lines_are_those_that_a_word_begins() -> None:
    plain = "About Harrow\nall about it\n # About Granby\nSOURCE Harrow, about us"
    spots = Spotter({"about": ["about"]}).find(plain)["about"]
    assert list(lines_at(plain, spots)) == [0, 26]


def test_a_pattern_of_lines_finds_at_them_what_it_finds_everywhere() -> None:
    plain = "about A\n\n  About B about C\n(about D\nthe firm about\nABOUT E"
    pattern = re.compile(r"(?m)^[ #*(]*about[ ]", re.IGNORECASE)
    spots = Spotter({"about": ["about"]}).find(plain)["about"]
    found = [match.span() for match in matches_at(pattern, plain, lines_at(plain, spots))]
    assert (
        found == [match.span() for match in pattern.finditer(plain)] == [(0, 6), (9, 17), (27, 34), (51, 57)]
    )


def test_words_near_a_bare_symbol_stand_in_texts_with_one() -> None:
    samples = {
        "XHKG": "Stock Code: 00215",
        "XASX": "HTC - Ordinary Fully Paid",
        "BVMF": "Metalurgica Granby S.A. (MGBY3 - ON; MGBY11 - Unit)",
    }
    near = {one.mic: one for one in load_listings().markets if one.near}
    assert set(near) == set(samples)
    for mic, listing in near.items():
        assert listing.bare is not None
        assert listing.bare.search(samples[mic]) is not None
        assert any(word in samples[mic].lower() for word in listing.near)


def test_a_bare_symbol_is_read_with_its_number() -> None:
    listing = load_listings().by_mic["BVMF"]
    assert listing.bare is not None
    text = "MGBY3 - ON, MGBY11 - Unit, XMGBY4 - PN, GBY3 - ON"
    found = [match[match.lastindex or 0] for match in listing.bare.finditer(text)]
    assert found == ["MGBY3", "MGBY11"]
