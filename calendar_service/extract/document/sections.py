"""Sections of a document that hold no news: of what is over, of the company, of questions and answers."""

from __future__ import annotations

from collections.abc import Sequence

from calendar_service.extract.document.articles import Articles
from calendar_service.extract.document.datelines import OPENING, WIRE
from calendar_service.extract.lexicon.actions import MEETINGS, PAID_KINDS
from calendar_service.extract.lexicon.patterns import has_digit
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.normalise import Unit
from calendar_service.extract.page.places import Places
from calendar_service.extract.sentence.binder import Binder

_HEADINGS = frozenset({"boilerplate", "agenda", "history", "related", "section"})
_TOLD = _HEADINGS | {"past", "declares", "noise"}  # marks that say what a section is about
_TABLES = frozenset({"history", "rows", "articles"})  # sections whose tables hold no news either
_ENDS = frozenset(".。!！")
_LEAD = 160
_OPENING = 90  # signs at the beginning of a unit in which it says what it is about
_HEADING = 90
_HEADLINE = 200  # signs of a headline at most
_SECTION = 30  # signs of the name of a section with news
_REST = 12  # signs behind the last date of a line with a label and its date
_NUMBERED = 5  # signs of the number of a section
_BOTH = 2  # days: an old one, and the new one
_AT_HEAD = 4  # signs before the label of a date at the head of a line


class Sections:
    """Follows which section of a document has begun, unit by unit."""

    def __init__(self, binder: Binder, languages: tuple[str, ...]) -> None:
        self._binder = binder
        self._languages = languages
        self._articles = Articles(binder, languages)
        self._marks = Places(lambda language: binder.hits.places(_TOLD, language))
        self._hidden = ""  # the kind of section without news that has begun and not yet ended, or nothing
        self._proposing = -1  # the block among those on what has been paid that tells what is proposed
        self._titled = False  # whether a section of something else has begun with the title of the document
        self._calendar = False  # whether the section lists what happens on which day
        self._ended = False  # whether the heading right before has ended a section of what is over

    @property
    def hides_tables(self) -> bool:
        """Whether a table that stands here holds no news."""
        return self._hidden in _TABLES

    def enter(self, unit: Unit) -> str:
        """The kind of section without news that a unit stands in or begins, or nothing."""
        if self._hidden == "articles" or self._articles.begin_with(unit):
            self._hidden = "articles"  # they run to the end of the document
            return self._hidden
        before = self._hidden
        if self._ended and self._has(unit, "none"):
            before = "history"  # "2. Dividends to come: none": the next table is of the section before
        found = self._next(unit, before)
        self._ended = before == "history" and not found
        self._hidden = "" if found and self._ends_with_section(unit, found) else found
        if found == "agenda" and before != "agenda":
            self._calendar = self._has(unit, "calendar")
        elif found == "agenda" and self._calendar and self._is_entry(unit):
            return ""
        if found == "history" and (self._proposes(unit) or unit.block == self._proposing):
            self._proposing = unit.block
            return "" if not self._has(unit, "past") else found
        return found

    def _is_entry(self, unit: Unit) -> bool:
        """Whether a line among coming events tells the day of a payment or of a meeting ("5 May 2026: ex-dividend")."""
        if unit.end - unit.start > _HEADING or not self._binder.dates_in(
            unit.start, unit.end, self._languages
        ):
            return False
        hits = self._binder.hits_in(unit.start, unit.end, self._languages)
        return any(hit.phrase.value in (PAID_KINDS if hit.phrase.role == "cue" else MEETINGS) for hit in hits)

    def _proposes(self, unit: Unit) -> bool:
        """Whether a sentence among those on what has been paid tells what is proposed ("The Directors have proposed ...")."""
        if unit.heading or unit.cells or unit.end - unit.start < _HEADING:
            return False
        return self._has(unit, "proposal") and not self._has(unit, "past")

    def _next(self, unit: Unit, hidden: str) -> str:
        end = min(unit.end, unit.start + _OPENING)
        if not hidden and not self._marks.any_in(unit.start, end, self._languages):
            return ""
        marks = self._binder.hits.within(unit.start, end, self._languages, "mark")
        first = _first_mark(marks, unit)
        if first:
            vague = self._binder.hits.within(unit.start, end, self._languages, "approximate")
            if hidden == "history":  # "Ex-dividend date" is no heading "Dividend"
                vague = [*vague, *self._binder.hits.within(unit.start, end, self._languages, "cue")]
            first = _first_mark([mark for mark in marks if not _is_inside(mark, vague)], unit)
        if first == "history" and self._tells_new_day(unit):
            return hidden
        headed = unit.heading or unit.end - unit.start < _HEADING
        if headed and (first in ("boilerplate", "history") or (first == "agenda" and unit.start)):
            return first
        if "related" in (first, hidden):
            return self._next_headline(unit, first)
        return self._next_told(unit, hidden, first, marks)

    def _tells_new_day(self, unit: Unit) -> bool:
        """Whether a line that begins with what is over goes on, behind its day, with the day that has taken its place."""
        days = self._binder.dates_in(unit.start, unit.end, self._languages)
        if len(days) < _BOTH or "\n" in self._binder.page.shadow[unit.start : days[-1].start]:
            return False
        marks = self._binder.hits.within(days[0].end, days[-1].start + _AT_HEAD, self._languages, "mark")
        return any(mark.phrase.value in ("moves", "section") for mark in marks)

    def _next_told(self, unit: Unit, hidden: str, first: str, marks: Sequence[Hit]) -> str:
        """The kind of section of a unit that is no heading of one, by what it tells."""
        names = {hit.phrase.value for hit in marks}
        told = first == "history" or ("past" in names and "declares" not in names)
        shadow = self._binder.page.shadow
        # One line of a calendar: "Agenda: results on 3 March; annual meeting on 22 April".
        opening = shadow[unit.start : min(unit.end, unit.start + OPENING)]
        listed = first in ("boilerplate", "agenda") and ":" in opening
        if listed or (told and shadow[unit.end - 1] == ":"):
            return "rows"
        if hidden == "rows" or (hidden and self._begins_news(unit)):
            return ""
        heads = unit.heading and not unit.item  # an item of a list heads no section
        if heads and "noise" in names and not self._named(unit.start, min(unit.end, unit.start + _OPENING)):
            self._titled = not unit.start  # the title of the document may tell of only a part of it
            return "noise"
        # What is about something else ends with the next heading.
        told = hidden == "noise" and self._titled and "noise" not in names
        ends = hidden == "noise" and (
            unit.heading or (told and self._named(unit.start, min(unit.end, unit.start + _OPENING)))
        )
        ends = ends or (
            first == "section"
            and (unit.heading or _opens_with_line(unit, shadow) or _is_labelled(marks, shadow))
        )
        return "" if ends else hidden

    def _next_headline(self, unit: Unit, first: str) -> str:
        """The kind of section of a unit that begins or follows headlines of other texts ("Related news").

        They end with a sentence, with the heading of a section with news, and with a line that is a label of a date, or begins
        with one and its value. In one line there is but one of them ("Read also: ...").
        """
        shadow = self._binder.page.shadow
        if first == "related":
            if ":" in shadow[unit.start : min(unit.end, unit.start + OPENING)].rstrip(" :"):
                return "rows"
            return "related" if unit.heading else ""
        named = first == "section" and _is_name(shadow[unit.start : _line_end(unit, unit.start, shadow)])
        if named or unit.end - unit.start > _HEADLINE or shadow[unit.end - 1] in _ENDS:
            return ""
        head = self._binder.hits.within(unit.start, unit.start + _OPENING, self._languages, "cue")
        begins = any(hit.start - unit.start < _AT_HEAD and self._is_label(hit, unit) for hit in head)
        return "" if begins else "related"

    def _is_label(self, hit: Hit, unit: Unit) -> bool:
        """Whether words for a date are a label, alone or with its value, and no part of a headline ("Record date 5 May 2026
        for ... shares").
        """
        shadow = self._binder.page.shadow
        end = _line_end(unit, hit.end, shadow)
        days = self._binder.dates_in(hit.end, end, self._languages)
        stop = days[0].start if days else end
        if shadow.find(":", hit.end, stop) >= 0:
            return True
        bare = not any(sign.isalnum() for sign in shadow[hit.end : stop])
        return bare and end - (days[-1].end if days else stop) <= _REST

    def _ends_with_section(self, unit: Unit, hidden: str) -> bool:
        """Whether the last of several lines of a unit is the heading of a section with news again."""
        begin = self._binder.page.shadow.rfind("\n", unit.start, unit.end) + 1
        if not begin or (hidden == "related" and not _is_name(self._binder.page.shadow[begin : unit.end])):
            return False
        hits = self._binder.hits.within(begin, unit.end, self._languages, "mark")
        return any(hit.phrase.value == "section" and hit.start == begin for hit in hits)

    def _begins_news(self, unit: Unit) -> bool:
        """Whether a sentence begins with the dateline of a news agency ("TORONTO, March 3 /CNW/ - ...")."""
        days = self._binder.dates_in(unit.start, min(unit.end, unit.start + _LEAD), self._languages)
        return bool(days) and WIRE.match(self._binder.page.shadow, days[0].end) is not None

    def _has(self, unit: Unit, name: str) -> bool:
        end = min(unit.end, unit.start + _OPENING)
        marks = self._binder.hits.within(unit.start, end, self._languages, "mark")
        return any(hit.phrase.value == name for hit in marks)

    def _named(self, start: int, end: int) -> bool:
        return bool(self._binder.hits.within(start, end, self._languages, "event"))


