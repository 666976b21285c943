"""One transaction over all rooms of the store."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Connection

from calendar_service.store.actions import ActionRows
from calendar_service.store.deliveries import DeliveryRows
from calendar_service.store.documents import DocumentRows
from calendar_service.store.entries import EntryRows
from calendar_service.store.issuers import IssuerRows
from calendar_service.store.paces import PaceRows
from calendar_service.store.schema import state
from calendar_service.store.statements import upsert
from calendar_service.store.subscriptions import SubscriptionRows


class StoreUnit:
    """The `Unit` port."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        issuers = IssuerRows(connection)
        self.documents = DocumentRows(connection)
        self.entries = EntryRows(connection, issuers)
        self.actions = ActionRows(connection, issuers, self.entries)
        self.subscriptions = SubscriptionRows(connection, issuers)
        self.deliveries = DeliveryRows(connection)
        self.paces = PaceRows(connection)

    def get_state(self, name: str) -> str | None:
        """A small named value, such as the instant of the last tick; None where it was never set."""
        return self._connection.execute(select(state.c.value).where(state.c.name == name)).scalar()

    def set_state(self, name: str, value: str) -> None:
        """Sets a named value."""
        statement = upsert(self._connection, state, ["name"], ["value"])
        self._connection.execute(statement, {"name": name, "value": value})

    def finish(self) -> None:
        """What has to be written last, just before the commit."""
        self.entries.finish()
