from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from calendar_service.model.ports import Store
from calendar_service.store import open_store
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
