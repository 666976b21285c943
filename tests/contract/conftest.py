"""The databases that the contract is proved on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from sqlalchemy import create_engine

from tests.contract.postgres_server import find_programs, run_postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A running server's URL with `{name}` for the database."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    with run_postgres(programs) as url:
        yield url


@pytest.fixture(scope="session")
def make_postgres_database(postgres_server: str) -> Callable[[], str]:
    """Makes an empty database and gives its URL."""
    engine = create_engine(
        postgres_server.format(name="postgres").replace("postgresql:", "postgresql+psycopg:"),
        isolation_level="AUTOCOMMIT",
    )
    numbers = count()

    def make() -> str:
        name = f"contract_{next(numbers)}"
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
        engine.dispose()
        return postgres_server.format(name=name)

    return make


@pytest.fixture(scope="session")
def postgres_url(make_postgres_database: Callable[[], str]) -> str:
    """An empty PostgreSQL database, one for the whole session."""
    return make_postgres_database()
