"""What a person fills in to be reminded: fields of a form or of JSON -> Subscription, or problems in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from zoneinfo import available_timezones

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from calendar_service.model.codes import DateKind, EventType
from calendar_service.model.subscription import DayCount, Lead, ReminderPlan, Rhythm, Selection, Subscription
from calendar_service.publish.words import KINDS, LANGUAGES, mark
from calendar_service.web.queries import (
    MAX_PAST,
    read_alarms,
    read_codes,
    read_ids,
    read_markets,
    read_number,
    read_tickers,
)

MAX_LEADS = 6
MAX_LEAD_DAYS = 365

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


@dataclass(slots=True)
class Problems:
    """What is wrong with a form, by field."""

    by_field: dict[str, str] = field(default_factory=dict)

    def collect(self, name: str, read: Callable[[], object], default: object) -> object:
        """What `read` returns; its complaint is kept under `name` and `default` returned instead."""
        try:
            return read()
        except (ValueError, BadRequest) as error:
            self.by_field[name] = getattr(error, "description", None) or str(error)
            return default


def read_address(given: str) -> str:
    """A mail address that can stand in a header and an envelope. Raises ValueError in words for a person."""
    address = given.strip()
    local, at, domain = address.rpartition("@")
    if not at or len(address) > 254 or len(local) > 64 or not _LOCAL.fullmatch(local):
        raise ValueError(mark("Write one mail address, such as name@example.org."))
    try:
        domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        domain = ""
    labels = domain.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(mark("The part after the @ is no domain, such as example.org."))
    return f"{local}@{domain}"


def read_subscription(form: MultiDict[str, str], base: Subscription) -> tuple[Subscription, Problems]:
    """`base` with what the form says of selection, plan, language, zone and hour, and what is wrong with it."""
    problems = Problems()
    selection = Selection(
        issuers=_tuple(problems, "issuer", lambda: read_ids(form, "issuer")),
        tickers=_tuple(problems, "tickers", lambda: read_tickers(_words(form.get("tickers", "")))),
        kinds=_tuple(problems, "kind", lambda: read_codes(form, "kind", DateKind)),
        event_types=_tuple(problems, "type", lambda: read_codes(form, "type", EventType)),
        markets=_tuple(problems, "markets", lambda: read_markets(_words(form.get("markets", "")))),
        forecasts=form.get("forecasts") == "1",
        past_days=_number(problems, form, "past", 90),
        future_days=_number(problems, form, "future", 400),
    )
    made = replace(
        base,
        selection=selection,
        plan=_read_plan(form, problems),
        language=_pick(problems, "language", form.get("language", "en"), LANGUAGES),
        zone=_pick(problems, "zone", form.get("zone", "").strip() or "UTC", zones()),
        hour=int(_pick(problems, "hour", form.get("hour", "8"), HOURS)),
        alarms=_tuple(problems, "alarms", lambda: read_alarms(form)),
    )
    if made.is_silent and not problems.by_field:
        problems.by_field["plan"] = mark(
            "There is no lead time for the dates that you chose, so nothing would be sent: write your own lead times."
        )
    return made, problems


def show_leads(plan: ReminderPlan) -> dict[DateKind, tuple[str, str]]:
    """For each date kind: its lead times as "14, 2" and how they are counted, as the form has them."""
    known = dict(plan.leads)
    shown = {}
    for kind in KINDS:
        leads = known.get(kind, ())
        counts = {lead.count for lead in leads}
        count = DayCount.TRADING if counts == {DayCount.TRADING} else DayCount.CALENDAR
        shown[kind] = (", ".join(str(lead.days) for lead in leads), count.value)
    return shown


HOURS = tuple(str(hour) for hour in range(24))


@cache
def zones() -> tuple[str, ...]:
    """Every IANA time zone that a person may live in."""
    areas = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Arctic/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    return ("UTC", *sorted(zone for zone in available_timezones() if zone.startswith(areas)))


def flatten(data: Mapping[str, object]) -> MultiDict[str, str]:
    """A JSON object as the fields of a form: lists repeat a field, anything else becomes text."""
    form: MultiDict[str, str] = MultiDict()
    for name, value in data.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, bool):
                form.add(name, "1" if item else "0")
            elif isinstance(item, str | int):
                form.add(name, str(item))
            elif item is not None:
                raise ValueError(
                    f"{name[:40]!r} must be text, a whole number, true or false, or a list of them."
                )
    return form


def _read_plan(form: MultiDict[str, str], problems: Problems) -> ReminderPlan:
    rhythm = _pick(
        problems, "rhythm", form.get("rhythm", Rhythm.SINGLE.value), [item.value for item in Rhythm]
    )
    weekday = _pick(problems, "weekday", form.get("weekday", "0"), [str(day) for day in range(7)])
    default = ReminderPlan()
    if form.get("plan", "default") == "default":
        leads = default.leads
    else:
        found = {kind: _tuple(problems, f"leads_{kind}", partial(_read_leads, form, kind)) for kind in KINDS}
        leads = tuple((kind, item) for kind, item in found.items() if item)
        if not leads and not problems.by_field:
            problems.by_field["plan"] = mark("Choose at least one date to be reminded of.")
    return ReminderPlan(leads, Rhythm(rhythm), int(weekday), changes=form.get("changes") == "1")


def _read_leads(form: MultiDict[str, str], kind: DateKind) -> tuple[Lead, ...]:
    count = DayCount.TRADING if form.get(f"count_{kind}") == DayCount.TRADING.value else DayCount.CALENDAR
    given = _words(form.get(f"leads_{kind}", ""))
    if len(given) > MAX_LEADS:
        raise ValueError(f"At most {MAX_LEADS} lead times for one kind of date.")
    if not all(re.fullmatch(r"[0-9]{1,3}", item) and int(item) <= MAX_LEAD_DAYS for item in given):
        raise ValueError(f"Write whole numbers of days up to {MAX_LEAD_DAYS}, such as 14, 2.")
    return tuple(Lead(days, count) for days in sorted({int(item) for item in given}, reverse=True))


def _words(text: str) -> list[str]:
    return [part for part in re.split(r"[,;\s]+", text) if part]


def _tuple(problems: Problems, name: str, read: Callable[[], tuple[object, ...]]) -> tuple:  # type: ignore[type-arg]
    found = problems.collect(name, read, ())
    return found if isinstance(found, tuple) else ()


def _number(problems: Problems, form: MultiDict[str, str], name: str, default: int) -> int:
    found = problems.collect(name, lambda: read_number(form, name, default, 0, MAX_PAST), default)
    return found if isinstance(found, int) else default


def _pick(problems: Problems, name: str, value: str, known: Sequence[str]) -> str:
    if value in known:
        return value
    problems.by_field[name] = mark("Choose one of the values offered.")
    return known[0]
