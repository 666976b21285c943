from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from lxml import html

from calendar_service.model.codes import DateKind, EventType
from calendar_service.model.subscription import (
    DayCount,
    DeliveryKind,
    Lead,
    ReminderPlan,
    Rhythm,
    Subscription,
)
from calendar_service.web import create_app
from calendar_service.web.forms import read_address
from calendar_service.web.optin import MAX_AN_HOUR
from calendar_service.web.tokens import hash_feed_token
from tests.web.world import BASE_URL, NOW, World

ADDRESS = "reader@example.org"


def fields_of(client: FlaskClient, path: str) -> dict[str, str]:
    page = html.document_fromstring(client.get(path).text)
    return dict(page.forms[0].form_values())


def ask(client: FlaskClient, **changes: object) -> int:
    return client.post(
        "/subscribe", data={**fields_of(client, "/subscribe"), "address": ADDRESS, **changes}
    ).status_code


def only(world: World, address: str = ADDRESS) -> Subscription:
    with world.store.read() as unit:
        (found,) = unit.subscriptions.by_target(address)
    return found


def subscribed(client: FlaskClient, world: World) -> Subscription:
    """A confirmed subscription, made by the form and the mail's link."""
    assert ask(client) == 202
    token = world.services().tokens.confirm(only(world).id)
    answer = client.post(f"/confirm/{token}", data=fields_of(client, f"/confirm/{token}"))
    assert "your reminders are on" in answer.text
    return only(world)


def test_subscribing_stores_the_wish_and_asks_by_mail(client: FlaskClient, world: World) -> None:
    assert ask(client) == 202
    made = only(world)
    assert made.confirmed_at is None
    assert made.plan == ReminderPlan()
    assert (made.language, made.zone, made.hour, made.created_at) == ("en", "UTC", 8, NOW)
    with world.store.read() as unit:
        (question,) = unit.deliveries.planned_for(subscription_id=made.id)
    assert (question.kind, question.due_at) == (DeliveryKind.CONFIRM, NOW)
    assert world.planner.told == []


def test_kinds_without_any_lead_time_are_pointed_out(client: FlaskClient, world: World) -> None:
    form = {**fields_of(client, "/subscribe"), "address": ADDRESS, "kind": ["declaration"]}
    answer = client.post("/subscribe", data=form)
    assert answer.status_code == 422
    assert "There is no lead time for the dates that you chose" in answer.text
    own = {**form, "plan": "own", "leads_declaration": "0"}
    assert client.post("/subscribe", data=own).status_code == 202
    assert only(world).selection.kinds == (DateKind.DECLARATION,)


def test_the_form_takes_a_selection_and_a_plan_of_ones_own(client: FlaskClient, world: World) -> None:
    wish = {
        "issuer": ["abc", "def"],
        "tickers": "nle, XTKS:3774",
        "markets": "xosl",
        "kind": ["record", "meeting"],
        "type": "cash_dividend",
        "plan": "own",
        "leads_record": "7 2, 2",
        "count_record": "trading",
        "leads_payment": "0",
        "rhythm": "weekly",
        "weekday": "4",
        "language": "ja",
        "zone": "Asia/Tokyo",
        "hour": "7",
    }
    empty = {f"leads_{kind}": "" for kind in DateKind}
    assert (
        client.post(
            "/subscribe", data={**fields_of(client, "/subscribe"), "address": ADDRESS, **empty, **wish}
        ).status_code
        == 202
    )
    made = only(world)
    assert made.selection.issuers == ("abc", "def")
    assert made.selection.tickers == ("NLE", "XTKS:3774")
    assert made.selection.markets == ("XOSL",)
    assert made.selection.kinds == (DateKind.RECORD, DateKind.MEETING)
    assert made.selection.event_types == (EventType.CASH_DIVIDEND,)
    assert made.plan.leads == (
        (DateKind.RECORD, (Lead(7, DayCount.TRADING), Lead(2, DayCount.TRADING))),
        (DateKind.PAYMENT, (Lead(0),)),
    )
    assert (made.plan.rhythm, made.plan.weekday) == (Rhythm.WEEKLY, 4)
    assert (made.language, made.zone, made.hour) == ("ja", "Asia/Tokyo", 7)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"address": "nobody"}, "Write one mail address"),
        ({"address": "a@b"}, "is no domain"),
        ({"address": "a@example.org\nBcc: b@example.org"}, "Write one mail address"),
        ({"zone": "Mars/Olympus"}, "Choose one of the values offered"),
        ({"tickers": "<b>"}, "is no ticker"),
        ({"plan": "own", "leads_record": "two"}, "Write whole numbers of days"),
        ({"plan": "own", "leads_record": "1 2 3 4 5 6 7"}, "At most 6 lead times"),
    ],
)
def test_a_form_with_a_mistake_comes_back_with_it_marked(
    client: FlaskClient, world: World, wrong: dict[str, str], problem: str
) -> None:
    form = {**fields_of(client, "/subscribe"), "address": ADDRESS, "hour": "21", **wrong}
    answer = client.post("/subscribe", data=form)
    assert answer.status_code == 422
    page = html.document_fromstring(answer.text)
    assert any(problem in item.text_content() for item in page.cssselect(".problem"))
    assert dict(page.forms[0].form_values())["hour"] == "21"
    with world.store.read() as unit:
        assert unit.subscriptions.by_target(ADDRESS) == []


