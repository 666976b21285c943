from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

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


class TestSqlite(
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
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path}/folder/store.db"

    @pytest.fixture
    def store(self, url: str) -> Iterator[Store]:
        store = open_store(url)
        store.migrate()
        yield store
        store.close()
