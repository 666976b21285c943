"""The day of the document itself: as labelled, as its dateline has it, or as the container states it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.document.ownday import OwnDay, is_long_over
from calendar_service.extract.document.ownstamps import day_beside_today, day_of_wire, labelled_fact
from calendar_service.extract.document.resolve import next_day
from calendar_service.extract.lexicon.lexicon import DATED_FIELDS, PAID
from calendar_service.extract.lexicon.patterns import UNSPACED
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.normalise import Table
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.frames import STAMP, heads_line, stands_in_schedule
from calendar_service.extract.sentence.statements import DateFact, Statement
from calendar_service.model.announcement import Announcement
from calendar_service.model.codes import DateFlag
from calendar_service.model.document import Text
from calendar_service.model.remarks import remark
from calendar_service.model.values import EventDate

TWO_DAYS = remark(
    "the document has two days that may be its own, and the year of a date depends on which it is"
)

_DATELINE = re.compile(r"\s{0,2}(?:--|[-/:(]|\)|\Z|\n)")
WIRE = re.compile(r"\s{0,2}(?:--|/|-\s)")  # what only a news agency writes behind the day
# The same, and the name of one in brackets ("(GLOBE NEWSWIRE) --").
_SIGNED = re.compile(r"\s{0,2}(?:--|/|-\s|\([^()\n]{2,40}\)\s{0,2}(?:--|/|-\s))")
# A line of nothing but a day and a time of day, as machines write them; as an item of a list of a minute at which no meeting begins.
_STAMPED = re.compile(
    r"(?:[ ]{0,3}|(?P<item>- ))\d{4}([/.-])\d{1,2}\2\d{1,2}[ ]\d{1,2}:(?(item)(?!00|30))\d\d[ ]{0,3}(?:\n|\Z)"
)
# A date is none of the document's own as an item of a list, nor as the last day of a period ("11 - 25 February").
_IN_LIST = re.compile(r"(?<![^\n])[ \t]{0,8}[-*•▪○●■–][ \t]|\d\s{0,2}[-–]\s{0,2}\Z")
_SPAN = re.compile(r"\s{0,2}-\s{0,2}")  # between the two days of a period
_WEEKDAY = re.compile(r"\A\s?\([^\W\d_]{1,9}\)")  # behind the first of them
# The clock of a page at the time of the copy, with seconds and a zone ("09:15:28 EDT Sun 12 May 2024").
_CLOCK = re.compile(r"[ ]{0,3}\d{1,2}:\d\d:\d\d[ ][a-z]{2,5}[ ][^\n\d]{0,10}\Z")
_SEVERAL = 2
_TOP = 400  # in so many signs at the beginning a bare date may be the document's own
_HEAD = 2500
_STATEMENTS = 60  # so many at the beginning may tell a date of the head
_LONG_AGO = timedelta(days=300)
_CLOSE = timedelta(days=3)  # a document and its container are of nearly the same day
OPENING = 60
_LINE_START = re.compile(r"[\n\t|]")


def find_own_day(
    statements: list[Statement], binder: Binder, languages: tuple[str, ...], text: Text
) -> OwnDay:
    """The day of the announcement: as labelled, or from the dateline, or as the container states it.

    Words inside a line ("the dividend announced on 2 May") may speak of an earlier announcement: a later dateline
    wins over them.
    """
    told = labelled_fact(statements, binder.page.shadow)
    dated = _dateline_day(statements, binder, languages, text)
    day = told.span.value if told else None
    if told is None or day is None:
        shown = dated.day if dated.lone and is_long_over(statements, dated.day) else None
        return OwnDay(None, dated.rivals, shown=shown) if shown else dated
    if not _is_inside_line(binder.page.shadow, told):
        # The label is surer than a dateline, but no text is published before it is dated.
        return OwnDay(day, tuple(rival for rival in dated.rivals if rival > day))
    return OwnDay(day, dated.rivals) if dated.day is None or dated.day < day else dated


def _fills_line(binder: Binder, span: DateSpan, languages: tuple[str, ...]) -> bool:
    """Whether nothing stands in the line of a day but its weekday."""
    begin, end = _line_of(binder.page.shadow, span)
    rest = binder.page.shadow[begin : span.start] + binder.page.shadow[span.end : end]
    known = {name for one in languages for name in binder.tools[one].lexicon.weekdays}
    return all(word in known for word in re.findall(r"\w+", rest))


def doubt_years(
    announcements: tuple[Announcement, ...], own: OwnDay, statements: Sequence[Statement]
) -> tuple[Announcement, ...]:
    """The announcements, with a doubt where a date has its year from a day that may not be the document's own: another one
    may be it, or a sentence tells a whole day of a payment that lies long before it.
    """
    facts = (fact for said in statements if not said.from_table for fact in said.dates if fact.kind in PAID)
    days = [fact.span.value for fact in facts if fact.span.value]
    long_ago = own.day is not None and any(own.day - day > _LONG_AGO for day in days)
    return tuple(
        replace(one, doubts=(*one.doubts, TWO_DAYS))
        if any(_is_open(item, own, long_ago=long_ago) for item in one.dates)
        else one
        for one in announcements
    )


def _is_open(item: EventDate, own: OwnDay, *, long_ago: bool) -> bool:
    """Whether another year would be that of a date, if a rival were the document's own day, or one `long_ago`."""
    day = item.day
    if DateFlag.YEAR_INFERRED not in item.flags or day is None or own.day is None:
        return False
    if next_day(day.month, day.day, own.day) != day:
        return False  # it has its year from another date of its sentence
    return long_ago or any(next_day(day.month, day.day, rival) != day for rival in own.rivals)


