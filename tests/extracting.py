"""Announcements read out of short texts, for tests of the extractor's frames."""

from __future__ import annotations

from datetime import date
from functools import cache

from calendar_service.extract import Extractor, load
from calendar_service.extract.lexicon.phrases import Finder
from calendar_service.extract.page.normalise import normalise
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.statements import Tools
from calendar_service.model.announcement import Announcement, Reading
from calendar_service.model.document import Text


@cache
def extractor() -> Extractor:
    """The extractor with its own lexicons."""
    return load()


def read(text: str, published: date | None = date(2025, 4, 22)) -> Reading:
    """What a plain text says."""
    return extractor().read(Text(text, "plain", published=published))


def only(text: str, published: date | None = date(2025, 4, 22)) -> Announcement:
    """The one announcement of a plain text."""
    found = read(text, published).announcements
    assert len(found) == 1
    return found[0]


def days(one: Announcement) -> dict[str, str]:
    """The days of an announcement by kind of date, as ISO dates."""
    return {item.kind.value: item.day.isoformat() for item in one.dates if item.day}


def amount(one: Announcement) -> str | None:
    """The amount of an announcement ("EUR 0.40")."""
    return str(one.amount.money) if one.amount else None


def told(text: str, published: date | None = date(2025, 4, 22)) -> list[tuple[str | None, dict[str, str]]]:
    """The amount and the days of each announcement of a plain text, in order."""
    return [(amount(one), days(one)) for one in read(text, published).announcements]


def bound(text: str) -> tuple[Binder, tuple[str, ...]]:
    """A binder of an English text as the extractor makes it, with its page, and the languages to read it in."""
    finder, tools = _english()
    lexicon = tools.lexicon
    page = normalise(text, lexicon.abbreviations, frozenset(lexicon.months))
    return Binder(page, finder.find(page.text, page.shadow, ("en",)), {"en": tools}, finder), ("en",)


@cache
def _english() -> tuple[Finder, Tools]:
    lexicon = next(one for one in extractor().lexicons if one.language == "en")
    return Finder(lexicon.phrases), Tools(lexicon)
