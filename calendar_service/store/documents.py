"""Documents as they came in, their text, and what became of them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import func, select

from calendar_service.model.announcement import Reading
from calendar_service.model.document import RawDocument, Text
from calendar_service.model.records import StoredDocument
from calendar_service.model.remarks import Remark
from calendar_service.store.columns import storable
from calendar_service.store.schema import document_contents, documents
from calendar_service.store.statements import AnyRow, Room, insert_new

REJECTED = "rejected"
KEPT_BYTES = 32 * 1024 * 1024  # a larger document leaves its row and its text, not its bytes
_LISTED = [column for column in documents.c if column.name != "size"]


class DocumentRows(Room):
    """The `Documents` port."""

    def find(self, document_id: str) -> StoredDocument | None:
        """The document with its text, or None."""
        query = (
            select(*_LISTED, document_contents.c.content)
            .join(document_contents, document_contents.c.document_id == documents.c.id)
            .where(documents.c.id == document_id)
        )
        row = self._connection.execute(query).first()
        return None if row is None else _build(row)

    def add(
        self,
        raw: RawDocument,
        text: Text | None,
        reading: Reading | None,
        reason: Remark | None,
        *,
        again: bool = False,
    ) -> StoredDocument:
        """Stores a document once, with its outcome; the same bytes again change nothing, unless they could
        not be read before and can be now, or were read `again`: then the row says what is read, and keeps
        when and whence it came. Bytes that cannot be read any more leave what was read before.

        No reading means "rejected", a reading without announcements "no_action". Bytes beyond 32 MiB
        are not kept.
        """
        stored = _describe(raw, text, reading, reason)
        row = {name: getattr(stored, name) for name in stored.__slots__ if name != "content"}
        added = self._connection.execute(
            insert_new(self._connection, documents), row | {"size": len(raw.content)}
        )
        if added.rowcount == 0:
            known = self.find(stored.id) or stored
            is_newer = reading is not None and (again or known.outcome == REJECTED)
            return self._reread(known, stored) if is_newer else known
        body = zlib.compress(raw.content) if len(raw.content) <= KEPT_BYTES else None
        self._connection.execute(
            document_contents.insert(), {"document_id": stored.id, "content": stored.content, "body": body}
        )
        return stored

    def _reread(self, known: StoredDocument, stored: StoredDocument) -> StoredDocument:
        found = replace(
            stored, name=known.name, origin=known.origin, fetched_at=known.fetched_at, url=known.url
        )
        row = {name: getattr(found, name) for name in found.__slots__ if name != "content"}
        self._connection.execute(documents.update().where(documents.c.id == found.id).values(row))
        self._connection.execute(
            document_contents.update()
            .where(document_contents.c.document_id == found.id)
            .values(content=found.content)
        )
        return found

    def raise_origin(self, document_id: str, origin: str, url: str | None) -> None:
        """Says that a document came from here as well, where that is the better source."""
        row = {"origin": storable(origin), "url": None if url is None else storable(url)}
        self._connection.execute(documents.update().where(documents.c.id == document_id).values(row))

    def list(
        self, *, outcome: str | None = None, limit: int = 100, offset: int = 0
    ) -> Sequence[StoredDocument]:
        """Newest first, without `content`."""
        query = select(*_LISTED).order_by(documents.c.fetched_at.desc(), documents.c.id)
        if outcome is not None:
            query = query.where(documents.c.outcome == outcome)
        return [_build(row) for row in self._connection.execute(query.limit(limit).offset(offset))]

    def count(self, *, outcome: str | None = None) -> int:
        """How many there are."""
        query = select(func.count()).select_from(documents)
        if outcome is not None:
            query = query.where(documents.c.outcome == outcome)
        return self._connection.execute(query).scalar_one()

    def content_of(self, document_id: str) -> bytes | None:
        """The bytes as they were received; None where they are not known or were too many to keep."""
        query = select(document_contents.c.body).where(document_contents.c.document_id == document_id)
        body = self._connection.execute(query).scalar()
        return None if body is None else zlib.decompress(body)


def _describe(
    raw: RawDocument, text: Text | None, reading: Reading | None, reason: Remark | None
) -> StoredDocument:
    outcome = REJECTED if reading is None else "read" if reading.announcements else "no_action"
    issuer = reading.issuer if reading else None
    if reading and issuer is None and reading.announcements:
        issuer = reading.announcements[0].issuer
    return StoredDocument(
        id=raw.id,
        name=storable(raw.name),
        origin=storable(raw.origin),
        fetched_at=raw.fetched_at,
        outcome=outcome,
        reason=reason or (reading.reason if reading else None),
        url=None if raw.url is None else storable(raw.url),
        format=storable(text.format) if text else "",
        title=storable(text.title) if text else "",
        content=storable(text.content) if text else "",
        issuer=storable(issuer.name) if issuer else "",
        announced=reading.announced if reading else None,
    )


def _build(row: AnyRow) -> StoredDocument:
    return StoredDocument(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