def _is_inside_line(shadow: str, fact: DateFact) -> bool:
    """Whether words stand in the same line or cell before those that label a date."""
    head = shadow[max(0, fact.quote[0] - OPENING) : fact.quote[0]]
    begin, end = fact.quote
    if head.endswith("(") or (shadow.startswith(")", end) and shadow.find("(", begin, end) < 0):
        return True  # "(announced on 2 May)" stands beside what is told of something else
    return any(sign.isalnum() for sign in _LINE_START.split(head)[-1])


def _dateline_day(
    statements: list[Statement], binder: Binder, languages: tuple[str, ...], text: Text
) -> OwnDay:
    """The day of the dateline, or as the container states it."""
    shadow = binder.page.shadow
    head = binder.dates_in(0, min(len(text.content), _HEAD), languages)
    taken = _told_elsewhere(statements, binder, languages) | _periods(head, binder, languages)
    loose = [span for span in head if span not in taken and _may_be_own(span, binder, languages)]
    datelines = [span for span in loose if _is_dateline(span, head, shadow)]
    fitting = [span for span in loose if span.value and _fits(span.value, text)]
    near = [
        span
        for span in fitting
        if text.published
        or (span.start < _TOP and _stands_alone(span, loose, head, shadow))
        or _is_posted(binder, span, languages)
    ]
    rows = _lists([item for item in binder.page.items if isinstance(item, Table)])
    rows += [(said.start, said.end) for said in statements if said.from_table]
    rows += binder.page.hidden

    def outside(spans: list[DateSpan]) -> list[DateSpan]:
        """The dates that stand in no row of a table."""
        return [span for span in spans if not any(start <= span.start < end for start, end in rows)]

    dated = [span for span in datelines if span in fitting]
    posted = [span for span in near if dated and span not in dated and _is_posted(binder, span, languages)]
    found = outside([*dated, *posted] or near)
    rivals = tuple(span.value for span in outside(datelines + near) if span.value)
    surest = _surest(found, binder, languages)
    day = surest.value if surest else text.published
    lone = surest is not None and _fills_line(binder, surest, languages)
    return OwnDay(day or day_beside_today(head, binder, languages) or day_of_wire(binder), rivals, lone)


