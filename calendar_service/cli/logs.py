"""Structured logging: one line a happening, as text for people or as JSON for machines."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from typing import Any

from calendar_service.settings import LogSettings

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def start_logging(settings: LogSettings) -> None:
    """Log to standard error in the format that the settings name."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if settings.format == "json" else TextFormatter())
    logging.basicConfig(level=settings.level.upper(), handlers=[handler], force=True)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it would tell of every tick


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, message, and what the record carries besides."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        row: dict[str, Any] = {
            "time": _instant_of(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_extras_of(record),
        }
        if record.exc_info:
            row["exception"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=True, default=str)


class TextFormatter(logging.Formatter):
    """Time (UTC), level, message, and what the record carries besides as key=value; never more than one line but for traces."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        extras = " ".join(
            f"{key}={value!r}" for key, value in _extras_of(record).items() if value not in {"", None}
        )
        line = f"{_instant_of(record)} {record.levelname.lower():7} {_escape(record.getMessage())} {extras}"
        if not record.exc_info:
            return line.rstrip()
        # What an exception says may be the words of a document.
        trace = "\n".join(_escape(part) for part in self.formatException(record.exc_info).split("\n"))
        return f"{line.rstrip()}\n{trace}"


def _escape(text: str) -> str:
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


def _instant_of(record: logging.LogRecord) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03}Z"


def _extras_of(record: logging.LogRecord) -> dict[str, Any]:
    return {key: value for key, value in vars(record).items() if key not in _PLAIN}
