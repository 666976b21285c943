"""The JSON contract: what the API, feeds in JSON and CSV, and webhooks say of actions and dates.

Days are ISO 8601 dates in the issuer's market, instants are UTC with a Z, amounts are strings with
exactly the digits announced. Codes are the words of `model.codes`; `label` and `title` are for
people, in the language asked for. Fields that are not known are null, never left out.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from calendar_service.model.action import Change, CorporateAction, Entry, Revision
from calendar_service.model.announcement import Amount, Announcement, Issuer, Meeting
from calendar_service.model.records import StoredAnnouncement, StoredDocument
from calendar_service.model.values import EventDate, Evidence, Money, Ratio, SecurityId
from calendar_service.publish.cleaning import clean_line, clean_text, clean_url
from calendar_service.publish.descriptions import (
    Story,
    calendar_status,
    change_line,
    describe_basis,
    entry_description,
    entry_title,
    is_tentative,
    removed_description,
    removed_title,
    shown_dates,
    start_of,
)
from calendar_service.publish.links import Links
from calendar_service.publish.rules import say_rule, say_rule_source
from calendar_service.publish.words import Words, words_for

CSV_COLUMNS = (
    "day", "last_day", "start", "kind", "issuer", "event_type", "amount", "currency", "status",
    "calendar_status", "basis", "proof", "market", "title", "url", "uid", "sequence", "changed_at",
)  # fmt: skip
_FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"


def action_view(
    action: CorporateAction, links: Links, documents: Sequence[StoredDocument] = (), *, language: str = "en"
) -> dict[str, Any]:
    """An action with its dates, each with its proof."""
    words = words_for(language)
    return {
        "id": action.id,
        "url": links.action(action.id),
        "issuer": {"id": action.issuer_id, **issuer_view(action.issuer)},
        "event_type": action.event_type.value,
        "label": words.event_type(action.event_type),
        "caev": action.event_type.caev,
        "participation": action.participation.value,
        "status": action.status.value,
        "status_label": words.status(action.status),
        "held": [clean_line(words.tell(reason), 500) for reason in action.held],
        "notes": [clean_line(words.tell(note), 500) for note in action.notes],
        "dates": [date_view(item, links, words, action) for item in action.dates],
        **_terms_view(action),
        "market": action.mic,
        "announced": _iso(action.announced),
        "language": action.language,
        "revision": action.revision,
        "evidence": _evidence_views(action.evidence, links),
        "announcements": list(action.announcements),
        "documents": [document_view(document, links, language=language) for document in documents]
        or [{"id": item, "url": links.document(item)} for item in action.documents],
    }


def announcement_view(stored: StoredAnnouncement, links: Links, *, language: str = "en") -> dict[str, Any]:
    """What one document says about one action."""
    said, words = stored.announcement, words_for(language)
    return {
        "id": stored.id,
        "document": {"id": stored.document_id, "url": links.document(stored.document_id)},
        "origin": clean_line(stored.origin, 300),
        "known_at": _instant(stored.known_at),
        "issuer": {"id": stored.issuer_id, **issuer_view(said.issuer)},
        "event_type": said.event_type.value,
        "label": words.event_type(said.event_type),
        "function": said.function.value,
        "decision": said.decision.value if said.decision else None,
        "participation": said.participation.value,
        "status": said.status.value,
        "dates": [date_view(item, links, words) for item in said.dates],
        **_terms_view(said),
        "announced": _iso(said.announced),
        "references": [day.isoformat() for day in said.references],
        "language": said.language,
        "evidence": _evidence_views(said.evidence, links),
        "doubts": [clean_line(words.tell(doubt), 500) for doubt in said.doubts],
    }


def revision_view(
    revision: Revision, before: CorporateAction | None, links: Links, *, language: str = "en"
) -> dict[str, Any]:
    """What changed in an action, by what, and when it was known. `before` is the action just ahead of it."""
    words = words_for(language)
    return {
        "action": revision.action_id,
        "number": revision.number,
        "known_at": _instant(revision.known_at),
        "cause": clean_line(revision.cause, 300),
        "status": revision.action.status.value,
        "held": [clean_line(words.tell(reason), 500) for reason in revision.action.held],
        "changes": [
            _change_view(change, before, revision.action, links, words) for change in revision.changes
        ],
    }


def entry_view(
    entry: Entry, action: CorporateAction, links: Links, *, language: str = "en"
) -> dict[str, Any]:
    """One calendar entry; the action is the one that it belongs to."""
    words = words_for(language)
    item = next((date for date in shown_dates(action) if date.kind is entry.kind), None)
    story = Story(action, links)
    start = start_of(item) if item else None
    return {
        "uid": entry.uid,
        "action": entry.action_id,
        "issuer": {"id": entry.issuer_id, "name": clean_line(action.issuer.name, 200)},
        "kind": entry.kind.value,
        "label": words.kind(entry.kind),
        "title": entry_title(story, item, words) if item else removed_title(story, entry.kind, words),
        "day": entry.day.isoformat(),
        "last_day": entry.last_day.isoformat(),
        "start": _instant(start),
        "event_type": entry.event_type.value,
        "status": entry.status.value,
        "calendar_status": calendar_status(action, item) if item else "CANCELLED",
        "basis": item.basis.value if item else None,
        "market": entry.mic,
        "sequence": entry.sequence,
        "created_at": _instant(entry.created_at),
        "changed_at": _instant(entry.changed_at),
        "removed_at": _instant(entry.removed_at),
        "url": links.date(entry.action_id, entry.kind),
        "ics": links.entry(entry.action_id, entry.kind),
    }


def date_view(
    item: EventDate, links: Links, words: Words, action: CorporateAction | None = None
) -> dict[str, Any]:
    """One date with its basis and proof. `tentative` is null where no action stands behind it."""
    return {
        "kind": item.kind.value,
        "label": words.kind(item.kind),
        "day": _iso(item.day),
        "last_day": _iso(item.last_day),
        "time": item.time.isoformat("minutes") if item.time else None,
        "zone": clean_line(item.zone, 60) if item.zone else None,
        "words": words.event_date(item),
        "knowledge": item.knowledge.value,
        "basis": item.basis.value,
        "flags": sorted(flag.value for flag in item.flags),
        "tentative": is_tentative(action, item) if action else None,
        "evidence": evidence_view(item.evidence, links),
        "rule": clean_line(item.rule, 500) or None,
        "rule_words": say_rule(item, words) or None,
        "rule_source": say_rule_source(item, words) or None,
        "note": clean_line(words.tell(item.note), 500) if item.note else None,
    }


def evidence_view(evidence: Evidence | None, links: Links) -> dict[str, Any] | None:
    """The proof: the quoted words, where they stand, and a link that shows them in place."""
    if evidence is None:
        return None
    place = links.quote(evidence.document, evidence.start, evidence.end) if evidence.document else None
    return {
        "quote": clean_text(evidence.quote, 2000),
        "start": evidence.start,
        "end": evidence.end,
        "page": evidence.page,
        "cell": list(evidence.cell) if evidence.cell else None,
        "rule": evidence.rule,
        "document": evidence.document or None,
        "url": place,
    }


def document_view(document: StoredDocument, links: Links, *, language: str = "en") -> dict[str, Any]:
    """A document's row, without its text."""
    reason = words_for(language).tell(document.reason) if document.reason else ""
    return {
        "id": document.id,
        "url": links.document(document.id),
        "source": clean_url(document.url) or None,
        "name": clean_line(document.name, 200),
        "title": clean_line(document.title, 300),
        "origin": clean_line(document.origin, 300),
        "format": document.format,
        "fetched_at": _instant(document.fetched_at),
        "outcome": document.outcome,
        "reason": clean_line(reason, 500),
        "issuer": clean_line(document.issuer, 200),
        "announced": _iso(document.announced),
    }


