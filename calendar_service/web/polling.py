"""Answers to feed polls from memory, in front of Flask's routing.

A poll that asks for a feed again costs no routing, no query and no rendering. What is kept is right
for at most `FRESH_SECONDS`: once that long, the store's version is looked at, and a private link is
asked for whether it was revoked. When the store cannot be reached, the last good bytes are served:
some calendars stop polling for good after one 503.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from calendar_service.model.ports import Clock, Store

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LOG = logging.getLogger(__name__)

FRESH_SECONDS = 0.8
CACHE_BYTES = 128 * 1024 * 1024  # in each worker
PREFIX = "/feeds/"
PUBLIC = "public, max-age=60, stale-while-revalidate=300, stale-if-error=86400"
PRIVATE = "private, no-cache"
_OVERHEAD = 1400  # bytes that an answer takes besides its bodies, and again for the headers of each coding
_TAG = re.compile(r'(?:W/)?"([^"]*)"|(\*)')
_SUFFIX = re.compile(r"[-;](?:gzip|br)$")  # Apache and some proxies add it to the tag of what they compress

_MAX_HEADER = 2048  # characters of a header that are looked at, and may be remembered

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

    def __post_init__(self) -> None:
        self.tag = hashlib.sha256(self.body).hexdigest()[:32]

    @property
    def size(self) -> int:
        """Bytes that the answer takes in memory."""
        coded = {coding: body for coding, (body, _) in self._bodies.items()} | {"": self.body}
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


class VersionWatch:
    """The store's version and the present day, looked up at most once in `FRESH_SECONDS` by one thread."""

    def __init__(self, store: Store, clock: Clock, ticks: Callable[[], float] = time.monotonic) -> None:
        self._store, self._clock, self.ticks = store, clock, ticks
        self._stamp: Stamp | None = None
        self._looked_at = float("-inf")
        self._lock = threading.Lock()

    def current(self) -> Stamp | None:
        """The stamp that answers made now belong to; the last known one while the store cannot be reached."""
        if self.ticks() - self._looked_at < FRESH_SECONDS or not self._lock.acquire(blocking=False):
            return self._stamp
        try:
            self._stamp = self._look_up()
        except Exception:  # noqa: BLE001 - whatever fails behind a feed, the feed goes on
            _LOG.exception("the store cannot be asked for its version; feeds are served as they were")
        finally:
            self._looked_at = self.ticks()
            self._lock.release()
        return self._stamp

    def _look_up(self) -> Stamp:
        with self._store.read() as unit:
            return unit.entries.version(), self._clock.now().date()


class PollingMiddleware:
    """WSGI: answers what is known and fresh, hands everything else to the application."""

    def __init__(self, app: WSGIApplication, cache: FeedCache, watch: VersionWatch) -> None:
        self._app, self._cache, self._watch = app, cache, watch

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request."""
        path = environ["PATH_INFO"]
        if path.startswith(PREFIX) and environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            answer = self._cache.get(key_of(environ))
            if answer is not None and self._is_fresh(answer):
                return respond(environ, start_response, answer, self._cache)
        return self._app(environ, start_response)

    def _is_fresh(self, answer: FeedAnswer) -> bool:
        stamp = self._watch.current()
        if answer.stamp != stamp:
            return False
        if not answer.private:
            return True
        now = self._watch.ticks()
        if now - answer.checked_at < FRESH_SECONDS:
            return True
        # This request goes on to ask; those that come meanwhile need not ask again.
        answer.checked_at = now
        return False


def key_of(environ: WSGIEnvironment) -> Key:
    """What an answer is kept under: path and query; apart, since a decoded path may hold a question mark."""
    return environ["PATH_INFO"], environ.get("QUERY_STRING", "")


def respond(
    environ: WSGIEnvironment, start_response: StartResponse, answer: FeedAnswer, cache: FeedCache
) -> Iterable[bytes]:
    """200 or 304. If-None-Match is compared weakly (RFC 9110 13.1.2). If-Modified-Since is not
    answered with 304: a feed changes with the day and with its selection, not only with its entries.
    """
    coding = choose_coding(environ.get("HTTP_ACCEPT_ENCODING", "")[:_MAX_HEADER])
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and matches(known[:_MAX_HEADER], answer.tag):
        start_response("304 Not Modified", list(answer.headers(coding)))
        return []
    grows = not answer.has_coded(coding)
    body, headers = answer.coded(coding)
    if grows:
        cache.put(key_of(environ), answer)
    start_response("200 OK", list(headers))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


@lru_cache(maxsize=512)
def matches(known: str, tag: str) -> bool:
    """Whether an If-None-Match value names this tag: weak, in a list, `*`, or with a proxy's suffix."""
    return any(found[2] or _SUFFIX.sub("", found[1]) == tag for found in _TAG.finditer(known))


@lru_cache(maxsize=512)
def choose_coding(accepted: str) -> str:
    """The best content coding that an Accept-Encoding value allows: br, gzip or none."""
    allowed: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, rest = part.partition(";")
        weight = re.search(r"q\s*=\s*([^\s;]+)", rest)
        try:
            allowed[name.strip()] = float(weight[1]) if weight else 1.0
        except ValueError:
            allowed[name.strip()] = 0.0
    other = allowed.get("*", 0.0)
    ranked = {coding: allowed.get(coding, other) for coding in ("br", "gzip")}
    best = max(ranked, key=lambda coding: ranked[coding])
    return best if ranked[best] > 0 and ranked[best] >= allowed.get("identity", 0.0) else ""


def _encode(body: bytes, coding: str, *, quick: bool) -> bytes:
    """The bytes in a content coding. `quick` for a feed with one reader, who costs more than it saves to pack small."""
    if coding == "gzip":
        return gzip.compress(body, compresslevel=3 if quick else 6, mtime=0)
    if coding == "br":
        import brotli

        return bytes(brotli.compress(body, quality=2 if quick else 5, mode=brotli.MODE_TEXT))
    return body


def environ_of(request: Any) -> WSGIEnvironment:
    """The environment of a Flask request."""
    environ: WSGIEnvironment = request.environ
    return environ
