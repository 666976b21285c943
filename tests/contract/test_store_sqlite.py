from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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


def test_several_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    # Setting the journal's mode in a new file is refused to all but one of them, at once and in spite of the
    # time that SQLite is told to wait.
    start = threading.Barrier(4)

    def open_new(number: int) -> str | None:
        store = open_store(f"sqlite:///{tmp_path}/{number}.db")
        start.wait()
        store.migrate()
        with store.begin() as unit:
            unit.set_state("opened", "yes")
            opened = unit.get_state("opened")
        store.close()
        return opened

    with ThreadPoolExecutor(4) as pool:
        opened = [list(pool.map(open_new, [number] * 4)) for number in range(40)]
    assert opened == [["yes"] * 4] * 40
