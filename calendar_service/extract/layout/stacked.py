"""Frame: a table whose cells stand one below the other, as forms and web pages come when they lose their borders.

First the heads of its columns, a line each, then the cells of each row, a line each ("Record date", "Payment date",
"Amount", "5 May 2026", "9 May 2026", "$0.20", "4 August 2026" ...). A row is known by its dates: they stand exactly
where the heads speak of dates.
"""

from __future__ import annotations

import re
from itertools import pairwise

from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.patterns import has_digit
from calendar_service.extract.page.normalise import Table, Unit
from calendar_service.extract.sentence.binder import Binder

_COLUMNS = range(2, 9)
_ROWS = 400
_CELL, _PERIOD = 60, 90  # signs of a value, and of one that tells two days
_REST, _TIME = 12, 28  # behind its last day, and where that may have a time
_DAYS = 2
_MISSING = 30  # the longest words that stand for a date to come
_SECTION = re.compile(
    r"[●■◆□◎○◇※【]|[一二三四五六七八九十]{1,3}、"
)  # begins a heading above or below a table
_DASHES = frozenset("-/—")
_NAME = 120  # of a fund or series
# What may stand before a date on its line: a time of day and the day of the week ("by 4.00 p.m. on Friday, ");
# East Asian words before a date are its label: weekdays stand behind it there.
_BEFORE = re.compile(
    r"(?:(?:[^\W\d_]{1,5}\.?\s)?\d{1,2}(?:[.:h]\d\d)?\s?(?:[^\W\d_]{1,4}\.?){0,3}(?:\s\([^()]{1,16}\))?,?\s"
    r"(?:[^\W\d_]{1,4}\s)?)?(?:[^\W\d_\u3041-\u9fff\uac00-\ud7a3]{2,12}[.,]?\s{1,2})?"
)


