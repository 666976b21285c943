"""Where something may begin on a page, so that slow patterns are tried only there."""

from __future__ import annotations

import re

from calendar_service.extract.listings import load_listings
from calendar_service.extract.places import Places
from calendar_service.extract.spots import Spotter, lines_at, matches_at


def test_places_are_asked_for_by_part_of_the_page() -> None:
    pattern = re.compile(r"\d(?=\s(?:million|thousand))")
    places = Places("one 5 million two 7 thousand", lambda _: pattern)
    parts = [(0, 4), (0, 5), (4, 5), (5, 18), (5, 19), (19, 28)]
    assert [places.any_in(*part, ("en",)) for part in parts] == [False, True, True, False, True, False]


def test_places_are_those_of_the_languages_asked_for() -> None:
    places = Places("b a", {"en": re.compile("a"), "de": re.compile("b")}.__getitem__)
    asked = {languages: places.any_in(0, 2, languages) for languages in (("en",), ("de",), ("en", "de"))}
    assert asked == {("en",): False, ("de",): True, ("en", "de"): True}
    assert places.any_in(2, 3, ("en", "de"))


def test_places_where_nothing_matches_hold_nothing() -> None:
    assert not Places("", lambda _: re.compile("a")).any_in(0, 10, ("en",))
    assert not Places("b", lambda _: re.compile("a")).any_in(0, 1, ("en",))


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


def test_words_near_a_bare_symbol_stand_in_what_its_pattern_matches() -> None:
    samples = {"XHKG": "Stock Code: 00215", "XASX": "HTC - Ordinary Fully Paid"}
    near = {one.mic: one for one in load_listings().markets if one.near}
    assert set(near) == set(samples)
    for mic, listing in near.items():
        match = listing.bare.search(samples[mic]) if listing.bare else None
        assert match is not None
        assert listing.near in match.group().lower()
