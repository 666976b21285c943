"""JSON as it leaves the house: valid whatever the text holds, and cacheable by its content."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Response, request

from calendar_service.model.codec import to_data


def json_answer(value: Any, status: int = 200) -> Response:
    """The value as UTF-8 JSON, tagged by its content. Lone surrogates, which UTF-8 cannot hold, become U+FFFD."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)
    try:
        body = text.encode()
    except UnicodeEncodeError:
        body = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    answer = Response(body, status, mimetype="application/json")
    if status == 200 and request.method in {"GET", "HEAD"}:
        answer.add_etag()
        answer.make_conditional(request)
    return answer


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime | Decimal):
        return str(to_data(value))
    return to_data(value)
