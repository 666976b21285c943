"""Frame: amounts beside their days, without words for the payment, where a whole is paid in parts.

- in a list: a sentence says what is paid and ends with a colon; each line below it is an amount and its day ("is paid in
  three parts:", then "- EUR 0.30 on 5 June 2026").
- in a sentence: words say that a whole is paid in parts, and amounts with their days follow ("in two parts: EUR 0.35 on
  20 May 2026 and EUR 0.25 on 18 November 2026").
"""

from __future__ import annotations

from collections.abc import Sequence

from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.lexicon.actions import CASH
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.instalments import dealt_amounts
from calendar_service.extract.sentence.joins import joined_by_amount
from calendar_service.extract.sentence.statements import DateFact, Statement

_BRACKET = 60  # signs of one with other days
_LINES = 8  # so many lines below the sentence the list may reach


def add_part_days(statements: Sequence[Statement], binder: Binder, languages: tuple[str, ...]) -> None:
    """Makes payments of the days that stand beside amounts in such lists and sentences."""
    head = None
    for said in statements:
        if head is not None and (said.index - head.index > _LINES or said.events):
            head = None
        if _opens_list(said, binder, languages):
            head = said
        elif head is not None and _is_part(said, binder, languages):
            _make_payments(said, said.loose)
        elif said.has("split") and not said.from_table:
            _take_parts(said, binder, languages)


def _opens_list(said: Statement, binder: Binder, languages: tuple[str, ...]) -> bool:
    if said.from_table or binder.page.shadow[said.end - 1] != ":" or not CASH & set(said.types()):
        return False
    cues = binder.hits.within(said.start, said.end, languages, "cue")
    return said.has("split") or any(cue.phrase.value == "payment" for cue in cues)


def _is_part(said: Statement, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a line is an amount and the day behind it, and nothing else."""
    if said.dates or len(said.loose) != 1 or said.from_table:
        return False
    span = said.loose[0]
    rest = binder.page.shadow[span.end : said.end].strip(" .;,")
    return not rest and joined_by_amount(binder, said.start, span.start, languages)


def _take_parts(said: Statement, binder: Binder, languages: tuple[str, ...]) -> None:
    """Takes the days right behind amounts that stand behind the words for parts, where no day is told as one of payment."""
    split = next(hit for hit in said.marks if hit.phrase.value == "split")
    behind = [span for span in said.loose if span.start >= split.end]
    if len(behind) < 2 or any(fact.kind == "payment" for fact in said.dates):
        return
    places = [split.end, *(_behind_bracket(said, span.end, binder.page.shadow) for span in behind)]
    if all(
        joined_by_amount(binder, place, span.start, languages)
        for place, span in zip(places, behind, strict=False)
    ):
        _make_payments(said, behind)
        readers = [binder.tools[language].amounts for language in languages]
        money = [span for one in readers for span in one.money(binder.page.shadow, said.start, said.end)]
        said.dealt = dealt_amounts(
            said, sorted({one.start: one for one in money}.values(), key=lambda one: one.start)
        )


def _behind_bracket(said: Statement, place: int, shadow: str) -> int:
    """The end of the bracket right behind a day, which holds the other days of its payment ("on 8 May (record date 30 April)")."""
    if not shadow.startswith(" (", place):
        return place
    stop = shadow.find(")", place, min(said.end, place + _BRACKET))
    return stop + 1 if stop >= 0 else place


def _make_payments(said: Statement, days: list[DateSpan]) -> None:
    said.dates += [DateFact("payment", span, "frame.part", (span.start, span.end)) for span in days]
    said.dates.sort(key=lambda fact: fact.span.start)
    said.loose = [span for span in said.loose if span not in days]
