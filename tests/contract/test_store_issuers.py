from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from calendar_service.model.ports import Store
from calendar_service.store import open_store
from tests.contract.issuer_contract import AliasContract


def opened(url: str) -> Iterator[Store]:
    store = open_store(url)
    store.migrate()
    yield store
    store.close()


class TestAliasesInSqlite(AliasContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        yield from opened(f"sqlite:///{tmp_path}/store.db")


@pytest.mark.external
class TestAliasesInPostgres(AliasContract):
    @pytest.fixture
    def store(self, make_postgres_database: Callable[[], str]) -> Iterator[Store]:
        yield from opened(make_postgres_database())
