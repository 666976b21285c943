"""Rows in SQLite or PostgreSQL behind one port. `open_store` is the only way in."""

from __future__ import annotations

from calendar_service.model.ports import Store


def open_store(url: str) -> Store:
    """The store at a SQLAlchemy URL: `sqlite:///path/to/file` or `postgresql://user@host/name`.

    Nothing is read or created yet: call `migrate()` before the first use. Raises SettingsError for
    a URL that cannot be used.
    """
    from calendar_service.store.database import Database

    return Database(url)
