from __future__ import annotations

import os
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


def test_a_new_database_is_its_owners_only(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        store = open_store(f"sqlite:///{tmp_path}/folder/new.db")
        store.migrate()
        with store.read():
            files = sorted(path.name for path in (tmp_path / "folder").iterdir())
            modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "folder").iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert files == ["new.db", "new.db-shm", "new.db-wal"]
    assert modes == {0o600}