def is_value(unit: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a line begins with a date, or the day of the week and a date, or an amount, and says little more.

    A period may have times of day besides its days ("14 May 2026 at 9.00 – 28 May 2026 at 16.30, local time").
    """
    if unit.end - unit.start > _PERIOD or unit.cells:
        return False
    dates = binder.dates_in(unit.start, unit.end, languages)
    shadow = binder.page.shadow
    if dates:
        start = _behind_vague(unit.start, dates[0].start, binder, languages)
        begins = dates[0].start - start <= 2 or _BEFORE.fullmatch(shadow, start, dates[0].start)
        labelled = begins and binder.hits.within(unit.start, dates[0].start, languages, "cue")
        cell, rest = (_PERIOD, _TIME) if len(dates) == _DAYS else (_CELL, _REST)
        short = unit.end - unit.start <= cell and unit.end - dates[-1].end <= rest
        return bool(begins) and not labelled and short
    if unit.end - unit.start > _CELL:
        return False
    for language in languages:
        money = binder.tools[language].amounts.money(shadow, unit.start, unit.end)
        if money:
            return money[0].start - unit.start <= 2
    return False


def _behind_vague(start: int, end: int, binder: Binder, languages: tuple[str, ...]) -> int:
    """Where a value begins behind the words that make its day inexact ("On or about 4 May 2026"), or tell that the whole day
    counts ("Close of business on 18 September").
    """
    hits = [
        hit for name in ("approximate", "as_of") for hit in binder.hits.within(start, end, languages, name)
    ]
    behind = max((hit.end for hit in hits if hit.start == start), default=start)
    return behind + (start < behind < end and binder.page.shadow[behind] == " ")


def with_stacked(items: list[Unit | Table], binder: Binder, languages: tuple[str, ...]) -> list[Unit | Table]:
    """The items, with the lines of each stacked table replaced by the table, and without those of a doubtful one."""
    found: list[Unit | Table] = []
    place = 0
    while place < len(items):
        count, table = _stacked_at(items, place, binder, languages)
        if table or not count:
            found.append(table or items[place])
        place += count or 1
    return found


def _stacked_at(
    items: list[Unit | Table], place: int, binder: Binder, languages: tuple[str, ...]
) -> tuple[int, Table | None]:
    """How many lines from here on are one stacked table, and the table; (0, None) where none begins here.

    (count, None) where the cells do not divide into rows, or do so in several ways: those lines are left unread.
    """
    cut = _is_below_head(items, place, binder, languages)
    for heads, rows in _grids_at(items, place, binder, languages):
        behind = place + len(heads) * (1 + len(rows))
        known = [heads_dates(head, binder, languages) for head in heads]
        foreign = any(
            is_day(cell, binder, languages) != day and not (day and _is_dash(cell, binder))
            for cell, day in zip(rows[0], known, strict=True)
        )
        left = _is_left_over(items, behind, binder, languages)
        if foreign and (left or not _stand_together(heads)):
            continue  # the first line is a heading, or some of the heads are none
        if foreign:
            left = any(
                later + len(fewer) * (1 + len(lines)) >= behind
                and not _is_left_over(items, later + len(fewer) * (1 + len(lines)), binder, languages)
                for later in range(place + 1, place + len(heads) - 1)
                for fewer, lines in _grids_at(items, later, binder, languages)
            )
        if left or cut or (not foreign and _is_cut(items, place, behind, binder, languages)):
            while _is_left_over(items, behind, binder, languages):
                behind += 1
            return behind - place, None
        return behind - place, Table([_row(line) for line in [heads, *rows]])
    return 0, None


def _is_below_head(items: list[Unit | Table], place: int, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether one more head of dates stands right above: then one head has no cell, and nobody can tell which."""
    above, first = (items[place - 1], items[place]) if place else (None, None)
    if (
        not isinstance(above, Unit)
        or not isinstance(first, Unit)
        or above.cells
        or above.block != first.block
    ):
        return False
    if above.end - above.start > _CELL or binder.dates_in(above.start, above.end, languages):
        return False
    return _is_head(above, binder, languages) and heads_dates(above, binder, languages)


def _lines_from(
    items: list[Unit | Table], place: int, binder: Binder, languages: tuple[str, ...]
) -> list[Unit]:
    """The lines from here on that may be heads; [] where too few words for dates stand in them."""
    lines: list[Unit] = []
    for item in items[place : place + _COLUMNS[-1]]:
        if not isinstance(item, Unit) or item.cells or not item.heading or item.end - item.start > _NAME:
            break
        lines.append(item)
    if len(lines) < _COLUMNS[0]:
        return []
    start, end = min(line.start for line in lines), max(line.end for line in lines)
    return lines if len(binder.hits.within(start, end, languages, "cue")) > 1 else []


def _grids_at(
    items: list[Unit | Table], place: int, binder: Binder, languages: tuple[str, ...]
) -> list[tuple[list[Unit], list[list[Unit]]]]:
    """The heads that may begin here, each with the rows below them; more than one where the width is in doubt."""
    first = items[place]
    if not isinstance(first, Unit) or not first.heading:
        return []
    heads: list[Unit] = []
    dated: list[bool] = []
    for item in _lines_from(items, place, binder, languages):
        if binder.dates_in(item.start, item.end, languages) or is_value(item, binder, languages):
            break
        heads.append(item)
        dated.append(heads_dates(item, binder, languages))
    found = []
    for width in _COLUMNS:
        if width > len(heads) or sum(dated[:width]) < 2:
            continue
        days = _days_below(items, place + width, heads[:width], dated, binder, languages)
        if sum(days) < max(2, width // 2):
            continue
        rows = _rows_below(items, place + width, days, binder, languages)
        if rows:
            found.append((heads[:width], rows))
    return found


def _days_below(
    items: list[Unit | Table],
    place: int,
    heads: list[Unit],
    dated: list[bool],
    binder: Binder,
    languages: tuple[str, ...],
) -> list[bool]:
    """Which columns hold dates: those whose heads speak of dates, and such whose heads say nothing we know."""
    days = []
    for head, known, cell in zip(heads, dated, items[place : place + len(heads)], strict=False):
        open_to_all = head.end - head.start <= _CELL and not _is_head(head, binder, languages)
        day = open_to_all and isinstance(cell, Unit) and not cell.cells and is_day(cell, binder, languages)
        days.append(known or day)
    return days if len(days) == len(heads) else []


def _stand_together(heads: list[Unit]) -> bool:
    """Whether the first line stands as far from the second one as the other heads from each other."""
    apart = [one.block != two.block for one, two in pairwise(heads)]
    return not apart[0] or any(apart[1:])


def _is_left_over(items: list[Unit | Table], place: int, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether one more date or amount stands behind the rows."""
    behind = items[place] if place < len(items) else None
    return isinstance(behind, Unit) and is_value(behind, binder, languages)


def _is_cut(
    items: list[Unit | Table], place: int, behind: int, binder: Binder, languages: tuple[str, ...]
) -> bool:
    """Whether a further head may stand above the first one, and a further cell behind the last one ("tbc")."""
    heads = [one for one in items[max(place - 1, 0) : place + 2] if isinstance(one, Unit)]
    if len(heads) < 3 or not heads[0].heading or not _stand_together(heads):
        return False
    start, end = heads[0].start, heads[0].end
    if (
        end - start > _CELL
        or binder.dates_in(start, end, languages)
        or _SECTION.match(binder.page.shadow, start)
    ):
        return False
    last, *more = (one for one in items[behind - 1 : behind + 1] if isinstance(one, Unit))
    _, line, joined = binder.page.text[last.start : last.end].partition(
        "\n"
    )  # a line joined to the last cell
    if line and not has_digit(joined):
        return True
    said = binder.page.shadow[more[0].start : more[0].end] if more else ""
    if _SECTION.match(said) or not said or len(said) > _MISSING or has_digit(said) or ":" in said:
        return False
    return (last.block == more[0].block) == (heads[1].block == heads[2].block)


def _rows_below(
    items: list[Unit | Table], place: int, dated: list[bool], binder: Binder, languages: tuple[str, ...]
) -> list[list[Unit]]:
    rows: list[list[Unit]] = []
    width = len(dated)
    while len(rows) < _ROWS:
        row = [one for one in items[place : place + width] if isinstance(one, Unit) and not one.cells]
        if len(row) < width or any(one.end - one.start > _NAME for one in row):
            break
        days = [is_day(one, binder, languages) for one in row]
        if days != dated and not _fits(row, days, dated, binder):
            break
        if any(_is_head(one, binder, languages) for one, day in zip(row, dated, strict=True) if not day):
            break
        rows.append(row)
        place += width
    following = [one for one in items[place : place + 1] if isinstance(one, Unit)]
    firsts = [*(row[0] for row in rows), *following]
    return [] if rows and not dated[0] and _is_shifted(firsts, binder, languages) else rows


def _fits(row: list[Unit], days: list[bool], dated: list[bool], binder: Binder) -> bool:
    """Whether days stand where the heads speak of days, but for a dash in place of one; two at least stand there."""
    told = zip(row, days, dated, strict=True)
    return sum(days) > 1 and all(
        day == known or (known and _is_dash(one, binder)) for one, day, known in told
    )


def _is_dash(unit: Unit, binder: Binder) -> bool:
    """Whether a cell holds nothing but a dash."""
    return binder.page.shadow[unit.start : unit.end] in _DASHES


def _is_shifted(firsts: list[Unit], binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether amounts stand below a first cell that is none: it is the head of the column, and the rows begin later."""
    amounts = [is_value(one, binder, languages) and not is_day(one, binder, languages) for one in firsts]
    return not amounts[0] and any(amounts)


def _row(line: list[Unit]) -> Unit:
    cells = tuple((one.start, one.end) for one in line)
    return Unit(line[0].start, line[-1].end, line[0].block, cells)


def is_day(unit: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a line is a date to the day and little more."""
    dates = binder.dates_in(unit.start, unit.end, languages)
    return bool(dates) and dates[0].day is not None and is_value(unit, binder, languages)


def _is_head(unit: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a line heads dates or amounts, and holds none itself."""
    if has_digit(binder.page.shadow[unit.start : unit.end]):
        return False
    hits = binder.hits_in(unit.start, unit.end, languages)
    length = unit.end - unit.start
    money = [hit for hit in hits if hit.phrase.role == "per_share"]
    named = any(not hit.phrase.label_only or (hit.end - hit.start) * 2 > length for hit in money)
    return named or heads_dates(unit, binder, languages)


def heads_dates(unit: Unit, binder: Binder, languages: tuple[str, ...]) -> bool:
    """Whether a line has words for a date of ours."""
    hits = binder.hits_in(unit.start, unit.end, languages)
    cues = [hit for hit in hits if hit.phrase.role == "cue" and hit.phrase.value in DATED_FIELDS]
    if any(hit.phrase.role == "per_share" for hit in hits):
        return any(not hit.phrase.label_only for hit in cues)
    return bool(cues)
