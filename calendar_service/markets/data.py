"""`config/markets.toml` to rules; every mistake is named with its file and key."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from calendar_service.errors import DataFileError
from calendar_service.markets.rules import Cycle, Days, Market, PaymentRule, Rule, SpecialDay, Yearly
from calendar_service.model.codes import EventType

T = TypeVar("T")

_CALENDAR = re.compile(r"(?:X?[A-Z0-9]{3,4}|country:[A-Z]{2}(?:-[A-Z]{2})?(?::[a-z_]+(?:\+[a-z_]+)*)?)")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
_YEARLY = re.compile(r"(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]|(?:mon|tue|wed|thu|fri)-[1-4])")
_MIC = re.compile(r"[A-Z0-9]{4}")
SURE = ("sourced", "seen", "general", "planned")


def find_config(name: str) -> Path:
    """The path of a data file that ships with the service, installed or in the work tree. Raises DataFileError."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_config", package.parent / "config"):
        if (folder / name).is_file():
            return folder / name
    raise DataFileError(
        f"{name} is missing; it belongs in {package / '_config'} or {package.parent / 'config'}"
    )


class Section:
    """One table of the file: hands out typed values, and knows which keys nobody asked for."""

    def __init__(self, file: Path, path: str, table: Any) -> None:
        self.file = file
        self.path = path
        if not isinstance(table, dict):
            raise self.error("must be a table")
        self._table: dict[str, Any] = table
        self._used: set[str] = set()

    def error(self, problem: str, key: str = "") -> DataFileError:
        """The error that names file and key."""
        where = f"{self.path}.{key}" if key and self.path else key or self.path
        return DataFileError(f"{self.file}: {where}: {problem}")

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._table

    def keys(self) -> list[str]:
        """All keys, in the file's order."""
        return list(self._table)

    def value(self, key: str, kind: type[T], default: T | None = None) -> T:
        """The key's value, checked for its type; the default where it is left out; an error without either."""
        self._used.add(key)
        if key not in self._table:
            if default is None:
                raise self.error("is missing", key)
            return default
        value = self._table[key]
        if type(value) is not kind:  # a date is no datetime, a truth value no number
            raise self.error(f"must be of type {kind.__name__}, not {type(value).__name__}", key)
        if isinstance(value, str) and not value.strip():
            raise self.error("must not be empty", key)
        return value

    def optional(self, key: str, kind: type[T]) -> T | None:
        """The key's value, or None where it is left out."""
        return self.value(key, kind) if key in self._table else None

    def texts(self, key: str, pattern: re.Pattern[str] | None = None) -> tuple[str, ...]:
        """A list of strings, each matching the pattern; empty where it is left out."""
        values = self.value(key, list, [])
        for value in values:
            if not isinstance(value, str) or (pattern and not pattern.fullmatch(value)):
                raise self.error(f"{value!r} is not allowed here", key)
        return tuple(values)

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """One of the allowed words."""
        value = self.value(key, str, default)
        if value not in allowed:
            raise self.error(f"{value!r} is not one of {', '.join(allowed)}", key)
        return value

    def sections(self, key: str) -> list[Section]:
        """A list of tables."""
        tables = self.value(key, list, [])
        return [Section(self.file, f"{self.path}.{key}[{n}]", table) for n, table in enumerate(tables)]

    def section(self, key: str) -> Section:
        """A table inside; empty where it is left out."""
        self._used.add(key)
        return Section(self.file, f"{self.path}.{key}" if self.path else key, self._table.get(key, {}))

    def finish(self) -> None:
        """Refuses keys that nothing reads: a misspelt key must not pass as the default."""
        unknown = sorted(set(self._table) - self._used)
        if unknown:
            raise self.error("is not a known key", unknown[0])


