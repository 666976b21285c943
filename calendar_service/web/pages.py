"""Pages that show the calendar: days, actions with their proof and history, issuers, what is held."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from calendar_service.model.action import Change, CorporateAction, Revision
from calendar_service.model.codes import EventType
from calendar_service.model.ports import Unit
from calendar_service.model.subscription import Selection
from calendar_service.model.values import Evidence
from calendar_service.publish.fields import change_sides
from calendar_service.publish.meanings import BASIS_MEANINGS, STATUS_MEANINGS
from calendar_service.publish.words import KINDS, Words
from calendar_service.web.addresses import DateAddresses, FeedAddresses, addresses_of_date, feed_of
from calendar_service.web.agenda import read_agenda, window_of
from calendar_service.web.context import earliest_today, page_words, services, speak, today
from calendar_service.web.marking import find_context
from calendar_service.web.queries import (
    check_id,
    read_day,
    read_number,
    read_page,
    read_selection,
    read_statuses,
)
from calendar_service.web.security import is_operator

blueprint = Blueprint("pages", __name__)

_BEFORE = 14
_DAYS = 75
_SOURCES = 30


@blueprint.get("/")
def show_calendar() -> str:
    """The agenda: days with their entries around today, or from `from` on for `days` days."""
    speak()
    now = today()
    first = read_day(request.args, "from") or now - timedelta(days=_BEFORE)
    days = read_number(request.args, "days", _DAYS, 1, 800)
    last = _shift(first, days - 1)
    selection = window_of(read_selection(request.args), first, last, now)
    with services().store.read() as unit:
        agenda = read_agenda(unit, selection, read_statuses(request.args), first, last, now)
        nearest = () if agenda.days else _nearest(unit, selection, min(max(now, first), last))
        issuer_names = {item: _issuer_name(unit, item) for item in selection.issuers}
    return render_template(
        "calendar.html",
        agenda=agenda,
        past=() if "from" in request.args else [day for day in agenda.days if day.day < earliest_today()],
        selection=selection,
        chosen_statuses=read_statuses(request.args),
        nearest=nearest,
        issuer_names=issuer_names,
        earlier=_shift(first, -days),
        later=_shift(first, days),
        days=days,
        args=_filters(),
        feed=feed_of(services().base_url, selection, language=page_words().language),
    )


@blueprint.get("/actions/<action_id>")
def show_action(action_id: str) -> str | Response:
    """One action: facts, dates with their proof, calendar links, history; with `on`, as it was shown that day."""
    speak()
    asked = read_day(request.args, "on")
    with services().store.read() as unit:
        action = _find_action(unit, action_id)
        revisions = unit.actions.revisions(action.id)
        shown = shown_on(unit, action.id, asked) if asked else None
        sources = [unit.documents.find(item) for item in action.documents[-_SOURCES:]]
    if action.id != action_id:
        return redirect(f"/actions/{action.id}")  # it was merged into another one
    current = shown.action if shown else action
    words = page_words()
    pages: dict[str, DateAddresses | None] = {
        item.kind.value: addresses_of_date(current, item, services().links.action(action.id), words)
        for item in current.dates
    }
    return render_template(
        "action.html",
        action=current,
        dates=sorted(current.dates, key=lambda item: (item.day or date.max, item.kind)),
        newest=action,
        revisions=_tell_history(revisions, words),
        asked=asked,
        shown=shown,
        settling=bool(services().admin_token) or is_operator(),
        needs_token=bool(services().admin_token),
        sources=[item for item in sources if item is not None],
        contexts=_find_contexts(current, {item.id: item.content for item in sources if item is not None}),
        adding=pages,
        feed=_issuer_feed(action.issuer_id, action.issuer.name),
    )


@blueprint.get("/qr.svg")
def show_picture() -> Response:
    """A public feed's address (`feed`, its path) as a QR code for phones."""
    path = request.args.get("feed", "")
    if not re.fullmatch(r"/feeds/(?!private/)[\w\-./?=&,%:+]{1,400}", path, re.ASCII):
        raise NotFound("There is no public feed at this address.")
    import segno

    picture = io.BytesIO()
    webcal = FeedAddresses(services().base_url + path).webcal
    segno.make(webcal, micro=False).save(picture, kind="svg", scale=4, border=4, light="#fff")
    return Response(
        picture.getvalue(), mimetype="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"}
    )