def _surest(found: list[DateSpan], binder: Binder, languages: tuple[str, ...]) -> DateSpan | None:
    """The first of the dates; or one below it that a news agency or a site has marked as that of the text, where it is the
    earlier one: above a text a page may tell the day on which it was called up.
    """
    for span in found:
        if _is_signed(span, binder.page.shadow) or _is_posted(binder, span, languages):
            first = found[0]
            below = first.value and span.value and span.value < first.value and span.start > first.start
            return span if below else first
    return found[0] if found else None


def _is_signed(span: DateSpan, shadow: str) -> bool:
    """Whether a news agency's name or a machine's time of day stands behind a date."""
    return bool(_SIGNED.match(shadow, span.end) or STAMP.match(shadow, span.end))


def _told_elsewhere(statements: list[Statement], binder: Binder, languages: tuple[str, ...]) -> set[DateSpan]:
    """The dates that have a meaning. The day of a decision may be the document's own as well; where decisions of several
    days are told, none of them is.
    """
    told = [fact for said in statements for fact in said.dates if fact.kind == "declaration"]
    single = len({fact.span.value for fact in told}) < _SEVERAL
    return {
        fact.span
        for said in statements[:_STATEMENTS]
        for fact in said.dates
        if not (single and fact.kind == "declaration") and not _is_posted(binder, fact.span, languages)
    }


