"""Which dates words reach: how far a date may stand from them, on which side, and what between would take it."""

from __future__ import annotations

import re

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.phrases import Hit, Hits
from calendar_service.extract.page.normalise import Page
from calendar_service.extract.sentence.frames import (
    LONG_REACH,
    end_with_brackets,
    heads_line,
    is_joined,
    is_led_far,
    stands_alone,
    takes_month,
)
from calendar_service.extract.sentence.statements import Tools

_PAUSE = re.compile(r"[,:;(]")
_ASIDE = re.compile(r"\s?,\s(?:[^\n\d.,;:()]|\n(?!\n)){4,150},\s")
_LINE_OF_LIST = (
    60  # in a list, a dash parts a day from no longer words ("17 April - the dividend is paid out")
)
_DASH = re.compile(r"--|\s-\s|-{1,2}\(|\)\s?-|/\s")


class Reach:
    """Measures how far dates stand from groups of words in one document."""

    def __init__(self, page: Page, hits: Hits, tools: dict[str, Tools]) -> None:
        self.page = page
        self.hits = hits
        self.tools = tools

    def offers(self, groups: list[list[Hit]], seen: list[list[DateSpan]]) -> list[tuple[int, int, DateSpan]]:
        """(gap, group, date) for every date within reach of a group, on the side where the group looks."""
        offers = []
        for number, (group, spans) in enumerate(zip(groups, seen, strict=True)):
            for span in spans:
                if span.day is None and not takes_month(group, span):
                    continue
                gap = self._gap(group, span, spans)
                if gap is not None:
                    offers.append((gap, number, span))
        return offers

    def _gap(self, group: list[Hit], span: DateSpan, spans: list[DateSpan]) -> int | None:
        """How far a date stands from the group's words; None where the group does not look there."""
        first, last = group[0], group[-1]
        if span.start >= last.end:
            return self._gap_ahead(group, span)
        if span.end > first.start:
            return 0 if span.start >= first.start and span.end <= last.end else None
        reach, look = max(hit.phrase.within for hit in group), last.phrase.look
        gap = first.start - end_with_brackets(self.page.shadow, span, first.start)
        if look == "noun" and gap == 1 and not self._is_followed(last.end, spans, last.phrase.language):
            return 0
        if look == "both" and any(0 <= one.start - last.end <= reach for one in spans):
            return None
        if last.phrase.value == "ex" and self._begins_clause(span, last.phrase.language):
            return None
        near = look in ("before", "either", "both") and gap <= reach and not self._is_dateline(group, span)
        far = gap <= LONG_REACH and not self._is_followed(last.end, spans)
        return gap if near or (far and heads_line(self.page.shadow, span)) else None

    def _begins_clause(self, span: DateSpan, language: str) -> bool:
        """Whether a new clause follows a date ("payable on 5 May, and the shares will trade ex-dividend from tomorrow")."""
        shadow = self.page.shadow
        comma = shadow.startswith(",", span.end)
        return self.tools[language].clause.match(shadow, span.end + comma) is not None

    def _gap_ahead(self, group: list[Hit], span: DateSpan) -> int | None:
        """How far a date stands behind the group's words; None where the group does not look there."""
        last, shadow = group[-1], self.page.shadow
        look, gap = last.phrase.look, span.start - last.end
        tools = self.tools[last.phrase.language]
        alone = look in ("after", "noun") and stands_alone(self.page.text, last.end, span, tools)
        if look == "before" or alone:
            return None
        if look in ("either", "both") and _PAUSE.search(shadow, last.end, span.start):
            return None
        if look == "either":
            return gap if gap - self._vague(last, span) <= 14 else None
        reach = max(hit.phrase.within for hit in group)
        aside = _ASIDE.match(shadow, last.end, span.start)
        if aside is not None and tools.copula.match(shadow, aside.end()) is not None:
            gap -= aside.end() - last.end  # "the ex-date, as resolved by the board of the company, is 4 May"
        near = gap <= reach or (gap <= LONG_REACH and is_led_far(shadow, last.end, span.start, tools))
        return gap if near else None

    def _vague(self, hit: Hit, span: DateSpan) -> int:
        """How many signs between words and a date only make the date inexact ("as from")."""
        found = self.hits.within(hit.end, span.start, (hit.phrase.language,), "approximate")
        return max((one.end - one.start for one in found), default=0)

    def _is_dateline(self, group: list[Hit], span: DateSpan) -> bool:
        """Whether the date only says when the news was sent ("OSLO, May 2 -- The board has declared ..."): a dash parts it
        from words of a decision, or stands right behind it and far before other words.
        """
        place = group[0].start
        if group[0].phrase.value == "declaration":
            return _DASH.search(self.page.shadow, span.end, place) is not None
        return place - span.end > _LINE_OF_LIST and _DASH.match(self.page.shadow, span.end) is not None

    def _is_followed(self, place: int, spans: list[DateSpan], language: str = "") -> bool:
        """Whether a date of its own follows the cue closely; behind a word like "and" of the language it is another's."""
        if language and is_joined(self.page.shadow, place, self.tools[language]):
            return False
        return (
            any(0 <= span.start - place <= 12 for span in spans)
            or self.page.shadow[place : place + 2].strip()[:1] == ":"
        )

    def is_free(
        self,
        groups: list[list[Hit]],
        number: int,
        span: DateSpan,
        spans: list[DateSpan],
        claimed: dict[DateSpan, list[Hit]],
        *,
        skipping: bool,
    ) -> bool:
        """Whether nothing stands between that should have the date: another date, or a cue that looks this way."""
        group = groups[number]
        forward = span.start >= group[-1].end
        low, high = (group[-1].end, span.start) if forward else (span.end, group[0].start)
        between = [other for other in spans if low <= other.start and other.end <= high]
        if between and not (skipping and all(other in claimed for other in between)):
            return False
        if not forward and any(_touches(claimed[other], group) for other in between):
            return False
        if between and abs(high - between[-1].end if forward else between[0].start - low) > 60:
            return False
        sides = ("after", "either", "both", "noun") if forward else ("before", "either", "both")
        for other in groups:
            if other is group or not (low <= other[0].start and other[-1].end <= high):
                continue
            gap = span.start - other[-1].end if forward else other[0].start - span.end
            if gap > max(hit.phrase.within for hit in other):
                continue
            if other[-1].phrase.look in sides and not any(one is other for one in claimed.values()):
                return False
        return True


def _touches(claimer: list[Hit], group: list[Hit]) -> bool:
    """Whether words that make a date none of ours end where others begin that look back: those are said of that date too
    ("on 1 October to those on the register as of 30 September").
    """
    return claimer[-1].phrase.value == "ignore" and 0 <= group[0].start - claimer[-1].end <= 1
