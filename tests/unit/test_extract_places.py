"""Where something may begin on a page, so that slow patterns are tried only there."""

from __future__ import annotations

import re

from calendar_service.extract.listings import load_listings
from calendar_service.extract.places import Places
from calendar_service.extract.spots import Spotter, lines_at, matches_at


def test_places_are_asked_for_by_part_of_the_page() -> None:
    places = Places("one 5 million two 7 thousand", [re.compile(r"\d(?=\s(?:million|thousand))")])
    assert [places.any_in(0, 4), places.any_in(0, 5), places.any_in(4, 5)] == [False, True, True]
    assert [places.any_in(5, 18), places.any_in(5, 19), places.any_in(19, 28)] == [False, True, False]


def test_places_of_several_patterns_are_one_list() -> None:
    places = Places("b a", [re.compile("a"), re.compile("b")])
    assert [places.any_in(0, 1), places.any_in(1, 2), places.any_in(2, 3)] == [True, False, True]


def test_places_where_nothing_matches_hold_nothing() -> None:
    assert not Places("", [re.compile("a")]).any_in(0, 10)
    assert not Places("a", []).any_in(0, 1)


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
