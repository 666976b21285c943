"""Frame: a timetable that was announced before and the one that replaces it, each below a heading of its own.

The headings differ by one word ("Original timetable", "Revised timetable"), and so do the first cells of the rows of a
table ("Before" and "After"), or words in brackets before the values of two lines. What stands below or behind the older one is no news.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from calendar_service.extract.lexicon.actions import CASH
from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.statements import Tools

_SAID = (
    "moves",
    "correct",
    "postpone",
    "moved_from",
    "former",
)  # a document that replaces a timetable says so
_LONGEST = 48  # signs of such a heading
_ARTICLE = 3  # letters of a word that leads on to another at most
_SIGNS = " :：()（）[]【】<>＜＞-–—•*.1234567890、一二三四五六七八九十"
_BRACKETED = re.compile(r"[(【<\[]([^()【】<>\[\]\n]{2,12})[)】>\]][ :]{0,2}(?=\S)")
_NEAR = 6  # so many lines further stand those that replace others
Cell = tuple[int, int]


def without_replaced(
    items: Sequence[Unit | Table], binder: Binder, languages: tuple[str, ...]
) -> list[Unit | Table]:
    """The items, without those of a timetable that another one of the same document replaces."""
    if not any(_may_replace(binder, language) for language in languages):
        return [*items]
    found: list[Unit | Table] = []
    open_since: int | None = None  # so many items were taken when the heading of an older timetable came
    old = ""
    for number, item in enumerate(items):
        if isinstance(item, Table):
            found.append(_without_rows(item, binder, languages))
            continue
        if _opens(item, binder, languages, "old") and any(
            isinstance(one, Unit) and _opens(one, binder, languages, "new")
            for one in items[number + 1 : number + _NEAR]
        ):
            continue
        line = binder.page.shadow.rfind("\n", item.start, item.end) + 1
        span = (max(line, item.start), item.end)  # the heading of the document may stand right above
        age, rest = _age(span, binder, languages) if item.heading else ("", "")
        if age == "new" and open_since is not None and rest == old:
            if any(_has_label(one, binder, languages) for one in found[open_since:]):
                del found[open_since:]
            open_since = None
        found.append(item)
        if age == "old":
            open_since, old = len(found), rest
    return found


def _opens(item: Unit, binder: Binder, languages: tuple[str, ...], age: str) -> bool:
    """Whether a line begins with words in brackets for values that are replaced ("old") or replace others ("new"), and goes on
    with these ("【変更前】2025年9月30日").
    """
    head = _BRACKETED.match(binder.page.shadow, item.start, item.end)
    return head is not None and age_of(head[1], [binder.tools[one] for one in languages]) == (age, "")


def _has_label(item: Unit | Table, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether words for a day stand in it: a lone value has its label above both headings (pairs.py)."""
    end = item.end if isinstance(item, Unit) else item.rows[-1].end
    return any(
        hit.phrase.value in DATED_FIELDS for hit in binder.hits.within(item.start, end, languages, "cue")
    )


def _may_replace(binder: Binder, language: str) -> bool:
    """Whether a text says that something is changed; words that are not parted by blanks are looked for as they are."""
    tools = binder.tools[language]
    if tools.lexicon.substring:
        return tools.replaced.search(binder.page.shadow) is not None
    return bool(binder.hits.places(_SAID, language))


def _without_rows(table: Table, binder: Binder, languages: tuple[str, ...]) -> Table:
    """A table without its rows that are headed as old ones, where others are headed as those that replace them."""
    ages = [_age(row.cells[0], binder, languages) if row.cells else ("", "") for row in table.rows]
    new = {rest for age, rest in ages if age == "new"}
    rows = [
        row for row, (age, rest) in zip(table.rows, ages, strict=True) if not (age == "old" and rest in new)
    ]
    return replace(table, rows=rows) if len(rows) < len(table.rows) else table


def _age(span: Cell, binder: Binder, languages: tuple[str, ...]) -> tuple[str, str]:
    """Whether a heading says that what it heads is replaced ("old") or replaces another ("new"), and its other words.

    ("", "") where it says neither, or names a day, words for one, or anything but a payment.
    """
    start, end = span
    if not 0 < end - start <= _LONGEST or binder.days.count_places(start, end, languages):
        return "", ""
    age, rest = age_of(binder.page.shadow[start:end], [binder.tools[language] for language in languages])
    words = rest.strip(_SIGNS).split()
    if words and any(_names_more(hit) for hit in binder.hits_in(start, end, languages)):
        return "", ""
    if not age or (words and len(words[0]) <= _ARTICLE):  # "before the meeting"
        return "", ""
    return age, " ".join(words)


def age_of(words: str, tools: Iterable[Tools]) -> tuple[str, str]:
    """Whether words, as the shadow has them, are those for values that are replaced ("old") or that replace others ("new"),
    and what is left of them; ("", "") where they say neither, or both.
    """
    tools = list(tools)
    old = next(filter(None, (one.replaced.search(words) for one in tools)), None)
    new = next(filter(None, (one.replacing.search(words) for one in tools)), None)
    told = old or new
    if told is None or (old and new):
        return "", ""
    return ("old" if old else "new"), words[: told.start()] + words[told.end() :]


def _names_more(hit: Hit) -> bool:
    """Whether it is the name of a day, or of an action that is no payment."""
    if hit.phrase.role == "cue":
        return hit.phrase.value in DATED_FIELDS
    return hit.phrase.role == "event" and hit.phrase.value not in CASH