def read_markets(path: Path) -> tuple[Market, ...]:
    """All markets of a file. Raises DataFileError, naming the file and the key that is wrong."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataFileError(f"{path}: {error}") from error
    root = Section(path, "", table)
    section = root.section("markets")
    root.finish()
    markets = tuple(_read_market(section.section(key), key) for key in section.keys())  # noqa: SIM118
    if not markets:
        raise section.error("has no market")
    _check_mics(path, markets)
    return markets


def _check_mics(path: Path, markets: tuple[Market, ...]) -> None:
    seen: dict[str, str] = {}
    for market in markets:
        for mic in market.mics:
            if mic in seen:
                raise DataFileError(
                    f"{path}: markets.{market.key}.mics: {mic} is also in markets.{seen[mic]}"
                )
            seen[mic] = market.key


def _read_market(section: Section, key: str) -> Market:
    mics = section.texts("mics", _MIC)
    if not mics:
        raise section.error("names no market identifier code (ISO 10383)", "mics")
    verified = section.value("verified_until", date)
    rules = tuple(_read_rule(item) for item in section.sections("rules"))
    _check_order(section, rules)
    market = Market(
        key=key,
        name=section.value("name", str),
        mics=mics,
        countries=frozenset(section.texts("countries", re.compile("[A-Z]{2}"))),
        derives=_read_kinds(section),
        large_share=_read_share(section),
        foreign_symbols=frozenset(section.texts("foreign_symbols")),
        foreign_pattern=_read_pattern(section),
        trading=_read_days(section.section("trading")),
        settlement=_read_days(section.section("settlement")),
        covered_from=section.value("covered_from", date),
        verified_until=verified,
        provisional_until=section.value("provisional_until", date, verified),
        short_notice=section.value("short_notice", int, 14),
        bookclose=section.choice("bookclose", ("before", "on"), "before"),
        record_closes=section.value("record_closes", int, 0),
        holiday_record=section.choice("holiday_record", ("previous", "decline"), "previous"),
        record_first=section.optional("record_first", bool) or False,
        closes_usually=section.optional("closes_usually", bool) or False,
        cycles=tuple(_read_cycle(item) for item in section.sections("cycles")),
        rules=rules,
        payment=_read_payment(section.section("payment")) if section.has("payment") else None,
    )
    section.finish()
    return market


def _read_kinds(section: Section) -> frozenset[EventType]:
    kinds = section.texts("derives")
    try:
        return frozenset(EventType(kind) for kind in kinds)
    except ValueError as error:
        raise section.error(str(error), "derives") from error


def _read_share(section: Section) -> Decimal | None:
    text = section.optional("large_share", str)
    if text is None:
        return None
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise section.error(f"{text!r} is not a number", "large_share") from error


def _read_days(section: Section) -> Days:
    days = Days(
        calendars=section.texts("calendars", _CALENDAR),
        yearly=tuple(_read_yearly(item) for item in section.sections("yearly")),
        closed=tuple(_read_exception(item) for item in section.sections("closed")),
        open=tuple(_read_exception(item) for item in section.sections("open")),
        unsure=tuple(_read_exception(item) for item in section.sections("unsure")),
        unsure_yearly=tuple(_read_yearly(item) for item in section.sections("unsure_yearly")),
    )
    section.finish()
    return days


def _read_yearly(section: Section) -> Yearly:
    easter, text = section.optional("easter", int), section.optional("day", str)
    if (easter is None) == (text is None) or (text is not None and not _YEARLY.fullmatch(text)):
        raise section.error(
            'needs day = "MM-DD", day = "MM-mon-2", or easter = days from Easter Sunday', "day"
        )
    first, last = section.value("from", int, 1), section.value("until", int, 9999)
    section.finish()
    if text is None:
        return Yearly(first, last, easter=easter)
    month, day, nth = [*text.split("-"), ""][:3]
    if nth:
        return Yearly(first, last, int(month), weekday=_WEEKDAYS.index(day), nth=int(nth))
    return Yearly(first, last, int(month), int(day))


def _read_pattern(section: Section) -> re.Pattern[str] | None:
    text = section.optional("foreign_pattern", str)
    try:
        return re.compile(text) if text else None
    except re.error as error:
        raise section.error(f"is not a regular expression: {error}", "foreign_pattern") from error


def _read_exception(section: Section) -> SpecialDay:
    item = SpecialDay(section.value("day", date), section.value("why", str), section.optional("known", date))
    section.finish()
    return item


def _read_cycle(section: Section) -> Cycle:
    cycle = Cycle(
        section.value("days", int),
        section.value("trades_from", date),
        section.value("source", str),
        section.choice("sure", SURE),
    )
    section.finish()
    return cycle


def _read_rule(section: Section) -> Rule:
    ex = section.optional("ex", int)
    rule = Rule(
        name=section.value("name", str),
        records_from=section.value("records_from", date),
        records_until=section.optional("records_until", date),
        ex=ex,
        source=section.value("source", str),
        sure=section.choice("sure", SURE),
        why=section.value("why", str) if ex is None else "",
        caution=section.value("caution", str, " ").strip(),
    )
    section.finish()
    return rule


def _check_order(section: Section, rules: tuple[Rule, ...]) -> None:
    """Rules stand in time order and do not overlap, so that one record date has one rule."""
    for earlier, later in pairwise(rules):
        if earlier.records_until is None or earlier.records_until >= later.records_from:
            raise section.error(f"{earlier.name} and {later.name} overlap or are out of order", "rules")
    if not rules:
        raise section.error("has no rule", "rules")


def _read_payment(section: Section) -> PaymentRule:
    rule = PaymentRule(
        name=section.value("name", str),
        meetings_from=section.value("meetings_from", date),
        days=section.value("days", int),
        ex_days=section.value("ex_days", int),
        ex_until=section.value("ex_until", date),
        public_holidays=section.texts("public_holidays", _CALENDAR),
        source=section.value("source", str),
        sure=section.choice("sure", SURE),
    )
    section.finish()
    return rule
