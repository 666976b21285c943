"""Full submissions as the SEC publishes them: a header and several documents in one text file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from calendar_service.model.document import Text
from calendar_service.model.remarks import remark
from calendar_service.text.cleaning import clean_title, tidy_lines
from calendar_service.text.limits import Limits
from calendar_service.text.plain import read_plain
from calendar_service.text.stated_date import parse_stated_date

_FILED = re.compile(r"FILED AS OF DATE:\s{0,40}(\d{8})")
_COMPANY = re.compile(r"COMPANY CONFORMED NAME:[ \t]{0,40}([^\n]{1,200})")
_TYPE = re.compile(r"<TYPE>([^\n<]{0,60})")
# What is no prose: pictures, archives, spreadsheets, XBRL data, mails' PDF copies in uuencode.
_SKIPPED = ("GRAPHIC", "ZIP", "EXCEL", "XML", "JSON", "PDF", "EX-101", "EX-104", "COVER")
_WRAPPER = re.compile(r"</?(?:TEXT|PDF|XBRL|XML)>")
_HTML = re.compile(r"<html|<body|<div|<table\s|</p>|</td>", re.IGNORECASE)


def read_submission(text: str, limits: Limits) -> Text:
    """All documents of a submission that are prose, one after another; published is the day of filing."""
    text = text.replace("\r\n", "\n")
    first = text.find("<DOCUMENT>")
    header = text[: first if first >= 0 else 20_000]
    filed, company = _FILED.search(header), _COMPANY.search(header)
    parts = [_read_body(body) for body in _find_documents(text, max(first, 0))]
    content = tidy_lines("\n\n".join(part for part in parts[: limits.parts] if part))
    return Text(
        content=content,
        format="html" if _HTML.search(text) else "plain",
        title=clean_title(company[1]) if company else "",
        published=parse_stated_date(filed[1]) if filed else None,
        notes=(remark("SEC submission"),),
    )


def _find_documents(text: str, start: int) -> Iterator[str]:
    """The bodies of the documents that are prose."""
    if start == 0 and not text.startswith("<DOCUMENT>"):
        yield text
        return
    while start >= 0:
        following = text.find("<DOCUMENT>", start + 10)
        part = text[start : following if following >= 0 else len(text)]
        start = following
        kind = _TYPE.search(part, 0, 500)
        if kind and kind[1].strip().upper().startswith(_SKIPPED):
            continue
        body = part.find("<TEXT>")
        end = part.rfind("</TEXT>")
        yield part[body + 6 if body >= 0 else 10 : end if end > body else len(part)]


def _read_body(body: str) -> str:
    if _HTML.search(body):
        from calendar_service.text.html import read_html

        return read_html(_WRAPPER.sub("", body)).content
    return read_plain(body).content
