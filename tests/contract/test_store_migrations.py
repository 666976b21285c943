from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import Connection, Engine

from calendar_service.errors import SettingsError
from calendar_service.store import migrator, open_store
from calendar_service.store.schema import HEAD, metadata

FOLDER = Path(migrator.__file__).parent / "migrations"


def engine_of(url: str) -> Engine:
    return create_engine(url.replace("postgresql:", "postgresql+psycopg:"))


def describe(connection: Connection) -> dict[str, Any]:
    """Everything that the database itself says of its tables."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"))
        return {row.name: sorted(re.split(r",\s*|\s+", row.sql)) for row in rows}
    inspector = inspect(connection)
    found: dict[str, Any] = {}
    for name in inspector.get_table_names():
        columns = connection.execute(
            text(
                "SELECT column_name, data_type, is_nullable, column_default, is_identity"
                " FROM information_schema.columns WHERE table_name = :name ORDER BY 1"
            ),
            {"name": name},
        )
        indexes = connection.execute(
            text("SELECT indexdef FROM pg_indexes WHERE tablename = :name ORDER BY 1"), {"name": name}
        )
        constraints = connection.execute(
            text(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE conrelid = CAST(:name AS regclass) ORDER BY 1"
            ),
            {"name": name},
        )
        found[name] = [[tuple(row) for row in rows] for rows in (columns, indexes, constraints)]
    return found


def compare_both_ways(created_url: str, migrated_url: str) -> None:
    """A schema made from the tables, and one made by all migrations, one after the other."""
    store = open_store(created_url)
    store.migrate()
    store.close()
    migrated = engine_of(migrated_url)
    with migrated.begin() as connection:
        migrator._upgrade(connection, None)
    with migrated.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        by_migrations = describe(connection)
    created = engine_of(created_url)
    with created.connect() as connection:
        by_tables = describe(connection)
    created.dispose()
    migrated.dispose()
    assert {"deliveries", "fragments", "alembic_version"} <= by_tables.keys()
    assert by_tables.pop("alembic_version")
    assert by_migrations.pop("alembic_version")
    assert by_migrations == by_tables


def test_sqlite_migrated_is_sqlite_created(tmp_path: Path) -> None:
    compare_both_ways(f"sqlite:///{tmp_path}/created.db", f"sqlite:///{tmp_path}/migrated.db")


@pytest.mark.external
def test_postgres_migrated_is_postgres_created(make_postgres_database: Callable[[], str]) -> None:
    compare_both_ways(make_postgres_database(), make_postgres_database())


def test_head_names_the_newest_migration() -> None:
    assert ScriptDirectory(str(FOLDER)).get_current_head() == HEAD


def test_a_newer_database_is_refused_with_advice(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.db"
    store = open_store(url)
    store.migrate()
    engine = engine_of(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(SettingsError, match=r"9999.*install the newer version"):
        store.migrate()
    store.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("no url", "cannot be read"),
        ("mysql://localhost/x", "no support for mysql"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
    ],
)
def test_other_urls_are_refused_with_advice(url: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        open_store(url)


def test_alembic_is_not_imported_for_a_new_or_a_current_database(tmp_path: Path) -> None:
    program = (
        "import sys; from calendar_service.store import open_store;"
        "assert 'sqlalchemy' not in sys.modules;"
        f"store = open_store('sqlite:///{tmp_path}/store.db'); store.migrate(); store.migrate();"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
