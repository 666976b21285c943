"""The one table of the API's routes: what each takes and gives. openapi.json is made from it."""

from __future__ import annotations

from dataclasses import dataclass

from calendar_service.model.codes import DateKind, EventType, Status


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument in the address. `values` are the only ones allowed, where there is such a list."""

    name: str
    description: str
    kind: str = "string"
    values: tuple[str, ...] = ()
    many: bool = False
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path, by the name of the function that answers it.

    `answer` names the schema of what comes back; `many` says that it comes as a page of a list.
    `body` names the media types taken. `errors` are the statuses that may come besides 400.
    """

    method: str
    path: str
    function: str
    summary: str
    answer: str
    parameters: tuple[Parameter, ...] = ()
    many: bool = False
    body: tuple[str, ...] = ()
    status: int = 200
    errors: tuple[int, ...] = ()
    operator: bool = False


FILTERS = (
    Parameter("issuer", "Issuer ids.", many=True),
    Parameter("ticker", "Tickers, such as IIJI or XTKS:3774.", many=True),
    Parameter("kind", "Kinds of dates.", values=tuple(DateKind), many=True),
    Parameter("type", "Event types.", values=tuple(EventType), many=True),
    Parameter("market", "Markets by ISO 10383 code.", many=True, pattern="^[A-Za-z0-9]{4}$"),
    Parameter("forecasts", "Whether forecasts are wanted.", values=("0", "1")),
    Parameter("past", "Days before today (default 90).", kind="integer"),
    Parameter("future", "Days after today (default 400).", kind="integer"),
)
STATUS = Parameter("status", "States.", values=tuple(Status), many=True)
PAGING = (
    Parameter("limit", "How many at most: 1 to 500 (default 100).", kind="integer"),
    Parameter("offset", "How many to pass over.", kind="integer"),
)
LANGUAGE = Parameter("lang", "The language of labels and titles.", values=("en", "ja", "de"))
ON = Parameter(
    "on", "As it was shown at the end of this day (UTC), YYYY-MM-DD.", pattern=r"^\d{4}-\d{2}-\d{2}$"
)
HELD = Parameter("held", "Also (1) or not (0, default) what is held for review.", values=("0", "1"))
OUTCOME = Parameter("outcome", "What became of the document.", values=("read", "no_action", "rejected"))
SOURCE = Parameter("source", "Who says so, where it is known.", values=("issuer", "exchange", "news"))

ROUTES = (
    Route("get", "/api/v1/actions", "list_actions", "Corporate actions, nearest date first.", "Action",
          (*FILTERS, STATUS, HELD, LANGUAGE, *PAGING), many=True),
    Route("get", "/api/v1/actions/{action_id}", "show_action", "One action, today or as it was shown on a day.",
          "Action", (ON, LANGUAGE), errors=(404,)),
    Route("get", "/api/v1/actions/{action_id}/revisions", "list_revisions",
          "What changed in an action, oldest first.", "Revision", (LANGUAGE,), many=True, errors=(404,)),
    Route("get", "/api/v1/entries", "list_entries", "Calendar entries, nearest date first.", "Entry",
          (*FILTERS, STATUS, LANGUAGE, *PAGING), many=True),
    Route("get", "/api/v1/issuers", "list_issuers", "Issuers by name.", "Issuer",
          (Parameter("q", "Part of a name or ticker."),), many=True),
    Route("get", "/api/v1/documents", "list_documents", "Documents, newest first, with what became of them.",
          "Document", (OUTCOME, *PAGING), many=True),
    Route("get", "/api/v1/documents/{document_id}", "show_document",
          "One document with its text and what was read from it.", "DocumentWithText", (LANGUAGE,), errors=(404,)),
    Route("get", "/api/v1/held", "list_held", "Actions that wait for a person, with the reasons.", "Action",
          (LANGUAGE, *PAGING), many=True),
    Route("post", "/api/v1/documents", "add_document",
          "Read an announcement: the file itself as the body (its name in X-File-Name), or a form with `file`.",
          "Outcome", (SOURCE,), body=("application/octet-stream", "multipart/form-data"), status=201,
          errors=(403, 413), operator=True),
    Route("post", "/api/v1/corrections", "add_correction",
          "Settle what a person has to decide: release, change or drop a date, split, merge.",
          "Corrected", body=("application/json",), status=200, errors=(403, 404, 422), operator=True),
    Route("post", "/api/v1/subscriptions", "add_subscription",
          "Ask for reminders; a mail asks the address whether it is meant.",
          "Asked", body=("application/json",), status=202, errors=(403, 422)),
    Route("get", "/api/v1/openapi.json", "show_openapi", "This document.", "OpenAPI"),
)  # fmt: skip
