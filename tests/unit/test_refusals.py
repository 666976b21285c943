"""What refusals for good do: which end mails to an address, when, and what becomes of the messages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from calendar_service.couriers.smtp import SmtpCourier
from calendar_service.model.codes import DateKind
from calendar_service.model.subscription import DeliveryState, Lead, ReminderPlan
from calendar_service.settings import MailSettings
from tests.conftest import FixedClock
from tests.reminding import World
from tests.smtp_sink import RCPT, Script, Sink

SENT, FAILED, DROPPED = DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.DROPPED
ON_THE_DAY = ReminderPlan(((DateKind.RECORD, (Lead(0),)),))
TODAY = date(2026, 3, 2)


@pytest.fixture
def world(tmp_path: Path, clock: FixedClock) -> World:
    return World(tmp_path, clock)  # it is 2 March 2026, 09:00 UTC


def test_550_ends_mails_to_the_address_and_shows_why(world: World, clock: FixedClock) -> None:
    world.subscribe("gone", plan=ON_THE_DAY, target="Gone@reader.example")
    world.subscribe("other", plan=ON_THE_DAY)
    world.announce("a1", {DateKind.RECORD: TODAY})
    with Sink(Script(answers={RCPT: ["550 5.1.1 no such user"]})) as sink:
        courier = SmtpCourier(MailSettings(host="127.0.0.1", port=sink.port, security="none"))
        assert world.dispatcher(courier, lanes=1).tick() == {"failed": 1, "sent": 1}
        world.announce("a2", {DateKind.RECORD: TODAY}, issuer="Zweite AG")
        assert world.dispatcher(courier).tick() == {"dropped": 1, "sent": 1}
        courier.close()
    with world.store.read() as unit:
        reasons = [unit.subscriptions.suppressed(f"{name}@reader.example") for name in ("gone", "other")]
    assert reasons == ["550 5.1.1 no such user", None]
    notes = [row.note for row in world.rows(subscription="gone")]
    assert notes == [
        "550 5.1.1 no such user",
        "nothing is sent to this address any more: 550 5.1.1 no such user",
    ]
    assert [item.target for item in sink.received] == ["other@reader.example"] * 2


@pytest.mark.parametrize(
    ("reply", "days"), [("552 5.2.2 mailbox full", 3), ("550 5.7.1 you are on a block list", 10)]
)
def test_other_refusals_are_borne_on_several_days(
    world: World, clock: FixedClock, reply: str, days: int
) -> None:
    """Each message is tried once more and then given up; a day with two refusals is one day."""
    plan = ReminderPlan(((DateKind.RECORD, tuple(Lead(number) for number in range(1, 21))),))
    world.subscribe("full", plan=plan, hour=9)
    world.announce("a1", {DateKind.RECORD: date(2026, 3, 24)})
    with Sink(Script(answers={RCPT: [reply] * 99})) as sink:
        courier = SmtpCourier(MailSettings(host="127.0.0.1", port=sink.port, security="none"))
        world.run_until(datetime(2026, 3, 31, tzinfo=UTC), world.dispatcher(courier))
        courier.close()
    rows = world.rows()
    stopped = f"nothing is sent to this address any more: refused on {days} days: {reply}"
    tried, left = rows[: days - 1], rows[days:]
    assert [(row.state, row.attempts, row.note) for row in tried] == [(FAILED, 2, reply)] * (days - 1)
    # The refusal that ended it all was a first one: its second chance is dropped.
    assert (rows[days - 1].state, rows[days - 1].note) == (DROPPED, stopped)
    assert {(row.state, row.note) for row in left} == {(DROPPED, stopped)}
    assert len(rows) == 20


def test_an_accepted_mail_ends_the_count_of_refusals(world: World, clock: FixedClock) -> None:
    plan = ReminderPlan(((DateKind.RECORD, tuple(Lead(number) for number in range(1, 7))),))
    world.subscribe("holder", plan=plan, hour=9)
    world.announce("a1", {DateKind.RECORD: date(2026, 3, 9)})
    full = "552 5.2.2 mailbox full"
    answers = [
        full,
        full,
        full,
        full,
        "250 ok",
        full,
        full,
        full,
        "250 ok",
    ]  # two a message, two days, then good
    with Sink(Script(answers={RCPT: answers})) as sink:
        courier = SmtpCourier(MailSettings(host="127.0.0.1", port=sink.port, security="none"))
        world.run_until(datetime(2026, 3, 10, tzinfo=UTC), world.dispatcher(courier))
        courier.close()
    assert [row.state for row in world.rows()] == [FAILED, FAILED, SENT, FAILED, SENT, SENT]
    with world.store.read() as unit:
        assert unit.subscriptions.suppressed("holder@reader.example") is None
        assert len(unit.subscriptions.refusals("holder@reader.example")) == 4
