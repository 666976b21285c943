"""Pages of subscriptions: asking for mails (double opt-in), changing, ending; no login, signed links only."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from flask import Blueprint, Response, abort, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from calendar_service.model.ports import Unit
from calendar_service.model.records import StoredIssuer
from calendar_service.model.subscription import Subscription
from calendar_service.web.addresses import FeedAddresses
from calendar_service.web.context import page_words, say, services, speak
from calendar_service.web.forms import (
    HOURS,
    Problems,
    read_address,
    read_subscription,
    show_leads,
    zones,
)
from calendar_service.web.optin import ask_to_confirm
from calendar_service.web.security import check_form, is_operator
from calendar_service.web.tokens import hash_feed_token

blueprint = Blueprint("subscriptions", __name__)

blueprint.before_request(speak)

_MAX_GENERATIONS = 1000
# Where most readers of a language live: an offer in the form, since a browser without scripts does not tell.
_USUAL_ZONES = {"ja": "Asia/Tokyo", "de": "Europe/Berlin"}


@blueprint.get("/subscribe")
def show_form() -> str:
    """The empty form; `issuer` and `ticker` in the address choose beforehand."""
    draft = Subscription(id="", target="")
    form = MultiDict(request.args)
    form["language"] = page_words().language
    form["zone"] = _USUAL_ZONES.get(form["language"], "UTC")
    form.setlist("tickers", [" ".join(form.getlist("ticker"))])
    form["forecasts"] = form["changes"] = "1"
    chosen, _ = read_subscription(form, draft)
    return _render_form(chosen, "", Problems())


@blueprint.post("/subscribe")
def subscribe() -> Response:
    """Stores the wish and asks by mail whether it is meant; nothing else is sent before the answer."""
    check_form()
    draft, problems = read_subscription(request.form, new_draft())
    speak(draft.language)
    given = request.form.get("address", "")
    address = str(problems.collect("address", lambda: read_address(given), ""))
    if problems.by_field:
        return make_response(_render_form(draft, given, problems), 422)
    ask_to_confirm(services(), replace(draft, target=address))
    return make_response(render_template("subscribed.html", address=address, detailed=is_operator()), 202)


@blueprint.get("/confirm/<token>")
def show_confirm(token: str) -> Response:
    """Asks once more by a button, because mail scanners open every link."""
    with services().store.read() as unit:
        subscription = _find(unit, services().tokens.read_confirm(token))
    if subscription.confirmed_at and not subscription.ended_at:
        return _show_manage(subscription, notice=say("This subscription is already confirmed."))
    return _private(render_template("confirm.html", subscription=subscription))


@blueprint.post("/confirm/<token>")
def confirm(token: str) -> Response:
    """Starts the reminders."""
    check_form()
    now = services().clock.now()
    with services().store.begin() as unit:
        subscription = _find(unit, services().tokens.read_confirm(token))
        if subscription.ended_at:
            abort(410, say("This subscription has been ended. You are welcome to subscribe again."))
        if not subscription.confirmed_at:
            subscription = replace(subscription, confirmed_at=now)
            unit.subscriptions.update(subscription)
            services().planner.subscribe(unit, subscription, now)
    return _show_manage(subscription, notice=say("Thank you: your reminders are on."))


@blueprint.get("/subscriptions/<token>")
def show_manage(token: str) -> Response:
    """What a subscriber gets, to be changed or ended."""
    with services().store.read() as unit:
        subscription = _find(unit, services().tokens.read_manage(token))
    return _show_manage(subscription)


@blueprint.post("/subscriptions/<token>")
def manage(token: str) -> Response:
    """Changes or ends a subscription, or replaces its private calendar link."""
    check_form()
    wish = request.form.get("wish", "change")
    now = services().clock.now()
    with services().store.begin() as unit:
        subscription = _find(unit, services().tokens.read_manage(token))
        if wish == "end":
            return _end(unit, subscription, now)
        if wish == "new_link":
            _renew_feed(unit, subscription, now)
            notice: str = say("Your old private link no longer works. Here is the new one.")
            problems = Problems()
        else:
            draft, problems = read_subscription(request.form, subscription)
            subscription = draft
            speak(draft.language)
            notice = "" if problems.by_field else say("Your changes are saved.")
            if not problems.by_field:
                unit.subscriptions.update(draft)
                services().planner.subscribe(unit, draft, now)
    return _show_manage(subscription, notice=notice, problems=problems)


@blueprint.get("/unsubscribe/<token>")
def show_unsubscribe(token: str) -> Response:
    """A page with a button; opening it changes nothing, because scanners open every link."""
    with services().store.read() as unit:
        subscription = _find(unit, services().tokens.read_unsubscribe(token))
    return _private(render_template("unsubscribe.html", subscription=subscription, done=False))


@blueprint.post("/unsubscribe/<token>")
def unsubscribe(token: str) -> Response:
    """Ends the subscription at once (RFC 8058, section 3.2): no cookie, no form token, no redirect."""
    with services().store.begin() as unit:
        subscription = _find(unit, services().tokens.read_unsubscribe(token))
        return _end(unit, subscription, services().clock.now())


def new_draft() -> Subscription:
    """A subscription that nobody has filled in yet, with an id that cannot be guessed."""
    return Subscription(id=secrets.token_hex(12), target="", created_at=services().clock.now())


def _find(unit: Unit, subscription_id: str | None) -> Subscription:
    if subscription_id is None:
        abort(
            404,
            say("This link is not valid or has expired. Use the link of a newer mail, or subscribe again."),
        )
    subscription = unit.subscriptions.find(subscription_id)
    if subscription is None:
        abort(410, say("This subscription no longer exists."))
    speak(subscription.language)
    return subscription


def _end(unit: Unit, subscription: Subscription, now: datetime) -> Response:
    if not subscription.ended_at:
        subscription = replace(subscription, ended_at=now)
        unit.subscriptions.update(subscription)
        services().planner.subscribe(unit, subscription, now)
    return _private(render_template("unsubscribe.html", subscription=subscription, done=True))


def _current_feed(unit: Unit, subscription_id: str) -> str | None:
    """The secret of the private feed as it stands: the first generation that is not revoked."""
    for generation in range(_MAX_GENERATIONS):
        token = services().tokens.feed(subscription_id, generation)
        hashed = hash_feed_token(token)
        if not unit.subscriptions.is_revoked(hashed):
            return token if unit.subscriptions.by_feed_token(hashed) else None
    return None


def _renew_feed(unit: Unit, subscription: Subscription, now: datetime) -> None:
    for generation in range(_MAX_GENERATIONS):
        hashed = hash_feed_token(services().tokens.feed(subscription.id, generation))
        if unit.subscriptions.is_revoked(hashed):
            continue
        if unit.subscriptions.by_feed_token(hashed) is None:
            unit.subscriptions.add_feed_token(subscription.id, hashed, now)
            return
        unit.subscriptions.revoke(hashed, now)
    abort(409, say("This private link was replaced too often. Subscribe again for a new one."))


def _show_manage(
    subscription: Subscription, *, notice: str = "", problems: Problems | None = None
) -> Response:
    with services().store.read() as unit:
        token = _current_feed(unit, subscription.id)
        issuers = _offered_issuers(unit, subscription)
    tokens, links = services().tokens, services().links
    page = render_template(
        "manage.html",
        subscription=subscription,
        notice=notice,
        problems=(problems or Problems()).by_field,
        feed=FeedAddresses(links.private_feed(token)) if token else None,
        action=f"/subscriptions/{tokens.manage(subscription.id)}",
        issuers=issuers,
        **_choices(subscription),
    )
    return _private(page, 422 if problems and problems.by_field else 200)


def _render_form(draft: Subscription, address: str, problems: Problems) -> str:
    with services().store.read() as unit:
        issuers = _offered_issuers(unit, draft)
    return render_template(
        "subscribe.html",
        subscription=draft,
        address=address[:300],
        problems=problems.by_field,
        issuers=issuers,
        **_choices(draft),
    )


def _choices(subscription: Subscription) -> dict[str, object]:
    default = type(subscription.plan)()
    return {
        "leads": show_leads(subscription.plan),
        "has_own_plan": subscription.plan.leads != default.leads,
        "zones": zones(),
        "hours": HOURS,
    }


def _offered_issuers(unit: Unit, subscription: Subscription) -> list[StoredIssuer]:
    """The issuers that the form lists: those that are chosen first, then others by name."""
    offered = {issuer.id: issuer for issuer in unit.actions.issuers(limit=60)}
    for issuer_id in subscription.selection.issuers:
        if issuer_id not in offered:
            actions = unit.actions.of_issuer(issuer_id)
            if actions:
                offered[issuer_id] = StoredIssuer(issuer_id, actions[0].issuer.name)
    chosen = set(subscription.selection.issuers)
    return sorted(offered.values(), key=lambda issuer: (issuer.id not in chosen, issuer.name.casefold()))


def _private(page: str, status: int = 200) -> Response:
    """A page that a secret link opened: stored nowhere, its address told to nobody."""
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer
