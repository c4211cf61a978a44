"""Databases of every earlier schema, with data, become those of today."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, insert, select
from tests.unit.registry.builders import REPOSITORY, Desk

from lockyard.contract import StorageError
from lockyard_registry import Caller, Registry
from lockyard_registry.audit import verify
from lockyard_registry.runtime import ManualClock
from lockyard_registry.store import HEAD_REVISION, Store, metadata
from lockyard_registry.store._migrate import configuration, upgrade
from lockyard_registry.store._store import database_at

SCHEMAS = Path(__file__).parent / "schemas"
EARLIER = sorted(path.stem for path in SCHEMAS.glob("*.sql"))


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """A place with nothing in it."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres").new_database()
    return tmp_path / "old.db"


@pytest.fixture(params=EARLIER)
def old(request: pytest.FixtureRequest, place: Path | str, tmp_path: Path) -> Path | str:
    """A registry with data of an earlier schema."""
    file = place if isinstance(place, Path) else tmp_path / "source.db"
    connection = sqlite3.connect(file)
    connection.executescript((SCHEMAS / f"{request.param}.sql").read_text())
    connection.close()
    if isinstance(place, str):
        _copy(file, place, request.param)
    return place


def _copy(file: Path, url: str, revision: str) -> None:
    source, target = create_engine(f"sqlite:///{file}"), database_at(url, 5, 1, make=True)
    tables = MetaData()
    with source.connect() as rows, target.engine.connect() as connection, connection.begin():
        target.begin_writing(connection, None)
        upgrade(connection, None, url, revision)
        tables.reflect(connection)
        for table in tables.sorted_tables:
            found = [dict(row._mapping) for row in rows.execute(select(table))]
            if table.name != "alembic_version" and found:
                connection.execute(insert(table), found)
        target.after_fill(connection)
    source.dispose()
    target.engine.dispose()


def test_there_is_data_of_every_earlier_schema() -> None:
    revisions = [script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()]
    assert sorted(set(revisions) - {HEAD_REVISION}) == EARLIER


def test_data_stays_and_gets_a_log(
    old: Path | str, open_it: Callable[..., Registry], caller: Caller, clock: ManualClock
) -> None:
    desk = Desk(open_it(location=old), caller, clock)
    store = desk.reg.store
    with store.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), metadata) == []
    repository = desk.repository(REPOSITORY)
    assert (repository["name"], repository["lastVersionNumber"], repository["numArtifacts"]) == ("Ünïcode team", 3, 4)
    proof = verify(store, None, ())
    assert proof.findings == []
    assert (proof.chains, proof.records) == (4, 4)
    # It goes on from there.
    clock.advance(24 * 3600)
    again = desk.make("k1", artifactRepositoryId=REPOSITORY, status="locked", description="new").document
    assert again["version"] == 4
    for workload in desk_workloads(desk):
        desk.settings(workload["id"])
        assert desk.see(workload["id"])["status"] in ("running", "submitted", "stopped")
    proof = verify(store, None, ())
    assert proof.findings == []
    assert proof.records > 4


def desk_workloads(desk: Desk) -> list[dict[str, Any]]:
    from lockyard.contract import WorkloadQuery
    from lockyard_registry import lifecycle

    found = lifecycle.list_workloads(desk.reg, desk.caller, WorkloadQuery()).items
    assert len(found) == 2
    return [workload for workload in found if workload["replacement"] is None]


def test_what_only_looks_upgrades_nothing(old: Path | str) -> None:
    with pytest.raises(StorageError, match=r"has schema revision 000\d, this version of Lockyard needs") as error:
        Store.open(old, migrate=False)
    assert "\n" not in str(error.value)
    Store.open(old).close()
    Store.open(old, migrate=False).close()


def test_a_change_of_the_past_shows_after_the_upgrade(old: Path | str) -> None:
    Store.open(old).close()
    store = Store.open(old)
    with store.write() as tx:
        tx.exec_driver_sql("UPDATE artifacts SET description = 'forged' WHERE version = 2")
    found = verify(store, None, ()).findings
    store.close()
    assert {finding.what for finding in found} == {"changed"}
    assert {finding.where.split()[0] for finding in found} == {"artifacts"}
