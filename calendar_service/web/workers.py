"""Serving on several worker processes: uvicorn, with the WSGI application in threads behind it."""

from __future__ import annotations

import logging
import sys
import threading
from socket import socket
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from a2wsgi import WSGIMiddleware
from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.supervisors.multiprocess import Multiprocess

from calendar_service.web.polling import POLLS, Polls
from calendar_service.web.server import DRAIN_SECONDS, AppFactory
from calendar_service.web.short_path import PollProtocol, Requests

if TYPE_CHECKING:
    from a2wsgi.asgi_typing import HTTPScope, Receive, ReceiveEvent, Scope, Send

_LOG = logging.getLogger(__name__)

BACKLOG = 1_000
_KEEP_SECONDS = 60  # a connection without a request
# Enough that one slow question to the store does not keep others waiting; more would only fight for the interpreter.
_THREADS = 4
_PIECE = 64 * 1024
_M_MMAP_THRESHOLD = -3  # malloc.h


def serve_workers(app_factory: AppFactory, listening: socket, workers: int, stop: threading.Event) -> None:
    """Serves on that many processes until `stop` is set or a signal says so; called from the main thread.

    Each process calls `app_factory`, which is pickled, for itself. A process that dies or hangs is replaced.
    """
    config = configure(SiteFactory(app_factory), workers)
    supervisor = Multiprocess(config, [listening])

    def end() -> None:
        stop.wait()
        supervisor.should_exit.set()

    threading.Thread(target=end, name="stop-workers", daemon=True).start()
    supervisor.run()
    stop.set()


def configure(site_factory: SiteFactory, workers: int) -> Config:
    """How uvicorn is to serve."""
    return Config(
        site_factory,
        factory=True,
        workers=workers,
        http=PollProtocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="error",  # below that it tells of each request that is none
        access_log=False,
        proxy_headers=False,  # seen by security.is_operator, used for nothing
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=_KEEP_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        timeout_worker_healthcheck=30,
    )


class Site:
    """The WSGI application as ASGI; with what its connections share."""

    def __init__(self, app: Any) -> None:
        self.requests = Requests()
        self.polls: Polls | None = getattr(app, "extensions", {}).get(POLLS)
        self._limit: int = getattr(app, "config", {}).get("MAX_CONTENT_LENGTH") or sys.maxsize
        self._wsgi = WSGIMiddleware(app, workers=_THREADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request. Its body is taken in whole before a thread is, so that slow senders keep none busy."""
        if scope["type"] != "http":
            return
        with SpooledTemporaryFile(max_size=16 * _PIECE) as body:
            headers = dict(scope["headers"])
            declared = headers.get(b"content-length", b"0")
            if int(declared) <= self._limit:  # else the application refuses it unread
                if not await _take_in(receive, body, self._limit):
                    return
                scope = _with_length(scope, body.tell())
            body.seek(0)
            await self._wsgi(scope, _Replay(body), send)


class SiteFactory:
    """Makes a worker's site; can be pickled if `app_factory` can."""

    def __init__(self, app_factory: AppFactory) -> None:
        self._app_factory = app_factory

    def __call__(self) -> Site:
        """Called once in each worker."""
        _give_back_big_blocks()
        try:
            return Site(self._app_factory())
        except Exception:  # noqa: BLE001 - whatever it is, the next worker would meet it too
            _LOG.exception("a worker cannot start")
            sys.exit(STARTUP_FAILURE)  # the supervisor then ends the others, instead of trying for ever


class _Replay:
    """What a body that was taken in says again to whoever receives it."""

    def __init__(self, body: IO[bytes]) -> None:
        self._body = body

    async def __call__(self) -> ReceiveEvent:
        piece = self._body.read(_PIECE)
        return {"type": "http.request", "body": piece, "more_body": bool(piece)}


async def _take_in(receive: Receive, body: IO[bytes], limit: int) -> bool:
    """Writes a request's body into a file, at most one piece more than the limit; False if the sender went away."""
    more = True
    while more and body.tell() <= limit:
        event = await receive()
        if event["type"] != "http.request":
            return False
        body.write(event.get("body", b""))
        more = event.get("more_body", False)
    return True


def _with_length(scope: HTTPScope, length: int) -> HTTPScope:
    """The same request with its body's length told, also where it came in chunks without one."""
    framing = {b"content-length", b"transfer-encoding"}
    kept = [(name, value) for name, value in scope["headers"] if name not in framing]
    return {**scope, "headers": [*kept, (b"content-length", str(length).encode())]}


def _give_back_big_blocks() -> None:
    """Keeps glibc handing freed blocks of 128 KB and more back to the system.

    By itself it stops doing so for sizes that it has seen freed, and feeds of up to a megabyte that come
    and go then leave holes: a sixth more memory in each worker, which took a million polls to level off.
    """
    if sys.platform == "linux":
        import ctypes

        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
        if mallopt is not None:
            mallopt(_M_MMAP_THRESHOLD, 128 * 1024)
