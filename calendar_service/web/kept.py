"""Feeds as bytes, in each coding that was asked for, and a memory of them.

Nothing here knows HTTP requests; `polling` chooses what of an answer is sent.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime

CACHE_BYTES = 128 * 1024 * 1024  # in each worker
PUBLIC = "public, max-age=60, stale-while-revalidate=300, stale-if-error=86400"
PRIVATE = "private, no-cache"
_OVERHEAD = 2600  # bytes that an answer takes besides its bodies, and again for the headers of each coding

Headers = list[tuple[str, str]]
Stamp = tuple[int, date]
Key = tuple[str, str]


@dataclass(slots=True)
class FeedAnswer:
    """A feed as bytes. `made_for` is the hash of the wish and the day that it answers (a wish may name
    hundreds of issuers), `version` the store's version up to which it holds; `checked_at` counts in
    monotonic seconds.
    """

    body: bytes
    media_type: str
    changed_at: datetime
    private: bool = False
    made_for: int | None = None
    version: int = -1
    stamp: Stamp | None = None
    checked_at: float = 0.0
    tag: str = ""
    _bodies: dict[str, tuple[bytes, Headers]] = field(default_factory=dict)
    _heads: dict[str, Headers] = field(default_factory=dict)
    _lines: dict[tuple[str, bool], bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tag = hashlib.sha256(self.body).hexdigest()[:32]

    @property
    def size(self) -> int:
        """Bytes that the answer takes in memory."""
        bodies = list(self._bodies.items())  # another thread may add one meanwhile
        coded = {coding: body for coding, (body, _) in bodies} | {"": self.body}
        return sum(map(len, coded.values())) + _OVERHEAD * (1 + len(coded))

    def coded(self, coding: str) -> tuple[bytes, Headers]:
        """The bytes in a content coding ("", "gzip" or "br") with their headers, made when first asked for."""
        known = self._bodies.get(coding)
        if known is None:
            body = _encode(self.body, coding, quick=self.private)
            own = [("Content-Type", self.media_type), ("Content-Length", str(len(body)))]
            own += [("Content-Encoding", coding)] if coding else []
            known = self._bodies[coding] = (body, own + self.headers(coding))
        return known

    def has_coded(self, coding: str) -> bool:
        """Whether the bytes are there in this coding."""
        return not coding or coding in self._bodies

    def headers(self, coding: str) -> Headers:
        """The headers that 200 and 304 share."""
        known = self._heads.get(coding)
        if known is None:
            known = self._heads[coding] = self._build_headers(coding)
        return known

    def lines(self, coding: str, *, whole: bool) -> bytes:
        """Those headers as they go over the wire, up to the empty line: of 200 (`whole`), or of 304."""
        known = self._lines.get((coding, whole))
        if known is None:
            headers = self.coded(coding)[1] if whole else self.headers(coding)
            text = "".join(f"{name}: {value}\r\n" for name, value in headers)
            known = self._lines[coding, whole] = f"{text}\r\n".encode("latin-1")
        return known

    def _build_headers(self, coding: str) -> Headers:
        tag = f'"{self.tag}-{coding}"' if coding else f'"{self.tag}"'
        headers = [
            ("ETag", tag),
            ("Last-Modified", format_datetime(self.changed_at.astimezone(UTC), usegmt=True)),
            ("Cache-Control", PRIVATE if self.private else PUBLIC),
            ("Vary", "Accept-Encoding"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if self.private:
            return [*headers, ("Referrer-Policy", "no-referrer"), ("X-Robots-Tag", "noindex")]
        return [*headers, ("Access-Control-Allow-Origin", "*")]


class FeedCache:
    """Answers by address, the ones unused longest dropped first. Threads may share it."""

    def __init__(self, limit: int = CACHE_BYTES) -> None:
        self.limit = limit
        self.bytes = 0
        self._answers: OrderedDict[Key, tuple[FeedAnswer, int]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: Key) -> FeedAnswer | None:
        """The answer kept for this address."""
        with self._lock:
            known = self._answers.get(key)
            if known is None:
                return None
            self._answers.move_to_end(key)
            return known[0]

    def put(self, key: Key, answer: FeedAnswer) -> None:
        """Keeps an answer, also after it has grown; drops others to stay under the limit."""
        size = answer.size + 2 * sum(map(len, key))
        with self._lock:
            self._remove(key)
            self._answers[key] = (answer, size)
            self.bytes += size
            while self.bytes > self.limit and self._answers:
                self._remove(next(iter(self._answers)))

    def drop(self, key: Key) -> None:
        """Forgets an address."""
        with self._lock:
            self._remove(key)

    def _remove(self, key: Key) -> None:
        known = self._answers.pop(key, None)
        if known:
            self.bytes -= known[1]


def _encode(body: bytes, coding: str, *, quick: bool) -> bytes:
    """The bytes in a content coding. `quick` for a feed with one reader, who costs more than it saves to pack small."""
    if coding == "gzip":
        return gzip.compress(body, compresslevel=3 if quick else 6, mtime=0)
    if coding == "br":
        import brotli

        return bytes(brotli.compress(body, quality=2 if quick else 5, mode=brotli.MODE_TEXT))
    return body
