"""Frame: a period in which holders subscribe or accept, with both its days. The last one is the expiry.

    The subscription period runs from 11 February 2025 to and including 25 February 2025
    11 - 25 February 2025: Subscription period
    4월 3일부터 22일까지 보통주에 대해 공개매수를 진행한다 (its words behind it: `look = "before"`)

A period of which only one day is told says nothing here: it may be the day on which it begins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.candidates.numeric import as_date
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import DateFact, Tools
from calendar_service.extract.sentence.times import without_times

DEADLINES = frozenset({"expiry", "election_deadline", "registration_deadline", "vote_deadline"})
WINDOWS = {"window": "expiry", "election_window": "election_deadline"}  # and what the last day of each is
_NEXT = (
    40  # between the day that a deadline's words lead to, and the last one of the period that begins with it
)
_BETWEEN = 44  # between the two days: "(09:00 CET) up to and including Friday,"
_LED = 20  # and so far before the second one stand the words for "until"
_ASIDES = re.compile(
    r"\([^()\n]{1,60}\)"
)  # what more is told of the first day ("8 June (ex-date) to 28 June")
_DASH = re.compile(r"[-~]")
_WORD = re.compile(r"[^\W_]+")
# Besides the time of day: weekdays, whose time it is, and what leads to a day or says that it is included.
_ASIDE = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat
    sun montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so
    lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles miercoles jueves
    viernes sábado domingo lunedì martedì mercoledì giovedì venerdì sabato domenica segunda terça
    quarta quinta sexta feira måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag
    søndag maandag dinsdag woensdag donderdag vrijdag zaterdag zondag maanantai tiistai keskiviikko
    torstai perjantai lauantai sunnuntai 月 火 水 木 金 土 日 月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日 월 화 수 목 금 토 일 星期一
    星期二 星期三 星期四 星期五 星期六 星期日 on at the of and both inclusive included including incl inkl inklusive
    einschließlich den dem der um le la el il inclus incluse compris incluso inclusive kl klo klokken klokka klockan kello uhr h
    hrs hours noon midnight days dates am pm a p m local time ortszeit heure locale suomen aikaa
    svensk norsk dansk lokal tid plaatselijke tijd hora ora día dia giorno jour il o ao both inclusi compreso
    compresi ambos incluidos inclusos incluídos incluído inclusiva as às do de das del las horas ore
    """.split()  # noqa: SIM905 - a list would be a column of a hundred lines
)
_SAME_MONTH = re.compile(r"(?<![\w.,/:-])(\d{1,2})(?:[^\W\d_]{2}|[.º°])?(\D{1,24})\Z")
_NUMBERS = re.compile(r"(?:[#°º№]|(?<![^\W\d_])n[^\W\d_]{0,5}\.?)\s?\Z")
_LAST_DAY = re.compile(r"(\D{1,24}?)(\d{1,2})(?:[^\W\d_]{2})?,?\s((?:19|20)\d\d)(?!\d)")
_TRADING_DAY = re.compile(r"\(t\s?(?:[+-]\s?\d{1,2})?\s?日?\)")  # "(T+1日)": counted from the record date
_HEAD = re.compile(r"[\s)]{0,3}[:|\t-][\s|\t]{0,3}")


class Window(NamedTuple):
    """A period: the words that name it, its days as they are written, and the last of them."""

    hit: Hit
    days: tuple[DateSpan, ...]
    last: DateSpan

    def holds(self, cue: Hit) -> bool:
        """Whether other words stand between its own and its last day, so that they only lead on to its days."""
        fact = self.fact
        return fact.quote[0] <= cue.start and cue.end <= fact.quote[1]

    @property
    def fact(self) -> DateFact:
        """The last day as that on which the right expires, or the choice ends."""
        low = min(self.hit.start, self.days[0].start)
        kind = WINDOWS[self.hit.phrase.value]
        return DateFact(kind, self.last, self.hit.phrase.name, (low, max(self.hit.end, self.last.end)))


def windows_of(
    cues: Sequence[Hit], spans: Sequence[DateSpan], shadow: str, tools: Mapping[str, Tools]
) -> list[Window]:
    """The periods whose words are among the cues, each with both its days; every day belongs to one at most."""
    found: list[Window] = []
    taken: set[DateSpan] = set()
    for cue in cues:
        if cue.phrase.value not in WINDOWS:
            continue
        free = [span for span in spans if span not in taken]
        window = _behind(cue, cues, free, shadow, tools) or _before(cue, cues, free, shadow, tools)
        if window is not None:
            found.append(window)
            taken.update(window.days)
    return found


def without_windows(cues: Sequence[Hit], windows: Sequence[Window]) -> list[Hit]:
    """The cues that may still have a date: no words for periods, and none that only lead on to a period's days."""
    bare = [cue for cue in cues if cue.phrase.value not in WINDOWS]
    return [cue for cue in bare if not any(window.holds(cue) for window in windows)]


def first_day(span: DateSpan, shadow: str, tools: Tools) -> DateSpan:
    """The first day of the period that ends with a date of the same month ("ex-dividend from 12 to 17 April"), else the date."""
    opened = _opened(shadow, span.start) if span.day else None
    if (
        opened is None
        or span.day is None
        or not 0 < int(opened[1]) < span.day
        or not _parts(opened[2], tools)
    ):
        return span
    if tools.pair.fullmatch(opened[2]):  # two days, not a period
        return span
    return span._replace(start=opened.start(1), day=int(opened[1]))


