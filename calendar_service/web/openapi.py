"""The OpenAPI 3.1 document of the API, from the table of routes."""

from __future__ import annotations

import re
from typing import Any

from calendar_service import __version__
from calendar_service.web.routes import ROUTES, Parameter, Route

_STATES = {400: "The request makes no sense.", 403: "Only the operator may do this.", 404: "There is no such thing.",
           413: "The document is too large.", 422: "Something that was sent is wrong."}  # fmt: skip

_TEXT: dict[str, Any] = {"type": "string"}
_ID_LIST: dict[str, Any] = {"type": "array", "items": _TEXT}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _described(text: str) -> dict[str, Any]:
    return {"type": "object", "description": text}


SCHEMAS: dict[str, dict[str, Any]] = {
    "Action": _described(
        "A corporate action: issuer, kind, state, amount, dates (each with basis and proof), notes."
    ),
    "Revision": _described(
        "A state of an action: number, known_at, cause, changes (field, old, new, evidence)."
    ),
    "Entry": _described("A calendar entry: one date of one action, with uid, title, day, status, sequence."),
    "Issuer": _object(id=_TEXT, name=_TEXT, tickers=_ID_LIST),
    "Document": _described("A document's row: name, origin, fetched_at, outcome, reason."),
    "DocumentWithText": _described("A document with `text` and the `announcements` read from it."),
    "Outcome": _object(document=_TEXT, outcome=_TEXT, reason=_TEXT, actions=_ID_LIST, url=_TEXT),
    "Corrected": _object(actions=_ID_LIST),
    "Asked": _object(status=_TEXT, message=_TEXT),
    "OpenAPI": _described("An OpenAPI 3.1 document."),
    "Error": _object(error=_object(code=_TEXT, message=_TEXT)),
    "Correction": {
        "type": "object",
        "required": ["target", "field", "by"],
        "properties": {"target": _TEXT, "field": _TEXT, "value": _TEXT, "by": _TEXT, "why": _TEXT},
    },
    "SubscriptionWish": {
        "type": "object",
        "required": ["address"],
        "description": "The fields of the form at /subscribe.",
        "properties": {
            "address": _TEXT,
            **dict.fromkeys(("issuer", "kind", "type"), _ID_LIST),
            **dict.fromkeys(("tickers", "markets", "language", "zone", "rhythm", "plan"), _TEXT),
            "hour": {"type": "integer", "minimum": 0, "maximum": 23},
            "weekday": {"type": "integer", "minimum": 0, "maximum": 6},
            "alarms": {"type": "array", "items": {"type": "integer"}, "description": "Of the private feed."},
            **{name: {"type": "integer", "minimum": 0} for name in ("past", "future")},
            "forecasts": {"type": "boolean"},
            "changes": {"type": "boolean"},
        },
    },
}
_BODIES = {"add_correction": "Correction", "add_subscription": "SubscriptionWish"}


def describe_api(base_url: str) -> dict[str, Any]:
    """The document, with `base_url` as the server."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "calendar-service",
            "version": __version__,
            "description": "Dates of corporate actions, each with its proof.",
        },
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"operator": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    answer: dict[str, Any] = {"$ref": f"#/components/schemas/{route.answer}"}
    if route.many:
        answer = _object(items={"type": "array", "items": answer}, next={"type": ["string", "null"]})
    operation: dict[str, Any] = {
        "operationId": route.function,
        "summary": route.summary,
        "parameters": [*_path_parameters(route.path), *(_parameter(item) for item in route.parameters)],
        "responses": {
            str(route.status): {
                "description": route.summary,
                "content": {"application/json": {"schema": answer}},
            },
            **{str(status): _error(status) for status in (400, *route.errors)},
        },
    }
    if route.body:
        operation["requestBody"] = {
            "required": True,
            "content": {media: {"schema": _body_schema(route, media)} for media in route.body},
        }
    if route.operator:
        operation["security"] = [{"operator": []}, {}]
    return operation


def _body_schema(route: Route, media: str) -> dict[str, Any]:
    if route.function in _BODIES:
        return {"$ref": f"#/components/schemas/{_BODIES[route.function]}"}
    file = {"type": "string", "format": "binary"}
    return _object(file=file) if media == "multipart/form-data" else file


def _path_parameters(path: str) -> list[dict[str, Any]]:
    names = re.findall(r"{(\w+)}", path)
    return [{"name": name, "in": "path", "required": True, "schema": _TEXT} for name in names]


def _parameter(item: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": item.kind}
    if item.values:
        schema["enum"] = [str(value) for value in item.values]
    if item.pattern:
        schema["pattern"] = item.pattern
    if item.many:
        schema = {"type": "array", "items": schema}
    return {"name": item.name, "in": "query", "description": item.description, "schema": schema}


def _error(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Error"}
    return {"description": _STATES[status], "content": {"application/json": {"schema": schema}}}
