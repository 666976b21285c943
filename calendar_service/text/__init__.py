"""Bytes to text with positions and table rows. Formats: plain, html, pdf, mail."""

from __future__ import annotations

import re
from dataclasses import replace

from calendar_service.errors import UnreadableError
from calendar_service.model.document import RawDocument, Text
from calendar_service.model.remarks import remark
from calendar_service.text.detection import (
    is_html,
    is_json,
    is_mail,
    is_markdown,
    is_pdf,
    is_submission,
    refuse_binary,
)
from calendar_service.text.encoding import decode_bytes
from calendar_service.text.limits import DEFAULT_LIMITS, Limits

__all__ = ["DEFAULT_LIMITS", "Limits", "read_text"]

_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)


def read_text(raw: RawDocument, limits: Limits = DEFAULT_LIMITS) -> Text:
    """The text of a document, with the offsets, tables and published date that its format gives.

    Raises UnreadableError (BudgetError where a limit is passed) with a reason for a person.
    A PDF that only holds pictures is no error: its Text has `scanned` set and a note.
    """
    limits.check_bytes(len(raw.content))
    if not raw.content.strip(b"\0 \t\r\n"):
        raise UnreadableError(remark("The file is empty."))
    refuse_binary(raw.content)
    text = _read_format(raw, limits)
    limits.check_characters(len(text.content))
    if not text.content.strip() and not text.scanned:
        raise UnreadableError(remark("The document holds no text that a reader could see."))
    return replace(text, url=raw.url or text.url)


def _read_format(raw: RawDocument, limits: Limits) -> Text:
    if is_pdf(raw.content):
        from calendar_service.text.pdf import read_pdf

        return read_pdf(raw.content, limits)
    media_type = (raw.media_type or "").partition(";")[0].strip().lower()
    if is_mail(raw.content, raw.name, media_type):
        from calendar_service.text.mail import read_mail

        return read_mail(raw, limits)
    declared = _CHARSET.search(raw.media_type or "")
    text = decode_bytes(raw.content, declared[1] if declared else None).removeprefix("\ufeff")
    return read_characters(text, raw.name, media_type, limits)


def read_characters(text: str, name: str, media_type: str, limits: Limits) -> Text:
    """The Text of a document that is characters already. `media_type` is bare ("text/html") or empty."""
    if is_submission(text):
        from calendar_service.text.submission import read_submission

        return read_submission(text, limits)
    if is_html(text, name, media_type):
        from calendar_service.text.html import read_html

        return read_html(text)
    from calendar_service.text import plain

    if is_json(text):
        found = plain.read_json(text)
        if found:
            return found
    if is_markdown(text.replace("\r\n", "\n") if text.startswith("---\r") else text, name, media_type):
        return plain.read_markdown(text)
    return plain.read_plain(text)
