"""What came in from outside, before anything is understood of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime

from calendar_service.model.remarks import Remark


@dataclass(frozen=True, slots=True)
class RawDocument:
    """Bytes as they were received.

    `origin` says where from: a source's name and the path or URL within it ("folder:inbox/a.html").
    `name` is the file or message name, used only as a hint for the format and shown to people.
    `fetched_at` is an aware UTC instant. `url` is a public link to the source, where there is one.
    """

    content: bytes
    origin: str
    name: str
    fetched_at: datetime
    media_type: str | None = None
    url: str | None = None

    @property
    def id(self) -> str:
        """SHA-256 of the bytes, hexadecimal: the same bytes are the same document, whatever their origin."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Text:
    """A document as text. All evidence points into `content`.

    Lines end in a single newline. A table row is one line with its cells parted by tabs; spanned
    cells leave the columns they cover empty, so that the n-th cell of each row is the n-th column.
    Paragraphs are parted by a blank line. Hidden text is left out.

    `pages` holds the offset at which each page begins (PDF only). `published` is the date that the
    container states (mail header, meta tag, front matter), never guessed. `notes` are facts for a
    person ("scanned: 3 pages without text"). `scanned` is set when pages carry pictures, not text.
    """

    content: str
    format: str  # plain, html, pdf, mail
    title: str = ""
    published: date | None = None
    url: str | None = None
    pages: tuple[int, ...] = ()
    scanned: bool = False
    notes: tuple[Remark, ...] = field(default=())

    def page_of(self, offset: int) -> int | None:
        """The page, counted from 1, that holds the character at `offset`; None where there are no pages."""
        found = None
        for number, start in enumerate(self.pages, start=1):
            if start > offset:
                break
            found = number
        return found
