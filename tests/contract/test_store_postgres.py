from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine, text

from calendar_service.model.ports import Store
from calendar_service.store import database, open_store
from tests.contract.feed_contract import EntryContract, SubscriptionContract
from tests.contract.ledger_contract import ConcurrencyContract, LedgerContract
from tests.contract.store_contract import (
    ActionContract,
    DocumentContract,
    IssuerContract,
    TransactionContract,
)


@pytest.mark.external
class TestPostgres(
    TransactionContract,
    DocumentContract,
    ActionContract,
    IssuerContract,
    EntryContract,
    SubscriptionContract,
    LedgerContract,
    ConcurrencyContract,
):
    @pytest.fixture
    def url(self, make_postgres_database: Callable[[], str]) -> str:
        return make_postgres_database()

    @pytest.fixture
    def store(self, url: str) -> Iterator[Store]:
        store = open_store(url)
        store.migrate()
        yield store
        store.close()

    def test_a_connection_that_died_while_it_lay_idle_is_replaced(
        self, store: Store, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with store.begin() as unit:
            unit.set_state("told", "before")
        admin = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        with admin.connect() as connection:
            assert connection.execute(text(others)).scalars().all() == [True]
        admin.dispose()
        monkeypatch.setattr(database, "_PING_AFTER", 0.0)
        with store.read() as unit:
            assert unit.get_state("told") == "before"
