"""Serving the WSGI application: inside this process, or on several worker processes.

`up` shares one process with the scheduler and the inbox, so it is served by waitress: pure Python,
several threads, any WSGI application, started in a few milliseconds. `web --workers N` wants
throughput, so there uvicorn serves (`workers`), with the application built anew in each worker.
"""

from __future__ import annotations

import logging
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from calendar_service.errors import SettingsError

AppFactory = Callable[[], Any]

THREADS = 8
CONNECTIONS = 1_000
DRAIN_SECONDS = 5


def serve(
    app_factory: AppFactory,
    host: str,
    port: int,
    *,
    workers: int,
    on_ready: Callable[[str], None],
    stop: threading.Event,
) -> None:
    """Serves until `stop` is set or SIGINT or SIGTERM comes.

    `workers` 0 serves inside this process, which must be called from the main thread if signals are
    to be heard; 1 and more start that many processes, from the main thread only, each of which calls
    `app_factory` for itself: it must be a function that can be pickled. `on_ready` is told the address
    once connections are accepted. Port 0 takes a free one. Raises SettingsError when the address
    cannot be used.
    """
    if workers == 0:
        _serve_here(app_factory, host, port, on_ready, stop)
        return
    from calendar_service.web.workers import BACKLOG, serve_workers

    with bind(host, port) as listening:
        listening.listen(BACKLOG)  # here, so that who comes before the workers are there waits for them
        on_ready(_address_of(host, int(listening.getsockname()[1])))
        serve_workers(app_factory, listening, workers, stop)


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to this address. Raises SettingsError in words for a person."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(address)
        except OSError:
            bound.close()
            raise
    except OSError as error:
        raise SettingsError(
            [f"Cannot listen on {host} port {port}: {error.strerror or error}. Choose another with --port."]
        ) from error
    return bound


def _serve_here(
    app_factory: AppFactory, host: str, port: int, on_ready: Callable[[str], None], stop: threading.Event
) -> None:
    from waitress import create_server, wasyncore

    # waitress sends to its own logger when requests have to wait a moment; that is no news.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    channels: dict[int, Any] = {}
    server = create_server(
        app_factory(),
        map=channels,
        sockets=[bind(host, port)],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        channel_timeout=60,
        ident=None,
        # Proxies' headers are not used for anything, but seen by security.is_operator.
        clear_untrusted_proxy_headers=False,
        max_request_body_size=1 << 31,  # Flask's own limit answers in words
    )

    def end() -> None:
        stop.set()
        server.pull_trigger()  # so that the loop looks at `stop` at once

    restore = _on_signals(end)
    try:
        on_ready(_address_of(host, int(server.effective_port)))
        while not stop.is_set():
            wasyncore.loop(timeout=0.5, use_poll=True, map=channels, count=1)
        _finish(server, wasyncore, channels)
    finally:
        restore()


def _finish(server: Any, wasyncore: Any, channels: dict[int, Any]) -> None:
    """Takes no new connection, lets running requests end, sends what they said, and closes all."""
    server.accepting = False
    server.socket.close()
    channels.pop(server._fileno, None)  # noqa: SLF001 - waitress offers no other way to stop listening
    until = time.monotonic() + DRAIN_SECONDS
    while server.task_dispatcher.queue and time.monotonic() < until:
        time.sleep(0.01)
    server.task_dispatcher.shutdown(cancel_pending=True, timeout=DRAIN_SECONDS)
    for _ in range(20):
        if not any(getattr(channel, "total_outbufs_len", 0) for channel in channels.values()):
            break
        wasyncore.loop(timeout=0.05, use_poll=True, map=channels, count=1)
    wasyncore.close_all(channels)


def _address_of(host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}"


def _on_signals(handle: Callable[[], object]) -> Callable[[], None]:
    """Calls `handle` on SIGINT and SIGTERM; returns what puts the old handlers back."""
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    old = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in old:
        signal.signal(number, lambda *_: handle())

    def restore() -> None:
        for number, handler in old.items():
            signal.signal(number, handler)

    return restore
