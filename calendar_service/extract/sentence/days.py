"""The dates of one page: where some may begin is found once for all, then each part is read when it is asked for."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping

from calendar_service.extract.candidates.currencies import is_home
from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.candidates.numeric import as_date
from calendar_service.extract.sentence.frames import days_of_month
from calendar_service.extract.sentence.statements import Tools

_BACK = 200  # so far before a part may stand the date from which its first one is counted
_SIGNS = " .,:|"  # what may stand around a month in its cell
_YEAR = re.compile(r"(?:19|20)\d\d")
_Part = tuple[int, int, tuple[str, ...]]


class Days:
    """Reads the dates between two offsets of a page, each part once."""

    def __init__(self, shadow: str, tools: Mapping[str, Tools]) -> None:
        self._shadow = shadow
        self._tools = tools
        self._places: dict[str, list[int]] = {}  # where dates may begin, by language
        self._all_places: dict[tuple[str, ...], list[int]] = {}  # the same of several languages together
        self._read: dict[_Part, list[DateSpan]] = {}
        self._taiwanese: dict[str, bool | None] = {}  # whether the document is from Taiwan, by language

    def within(self, start: int, end: int, languages: tuple[str, ...]) -> list[DateSpan]:
        """The dates of all given languages, the first language winning where they overlap."""
        if not self.count_places(start, end, languages):
            return []
        known = self._read.get((start, end, languages))
        if known is None:
            known = self._read[start, end, languages] = self._dates(start, end, languages)
        return list(known)

    def count_places(self, start: int, end: int, languages: tuple[str, ...]) -> int:
        """How many dates [start, end) holds at most."""
        places = self._all_places.get(languages)
        if places is None:
            every = [place for language in languages for place in self._places_of(language)]
            places = self._all_places[languages] = sorted(every)
        first = bisect_left(places, start)
        return bisect_left(places, end, first) - first

    def month_named(self, start: int, end: int, languages: tuple[str, ...]) -> tuple[int, int | None] | None:
        """The month, and its year where it is told, whose name is all that a part says ("March", "March 2026")."""
        word, _, year = self._shadow[start:end].strip(_SIGNS).partition(" ")
        months = [self._tools[one].lexicon.months for one in languages]
        number = next((one[word.strip(".,")] for one in months if word.strip(".,") in one), None)
        if number is None or (year and not _YEAR.fullmatch(year)):
            return None
        return number, int(year) if year else None

    def _dates(self, start: int, end: int, languages: tuple[str, ...]) -> list[DateSpan]:
        found = self._written(start, end, languages)
        if any(span.since is not None for span in found):
            low = max(0, start - _BACK, self._shadow.rfind("\n\n", max(0, start - _BACK), start))
            found = _counted([*self._written(low, start, languages), *found])
            found = [span for span in found if span.start >= start]
        pairs = [self._tools[language].pair for language in languages] if found else []
        for span in tuple(found):
            found += days_of_month(self._shadow, start, span, found, pairs)
        return sorted(found, key=lambda span: span.start) if len(found) > 1 else found

    def _written(self, start: int, end: int, languages: tuple[str, ...]) -> list[DateSpan]:
        """The dates as they are written, the first language winning where they overlap."""
        found: list[DateSpan] = []
        for language in languages:
            places = self._places_in(start, end, language)
            if not places:
                continue
            for written in self._tools[language].dates.read_at(self._shadow, places, end):
                span = self._by_country(written, language)
                if not any(span.start < other.end and other.start < span.end for other in found):
                    found.append(span)
        return found

    def _by_country(self, span: DateSpan, language: str) -> DateSpan:
        """A date whose year of two digits is one of the Republic of China in documents of Taiwan, and of the last century in
        others; where nothing tells the country, the year stays open.
        """
        if span.short is None or span.year is None:
            return span
        if language not in self._taiwanese:
            homes = self._tools[language].lexicon.homes
            self._taiwanese[language] = is_home("TWD", homes, self._shadow)
        taiwanese = self._taiwanese[language]
        if taiwanese is None:
            return span._replace(year=None, short=span.year)
        return span._replace(year=span.year if taiwanese else span.short, short=None)

    def _places_in(self, start: int, end: int, language: str) -> list[int]:
        places = self._places_of(language)
        first = bisect_left(places, start)
        return places[first : bisect_left(places, end, first)]

    def _places_of(self, language: str) -> list[int]:
        places = self._places.get(language)
        if places is None:
            reader = self._tools[language].dates
            places = self._places[language] = reader.places(self._shadow)
        return places


def _counted(spans: list[DateSpan]) -> list[DateSpan]:
    """The dates in their order; those that are counted from the date before have their month and year of it."""
    told: list[DateSpan] = []
    for span in sorted(spans, key=lambda one: one.start):
        before = told[-1] if told else None
        told.append(_since(span, before) if span.since is not None and before is not None else span)
    return told


def _since(span: DateSpan, before: DateSpan) -> DateSpan:
    """A date with the month and year that it has by the one before it; as it is where that does not tell them."""
    count = span.since or 0
    if span.month:
        named = span._replace(year=before.year + count) if before.year else span
    elif before.month:
        years, month = divmod(before.month - 1 + count, 12)
        named = span._replace(year=before.year + years if before.year else None, month=month + 1)
    else:
        return span._replace(ahead=before.ahead + count) if before.ahead is not None else span
    real = as_date(named.year or 2024, named.month, named.day or 1)
    return named if real is not None else span
