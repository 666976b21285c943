from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from calendar_service.model.subscription import Delivery, DeliveryKind, DeliveryState, Subscription
from calendar_service.remind import sending
from calendar_service.web import create_app, health
from tests.web.world import NOW, World


def plan(world: World) -> None:
    """One delivery sent, one due, one refused for good."""
    deliveries = [
        Delivery(
            0, f"key-{number}", DeliveryKind.REMINDER, "s1", NOW - timedelta(hours=number), f"<{number}@x>"
        )
        for number in range(3)
    ]
    with world.store.begin() as unit:
        unit.subscriptions.add(Subscription("s1", "a@example.org", created_at=NOW), feed_token_hash="0" * 64)
        unit.deliveries.plan(deliveries)
        claimed = unit.deliveries.claim(NOW, "worker", 2, stale_after=600)
        unit.deliveries.record(claimed[0].id, DeliveryState.SENT, NOW, retry_at=None, note="", late=True)
        unit.deliveries.record(
            claimed[1].id, DeliveryState.FAILED, NOW, retry_at=None, note="550 no such user"
        )
        unit.set_state("last_tick", (NOW - timedelta(seconds=20)).isoformat())


def test_health_tells_when_the_ledger_was_last_looked_at(client: FlaskClient, world: World) -> None:
    first = client.get("/healthz").json
    assert first is not None
    assert (first["status"], first["last_tick"], first["last_tick_seconds_ago"]) == (
        "scheduler_late",
        None,
        None,
    )
    assert client.get("/healthz?scheduler=1").status_code == 503
    plan(world)
    answer = client.get("/healthz?scheduler=1")
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["status"], answer.json["last_tick_seconds_ago"]) == ("ok", 20)
    assert answer.json["due"] == 1
    world.clock.move(minutes=10)
    assert client.get("/healthz").status_code == 200
    assert client.get("/healthz?scheduler=1").status_code == 503


def test_a_database_that_does_not_answer_is_told_to_the_load_balancer(world: World) -> None:
    answer = create_app(world.services(store=None)).test_client().get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"status": "database_unavailable"})


def test_a_broken_tick_is_no_tick(client: FlaskClient, world: World) -> None:
    for broken in ("", "yesterday", "2026-11-23T09:00:00"):
        with world.store.begin() as unit:
            unit.set_state("last_tick", broken)
        answer = client.get("/healthz").json
        assert answer is not None
        assert answer["last_tick"] is None


def test_the_status_page_shows_what_was_sent_and_what_failed(client: FlaskClient, world: World) -> None:
    assert "no scheduler has run on this database" in client.get("/status").text
    plan(world)
    text = client.get("/status").text
    assert "All is well" in text
    assert "550 no such user" in text
    world.clock.move(minutes=10)
    assert "the scheduler seems to stand still" in client.get("/status").text


def test_whom_nothing_is_sent_to_is_for_the_operator_alone(client: FlaskClient, world: World) -> None:
    with world.store.begin() as unit:
        unit.subscriptions.add_refusal("full@example.org", "552 mailbox <full>", NOW)
        unit.subscriptions.suppress("gone@example.org", "550 no such user", NOW)
    text = client.get("/status").text
    assert "gone@example.org" in text
    assert "552 mailbox &lt;full&gt;" in text
    assert "reminders --lift ADDRESS" in text
    elsewhere = client.get("/status", environ_base={"REMOTE_ADDR": "203.0.113.9"}).text
    assert "@example.org" not in elsewhere
    assert "calendar_service_suppressed_targets 1.0" in client.get("/metrics").text.splitlines()


def test_the_ledger_is_counted_at_most_every_half_minute(client: FlaskClient, world: World) -> None:
    assert 'calendar_service_deliveries{state="sent"} 0.0' in client.get("/metrics").text
    plan(world)
    assert 'calendar_service_deliveries{state="sent"} 0.0' in client.get("/metrics").text
    world.clock.move(seconds=31)
    assert 'calendar_service_deliveries{state="sent"} 1.0' in client.get("/metrics").text


def test_the_tick_is_read_where_it_is_written() -> None:
    assert health.LAST_TICK == sending.LAST_TICK


def test_metrics_are_what_prometheus_reads(client: FlaskClient, world: World) -> None:
    plan(world)
    answer = client.get("/metrics")
    assert answer.mimetype == "text/plain"
    lines = answer.text.splitlines()
    assert 'calendar_service_deliveries{state="sent"} 1.0' in lines
    assert 'calendar_service_deliveries{state="due"} 1.0' in lines
    assert 'calendar_service_deliveries{state="late"} 1.0' in lines
    assert "calendar_service_suppressed_targets 0.0" in lines
    tick = (NOW - timedelta(seconds=20)).timestamp()
    assert any(
        line.startswith("calendar_service_last_tick_timestamp_seconds ") and float(line.split()[1]) == tick
        for line in lines
    )