def issuer_view(issuer: Issuer) -> dict[str, Any]:
    """Who announces."""
    return {"name": clean_line(issuer.name, 200), "ids": [_security_view(item) for item in issuer.ids]}


def feed_json(
    entries: Sequence[Entry],
    actions: Mapping[str, CorporateAction],
    links: Links,
    *,
    name: str,
    language: str = "en",
    feed_url: str = "",
) -> bytes:
    """A selection as JSON Feed 1.1. Leave `feed_url` empty for a secret link: the file would hand it on."""
    items = [
        _feed_item(entry, actions[entry.action_id], links, language)
        for entry in entries
        if entry.action_id in actions
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean_line(name, 120),
        "home_page_url": f"{links.base_url}/",
        **({"feed_url": feed_url} if feed_url else {}),
        "language": language,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, separators=(",", ":")).encode()


def feed_csv(
    entries: Sequence[Entry], actions: Mapping[str, CorporateAction], links: Links, *, language: str = "en"
) -> bytes:
    """A selection as CSV (RFC 4180) in UTF-8, with a header line; cells that a spreadsheet would run
    as a formula start with an apostrophe.
    """
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(CSV_COLUMNS)
    for entry in entries:
        if entry.action_id in actions:
            row = _csv_row(entry, actions[entry.action_id], links, language)
            table.writerow([_guard_cell(row[column]) for column in CSV_COLUMNS])
    return out.getvalue().encode()


