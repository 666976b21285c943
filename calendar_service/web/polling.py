"""Answers to feed polls from memory, in front of Flask's routing.

A poll that asks for a feed again costs no routing, no query and no rendering. What is kept is right
for at most `FRESH_SECONDS`: once that long, the store's version is looked at, and a private link is
asked for whether it was revoked. When the store cannot be reached, the last good bytes are served:
some calendars stop polling for good after one 503.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from calendar_service.model.ports import Clock, Store
from calendar_service.web.kept import FeedAnswer, FeedCache, Key, Stamp

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LOG = logging.getLogger(__name__)

FRESH_SECONDS = 0.8
LOOK_AGAIN_SECONDS = (
    0.4  # after so long the store is asked beside the polls, so that none of them has to wait
)
PREFIX = "/feeds/"
METHODS = frozenset({"GET", "HEAD"})
POLLS = "calendar_service_polls"  # what Flask keeps `Polls` under
_TAG = re.compile(r'(?:W/)?"([^"]*)"|(\*)')
_SUFFIX = re.compile(r"[-;](?:gzip|br)$")  # Apache and some proxies add it to the tag of what they compress

_MAX_HEADER = 2048  # characters of a header that are looked at, and may be remembered


class VersionWatch:
    """The store's version and the present day, looked up at most once in `FRESH_SECONDS` by one thread."""

    def __init__(self, store: Store, clock: Clock, ticks: Callable[[], float] = time.monotonic) -> None:
        self._store, self._clock, self.ticks = store, clock, ticks
        self._stamp: Stamp | None = None
        self._looked_at = float("-inf")
        self._lock = threading.Lock()
        self._aside: ThreadPoolExecutor | None = None
        self._tried_at = float("-inf")
        self.is_looking = False

    def current(self) -> Stamp | None:
        """The stamp that answers made now belong to; the last known one while the store cannot be reached."""
        if self._is_recent() or not self._lock.acquire(blocking=False):
            return self._stamp
        try:
            self._look()
        except Exception:  # noqa: BLE001 - whatever fails behind a feed, the feed goes on
            _LOG.exception("the store cannot be asked for its version; feeds are served as they were")
            self._looked_at = self.ticks()
        finally:
            self._lock.release()
        return self._stamp

    def recent(self) -> Stamp | None:
        """The same, for one thread that may not wait for the store: none where it was not looked at recently.

        Has it looked at in another thread before it comes to that.
        """
        now = self.ticks()
        age = now - self._looked_at
        if (
            LOOK_AGAIN_SECONDS <= age < FRESH_SECONDS
            and not self.is_looking
            and now - self._tried_at >= LOOK_AGAIN_SECONDS
        ):
            self.is_looking, self._tried_at = True, now
            self._aside = self._aside or ThreadPoolExecutor(1, "version-watch")
            self._aside.submit(self._look_aside)
        return self._stamp if age < FRESH_SECONDS else None

    def _look_aside(self) -> None:
        with self._lock:
            try:
                self._look()
            except Exception:  # noqa: BLE001 - soon it is looked at by `current`, which logs it
                return
            finally:
                self.is_looking = False

    def _is_recent(self) -> bool:
        return self.ticks() - self._looked_at < FRESH_SECONDS

    def _look(self) -> None:
        """What is found holds from before it was asked for, however long the answer took."""
        began = self.ticks()
        with self._store.read() as unit:
            self._stamp = unit.entries.version(), self._clock.now().date()
        self._looked_at = began


@dataclass(frozen=True, slots=True)
class Poll:
    """What a poll asks for: under which key it may be kept, and what its headers say of the form of the answer."""

    key: Key
    coding: str
    known: str
    """The value of If-None-Match; empty without."""
    wants_body: bool

    def knows(self, answer: FeedAnswer) -> bool:
        """Whether the asker has these bytes already. If-None-Match is compared weakly (RFC 9110 13.1.2).

        If-Modified-Since is not answered with 304: a feed changes with the day and with its selection,
        not only with its entries.
        """
        return bool(self.known) and matches(self.known, answer.tag)


def read_poll(key: Key, method: str, accepted: str, known: str) -> Poll:
    """A poll from its method and the values of Accept-Encoding and If-None-Match."""
    return Poll(key, choose_coding(accepted[:_MAX_HEADER]), known[:_MAX_HEADER], method != "HEAD")


class Polls:
    """The feeds that are known, and whether they still hold."""

    def __init__(self, cache: FeedCache, watch: VersionWatch) -> None:
        self.cache, self.watch = cache, watch

    def find(self, key: Key) -> FeedAnswer | None:
        """The answer under this key, if it holds; may ask the store for its version."""
        answer = self.cache.get(key)
        if answer is None or answer.stamp != self.watch.current():
            return None
        if self._is_checked(answer):
            return answer
        # This request goes on to ask whether the link was revoked; those that come meanwhile need not ask again.
        answer.checked_at = self.watch.ticks()
        return None

    def peek(self, poll: Poll) -> FeedAnswer | None:
        """The answer to a poll if it holds and nothing has to be asked, packed or waited for."""
        answer = self.cache.get(poll.key)
        stamp = self.watch.recent()
        if answer is None or stamp is None or answer.stamp != stamp or not self._is_checked(answer):
            return None
        return answer if answer.has_coded(poll.coding) else None

    def _is_checked(self, answer: FeedAnswer) -> bool:
        return not answer.private or self.watch.ticks() - answer.checked_at < FRESH_SECONDS


class PollingMiddleware:
    """WSGI: answers what is known and fresh, hands everything else to the application."""

    def __init__(self, app: WSGIApplication, polls: Polls) -> None:
        self._app, self._polls = app, polls

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request."""
        if environ["PATH_INFO"].startswith(PREFIX) and environ["REQUEST_METHOD"] in METHODS:
            answer = self._polls.find(key_of(environ))
            if answer is not None:
                return respond(environ, start_response, answer, self._polls.cache)
        return self._app(environ, start_response)


def key_of(environ: WSGIEnvironment) -> Key:
    """What an answer is kept under: path and query; apart, since a decoded path may hold a question mark."""
    return environ["PATH_INFO"], environ.get("QUERY_STRING", "")


def respond(
    environ: WSGIEnvironment, start_response: StartResponse, answer: FeedAnswer, cache: FeedCache
) -> Iterable[bytes]:
    """200, or 304 to who knows the answer already."""
    accepted, known = environ.get("HTTP_ACCEPT_ENCODING", ""), environ.get("HTTP_IF_NONE_MATCH", "")
    poll = read_poll(key_of(environ), environ["REQUEST_METHOD"], accepted, known)
    if poll.knows(answer):
        start_response("304 Not Modified", list(answer.headers(poll.coding)))
        return []
    grows = not answer.has_coded(poll.coding)
    body, headers = answer.coded(poll.coding)
    if grows:
        cache.put(poll.key, answer)
    start_response("200 OK", list(headers))
    return [body] if poll.wants_body else []


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


def environ_of(request: Any) -> WSGIEnvironment:
    """The environment of a Flask request."""
    environ: WSGIEnvironment = request.environ
    return environ
