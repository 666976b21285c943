"""The engine and its transactions, on SQLite and on PostgreSQL."""

from __future__ import annotations

import math
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import PoolProxiedConnection

from calendar_service.errors import SettingsError
from calendar_service.model import ports
from calendar_service.store.migrator import migrate
from calendar_service.store.unit import StoreUnit

_BUSY_SECONDS = 30.0
_BUSY_PAUSE = 0.02  # seconds before asking again for a lock that SQLite does not wait for
_PING_AFTER = 1.0  # seconds that a connection of PostgreSQL may lie idle
_IDLE_SINCE = "idle_since"
_WRITING = "calendar_service_writing"

# How a connection is used; the levels are PostgreSQL's.
_WRITE: Mapping[str, Any] = {_WRITING: True}
_WRITE_AT_ONCE: Mapping[str, Any] = {_WRITING: True, "isolation_level": "AUTOCOMMIT"}
_READ: Mapping[str, Any] = {
    _WRITING: False,
    "isolation_level": "REPEATABLE READ",
    "postgresql_readonly": True,
}


class Database:
    """A `Store`. Threads may share it; a forked process gets connections of its own."""

    def __init__(self, url: str) -> None:
        self._url = _read_url(url)
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._pid = os.getpid()

    @contextmanager
    def begin(self) -> Iterator[ports.Unit]:
        """A writing transaction: committed at the end of the block, rolled back on an error.

        On SQLite it takes the write lock at once and waits up to 30 s for it, so that a transaction
        never fails half-way because another one wrote first. On PostgreSQL it runs READ COMMITTED.
        """
        with self._open(_WRITE) as connection, connection.begin():
            unit = StoreUnit(connection)
            yield unit
            unit.finish()

    @contextmanager
    def at_once(self) -> Iterator[ports.Unit]:
        """For work of which each statement holds by itself: on PostgreSQL each is committed as it ends, without the
        round trips of a transaction.

        On SQLite, where nothing travels, it is `begin`.
        """
        with self._open(_WRITE_AT_ONCE) as connection, connection.begin():
            unit = StoreUnit(connection)
            yield unit
            unit.finish()

    @contextmanager
    def read(self) -> Iterator[ports.Unit]:
        """One consistent view of the data; writing in it fails."""
        with self._open(_READ) as connection, connection.begin():
            yield StoreUnit(connection)

    def migrate(self) -> None:
        """Creates the schema or brings it up to date. Safe from several processes at once."""
        with self._open(_WRITE) as connection:
            migrate(connection)

    def close(self) -> None:
        """Gives the connections back. The store opens new ones when it is used again."""
        with self._lock:
            if self._engine is not None and self._pid == os.getpid():
                self._engine.dispose()
            self._engine = None

    def _open(self, use: Mapping[str, Any]) -> Connection:
        levels = use if self._url.get_backend_name() == "postgresql" else {}
        options = {_WRITING: use[_WRITING], "preserve_rowcount": True, **levels}
        return self._get_engine().connect().execution_options(**options)

    def _get_engine(self) -> Engine:
        with self._lock:
            if self._pid != os.getpid():
                # The parent's sockets and file locks came with the fork: forget them, never close them.
                if self._engine is not None:
                    self._engine.dispose(close=False)
                self._engine, self._pid = None, os.getpid()
            if self._engine is None:
                self._engine = _build_engine(self._url)
            return self._engine


def _read_url(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError:
        raise SettingsError(
            ["The database URL cannot be read; write sqlite:///path or postgresql://user@host/name."]
        ) from None
    backend = url.get_backend_name()
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise SettingsError(
            [
                f"There is no support for {backend} databases; use sqlite:///path or postgresql://user@host/name."
            ]
        )
    if url.database in (None, "", ":memory:"):
        raise SettingsError(
            ["A SQLite database needs a file, since several threads share it: sqlite:///path."]
        )
    return url


def _build_engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url, hide_parameters=True, pool_size=10, max_overflow=20)
        event.listen(engine, "checkin", _note_checkin)
        event.listen(engine, "checkout", _ping_idle)
        return engine
    _make_private_file(Path(url.database or ""))
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS}, pool_size=10, max_overflow=50
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _note_checkin(_connection: object, record: PoolProxiedConnection) -> None:
    record.info[_IDLE_SINCE] = time.monotonic()


def _ping_idle(connection: Any, record: PoolProxiedConnection, _proxy: object) -> None:
    """Asks a connection that lay idle whether it still lives; the pool opens another where it does not.

    SQLAlchemy's own `pool_pre_ping` asks each time, which made up a third of recording a few deliveries.
    """
    if time.monotonic() - record.info.get(_IDLE_SINCE, math.inf) < _PING_AFTER:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error


def _make_private_file(file: Path) -> None:
    """An empty database file for its owner only: it will hold people's addresses. Its side files follow it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin_sqlite`, not guessed by the driver
    connection.execute(f"PRAGMA busy_timeout = {int(_BUSY_SECONDS * 1000)}")
    _prepare_sqlite_file(connection)
    # FULL: what the ledger records as sent must survive a power cut, or it would be sent again.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -32768")
    # As much as SQLite maps at all: what is not mapped is copied page by page (a cold feed took half as long
    # again). It is the system's own page cache, shared by all connections and given back when memory is short.
    connection.execute("PRAGMA mmap_size = 2147418112")


def _prepare_sqlite_file(connection: sqlite3.Connection) -> None:
    """Sets what is kept in the file itself; whoever opens a new file first does it, the others find it done.

    Setting the mode takes an exclusive lock, and SQLite does not wait for that one: of several that set it at
    once, all but one are told that the file is busy, whatever the `busy_timeout`. So they ask again.
    """
    until = time.monotonic() + _BUSY_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        # Only a new file takes it. A calendar block of 1 to 2 KB then lies beside those of its issuer;
        # with 4 KB pages each spills into one of its own (a cold feed took 3 times as long, the file too).
        connection.execute("PRAGMA page_size = 8192")
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_BUSY_PAUSE)


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(_WRITING, True)
    connection.exec_driver_sql(f"PRAGMA query_only = {0 if writing else 1}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
