"""Pages of announcements: what came in, what became of it, the text with its quoted words marked, uploads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from calendar_service.model.document import RawDocument
from calendar_service.model.records import StoredDocument
from calendar_service.publish.cleaning import clean_line
from calendar_service.publish.words import mark
from calendar_service.web.context import services, speak
from calendar_service.web.marking import Span, shorten, spans_of, split_text
from calendar_service.web.queries import read_number, read_page
from calendar_service.web.security import check_form, is_operator

if TYPE_CHECKING:
    from calendar_service.ingest import Ingested

blueprint = Blueprint("documents", __name__)

SOURCES = {"issuer": "the issuer", "exchange": "an exchange or regulator", "news": "news, or another copy"}
OUTCOMES = {"read": mark("read"), "no_action": mark("no action found"), "rejected": mark("rejected")}
_MAX_OFFSET = 999_999_999


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came in by a form or as the body of an API request."""

    name: str
    content: bytes
    media_type: str | None


@blueprint.get("/documents")
def list_documents() -> str:
    """Documents, newest first, with their outcome and its reason; `outcome` keeps one kind."""
    speak()
    outcome = read_outcome()
    page = read_page(request.args)
    with services().store.read() as unit:
        found = unit.documents.list(outcome=outcome, limit=page.limit + 1, offset=page.offset)
    return render_template(
        "documents.html",
        documents=found[: page.limit],
        outcome=outcome,
        outcomes=OUTCOMES,
        page=page,
        more=len(found) > page.limit,
        query=urlencode({"outcome": outcome}) if outcome else "",
    )


@blueprint.get("/documents/<document_id>")
def show_document(document_id: str) -> str:
    """The text with every proof marked; `start` and `end` point out one of them."""
    speak()
    with services().store.read() as unit:
        document = find_document(unit.documents.find, document_id)
        stored = unit.actions.announcements_in(document.id)
        actions = [
            action
            for issuer_id in dict.fromkeys(item.issuer_id for item in stored)
            for action in unit.actions.of_issuer(issuer_id)
            if document.id in action.documents
        ]
    spans = spans_of(item.announcement for item in stored)
    wanted = _wanted_span()
    segments = shorten(split_text(document.content, [*spans, wanted] if wanted else spans))
    return render_template(
        "document.html",
        document=document,
        segments=segments,
        spans=spans,
        wanted=wanted,
        stored=stored,
        actions=actions,
        outcomes=OUTCOMES,
    )


@blueprint.get("/documents/<document_id>/text")
def show_text(document_id: str) -> Response:
    """The text alone, as it was read."""
    with services().store.read() as unit:
        document = find_document(unit.documents.find, document_id)
    body = document.content.encode("utf-8", "replace")
    return Response(body, mimetype="text/plain", headers={"Content-Disposition": "inline"})


@blueprint.get("/upload")
def ask_for_document() -> str:
    """The form that takes an announcement."""
    return _show_form()


@blueprint.post("/upload")
def take_document() -> AnyResponse | str:
    """Reads an uploaded or pasted announcement and shows what became of it."""
    check_form()
    if not is_operator(request.form.get("admin_token")):
        abort(403, "Announcements are taken only with the operator's token.")
    upload = _uploaded()
    if upload is None:
        return _show_form("Choose a file or paste the announcement's text.")
    outcome = ingest_upload(upload, request.form.get("source", ""))
    return redirect(f"/documents/{outcome.document_id}", code=303)


def ingest_upload(upload: Upload, source: str = "") -> Ingested:
    """Hands an upload to the use case that reads it; `source` is a key of SOURCES, or empty: not known."""
    if source and source not in SOURCES:
        abort(400, f"source must be one of: {', '.join(SOURCES)}; or leave it out where it is not known.")
    document = RawDocument(
        content=upload.content,
        origin=f"upload:{source}/{upload.name}" if source else f"upload:{upload.name}",
        name=upload.name,
        fetched_at=services().clock.now(),
        media_type=upload.media_type,
    )
    return services().ingest(document)


def name_upload(name: str | None) -> str:
    """A file name fit to be stored and shown: its last part, without anything that could be a path."""
    last = re.split(r"[/\\]", name or "")[-1]
    return clean_line(last, 120) or "upload.txt"


def read_outcome() -> str | None:
    """The outcome asked for, None for all."""
    outcome = request.args.get("outcome", "")
    if outcome and outcome not in OUTCOMES:
        abort(400, f"outcome must be one of: {', '.join(OUTCOMES)}.")
    return outcome or None


def find_document(find: object, document_id: str) -> StoredDocument:
    """The document with this id (a SHA-256, hexadecimal). Raises NotFound."""
    document = find(document_id) if callable(find) and re.fullmatch(r"[0-9a-f]{64}", document_id) else None
    if not isinstance(document, StoredDocument):
        raise NotFound("There is no document with this identifier.")
    return document


def _uploaded() -> Upload | None:
    file: FileStorage | None = request.files.get("file")
    if file is not None and file.filename:
        return Upload(name_upload(file.filename), file.read(), file.mimetype or None)
    text = request.form.get("text", "")
    if text.strip():
        content = text.replace("\r\n", "\n").encode("utf-8", "replace")
        return Upload("pasted.txt", content, "text/plain")
    return None


def _show_form(problem: str = "") -> str:
    megabytes = services().upload_bytes // (1024 * 1024)
    return render_template(
        "upload.html",
        problem=problem,
        megabytes=megabytes,
        allowed=bool(services().admin_token) or is_operator(),
        needs_token=bool(services().admin_token),
        sources=SOURCES,
    )


def _wanted_span() -> Span | None:
    if "start" not in request.args:
        return None
    start = read_number(request.args, "start", 0, 0, _MAX_OFFSET)
    end = read_number(request.args, "end", 0, 0, _MAX_OFFSET)
    return Span(start, end, "quote", anchor="quote", wanted=True)
