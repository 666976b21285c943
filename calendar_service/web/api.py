"""The JSON API. Shapes come from publish.views, routes and their description from web.routes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import BadRequest, NotFound

from calendar_service.model.action import CorporateAction
from calendar_service.model.ports import Unit
from calendar_service.model.records import StoredDocument
from calendar_service.model.subscription import Selection
from calendar_service.publish.cleaning import clean_line
from calendar_service.publish.views import (
    action_view,
    announcement_view,
    document_view,
    entry_view,
    revision_view,
)
from calendar_service.publish.words import LANGUAGES
from calendar_service.web.answers import json_answer
from calendar_service.web.context import services, today
from calendar_service.web.corrections import read_correction
from calendar_service.web.documents import Upload, find_document, ingest_upload, name_upload, read_outcome
from calendar_service.web.forms import flatten, read_address, read_subscription
from calendar_service.web.openapi import describe_api
from calendar_service.web.optin import ask_to_confirm
from calendar_service.web.pages import shown_on
from calendar_service.web.queries import (
    Page,
    check_id,
    read_day,
    read_flag,
    read_page,
    read_selection,
    read_statuses,
)
from calendar_service.web.routes import ROUTES
from calendar_service.web.security import is_operator, refuse_foreign_origin
from calendar_service.web.subscriptions import new_draft

blueprint = Blueprint("api", __name__)

MAX_ENTRIES = 20_000
JSON_BYTES = 64 * 1024
_EVERYTHING = Selection(past_days=36_500, future_days=36_500)


def list_actions() -> Response:
    """Corporate actions, nearest date first."""
    page, statuses = read_page(request.args), read_statuses(request.args)
    held = None if read_flag(request.args, "held", default=False) else False
    with services().store.read() as unit:
        found = unit.actions.list(
            read_selection(request.args), today(), held=held, limit=page.limit + 1, offset=page.offset
        )
        views = [_view_action(unit, action) for action in found[: page.limit]]
    # Filtered after paging: a page may hold fewer than `limit`, and `next` still leads on.
    wanted = [view for view in views if not statuses or view["status"] in statuses]
    return _answer_page(wanted, page, more=len(found) > page.limit)


def show_action(action_id: str) -> Response:
    """One action, today or as it was shown on a day."""
    day = read_day(request.args, "on")
    with services().store.read() as unit:
        action = _find_action(unit, action_id)
        if day is not None:
            revision = shown_on(unit, action.id, day)
            if revision is None:
                raise NotFound(f"This action was not known here on {day.isoformat()}.")
            action = revision.action
        return json_answer(_view_action(unit, action))


def list_revisions(action_id: str) -> Response:
    """What changed in an action, oldest first."""
    with services().store.read() as unit:
        action = _find_action(unit, action_id)
        revisions = unit.actions.revisions(action.id)
    before: list[CorporateAction | None] = [None, *(revision.action for revision in revisions)]
    views = [
        revision_view(revision, earlier, services().links, language=_language())
        for revision, earlier in zip(revisions, before, strict=False)
    ]
    return json_answer({"items": views, "next": None})


def list_entries() -> Response:
    """Calendar entries, nearest date first."""
    page, statuses = read_page(request.args), read_statuses(request.args)
    end = page.offset + page.limit
    if end > MAX_ENTRIES:
        abort(400, f"Entries beyond the nearest {MAX_ENTRIES:,} are not listed; narrow the selection.")
    with services().store.read() as unit:
        found = unit.entries.select(read_selection(request.args), today(), limit=end + 1)
        shown = [item for item in found[page.offset : end] if not statuses or item.status in statuses]
        actions = unit.actions.find_all({entry.action_id for entry in shown})
    views = [
        entry_view(entry, actions[entry.action_id], services().links, language=_language())
        for entry in shown
        if entry.action_id in actions
    ]
    return _answer_page(views, page, more=len(found) > end)


def list_issuers() -> Response:
    """Issuers by name."""
    with services().store.read() as unit:
        issuers = unit.actions.issuers(search=request.args.get("q", "")[:100], limit=500)
    items = [
        {"id": item.id, "name": clean_line(item.name, 200), "tickers": list(item.tickers)} for item in issuers
    ]
    return json_answer({"items": items, "next": None})


def list_documents() -> Response:
    """Documents, newest first, with what became of them."""
    page = read_page(request.args)
    with services().store.read() as unit:
        found = unit.documents.list(outcome=read_outcome(), limit=page.limit + 1, offset=page.offset)
    views = [document_view(item, services().links, language=_language()) for item in found[: page.limit]]
    return _answer_page(views, page, more=len(found) > page.limit)


def show_document(document_id: str) -> Response:
    """One document with its text and what was read from it."""
    links = services().links
    with services().store.read() as unit:
        document = find_document(unit.documents.find, document_id)
        stored = unit.actions.announcements_in(document.id)
    said = [announcement_view(item, links, language=_language()) for item in stored]
    return json_answer(
        {
            **document_view(document, links, language=_language()),
            "text": document.content,
            "announcements": said,
        }
    )


def list_held() -> Response:
    """Actions that wait for a person, with the reasons."""
    page = read_page(request.args)
    with services().store.read() as unit:
        found = unit.actions.list(_EVERYTHING, today(), held=True, limit=page.limit + 1, offset=page.offset)
        views = [_view_action(unit, action) for action in found[: page.limit]]
    return _answer_page(views, page, more=len(found) > page.limit)


def add_document() -> Response:
    """Read an announcement."""
    _require_operator()
    outcome = ingest_upload(_read_upload(), request.args.get("source", ""))
    answer = {
        "document": outcome.document_id,
        "outcome": outcome.outcome,
        "reason": clean_line(outcome.reason, 500),
        "actions": list(outcome.actions),
        "url": services().links.document(outcome.document_id),
    }
    return json_answer(answer, 200 if outcome.outcome == "unchanged" else 201)


def add_correction() -> Response:
    """Settle what a person has to decide."""
    _require_operator()
    try:
        correction = read_correction(_read_object())
    except ValueError as error:
        abort(422, str(error))
    return json_answer({"actions": list(services().correct(correction))})


def add_subscription() -> Response:
    """Ask for reminders."""
    refuse_foreign_origin()
    data = {"forecasts": True, "changes": True, **_read_object()}
    try:
        form = flatten(data)
    except ValueError as error:
        abort(422, str(error))
    draft, problems = read_subscription(form, new_draft())
    address = str(problems.collect("address", lambda: read_address(form.get("address", "")), ""))
    if problems.by_field:
        abort(422, " ".join(f"{name}: {problem}" for name, problem in problems.by_field.items()))
    ask_to_confirm(services(), replace(draft, target=address))
    message = "If this address may be used, a mail is on its way that asks whether you mean it."
    return json_answer({"status": "asked", "message": message}, 202)


def show_openapi() -> Response:
    """This document."""
    return json_answer(describe_api(services().base_url))


def _answer_page(items: Sequence[dict[str, Any]], page: Page, *, more: bool) -> Response:
    """A page of a list; `next` is the address of the following one."""
    following = None
    if more:
        args = [
            (name, value) for name, value in request.args.items(multi=True) if name not in {"limit", "offset"}
        ]
        paging = [("limit", str(page.limit)), ("offset", str(page.offset + page.limit))]
        following = f"{services().base_url}{request.path}?{urlencode([*args, *paging])}"
    return json_answer({"items": items, "next": following})


def _view_action(unit: Unit, action: CorporateAction) -> dict[str, Any]:
    found = [unit.documents.find(item) for item in action.documents]
    documents: list[StoredDocument] = [item for item in found if item is not None]
    return action_view(action, services().links, documents, language=_language())


def _find_action(unit: Unit, action_id: str) -> CorporateAction:
    action = unit.actions.find(check_id(action_id))
    if action is None:
        raise NotFound("There is no corporate action with this identifier.")
    return action


def _language() -> str:
    language = request.args.get("lang", "en")
    if language not in LANGUAGES:
        abort(400, f"lang must be one of: {', '.join(LANGUAGES)}.")
    return language


def _read_upload() -> Upload:
    """The form's file, or else the body as it is: curl calls any body a form unless told otherwise."""
    if request.mimetype != "multipart/form-data":
        stated = None if request.mimetype == "application/x-www-form-urlencoded" else request.mimetype or None
        return Upload(name_upload(request.headers.get("X-File-Name")), request.get_data(cache=False), stated)
    file = request.files.get("file")
    if file is None:
        abort(400, "The form has no file; name its part `file`.")
    return Upload(name_upload(file.filename), file.read(), file.mimetype or None)


def _require_operator() -> None:
    refuse_foreign_origin()
    if not is_operator():
        abort(403, "This needs the operator's token: send the header Authorization: Bearer TOKEN.")


def _read_object() -> dict[str, Any]:
    """The request's JSON object."""
    request.max_content_length = JSON_BYTES
    if not request.is_json:
        abort(415, "Send JSON with the header Content-Type: application/json.")
    try:
        data = request.get_json()
    except (BadRequest, RecursionError):
        abort(400, "The body is no valid JSON.")
    if not isinstance(data, dict):
        abort(400, "The body must be a JSON object.")
    return data


_FUNCTIONS: dict[str, Callable[..., Response]] = {
    function.__name__: function
    for function in (
        list_actions,
        show_action,
        list_revisions,
        list_entries,
        list_issuers,
        list_documents,
        show_document,
        list_held,
        add_document,
        add_correction,
        add_subscription,
        show_openapi,
    )
}
for _route in ROUTES:
    blueprint.add_url_rule(
        _route.path.replace("{", "<").replace("}", ">"),
        _route.function,
        _FUNCTIONS[_route.function],
        methods=[_route.method.upper()],
    )
