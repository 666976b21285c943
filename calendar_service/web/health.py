"""Whether the service is well: for load balancers, for people, and for Prometheus."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask import Blueprint, Response, current_app, render_template, request

from calendar_service.model.ports import Unit
from calendar_service.model.subscription import DeliveryState
from calendar_service.web.answers import json_answer
from calendar_service.web.context import services
from calendar_service.web.queries import read_flag
from calendar_service.web.security import is_operator

blueprint = Blueprint("health", __name__)
_LOG = logging.getLogger(__name__)

LAST_TICK = "last_tick"  # the state that each look at the ledger leaves behind, ISO 8601 UTC
LATE_AFTER_SECONDS = 300
COUNT_SECONDS = 30  # counting reads the whole ledger, which may hold millions of rows
_TALLY = "calendar_service_tally"


@dataclass(frozen=True, slots=True)
class Health:
    """How the ledger of reminders stands. `tick_age` is in seconds, None before the first tick.

    `counts` are of the last half minute, and empty where only a glance was asked for.
    """

    tick_at: datetime | None
    tick_age: float | None
    due: int
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_late(self) -> bool:
        """Whether nothing has looked at the ledger for too long."""
        return self.tick_age is None or self.tick_age > LATE_AFTER_SECONDS


@blueprint.get("/healthz")
def show_health() -> Response:
    """200 while the database answers; with `scheduler=1` also only while reminders are looked after, else 503."""
    strict = read_flag(request.args, "scheduler", default=False)
    try:
        with services().store.read() as unit:
            health = glance(unit)
    except Exception:  # noqa: BLE001 - whatever a driver raises, the answer is the same
        _LOG.exception("the database does not answer")
        return json_answer({"status": "database_unavailable"}, 503)
    unwell = strict and health.is_late
    answer = json_answer(
        {
            "status": "scheduler_late" if health.is_late else "ok",
            "last_tick": health.tick_at,
            "last_tick_seconds_ago": None if health.tick_age is None else round(health.tick_age),
            "due": health.due,
        },
        503 if unwell else 200,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/status")
def show_status() -> str:
    """The same for people, with what was delivered last and where mail goes."""
    shown = (DeliveryState.FAILED, DeliveryState.MISSED, DeliveryState.SENT)
    detailed = is_operator()  # notes may hold addresses, and looking for rare rows takes a while
    with services().store.read() as unit:
        health = read_health(unit)
        rows = {state.value: unit.deliveries.list(state=state, limit=20) for state in shown if detailed}
        refused = (
            (unit.subscriptions.suppressions(), unit.subscriptions.refusals(limit=20))
            if detailed
            else ((), ())
        )
    return render_template(
        "status.html",
        detailed=detailed,
        health=health,
        rows=rows,
        refused=refused,
        states=tuple(DeliveryState),
    )


@blueprint.get("/metrics")
def show_metrics() -> Response:
    """The ledger as Prometheus metrics, from the database, so that every process tells the same."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

    with services().store.read() as unit:
        health = read_health(unit)
        version = unit.entries.version()
        suppressed = unit.subscriptions.count_suppressed()
    registry = CollectorRegistry()
    ledger = Gauge(
        "calendar_service_deliveries", "Rows of the ledger of messages.", ["state"], registry=registry
    )
    for state, count in health.counts.items():
        ledger.labels(state=state).set(count)
    entries = Gauge(
        "calendar_service_entries_version", "Rises with every change to a calendar entry.", registry=registry
    )
    entries.set(version)
    silent = Gauge(
        "calendar_service_suppressed_targets",
        "Addresses that get nothing any more, since they refused messages for good.",
        registry=registry,
    )
    silent.set(suppressed)
    if health.tick_at is not None:
        tick = Gauge(
            "calendar_service_last_tick_timestamp_seconds",
            "When the ledger was last looked at, Unix time.",
            registry=registry,
        )
        tick.set(health.tick_at.timestamp())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def glance(unit: Unit) -> Health:
    """What can be told at once: the last tick, and how much is due."""
    now = services().clock.now()
    tick_at = _instant(unit.get_state(LAST_TICK))
    age = (now - tick_at).total_seconds() if tick_at else None
    return Health(tick_at, age, unit.deliveries.count_due(now))


def read_health(unit: Unit) -> Health:
    """The same with the counts of the whole ledger, counted at most every 30 seconds by each process."""
    now = services().clock.now()
    counted_at, counts = current_app.extensions.get(_TALLY, (None, {}))
    if counted_at is None or not 0 <= (now - counted_at).total_seconds() < COUNT_SECONDS:
        counts = unit.deliveries.counts(now)
        current_app.extensions[_TALLY] = (now, counts)
    health = glance(unit)
    return replace(health, counts={**counts, "due": health.due})


def _instant(text: str | None) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return instant if instant and instant.tzinfo else None