def test_opening_the_mails_link_changes_nothing_before_the_button(client: FlaskClient, world: World) -> None:
    ask(client)
    token = world.services().tokens.confirm(only(world).id)
    assert "Yes, send me reminders" in client.get(f"/confirm/{token}").text
    assert only(world).confirmed_at is None


def test_the_button_starts_the_reminders_and_shows_the_private_feed(
    client: FlaskClient, world: World
) -> None:
    made = subscribed(client, world)
    assert made.confirmed_at == NOW
    assert world.planner.told == [made]
    token = world.services().tokens.confirm(made.id)
    assert "already confirmed" in client.get(f"/confirm/{token}").text
    feed = world.services().tokens.feed(made.id)
    assert f"/feeds/private/{feed}/" in client.get(f"/confirm/{token}").text
    assert client.get(f"/feeds/private/{feed}/my-dates.ics").mimetype == "text/calendar"


@pytest.mark.parametrize("room", ["confirm", "subscriptions", "unsubscribe"])
def test_forged_links_open_nothing(client: FlaskClient, world: World, room: str) -> None:
    made = subscribed(client, world)
    tokens = world.services().tokens
    for token in (
        "x",
        made.id,
        tokens.form(made.id),
        tokens.confirm(made.id)[:-1] + "!",
        tokens.confirm("unknown"),
    ):
        assert client.get(f"/{room}/{token}").status_code in {404, 410}


def test_a_question_is_answered_within_three_days_or_not_at_all(client: FlaskClient, world: World) -> None:
    ask(client)
    token = world.services().tokens.confirm(only(world).id)
    world.clock.move(days=3, seconds=2)
    answer = client.get(f"/confirm/{token}")
    assert answer.status_code == 404
    assert "has expired" in answer.text


def test_a_subscription_is_changed_by_its_link(client: FlaskClient, world: World) -> None:
    made = subscribed(client, world)
    path = f"/subscriptions/{world.services().tokens.manage(made.id)}"
    answer = client.post(
        path, data={**fields_of(client, path), "hour": "18", "language": "de", "wish": "change"}
    )
    assert "Ihre Änderungen sind gespeichert." in answer.text
    changed = only(world)
    assert (changed.hour, changed.language, changed.target, changed.confirmed_at) == (18, "de", ADDRESS, NOW)
    assert world.planner.told[-1] == changed
    wrong = client.post(path, data={**fields_of(client, path), "zone": "nowhere", "wish": "change"})
    assert wrong.status_code == 422
    assert only(world) == changed


def test_alarms_and_window_of_the_private_feed_are_part_of_the_subscription(
    client: FlaskClient, world: World
) -> None:
    made = subscribed(client, world)
    path = f"/subscriptions/{world.services().tokens.manage(made.id)}"
    wish = {**fields_of(client, path), "wish": "change"}
    answer = client.post(path, data={**wish, "alarms": "7, 1", "past": "0", "future": "12"})
    changed = only(world)
    assert changed.alarms == (1, 7)
    assert (changed.selection.past_days, changed.selection.future_days) == (0, 12)
    (address,) = [item.get("value", "") for item in html.fromstring(answer.text).cssselect("input.address")]
    feed = client.get(address.removeprefix(BASE_URL)).text
    days = set(re.findall(r"DTSTART;VALUE=DATE:([0-9]{8})", feed))
    assert days
    assert max(days) <= "20261205"
    assert min(days) >= "20261123"
    assert feed.count("BEGIN:VALARM") == 2 * feed.count("STATUS:CONFIRMED") + 2 * feed.count(
        "STATUS:TENTATIVE"
    )
    other = client.get(address.removeprefix(BASE_URL) + "?alarms=&past=90&future=400").text
    assert "BEGIN:VALARM" not in other
    assert max(re.findall(r"DTSTART;VALUE=DATE:([0-9]{8})", other)) > "20261205"
    kept = fields_of(client, path)
    assert (kept["alarms"], kept["past"], kept["future"]) == ("1, 7", "0", "12")
    refused = client.post(path, data={**wish, "alarms": "soon", "past": "-1"})
    assert refused.status_code == 422
    assert "alarms takes at most" in refused.text
    assert "past must be a whole number" in refused.text
    assert only(world) == changed