def _feed_item(entry: Entry, action: CorporateAction, links: Links, language: str) -> dict[str, Any]:
    words, story = words_for(language), Story(action, links)
    item = next((date for date in shown_dates(action) if date.kind is entry.kind), None)
    view = entry_view(entry, action, links, language=language)
    text = entry_description(story, item, words) if item else removed_description(story, entry.kind, words)
    return {
        "id": entry.uid,
        "url": view["url"],
        "title": view["title"],
        "content_text": text,
        "date_published": view["created_at"],
        "date_modified": view["changed_at"],
        "tags": [words.event_type(entry.event_type), view["label"]],
        "_calendar_service": view,
    }


def _csv_row(entry: Entry, action: CorporateAction, links: Links, language: str) -> dict[str, str]:
    view = entry_view(entry, action, links, language=language)
    item = next((date for date in shown_dates(action) if date.kind is entry.kind), None)
    proof = describe_basis(item, words_for(language)).replace("\n", " ") if item else ""
    money = action.amount.money if action.amount else None
    amounts = {
        "amount": f"{money.amount:f}" if money else None,
        "currency": money.currency if money else None,
    }
    cells = {**view, **amounts, "issuer": view["issuer"]["name"], "proof": proof}
    return {column: "" if cells[column] is None else str(cells[column]) for column in CSV_COLUMNS}


def _guard_cell(cell: str) -> str:
    return f"'{cell}" if cell.startswith(tuple(_FORMULA_STARTS)) else cell


def _terms_view(said: CorporateAction | Announcement) -> dict[str, Any]:
    """What an action and an announcement both say besides dates."""
    return {
        "security": clean_line(said.security, 200) if said.security else None,
        "security_ids": [_security_view(item) for item in said.security_ids],
        "period": clean_line(said.period, 200) if said.period else None,
        "amount": _amount_view(said.amount),
        "total": _money_view(said.total),
        "ratio": _ratio_view(said.ratio),
        "ads_ratio": _ratio_view(said.ads_ratio),
        "funded_from": clean_line(said.funded_from, 200) if said.funded_from else None,
        "meeting": _meeting_view(said.meeting),
    }


def _change_view(
    change: Change, before: CorporateAction | None, after: CorporateAction, links: Links, words: Words
) -> dict[str, Any]:
    return {
        "field": change.field,
        "old": clean_line(change.old, 500) or None,
        "new": clean_line(change.new, 500) or None,
        "words": change_line(change, before, after, words),
        "evidence": evidence_view(change.evidence, links),
    }


def _evidence_views(evidence: Sequence[tuple[str, Evidence]], links: Links) -> dict[str, Any]:
    return {field: evidence_view(item, links) for field, item in evidence}


def _security_view(item: SecurityId) -> dict[str, Any]:
    market = clean_line(item.market, 60) if item.market else None
    return {"scheme": item.scheme, "value": clean_line(item.value, 60), "mic": item.mic, "market": market}


def _amount_view(amount: Amount | None) -> dict[str, Any] | None:
    if amount is None:
        return None
    net = _money_view(amount.net)
    return {
        **(_money_view(amount.money) or {}),
        "kind": amount.kind.value,
        "per": amount.per,
        "net": net,
        "franked_percent": amount.franked_percent,
        "quote": clean_text(amount.evidence.quote, 2000) if amount.evidence else None,
    }


def _money_view(money: Money | None) -> dict[str, Any] | None:
    return {"amount": f"{money.amount:f}", "currency": money.currency} if money else None


def _ratio_view(ratio: Ratio | None) -> dict[str, str] | None:
    return {"new": f"{ratio.new:f}", "old": f"{ratio.old:f}"} if ratio else None


def _meeting_view(meeting: Meeting | None) -> dict[str, Any] | None:
    if meeting is None:
        return None
    name, place = clean_line(meeting.name, 200), clean_text(meeting.place, 500)
    return {"name": name, "place": place, "link": clean_url(meeting.link) or None}


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None


def _instant(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else None
