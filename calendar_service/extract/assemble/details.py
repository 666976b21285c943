"""What an announcement says besides dates and amounts: period, total, meeting, function, references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from calendar_service.extract.assemble.drafts import Draft
from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.actions import CASH
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.normalise import Page, fold
from calendar_service.extract.sentence.statements import AmountFact, Statement, Tools
from calendar_service.model.codes import NoticeFunction

Span = tuple[int, int]

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'()\[\]]{4,200}")
_ORDINAL = re.compile(
    r"(?:第\s?\d{1,3}\s?[回期届]\s?|제\s?\d{1,3}\s?[기회]\s?|(?:19|20)\d\d\s|\d{1,3}(?:st|nd|rd|th|\.?[ºªo]|:[ea]|e|er|\.)?\s)\Z"
)
_NAME_LIKE = re.compile(
    r"(?:[A-Z0-9À-Þ][^\s,.;:()]{0,30})(?:,?\s(?:(?:de|du|da|of|the|and|am|an der|im|och|og)\s)?[A-Z0-9À-Þ][^\s,.;:()]{0,30}){0,7}"
)


def meeting_name(page: Page, hit: Hit) -> Span:
    """Where the meeting's name stands: the words that name it, with its number before them."""
    before = page.shadow[max(0, hit.start - 16) : hit.start]
    number = _ORDINAL.search(before)
    if number is None or ("." in number[0] and page.shadow[: hit.start - len(number[0])][-1:] in ("", "\n")):
        return (
            hit.start,
            hit.end,
        )  # "9. General meeting" at the beginning of a line is the ninth line of a form
    return hit.start - len(number[0]), hit.end


def place_of(page: Page, said: Statement, day: Span, leads: re.Pattern[str]) -> Span | None:
    """Where the meeting's place stands: right after words that lead to it (`leads`), the nearest to the day first."""
    found = list(leads.finditer(page.shadow, said.start, said.end))
    for lead in sorted(found, key=lambda one: abs(one.start() - day[1])):
        match = _NAME_LIKE.match(page.text, min(lead.end() + 1, said.end), said.end)
        if match is None or match.end() - match.start() <= 2 or match.group()[:1].isdigit():
            continue
        if fold(match.group()).split()[0] not in page.months:  # "acquired in March"
            return match.span()
    return None


def link_in(page: Page, start: int, end: int) -> str:
    """A web address that begins in text[start:end], or ""."""
    match = _URL.search(page.text, start, min(end + 200, len(page.text)))
    return match.group().rstrip(".,;") if match and match.start() < end else ""


def period_of(said: Iterable[Statement]) -> Span | None:
    """The period that a distribution is for: as prose says it, else as a table does."""
    statements = list(said)
    for wanted in (False, True):
        for one in statements:
            if one.from_table is wanted and one.periods:
                return max(one.periods, key=lambda span: span[1] - span[0])
    return None


def total_of(said: Iterable[Statement]) -> AmountFact | None:
    """The total amount that is paid out."""
    return next((total for one in said for total in one.totals), None)


def marked(said: Iterable[Statement], name: str) -> Hit | None:
    """The first words with this mark."""
    return next((hit for one in said for hit in one.marks if hit.phrase.value == name), None)


_FUNCTIONS = {
    "retract": NoticeFunction.CANCEL,
    "correct": NoticeFunction.REPLACE,
    "postpone": NoticeFunction.REPLACE,
    "remind": NoticeFunction.REMIND,
}


def function_of(statements: list[Statement], said: list[Statement]) -> tuple[NoticeFunction, Hit | None]:
    """What the announcement does to its action, and the words that say so. Headlines count, and its own statements.

    A headline may stand below a letterhead of many lines; then it begins with these words ("（訂正）...").
    """
    head = [one for one in statements[:4] if one.heading or one.index < 2]
    for name, function in _FUNCTIONS.items():
        own = said if name == "retract" else []
        hit = marked(head, name) or marked(own, name) or _opening(statements, name)
        if hit:
            return function, hit
    return NoticeFunction.NEW, None


def _opening(statements: list[Statement], name: str) -> Hit | None:
    """Words with this mark that begin a line of the letterhead, but for a bracket."""
    found = ((one, marked([one], name)) for one in statements[:_LETTERHEAD])
    return next((hit for one, hit in found if hit is not None and hit.start - one.start <= 1), None)


_LETTERHEAD = 16  # lines
_LEAD = 4  # between "the announcement of" and its day
_PERCENT_BEFORE = re.compile(r"(?<![\d.,])(\d{1,3})(?:\.0{1,2})?\s?%\s?\Z")
_PERCENT_AFTER = re.compile(r"\s?(?:[a-z]{2}\s|:\s?)?(\d{1,3})(?:\.0{1,2})?\s?%")


def franked_of(shadow: str, said: Iterable[Statement]) -> int | None:
    """To what percentage the dividend is franked; None where it is not said, or not once for all."""
    found: set[int] = set()
    for hit in (hit for one in said for hit in one.marks):
        if hit.phrase.value in ("fully_franked", "unfranked"):
            found.add(100 if hit.phrase.value == "fully_franked" else 0)
        elif hit.phrase.value == "franked":
            before = _PERCENT_BEFORE.search(shadow[max(0, hit.start - 8) : hit.start])
            match = before or _PERCENT_AFTER.match(shadow, hit.end)
            found |= {int(match[1])} if match and int(match[1]) <= 100 else set()
    return found.pop() if len(found) == 1 else None


def _refers(hit: Hit, span: DateSpan) -> bool:
    """Whether words for an earlier announcement stand right before its day, or behind it as in "3月2日に公表した"."""
    return 0 <= span.start - hit.end <= _LEAD or (hit.phrase.substring and 0 <= hit.start - span.end <= _LEAD)


def references_of(said: Iterable[Statement], announced: date | None) -> tuple[date, ...]:
    """The days of earlier announcements that the document speaks of."""
    found: set[date] = set()
    for one in said:
        found |= {fact.span.value for fact in one.dates if fact.kind == "announced" and fact.span.value}
        refers = [hit for hit in one.marks if hit.phrase.value == "refers"]
        if not refers or announced is None:
            continue
        spans = [*one.loose, *(fact.span for fact in one.dates if fact.kind in ("ignore", "lead"))]
        near = [span for span in spans if any(_refers(hit, span) for hit in refers)]
        found |= {span.value for span in near if span.value and span.value < announced}
    return tuple(sorted(day for day in found if day != announced))


_LATE = timedelta(days=100)  # so long after a day of record a dividend is decided on where that is the custom
_DECIDED = frozenset({"record", "declaration"})
_AROUND = 4  # so many sentences around its terms tell of the decision


def is_decided_late(
    draft: Draft, statements: Sequence[Statement], base: date, tools: Mapping[str, Tools]
) -> bool:
    """Whether a dividend is decided on, in a document of the day `base`, for those who held shares on a day before.

    So it is the custom where some languages are spoken.
    """
    record = draft.dates.get("record")
    if not tools[draft.statement.language].lexicon.records_first:
        return False
    if draft.type not in CASH or draft.value is None or record is None or set(draft.dates) - _DECIDED:
        return False
    index = draft.statement.index
    around = statements[max(0, index - _AROUND) : index + _AROUND]
    told = any(said.has("declares") and not said.from_table for said in around)
    return told and base - record.day <= _LATE
