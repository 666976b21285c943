"""Headlines of other texts on a page of news announce nothing for the company that the page is about."""

from __future__ import annotations

import pytest

from tests.extracting import told

NEWS = "Orchard Pumps Inc. declared a dividend of EUR 0.20 per share, payable on May 29, 2026."
OWN = ("EUR 0.20", {"payment": "2026-05-29"})
HEADLINES = "Elm Foods plc to pay a dividend of EUR 0.40 on June 12, 2026\n\nOsier Bank: ex-dividend date is June 16, 2026"
OTHER = ("EUR 0.40", {"ex": "2026-06-16", "payment": "2026-06-12"})


def test_headlines_without_a_heading_are_read() -> None:
    assert told(f"{NEWS}\n\n{HEADLINES}", None) == [OWN, OTHER]


@pytest.mark.parametrize("heading", ["Related news", "RELATED ARTICLES:", "You might also like", "More from"])
def test_headlines_below_their_heading_are_not(heading: str) -> None:
    assert told(f"{NEWS}\n\n{heading}\n\n{HEADLINES}", None) == [OWN]


def test_a_headline_may_stand_in_the_line_of_its_heading() -> None:
    line = "Read also: Elm Foods plc to pay a dividend of EUR 0.40 on June 12, 2026"
    assert told(f"{line}\n\n{NEWS}", None) == [OWN]


def test_the_text_goes_on_behind_headlines() -> None:
    assert told(f"Orchard Pumps Inc.\n\nRelated news\n\n{HEADLINES}\n\n{NEWS}", None) == [OWN]


def test_the_label_of_a_date_ends_headlines() -> None:
    text = f"Orchard Pumps Inc. pays a dividend of EUR 0.20 per share.\n\nRelated news\n\n{HEADLINES}\n\nPayment date: May 29, 2026"
    assert told(text, None) == [OWN]