def _may_be_own(span: DateSpan, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a date is a whole one, and neither words nor its line say that it is that of something else."""
    shadow, text = binder.page.shadow, binder.page.text
    if span.value is None or span.other is not None or heads_line(shadow, span):
        return False
    if stands_in_schedule(shadow, span, _is_report(binder, span)) or _is_told(binder, span, languages):
        return False
    begin = _line_of(shadow, span)[0]
    vague = binder.hits.within(max(begin, span.start - OPENING), span.start, languages, "approximate")
    if any(not shadow[hit.end : span.start].strip() for hit in vague):
        return False  # "On or about 4 May 2026": below its label
    listed = _IN_LIST.search(text, begin, span.start) and not _is_stamped(shadow, span)
    return not listed and not _CLOCK.match(shadow[begin : span.start])


def _is_dateline(span: DateSpan, others: list[DateSpan], shadow: str) -> bool:
    """Whether a date stands as those of wires, sites and letters do."""
    if WIRE.match(shadow, span.end) or STAMP.match(shadow, span.end) or _is_stamped(shadow, span):
        return True
    opens = _DATELINE.match(shadow, span.end) and _opens_line(shadow, span)
    return bool(opens) and not _is_in_row(span, others, shadow)


def _stands_alone(span: DateSpan, loose: list[DateSpan], others: list[DateSpan], shadow: str) -> bool:
    """Whether a date stands near the beginning of a line in which no other does, and in no row of dates."""
    alone = _opens_line(shadow, span) and _is_alone(span, loose, shadow)
    return alone and not _is_in_row(span, others, shadow)


def _periods(days: list[DateSpan], binder: Binder, languages: tuple[str, ...]) -> set[DateSpan]:
    """The first and last days of periods ("1.1.2025 - 31.12.2025", "1.7.2025 bis 30.6.2026"): none is a document's own."""
    shadow = binder.page.shadow
    untils = [binder.tools[language].until for language in languages]
    found: set[DateSpan] = set()
    for one, other in pairwise(days):
        gap = _WEEKDAY.sub("", shadow[one.end : other.start])
        if len(gap) <= _LED and (_SPAN.fullmatch(gap) or any(word.fullmatch(gap.strip()) for word in untils)):
            found |= {one, other}
    return found


def _lists(tables: list[Table]) -> list[tuple[int, int]]:
    """From the first to the last row of each table; of each paragraph, where longer lines break it."""
    spans: dict[int, tuple[int, int]] = {}
    several: set[int] = set()
    for table in tables:
        block = table.rows[0].block
        if block in spans or len(table.rows) > 1:
            several.add(block)
        start, end = spans.get(block, (table.start, 0))
        spans[block] = (start, max(end, table.rows[-1].end))
    return [span for block, span in spans.items() if block in several]


def _is_report(binder: Binder, span: DateSpan) -> bool:
    """Whether words for what a company reports stand before a date in its line ("Interim results: 3 August")."""
    begin = binder.page.shadow.rfind("\n", max(0, span.start - OPENING), span.start) + 1
    return bool(binder.hits.within(begin, span.start, tuple(binder.hits.languages), "reporting"))


def _fits(day: date, text: Text) -> bool:
    """Whether a day may be that of the document by what its container states."""
    return text.published is None or abs(day - text.published) <= _CLOSE


def _is_alone(span: DateSpan, others: list[DateSpan], shadow: str) -> bool:
    """Whether no other date stands in its line, if that is a short one: a row of dates is no dateline.

    The same day may be told twice ("2 October, updated on 2 October"). Lines that are nothing but dates are a list.
    """
    if any(_is_next_line(span, other, shadow) for other in others if other.value != span.value):
        return False
    begin, stop = _line_of(shadow, span)
    row = stop - begin + 1 < _ROW
    return not (row and any(begin <= other.start < stop for other in others if other.value != span.value))


def _is_in_row(span: DateSpan, others: list[DateSpan], shadow: str) -> bool:
    """Whether a date stands in a row of dates, or in a cell that only ends with a border ("19 August 2024 |"), as of a broken table."""
    begin, stop = _line_of(shadow, span)
    if stop - begin > _ROW:
        return False
    line = shadow[begin:stop].strip()
    if line.endswith("|") and not line.startswith("|"):
        return True
    inside = [other for other in others if begin <= other.start < stop and other.value != span.value]
    return any(shadow[one.end : two.start].isspace() for one, two in pairwise(sorted([span, *inside])))


def _is_next_line(one: DateSpan, other: DateSpan, shadow: str) -> bool:
    """Whether nothing but the end of a line stands between two dates, in either order."""
    first, second = sorted((one, other), key=lambda span: span.start)
    return shadow[first.end : second.start].isspace()


_ROW = 100
_WORDS = 8  # signs of a label at least, with the end of its line
_HEADED = 3  # signs before the words at the head of a line
_LABELLED = 2
_FULL_STOP = "。"  # of scripts without blanks
_LED = 16  # and so many between them and the day: its weekday
_PLACE = 20  # signs of a dateline before its day, where a script writes without blanks
_GOES_ON = re.compile(r"\s{0,2}(?:\([^\W\d_]\)\s{0,2})?~")  # to the last day of a period


def _is_told(binder: Binder, span: DateSpan, languages: tuple[str, ...]) -> bool:
    """Whether a date is that of something else: words for dates or actions lead to it, or its sentence goes on."""
    if _is_posted(binder, span, languages):
        return False
    shadow = binder.page.shadow
    begin, _ = _line_of(shadow, span)
    hits = binder.hits_in(max(begin, span.start - OPENING), span.start, languages)
    if any(_leads_away(hit, span) for hit in hits):
        return True
    if any(hit.phrase.role == "cue" for hit in hits) or STAMP.match(shadow, span.end):
        return False
    if not UNSPACED.search(shadow, begin, span.start):
        if UNSPACED.match(shadow, span.end) or _GOES_ON.match(shadow, span.end):
            return True
        stop = shadow.find("\n", span.end, span.end + _HEAD)
        told = UNSPACED.search(shadow, span.end, max(stop, span.end))
        listed = told is not None and _is_in_list(binder, span, begin, languages)
        return listed or _is_below_label(binder, span, begin, languages)
    inside = ":" in shadow[begin : span.start] or span.start - begin > _PLACE
    return inside or bool(UNSPACED.match(shadow, span.end)) or _is_in_list(binder, span, begin, languages)


def _leads_away(hit: Hit, span: DateSpan) -> bool:
    """Whether words before a date make it that of something else; so do those for a deadline right before it."""
    if hit.phrase.value == "around":
        return 0 <= span.start - hit.end <= _LABELLED  # "Our deadline: 5 June 2026 10:00"
    return hit.phrase.role in ("cue", "event") and hit.phrase.value != "announced"


def _is_below_label(binder: Binder, span: DateSpan, begin: int, languages: tuple[str, ...]) -> bool:
    """Whether the line above that of a date, which begins at `begin`, ends with words for a date in a script without
    blanks, or for a period that ends with the month of the date ("9 months ended").
    """
    shadow = binder.page.shadow
    end = begin - _WORDS + len(shadow[max(0, begin - _WORDS) : begin].rstrip()) if begin >= _WORDS else 0
    if not end or shadow.endswith(_FULL_STOP, 0, end):
        return False
    start = max(shadow.rfind("\n", 0, end) + 1, end - OPENING)
    hits = [hit for hit in binder.hits.within(start, end, languages, "cue") if end - hit.end <= 1]
    if any(hit.phrase.value == "ignore" for hit in hits):
        return span.value is not None and (span.value + timedelta(days=1)).day == 1
    return any(hit.phrase.value in DATED_FIELDS for hit in hits) and bool(UNSPACED.search(shadow, start, end))


def _is_in_list(binder: Binder, span: DateSpan, begin: int, languages: tuple[str, ...]) -> bool:
    """Whether a line beside that of a date, which begins at `begin`, holds a date as well: both are rows of a list, unless
    that line ends as a sentence.
    """
    shadow = binder.page.shadow
    stop = shadow.find("\n", span.end)
    above = shadow.rfind("\n", 0, max(0, begin - 1)) + 1
    below = shadow.find("\n", stop + 1) if stop >= 0 else -1
    beside = [(above, max(above, begin - 1))] if begin else []
    beside += [(stop + 1, below if below >= 0 else len(shadow))] if stop >= 0 else []
    rows = (line for line in beside if not shadow[slice(*line)].rstrip().endswith(_FULL_STOP))
    return any(binder.days.count_places(*row, languages) for row in rows)


def _is_stamped(shadow: str, span: DateSpan) -> bool:
    """Whether a line near the top holds nothing but a day and a time of day, as machines write them."""
    return span.start < _TOP and _STAMPED.match(shadow, _line_of(shadow, span)[0]) is not None


def _line_of(shadow: str, span: DateSpan) -> tuple[int, int]:
    """Where the line of a date begins and ends; of a very long one, so much as is looked at."""
    stop = shadow.find("\n", span.end, span.end + _HEAD)
    return shadow.rfind("\n", 0, span.start) + 1, stop if stop >= 0 else min(len(shadow), span.end + _HEAD)


def _is_posted(binder: Binder, span: DateSpan, languages: tuple[str, ...]) -> bool:
    """Whether words of a site lead to a date at the head of its line ("Publié le 9 avril 2026 à 15:31"), no sentence."""
    shadow = binder.page.shadow
    begin, _ = _line_of(shadow, span)
    if span.start - begin > OPENING or shadow.startswith((".", ")"), span.end):
        return False
    marks = binder.hits.within(begin, span.start, languages, "mark")
    return any(
        hit.phrase.value == "posted" and hit.start - begin <= _HEADED and span.start - hit.end <= _LED
        for hit in marks
    )


def _opens_line(shadow: str, span: DateSpan) -> bool:
    """Whether a date stands near the beginning of its line, as those of letters and datelines do."""
    return span.start - _line_of(shadow, span)[0] < OPENING