def test_the_private_link_is_replaced_and_the_old_one_stops(client: FlaskClient, world: World) -> None:
    made = subscribed(client, world)
    tokens = world.services().tokens
    path = f"/subscriptions/{tokens.manage(made.id)}"
    for generation in (1, 2):
        answer = client.post(
            path, data={"form_token": fields_of(client, path)["form_token"], "wish": "new_link"}
        )
        assert f"/feeds/private/{tokens.feed(made.id, generation)}/" in answer.text
        with world.store.read() as unit:
            assert unit.subscriptions.is_revoked(hash_feed_token(tokens.feed(made.id, generation - 1)))
            found = unit.subscriptions.by_feed_token(hash_feed_token(tokens.feed(made.id, generation)))
        assert found is not None
        assert found.id == made.id


def test_one_click_unsubscribing_needs_no_cookie_and_no_redirect(client: FlaskClient, world: World) -> None:
    made = subscribed(client, world)
    path = f"/unsubscribe/{world.services().tokens.unsubscribe(made.id)}"
    machine = create_app(world.services()).test_client(use_cookies=False)
    answer = machine.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert only(world).ended_at == NOW
    assert world.planner.told[-1].ended_at == NOW
    assert machine.post(path).status_code == 200


def test_opening_the_unsubscribe_link_changes_nothing(client: FlaskClient, world: World) -> None:
    made = subscribed(client, world)
    path = f"/unsubscribe/{world.services().tokens.unsubscribe(made.id)}"
    for method in (client.get, client.head):
        assert method(path).status_code == 200
    assert only(world).ended_at is None
    world.clock.move(days=2000)
    assert client.get(path).status_code == 200


def test_a_subscription_is_ended_on_its_page(client: FlaskClient, world: World) -> None:
    made = subscribed(client, world)
    path = f"/subscriptions/{world.services().tokens.manage(made.id)}"
    answer = client.post(path, data={"form_token": fields_of(client, path)["form_token"], "wish": "end"})
    assert "Your reminders have ended" in answer.text
    assert only(world).ended_at == NOW


def test_a_stranger_cannot_be_flooded(client: FlaskClient, world: World) -> None:
    answers = {
        client.post("/subscribe", data={**fields_of(client, "/subscribe"), "address": ADDRESS}).text.split(
            "form_token"
        )[0]
        for _ in range(5)
    }
    assert len(answers) == 1  # whoever asks cannot tell
    with world.store.read() as unit:
        assert len(unit.subscriptions.by_target(ADDRESS)) == 3
    world.clock.move(days=1, hours=1)
    ask(client)
    with world.store.read() as unit:
        assert len(unit.subscriptions.by_target(ADDRESS)) == 4


def test_other_spellings_of_an_address_flood_nobody_either(client: FlaskClient, world: World) -> None:
    spellings = [
        "Reader@example.org",
        "reader+1@example.org",
        "r.eader+2@example.org",
        "READER+x+y@EXAMPLE.org",
        "re.ader@example.org",
    ]
    for address in spellings:
        assert ask(client, address=address) == 202
    with world.store.read() as unit:
        assert [len(unit.subscriptions.by_target(read_address(one))) for one in spellings] == [1, 1, 1, 0, 0]
    assert ask(client, address="reader@other.example.org") == 202
    assert only(world, "reader@other.example.org").confirmed_at is None


def test_the_whole_service_asks_only_so_often_an_hour(client: FlaskClient, world: World) -> None:
    with world.store.begin() as unit:
        unit.set_state("optin_hour", f"{NOW:%Y-%m-%dT%H} {MAX_AN_HOUR}")
    assert ask(client) == 202
    with world.store.read() as unit:
        assert unit.subscriptions.by_target(ADDRESS) == []
    world.clock.instant += timedelta(hours=1)
    assert ask(client) == 202
    assert only(world).target == ADDRESS


def test_an_address_that_refused_mail_is_not_asked_again(client: FlaskClient, world: World) -> None:
    with world.store.begin() as unit:
        unit.subscriptions.suppress(ADDRESS, "550 no such user", NOW)
    assert ask(client) == 202
    with world.store.read() as unit:
        assert unit.subscriptions.by_target(ADDRESS) == []


@pytest.mark.parametrize(
    ("given", "address"),
    [(" Reader+x@Example.ORG ", "Reader+x@example.org"), ("a@bücher.example", "a@xn--bcher-kva.example")],
)
def test_addresses_are_brought_to_one_form(given: str, address: str) -> None:
    assert read_address(given) == address


@pytest.mark.parametrize(
    "given",
    ["", "a", "@b.c", "a@b", "a b@c.d", "a@b.c, d@e.f", "<a@b.c>", '"a"@b.c', "a@b..c", "a@-b.c", "ä@b.c", "a@b.c\r\nX: y", "a\x00@b.c", "a" * 65 + "@b.c", "a@" + "b" * 64 + ".c", "a@" + ".".join(["b" * 60] * 5)],
)  # fmt: skip
def test_what_is_no_address_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=r"mail address|no domain"):
        read_address(given)