@blueprint.get("/issuers")
def list_issuers() -> str:
    """Issuers by name, searched by `q`."""
    speak()
    search = request.args.get("q", "")[:100]
    with services().store.read() as unit:
        issuers = unit.actions.issuers(search=search, limit=500)
    return render_template("issuers.html", issuers=issuers, search=search)


@blueprint.get("/issuers/<issuer_id>")
def show_issuer(issuer_id: str) -> str:
    """One issuer's actions, nearest first."""
    speak()
    check_id(issuer_id)
    with services().store.read() as unit:
        actions = list(unit.actions.of_issuer(issuer_id))
        parts, decisions = unit.actions.issuer_parts(issuer_id), unit.actions.issuer_decisions(issuer_id)
    if not actions:
        raise NotFound("There is no issuer with this identifier.")
    actions.sort(key=_last_day_of, reverse=True)
    return render_template(
        "issuer.html",
        issuer=actions[0].issuer,
        issuer_id=issuer_id,
        actions=actions,
        parts=parts,
        decisions=decisions,
        feed=_issuer_feed(issuer_id, actions[0].issuer.name),
    )


@blueprint.get("/held")
def list_held() -> str:
    """What is not published, with the reasons."""
    speak()
    page = read_page(request.args)
    everything = Selection(past_days=36_500, future_days=36_500)
    with services().store.read() as unit:
        actions = unit.actions.list(everything, today(), held=True, limit=page.limit + 1, offset=page.offset)
    return render_template(
        "held.html", actions=actions[: page.limit], page=page, more=len(actions) > page.limit
    )


@blueprint.get("/help")
def show_help() -> str:
    """How to use the calendar, and what its words mean."""
    speak()
    words = page_words()
    return render_template(
        "help.html",
        feed=feed_of(services().base_url, Selection(), language=words.language),
        kind_words=[(kind.value, words.kind(kind)) for kind in KINDS],
        type_words=[(item.value, words.event_type(item)) for item in EventType],
        basis_meanings=BASIS_MEANINGS,
        status_meanings=STATUS_MEANINGS,
    )


def shown_on(unit: Unit, action_id: str, day: date) -> Revision | None:
    """What was shown at the end of this day (UTC)."""
    return unit.actions.shown_on(action_id, datetime.combine(day, time.max, tzinfo=UTC))


def _tell_history(
    revisions: Sequence[Revision], words: Words
) -> list[tuple[Revision, list[tuple[Change, str, str]]]]:
    """The revisions, newest first, each with its changes and what the fields were and are."""
    earlier = [None, *(revision.action for revision in revisions)]
    told = [
        (
            revision,
            [(change, *change_sides(change, before, revision.action, words)) for change in revision.changes],
        )
        for before, revision in zip(earlier, revisions, strict=False)
    ]
    return told[::-1]


def _find_contexts(action: CorporateAction, texts: dict[str, str]) -> dict[Evidence, tuple[str, str]]:
    """For each proof, what stands beside the quoted words."""
    proofs = [item.evidence for item in action.dates] + [evidence for _, evidence in action.evidence]
    if action.amount:
        proofs.append(action.amount.evidence)
    return {
        proof: context
        for proof in proofs
        if proof is not None and (context := find_context(texts.get(proof.document, ""), proof)) is not None
    }


def _find_action(unit: Unit, action_id: str) -> CorporateAction:
    action = unit.actions.find(check_id(action_id))
    if action is None:
        raise NotFound("There is no corporate action with this identifier.")
    return action


def _nearest(unit: Unit, selection: Selection, day: date) -> tuple[CorporateAction, ...]:
    wide = window_of(selection, date(1900, 1, 1), _shift(day, 3650), day)
    return tuple(unit.actions.list(wide, day, held=False, limit=10))


def _issuer_name(unit: Unit, issuer_id: str) -> str:
    return next((action.issuer.name for action in unit.actions.of_issuer(issuer_id)), issuer_id)


def _issuer_feed(issuer_id: str, name: str) -> FeedAddresses:
    selection = Selection(issuers=(issuer_id,))
    return feed_of(services().base_url, selection, name, language=page_words().language)


def _shift(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return day


def _last_day_of(action: CorporateAction) -> date:
    return max((item.last_day or item.day for item in action.dates if item.day), default=date.min)


def _filters() -> list[tuple[str, str]]:
    """The filters of this request, to be carried along by links to other days."""
    return [
        (name, value)
        for name, value in request.args.items(multi=True)
        if name not in {"from", "days", "lang"}
    ]
