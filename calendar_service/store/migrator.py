"""Brings a database's schema up to date.

Importing Alembic takes about 280 ms. An up-to-date database is recognised by one query, and an empty
one is built straight from the tables, both without Alembic.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DatabaseError

from calendar_service.errors import SettingsError
from calendar_service.store.schema import HEAD, metadata

_LOCK = 0x63616C656E646172  # any number that no other program takes: "calendar"


def migrate(connection: Connection) -> None:
    """Creates or upgrades the schema in one transaction, one process at a time.

    Raises SettingsError when the database is newer than this program.
    """
    if _find_version(connection) == HEAD:
        return
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        # On SQLite the transaction itself began IMMEDIATE: it holds the only write lock.
        if not inspect(connection).has_table("alembic_version"):
            _create(connection)
        elif (found := _read_version(connection)) != HEAD:
            _upgrade(connection, found)


def _find_version(connection: Connection) -> str | None:
    try:
        with connection.begin():
            return _read_version(connection)
    except DatabaseError:  # there is no such table yet
        return None


def _read_version(connection: Connection) -> str | None:
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _create(connection: Connection) -> None:
    metadata.create_all(connection, checkfirst=False)  # nothing is there, so nothing is asked for
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": HEAD})


def _upgrade(connection: Connection, found: str | None) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise SettingsError(
            [
                f"The database has schema {found}, which this version does not know; install the newer version again."
            ]
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
