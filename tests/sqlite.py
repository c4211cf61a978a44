"""New SQLite files for registries of tests: copies of one that the migrations made, since making one costs more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def blank_sqlite(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file with the registry's newest schema, as the real migrations made it; one for a test process."""
    from lockyard_registry import open_registry

    path = tmp_path_factory.mktemp("blank") / "registry.db"
    open_registry(path).close()
    assert not path.with_name("registry.db-wal").exists(), "all of it is in the file"
    return path.read_bytes()


@pytest.fixture(scope="session", autouse=True)
def files_from_copies(request: pytest.FixtureRequest) -> Iterator[pytest.MonkeyPatch]:
    """Whoever opens a registry on a file that is not there gets a copy, with an id of its own."""
    from lockyard_registry.store import _sqlite
    from lockyard_registry.store._ids import new_id
    from lockyard_registry.store._time import utc_now

    prepare = _sqlite.prepare

    def copy_and_prepare(engine: Any, path: Path, busy_timeout: float, *, migrate: bool) -> str:
        if migrate and (not path.exists() or not path.stat().st_size):
            path.write_bytes(blank)
            with sqlite3.connect(path) as connection:
                given = (new_id(utc_now()),)
                connection.execute("UPDATE registry_facts SET value = ? WHERE name = 'registryId'", given)
            connection.close()
        return prepare(engine, path, busy_timeout, migrate=migrate)

    blank: bytes = request.getfixturevalue("blank_sqlite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_sqlite, "prepare", copy_and_prepare)
        yield patch


@pytest.fixture
def files_from_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of how a file is made: they make it themselves."""
    from lockyard_registry.store import _prepare, _sqlite

    monkeypatch.setattr(_sqlite, "prepare", _prepare.prepare)
