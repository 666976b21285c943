"""Filters in an address (`?ticker=IIJI&kind=record`) -> a Selection and the rest of a query.

One reading of them serves pages and API alike. Whatever is not understood is a 400 that names
what would be; it is never ignored, because a filter that silently does not filter misleads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from flask import abort
from werkzeug.datastructures import MultiDict

from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.subscription import MAX_WINDOW, Selection, parse_alarms

E = TypeVar("E", bound=StrEnum)

MAX_PAST = MAX_WINDOW
MAX_VALUES = 200
PAGE = 100
MAX_PAGE = 500

_TICKER = re.compile(r"(?:[A-Z0-9]{4}:)?[A-Z0-9][A-Z0-9.\-/]{0,14}")
_MIC = re.compile(r"[A-Z0-9]{4}")
_ID = re.compile(r"[A-Za-z0-9_.\-:]{1,100}")


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list."""

    limit: int
    offset: int


def read_selection(args: MultiDict[str, str]) -> Selection:
    """The selection that these arguments ask for; aborts with 400 on one that makes no sense."""
    return Selection(
        issuers=read_ids(args, "issuer"),
        tickers=read_tickers(_many(args, "ticker")),
        kinds=read_codes(args, "kind", DateKind),
        event_types=read_codes(args, "type", EventType),
        markets=read_markets(_many(args, "market")),
        forecasts=read_flag(args, "forecasts", default=True),
        past_days=read_number(args, "past", 90, 0, MAX_PAST),
        future_days=read_number(args, "future", 400, 0, MAX_PAST),
    )


def read_alarms(args: MultiDict[str, str]) -> tuple[int, ...]:
    """Lead times of calendar alarms in days ("7,1,0"), shortest first; none without being asked for."""
    try:
        return parse_alarms(_many(args, "alarms"))
    except ValueError as error:
        abort(400, str(error))


def read_page(args: MultiDict[str, str]) -> Page:
    """`limit` (1 to 500, default 100) and `offset`."""
    limit = read_number(args, "limit", PAGE, 1, MAX_PAGE)
    return Page(limit, read_number(args, "offset", 0, 0, 10_000_000))


def read_statuses(args: MultiDict[str, str]) -> tuple[Status, ...]:
    """The states asked for; none means all."""
    return read_codes(args, "status", Status)


def read_codes(args: MultiDict[str, str], name: str, kind: type[E]) -> tuple[E, ...]:
    """Words of a closed vocabulary."""
    known = {item.value: item for item in kind}
    values = _many(args, name)
    for value in values:
        if value not in known:
            abort(400, f"{name}={_show(value)} is unknown; known are: {', '.join(known)}.")
    return tuple(dict.fromkeys(known[value] for value in values))


def read_tickers(values: list[str]) -> tuple[str, ...]:
    """Tickers such as IIJI or XTKS:3774, in capitals."""
    tickers = tuple(dict.fromkeys(value.upper() for value in values))
    for ticker in tickers:
        if not _TICKER.fullmatch(ticker):
            abort(400, f"{_show(ticker)} is no ticker; write IIJI, or XTKS:3774 with its market.")
    return tickers


def read_markets(values: list[str]) -> tuple[str, ...]:
    """Markets by their ISO 10383 codes."""
    markets = tuple(dict.fromkeys(value.upper() for value in values))
    for market in markets:
        if not _MIC.fullmatch(market):
            abort(400, f"{_show(market)} is no market; write its ISO 10383 code, such as XTKS or XNYS.")
    return markets


def read_ids(args: MultiDict[str, str], name: str) -> tuple[str, ...]:
    """Identifiers as our own pages link to them."""
    values = tuple(dict.fromkeys(_many(args, name)))
    for value in values:
        check_id(value)
    return values


def check_id(value: str) -> str:
    """The identifier, if it can be one; aborts with 404 otherwise."""
    if not _ID.fullmatch(value):
        abort(404, "There is nothing with this identifier.")
    return value


def read_flag(args: MultiDict[str, str], name: str, *, default: bool) -> bool:
    """0 or 1."""
    value = args.get(name, "")
    if value not in {"", "0", "1"}:
        abort(400, f"{name} must be 0 or 1.")
    return default if value == "" else value == "1"


def read_number(args: MultiDict[str, str], name: str, default: int, low: int, high: int) -> int:
    """A whole number within its bounds."""
    value = args.get(name, "")
    if value == "":
        return default
    if not re.fullmatch(r"[0-9]{1,9}", value) or not low <= int(value) <= high:
        abort(400, f"{name} must be a whole number from {low} to {high}.")
    return int(value)


def read_day(args: MultiDict[str, str], name: str) -> date | None:
    """A day as YYYY-MM-DD, or None where it is not given."""
    value = args.get(name, "")
    if value == "":
        return None
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            raise ValueError  # noqa: TRY301 - one message for both ways of being wrong
        return date.fromisoformat(value)
    except ValueError:
        abort(400, f"{name} must be a day as YYYY-MM-DD, such as 2018-03-31.")


def _many(args: MultiDict[str, str], name: str) -> list[str]:
    """All values of an argument, given repeatedly or parted by commas."""
    parts = (part.strip() for given in args.getlist(name) for part in re.split(r"[,\s]+", given))
    values = [part for part in parts if part]
    if len(values) > MAX_VALUES:
        abort(400, f"{name} takes at most {MAX_VALUES} values.")
    return values


def _show(value: str) -> str:
    """What was given, short and harmless, for an error message."""
    return ascii(value[:40])
