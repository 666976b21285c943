"""`reminders --why` and `subscribe`, on a real store."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from calendar_service.bootstrap import Service, SystemClock
from calendar_service.cli import main
from calendar_service.couriers.webhook import webhook_key
from calendar_service.errors import DeliveryError
from calendar_service.model.codes import DateKind
from calendar_service.model.remarks import Remark
from calendar_service.model.subscription import Lead, ReminderPlan, Selection, Subscription
from calendar_service.settings import load_settings
from tests.reminding import Keeper, World

PLAN = ReminderPlan(((DateKind.RECORD, (Lead(5),)), (DateKind.PAYMENT, (Lead(0),))))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def call(data: Path, *words: str) -> str:
    result = CliRunner().invoke(main, ["--data", str(data), *words])
    assert result.exit_code == 0, result.output
    return result.output


def make_world(data: Path) -> World:
    return World(data, SystemClock(), url=f"sqlite:///{data / 'calendar-service.db'}")


def test_what_was_and_will_be_sent_and_what_not(data: Path) -> None:
    world = make_world(data)
    today = world.clock.now().date()
    reader: dict[str, Any] = {"plan": PLAN, "target": "holder@example.org", "hour": 23}
    world.subscribe("s1", **reader)
    world.announce(
        "a1",
        {
            DateKind.RECORD: today + timedelta(2),
            DateKind.PAYMENT: today + timedelta(30),
            DateKind.EX: today + timedelta(1),
        },
    )
    world.announce("a2", {DateKind.RECORD: today + timedelta(9)}, issuer="Südwind\x1b[31m SE")
    world.dispatcher(Keeper()).tick()
    world.announce(
        "a2",
        {DateKind.RECORD: today + timedelta(9)},
        issuer="Südwind\x1b[31m SE",
        held=(Remark("Two years."),),
    )
    lines = call(data, "reminders", "--why", "Holder@Example.org").splitlines()
    now = f"{today:%Y-%m-%d}"
    assert lines[0] == f"Subscription s1: confirmed on {now}"
    assert lines[1] == "  by email at 23:00 UTC, one message for each date, and changes"
    assert lines[2:4] == ["  record: 5 calendar days before", "  payment: on the day"]
    assert lines[4].startswith(f"  {now} ")
    assert f"sent at {now}" in lines[4]
    assert lines[4].endswith(
        f"reminder of Nordlicht AG record {today + timedelta(2)}, 5 calendar days before"
    )
    dropped = next(line for line in lines if " dropped" in line)
    assert dropped.endswith("(the date moved, is on hold, or is no longer wanted)")
    assert "\x1b" not in dropped
    planned = next(line for line in lines if " planned" in line)
    assert (
        planned
        == f"  {today + timedelta(30)} 23:00  planned: reminder of Nordlicht AG payment {today + timedelta(30)}, on the day"
    )
    start = lines.index("  Nothing is sent ahead of:")
    assert lines[start + 1 :] == [
        f"  {today + timedelta(1)}  ex of Nordlicht AG: the plan has no lead times for this kind of date",
        f"  {today + timedelta(9)}  record of Südwind\\x1b[31m SE: the action is on hold: Two years.",
    ]


def test_addresses_that_get_nothing(data: Path) -> None:
    world = make_world(data)
    world.subscribe("s1", target="gone@example.org", confirmed_at=None)
    with world.store.begin() as unit:
        unit.subscriptions.suppress("gone@example.org", "550 no such user", world.clock.now())
    lines = call(data, "reminders", "--why", "gone@example.org").splitlines()
    assert lines[:3] == [
        "Nothing is sent to gone@example.org any more: 550 no such user",
        "  Once that is mended: calendar-service reminders --lift gone@example.org",
        "Subscription s1: not confirmed yet, so only the question is sent",
    ]
    assert (
        call(data, "reminders", "--why", "nobody@example.org") == "nobody@example.org has no subscription.\n"
    )


def test_an_operator_lifts_what_refusals_brought(data: Path) -> None:
    world = make_world(data)
    now = world.clock.now()
    with world.store.begin() as unit:
        unit.subscriptions.add_refusal("full@example.org", "552 5.2.2 mailbox full", now)
        unit.subscriptions.suppress("full@example.org", "refused on 3 days: 552 5.2.2 mailbox full", now)
    told = call(data, "reminders", "--why", "Full@example.org").splitlines()
    assert told[2] == f"Refused a message on {now:%Y-%m-%d %H:%M} UTC: 552 5.2.2 mailbox full"
    assert call(data, "reminders", "--lift", "Full@example.org").startswith(
        "Messages go to Full@example.org again."
    )
    assert call(data, "reminders", "--why", "full@example.org") == "full@example.org has no subscription.\n"
    for words in (["--lift", "full@example.org"], [], ["--why", "a@b.example", "--lift", "a@b.example"]):
        assert CliRunner().invoke(main, ["--data", str(data), "reminders", *words]).exit_code != 0


def test_refusals_that_kept_nothing_back_are_forgotten_and_told_of(data: Path) -> None:
    world = make_world(data)
    now = world.clock.now()
    with world.store.begin() as unit:
        for days in (0, 1):
            unit.subscriptions.add_refusal(
                "half@example.org", "552 5.2.2 mailbox full", now - timedelta(days)
            )
        unit.subscriptions.add_refusal("other@example.org", "552 5.2.2 mailbox full", now)
    assert call(data, "reminders", "--lift", "Half@example.org") == (
        "No message was kept from Half@example.org yet. Forgot its refusals, which were counted on 2 days.\n"
    )
    with world.store.read() as unit:
        assert unit.subscriptions.refusals("half@example.org") == []
        assert len(unit.subscriptions.refusals("other@example.org")) == 1
    again = CliRunner().invoke(main, ["--data", str(data), "reminders", "--lift", "half@example.org"])
    assert again.exit_code == 1
    assert "Nothing keeps messages from half@example.org" in again.output


def test_when_a_refused_message_is_tried_again(data: Path) -> None:
    world = make_world(data)
    now = world.clock.now()
    world.subscribe("s1", target="full@example.org", plan=PLAN)
    world.announce("a1", {DateKind.RECORD: now.date() + timedelta(3)})  # its hour has passed, so it is due
    full = Keeper(lambda _: DeliveryError("552 5.2.2 mailbox full", permanent=True, days_borne=3))
    world.dispatcher(full).tick()
    with world.store.read() as unit:
        (again,) = unit.deliveries.next_attempts("s1").values()
    lines = call(data, "reminders", "--why", "full@example.org").splitlines()
    assert timedelta(hours=2) < again - now < timedelta(hours=4)
    assert f"(552 5.2.2 mailbox full); tried again at {again:%Y-%m-%d %H:%M} UTC" in "\n".join(lines)


def test_a_webhook_is_subscribed_with_its_key(data: Path) -> None:
    url = "https://example.org/hook"
    out = call(data, "subscribe", url, "--channel", "webhook", "--ticker", "NORDLICH", "--confirmed")
    with Service(load_settings(None, {"XDG_CONFIG_HOME": str(data)}, data=data)) as service:
        with service.store.read() as unit:
            (found,) = unit.subscriptions.by_target(url)
        assert found.channel == "webhook"
        assert f"Messages to it are signed with the key {webhook_key(service.secret, url)}" in out
    refused = CliRunner().invoke(main, ["--data", str(data), "subscribe", "ftp://x", "--channel", "webhook"])
    assert refused.exit_code == 2
    assert "is no URL that a webhook can be sent to" in refused.output


def test_an_address_that_refused_mail_gets_it_again_once_it_is_confirmed_by_hand(data: Path) -> None:
    world = make_world(data)
    with world.store.begin() as unit:
        unit.subscriptions.suppress("back@example.org", "550 mailbox full", world.clock.now())
    refused = CliRunner().invoke(main, ["--data", str(data), "subscribe", "back@example.org"])
    assert (refused.exit_code, "mail to it was refused" in refused.output) == (1, True)
    call(data, "subscribe", "back@example.org", "--confirmed")
    assert "Nothing is sent" not in call(data, "reminders", "--why", "back@example.org")
    with world.store.read() as unit:
        assert unit.subscriptions.suppressed("back@example.org") is None


def test_weekly_digests_and_lead_times(data: Path) -> None:
    call(
        data, "subscribe", "a@example.org", "--rhythm", "weekly", "--weekday", "fri", "--lead", "record=7,1",
        "--lead", "last_cum=3t", "--zone", "Asia/Tokyo", "--hour", "7", "--confirmed",
    )  # fmt: skip
    lines = call(data, "reminders", "--why", "a@example.org").splitlines()
    assert lines[1:4] == [
        "  by email at 7:00 Asia/Tokyo, a weekly digest, and changes",
        "  record: 7 calendar days before, 1 calendar day before",
        "  last cum: 3 trading days before",
    ]
    assert " 07:00  planned: digest " in lines[4]


def subscribed(data: Path, *words: str) -> Subscription:
    call(data, "subscribe", "a@example.org", *words, "--confirmed")
    with make_world(data).store.read() as unit:
        (found,) = unit.subscriptions.by_target("a@example.org")
    return found


def test_alarms_and_window_of_the_private_feed_are_chosen(data: Path) -> None:
    found = subscribed(data, "--alarms", "7, 1,0", "--past", "30", "--future", "100")
    assert (found.alarms, found.selection.past_days, found.selection.future_days) == ((0, 1, 7), 30, 100)


def test_there_is_no_alarm_unless_asked_for(data: Path) -> None:
    found = subscribed(data)
    assert (found.alarms, found.selection) == ((), Selection())


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a@example.org", "--alarms", "x"], "alarms takes at most 5 whole numbers of days, 0 to 60"),
        (["a@example.org", "--alarms", "61"], "alarms takes at most 5 whole numbers of days, 0 to 60"),
        (["a@example.org", "--alarms", "1,2,3,4,5,6"], "alarms takes at most 5 whole numbers of days"),
        (["a@example.org", "--past", "-1"], "not in the range 0<=x<=36500"),
        (["a@example.org", "--future", "40000"], "not in the range 0<=x<=36500"),
        (["nobody"], "is no mail address"),
        (["a@example.org", "--zone", "Mars/Olympus"], "is no time zone"),
        (["a@example.org", "--lead", "record=x"], "is not like record=7,1"),
        (["a@example.org", "--kind", "declaration", "--confirmed"], "No date of these kinds has a lead time"),
        (["a@example.org", "--lead", "record=400"], "is not like record=7,1"),
        (["https://example.org/", "--channel", "webhook"], "--confirmed"),
    ],
)
def test_what_cannot_be_subscribed(data: Path, words: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["--data", str(data), "subscribe", *words])
    assert result.exit_code == 2
    assert message in result.output