def _is_name(line: str) -> bool:
    """Whether a line may be the name of a section with news, and no headline that begins as one ("Dividend of 4p ...")."""
    return len(line) < _SECTION and not has_digit(line)


def _line_end(unit: Unit, start: int, shadow: str) -> int:
    """Where the line of a unit that `start` stands in ends."""
    stop = shadow.find("\n", start, unit.end)
    return unit.end if stop < 0 else stop


def _opens_with_line(unit: Unit, shadow: str) -> bool:
    """Whether the first of several lines of a unit is short enough for a heading."""
    return 0 < shadow.find("\n", unit.start, unit.end) - unit.start < _HEADING


def _is_labelled(marks: Sequence[Hit], shadow: str) -> bool:
    """Whether a heading of news stands before its text in one line ("After correction: record date 9 June, ...")."""
    return any(hit.phrase.value == "section" and shadow.startswith(":", hit.end) for hit in marks)


def _is_inside(mark: Hit, vague: Sequence[Hit]) -> bool:
    """Whether a word is only a part of those that make a date inexact ("On or about 3 May" is no section "About ...")."""
    return any(hit.start < mark.start and mark.end <= hit.end for hit in vague)


def _first_mark(hits: Sequence[Hit], unit: Unit) -> str:
    near = unit.start + (12 if unit.start else 1)  # a title that ends so is about more
    for hit in hits:
        if hit.start >= near:
            break
        if hit.start > unit.start + _NUMBERED and hit.phrase.text.startswith("("):
            continue  # a remark on what stands before it, as in the heads of columns: "今期 (参考)前期"
        if hit.phrase.value in _HEADINGS:
            return hit.phrase.value
    return ""
