"""What goes wrong, told to people as a page and to programs as `{"error": {"code", "message"}}`."""

from __future__ import annotations

import logging

from flask import Flask, Response, make_response, render_template, request
from werkzeug.exceptions import BadHost, HTTPException, InternalServerError, NotFound

from calendar_service.errors import CalendarServiceError, NotFoundError
from calendar_service.publish.words import mark
from calendar_service.web.answers import json_answer
from calendar_service.web.context import services

_LOG = logging.getLogger(__name__)

_CODES = {
    400: "bad_request",
    401: "token_needed",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    410: "gone",
    411: "length_required",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many",
    503: "unavailable",
}
_TITLES = {
    403: mark("Not allowed"),
    404: mark("There is nothing here"),
    405: mark("This address cannot be used that way"),
    410: mark("This no longer exists"),
    413: mark("This is too large"),
    500: mark("Something went wrong here"),
}


def register_failures(app: Flask) -> None:
    """Answers every error in words, without a trace of the inside."""
    app.register_error_handler(HTTPException, _answer)
    app.register_error_handler(NotFoundError, lambda error: _answer(NotFound(str(error))))
    app.register_error_handler(Exception, _answer_fault)


def _answer(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    message = error.description or "The request cannot be answered."
    if status == 413:
        megabytes = services().upload_bytes / (1024 * 1024)
        message = (
            f"This is more than is taken here: announcements may have up to {megabytes:g} MB, forms far less."
        )
    if isinstance(error, BadHost):  # no page, since it could not even link to its style sheet
        answer = Response("The Host header of this request is no host name.\n", status, mimetype="text/plain")
    elif request.path.startswith("/api/"):
        answer = json_answer({"error": {"code": _CODES.get(status, "error"), "message": message}}, status)
    else:
        title = _TITLES.get(status, mark("This did not work"))
        answer = make_response(render_template("error.html", title=title, message=message), status)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "WWW-Authenticate"}:
            answer.headers[name] = value
    return answer


def _answer_fault(error: Exception) -> Response:
    # The path may hold a secret (private feeds, signed links), so the rule is logged instead.
    _LOG.error("request failed: %s %s", request.method, request.url_rule, exc_info=error)
    if isinstance(error, CalendarServiceError):
        return _answer(InternalServerError(str(error)))
    return _answer(
        InternalServerError("The service could not answer. The reason is in its log; nothing was lost.")
    )
