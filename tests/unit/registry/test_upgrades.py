"""Databases of every earlier schema, with data, become those of today."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, insert, select
from tests.unit.registry.builders import REPOSITORY, Desk, schema_differences

from lockyard.contract import ArtifactQuery, RepositoryQuery, StorageError
from lockyard_registry import Caller, Registry, lifecycle
from lockyard_registry.audit import verify
from lockyard_registry.runtime import ManualClock
from lockyard_registry.store import HEAD_REVISION, Store, scope_of, scope_recipients, shared_roles
from lockyard_registry.store._live_schema import schema_differences as live_differences
from lockyard_registry.store._migrate import configuration, upgrade
from lockyard_registry.store._store import database_at

pytestmark = pytest.mark.usefixtures("files_from_migrations")

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
        copy_to(file, place, request.param)
    return place


def copy_to(file: Path, url: str, revision: str) -> None:
    """Puts the rows of a SQLite file into a PostgreSQL database of the same schema."""
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
        assert schema_differences(tx) == []
        assert live_differences(tx) == []
    repository = desk.repository(REPOSITORY)
    assert (repository["name"], repository["lastVersionNumber"], repository["numArtifacts"]) == ("Ünïcode team", 3, 4)
    proof = verify(store, None, ())
    assert proof.findings == []
    # With users came the chain of the people, and two records of roles given.
    assert (proof.chains, proof.records) == ((5, 9) if people_there(store) else (4, 4))
    assert counted(desk) == (5, 5)
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


def people_there(store: Store) -> bool:
    with store.read() as tx:
        return tx.exec_driver_sql("SELECT count(*) FROM users").scalar_one() > 0


def counted(desk: Desk) -> tuple[int, int]:
    """How many artifacts the list says there are, to who made them and to who sees everything."""
    return tuple(
        lifecycle.list_artifacts(desk.reg, caller, ArtifactQuery(limit=1)).total
        for caller in (desk.caller, desk.alone().caller)
    )


def test_scopes_come_from_the_roles(old: Path | str, open_it: Callable[..., Registry]) -> None:
    registry = open_it(location=old)
    with registry.store.read() as tx:
        for id, shown in tx.exec_driver_sql("SELECT id, visible_to FROM artifact_repositories").all():
            roles = tx.execute(
                select(shared_roles.c.recipient_type, shared_roles.c.recipient_id).where(shared_roles.c.object_id == id)
            ).all()
            assert shown == scope_of((kind, who) for kind, who in roles)
            known = tx.execute(select(scope_recipients).where(scope_recipients.c.scope == shown)).all()
            assert sorted((kind, who) for kind, who, _ in known) == sorted((kind, who) for kind, who in roles)
        strays = (
            "SELECT count(*) FROM artifacts a JOIN artifact_repositories r ON r.id = a.repository_id "
            "WHERE a.visible_to <> r.visible_to"
        )
        assert tx.exec_driver_sql(strays).scalar_one() == 0


def test_texts_are_found(old: Path | str, open_it: Callable[..., Registry], caller: Caller) -> None:
    registry = open_it(location=old)
    found = lifecycle.list_repositories(registry, caller, RepositoryQuery(search="NÏCODE T")).items
    assert [item["id"] for item in found] == [REPOSITORY]
    for item in lifecycle.list_artifacts(registry, caller, ArtifactQuery()).items:
        again = lifecycle.list_artifacts(registry, caller, ArtifactQuery(search=item["id"][4:])).items
        assert item["id"] in {other["id"] for other in again}


def desk_workloads(desk: Desk) -> list[dict[str, Any]]:
    from lockyard.contract import WorkloadQuery

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
