from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from calendar_service.web import create_app
from tests.web.world import World, open_world, populate


@pytest.fixture(scope="session")
def populated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with invented issuers, to be copied."""
    folder = tmp_path_factory.mktemp("populated")
    world = open_world(folder)
    populate(world)
    world.store.close()
    return folder / "world.db"


@pytest.fixture
def world(populated: Path, tmp_path: Path) -> Iterator[World]:
    """Invented issuers on a SQLite store."""
    shutil.copy(populated, tmp_path)
    made = open_world(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def client(world: World) -> FlaskClient:
    """A browser on the operator's own machine."""
    return create_app(world.services()).test_client()