def last_days(cue: Hit, spans: list[DateSpan], shadow: str, tools: Mapping[str, Tools]) -> list[DateSpan]:
    """The dates of a cell beside words for a period: its last day only, [] where one day is told; else as they are."""
    if cue.phrase.value not in WINDOWS:
        return spans
    window = _from(cue, spans[0], spans, shadow, tools[cue.phrase.language]) if spans else None
    return [window.last] if window is not None else []


def deadline_of(
    group: Sequence[Hit], span: DateSpan, free: Sequence[DateSpan], shadow: str, tools: Mapping[str, Tools]
) -> DateSpan:
    """The last day of the period that begins with a date, for words of a deadline; else the date itself.

    `free` are the dates of the sentence that other words have not claimed.
    """
    place = free.index(span) + 1
    if place >= len(free) or any(hit.phrase.value not in DEADLINES for hit in group):
        return span
    following, words = free[place], tools[group[0].phrase.language]
    near = len(_ASIDES.sub(" ", shadow[span.end : following.start])) <= _NEXT
    return following if near and makes_period(span, following, shadow, words) else span


def _behind(
    cue: Hit, cues: Sequence[Hit], spans: Sequence[DateSpan], shadow: str, tools: Mapping[str, Tools]
) -> Window | None:
    """The period that stands behind its words, with no words for other dates between."""
    first = next((span for span in spans if span.start >= cue.end), None)
    if first is None or first.start - cue.end > cue.phrase.within:
        return None
    between = (one for one in cues if cue.end <= one.start and one.end <= first.start)
    if any(one.phrase.value not in ("lead", "ignore") for one in between):
        return None
    return _from(cue, first, spans, shadow, tools[cue.phrase.language])


def _before(
    cue: Hit, cues: Sequence[Hit], spans: Sequence[DateSpan], shadow: str, tools: Mapping[str, Tools]
) -> Window | None:
    """The period that its words end: at the head of the line ("11 - 25 February 2025: Subscription period"), or with no
    words for other dates between, where these stand behind their dates.
    """
    ended = [span for span in spans if span.end <= cue.start and _ends(cue, cues, span, shadow)]
    for last in ended:
        place = spans.index(last)
        for first in (*spans[max(0, place - 1) : place], last):
            window = _from(cue, first, spans, shadow, tools[cue.phrase.language])
            if window is not None and window.last.end == last.end:
                return window
    return None


def _ends(cue: Hit, cues: Sequence[Hit], span: DateSpan, shadow: str) -> bool:
    """Whether words for a period end what a day before them begins."""
    if cue.phrase.look != "before":
        return _HEAD.fullmatch(shadow, span.end, cue.start) is not None
    between = (one for one in cues if span.end <= one.start and one.end <= cue.start)
    near = cue.start - span.end <= cue.phrase.within
    return near and all(one.phrase.value in ("lead", "ignore", cue.phrase.value) for one in between)


def _from(cue: Hit, first: DateSpan, spans: Sequence[DateSpan], shadow: str, tools: Tools) -> Window | None:
    """The period that begins with a date, or ends with it where the day before has the same month."""
    if first.day is None:
        return None
    place = spans.index(first)
    second = spans[place + 1] if place + 1 < len(spans) else None
    if second is not None and second.day and makes_period(first, second, shadow, tools):
        return Window(cue, (first, second), second)
    if first.year is None and (last := _last_of_month(first, shadow, tools)) is not None:
        return Window(cue, (first,), last)
    opened = _opened(shadow, first.start)
    if opened is not None and int(opened[1]) < first.day and _parts(opened[2], tools):
        return Window(cue, (first,), first)
    return None


def _last_of_month(first: DateSpan, shadow: str, tools: Tools) -> DateSpan | None:
    """The last day where the month is told once, before both ("February 11 - 25, 2025")."""
    told = _LAST_DAY.match(shadow, first.end, first.end + _BETWEEN + 12)
    if told is None or not _parts(told[1], tools):
        return None
    year, day = int(told[3]), int(told[2])
    if as_date(year, first.month, day) is None or day <= (first.day or 0):
        return None
    return DateSpan(first.start, told.end(), year, first.month, day)


def _opened(shadow: str, end: int) -> re.Match[str] | None:
    """A number before a date that may be the first day of a period, and what stands between; none that numbers something
    ("coupon n° 4 - 17 September").
    """
    found = _SAME_MONTH.search(shadow, max(0, end - _BETWEEN), end)
    return (
        None
        if found is None or _NUMBERS.search(shadow, max(0, found.start() - _LED), found.start())
        else found
    )


def _parts(gap: str, tools: Tools) -> bool:
    """Whether what stands between two days makes them the first and the last of a period."""
    plain = _TRADING_DAY.sub(" ", without_times(gap))
    known = tools.lexicon.weekdays
    if not all(word in _ASIDE or word in known for word in _WORD.findall(tools.until.sub(" ", plain))):
        return (
            False  # "not until", "until the record date of": what leads to the second day is something else
        )
    dashes = _DASH.findall(plain)
    if len(dashes) == 1 and len(gap) <= _BETWEEN and not any(sign in gap for sign in (";", "\n\n")):
        return True
    words = [*tools.until.finditer(gap)] if len(gap) <= _BETWEEN else []
    led = without_times(gap[words[-1].end() :]) if words else ""
    return bool(words) and len(led) <= _LED and not any(sign in gap for sign in (";", "\n\n"))


def makes_period(first: DateSpan, second: DateSpan, shadow: str, tools: Tools) -> bool:
    """Whether two dates are the first and the last day of a period; the second is not before the first, as far as told."""
    is_later = first.value is None or second.value is None or first.value <= second.value
    return is_later and _parts(_ASIDES.sub(" ", shadow[first.end : second.start]), tools)
