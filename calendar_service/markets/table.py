"""A table of record dates in, the same table with the derived dates out."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from calendar_service.markets.derivation import Derivation
from calendar_service.markets.exchange import Markets
from calendar_service.markets.kinds import classify
from calendar_service.markets.row_checks import Stated, find_contradiction, read_cum
from calendar_service.model.codes import EventType

Row = Mapping[Any, Any]
ADDED = ("ex", "last_cum", "rule", "declined")
_NAMES = {
    "market(mic)": "mic",
    "market": "mic",
    "record_date": "record",
    "record date": "record",
    "bookclose": "bookclose_from",
    "book_close_from": "bookclose_from",
    "ticker": "symbol",
    "event_type": "event",
    "declaration": "declared",
    "declaration_date": "declared",
    "announced": "declared",
    "pay": "payment",
    "pay_date": "payment",
    "payment_date": "payment",
    "cum": "cum_date",
    "last_cum_date": "cum_date",
}
_SECURITY = ("isin", "symbol")


def derive_csv(rows: Iterable[Row], markets: Markets) -> tuple[list[dict[str, str]], list[str]]:
    """The rows with the columns ex, last_cum, rule and declined added, and all columns in order.

    Takes rows as csv.DictReader gives them, with columns mic (or market(MIC)) and record; also read
    are bookclose_from, event, symbol, isin, amount_share, declared, payment, cum_date and note. A
    column of the input that has the name of an added one is kept as NAME_stated. A row that cannot be
    read, or whose dates contradict each other, is declined with the reason; no row stops the others.
    """
    names = list(rows.fieldnames or ()) if isinstance(rows, csv.DictReader) else []
    done = []
    for row in _readable(rows):
        kept = {_column(name): _text(value) for name, value in row.items() if isinstance(name, str)}
        names += [name for name in row if isinstance(name, str) and name not in names]
        done.append(kept | _outcome(row, markets))
    columns = [_column(name) for name in names]
    return done, [*dict.fromkeys(columns), *ADDED]


def find_missing(names: Iterable[str]) -> list[str]:
    """The columns that a table needs and has not, by whatever name it could have them.

    A book closure does for a record date.
    """
    keys = [name.strip().lower() for name in names]
    known = {_NAMES.get(key, key) for key in keys}
    if "bookclose_from" in known:
        known.add("record")
    return [name for name in ("mic", "record") if name not in known]


def _readable(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows; for one that is not CSV, its error under the key None."""
    iterator = iter(rows)
    while True:
        try:
            yield next(iterator)
        except StopIteration:
            return
        except csv.Error as error:
            yield {None: str(error)}


def _outcome(row: Row, markets: Markets) -> dict[str, str]:
    surplus = row.get(None)
    if isinstance(surplus, str):
        found = _refuse(f"the row cannot be read: {surplus}")
    elif surplus is not None:
        found = _refuse("the row has more cells than the header")
    else:
        found = _derive_row(_fields(row), markets, tells_closures=_tells_closures(row))
    return {
        "ex": found.ex.isoformat() if found.ex else "",
        "last_cum": found.last_cum.isoformat() if found.last_cum else "",
        "rule": found.rule,
        "declined": found.declined,
    }


def _column(name: str) -> str:
    return f"{name}_stated" if name.strip().lower() in ADDED else name


def _text(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _fields(row: Row) -> dict[str, str]:
    """The row's cells by our names, without surrounding space; the first of several wins."""
    fields: dict[str, str] = {}
    for name, value in row.items():
        key = str(name).strip().lower()
        text = _text(value).strip()
        if text:
            fields.setdefault(_NAMES.get(key, key), text)
    return fields


def _tells_closures(row: Row) -> bool:
    """Whether the table has a column for book closures, so that an empty cell says that there is none."""
    keys = {str(name).strip().lower() for name in row}
    return any(_NAMES.get(key, key) == "bookclose_from" for key in keys)


def _derive_row(fields: dict[str, str], markets: Markets, *, tells_closures: bool) -> Derivation:
    try:
        record, bookclose = _read_day(fields, "record"), _read_day(fields, "bookclose_from")
        share = _read_share(fields)
    except _BadCellError as error:
        return _refuse(str(error))
    mic = fields.get("mic", "").upper()
    market = markets.market_of(mic)
    if market is None:
        return _refuse(_why_unknown(mic))
    if market.closes_usually and bookclose is None and not tells_closures:
        return _refuse(
            f"in {market.name} the ex-date hangs on the first day on which the register is closed, and the table "
            "has no column bookclose_from; add it, and leave it empty where the books do not close"
        )
    found = Derivation(mic, record)
    for name in [key for key in _SECURITY if key in fields] or [""]:
        found = markets.derive_one(
            mic,
            record,
            bookclose_from=bookclose,
            event=_event_of(fields),
            amount_share=share,
            security=fields.get(name),
        )
        if found.declined:
            return found
    problem = find_contradiction(market, found, _read_stated(fields))
    return _refuse(problem) if problem else found


def _read_stated(fields: dict[str, str]) -> Stated:
    """The other dates that the row states. An unreadable one is no reason to stop: it says nothing."""
    return Stated(
        declared=_try_day(fields, "declared"),
        payment=_try_day(fields, "payment"),
        last_cum=_try_day(fields, "cum_date") or read_cum(fields.get("note", "")),
    )


def _try_day(fields: dict[str, str], name: str) -> date | None:
    try:
        return _read_day(fields, name)
    except _BadCellError:
        return None


def _why_unknown(mic: str) -> str:
    if not mic:
        return "the row names no market (column mic)"
    several = len([part for part in mic.replace(",", "/").split("/") if part.strip()]) > 1
    reason = "names several markets; give the one that the line trades on" if several else "is not known"
    return f"the market {mic[:40]!r} {reason}"


def _event_of(fields: dict[str, str]) -> str | None:
    """The event, or a remark that speaks of an action whose ex-date must not be derived."""
    event = fields.get("event")
    note = fields.get("note", "")
    if event is None and note:
        kind = classify(note)
        if kind.large or kind.foreign or kind.event_type is EventType.SPIN_OFF:
            return note
    return event


class _BadCellError(ValueError):
    """A cell cannot be read; the text says which, and what is wanted."""


def _read_day(fields: dict[str, str], name: str) -> date | None:
    text = fields.get(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text[:10] if text[10:11] in ("T", " ") else text)
    except ValueError as error:
        raise _BadCellError(f"{name} {text[:40]!r} is not a date like 2025-11-11") from error


def _read_share(fields: dict[str, str]) -> Decimal | None:
    text = fields.get("amount_share")
    if text is None:
        return None
    try:
        share = Decimal(text)
    except InvalidOperation as error:
        raise _BadCellError(f"amount_share {text[:40]!r} is not a number like 0.25") from error
    if not share.is_finite():
        raise _BadCellError(f"amount_share {text[:40]!r} is not a number like 0.25")
    return share


def _refuse(reason: str) -> Derivation:
    return Derivation("", None, declined=reason)
