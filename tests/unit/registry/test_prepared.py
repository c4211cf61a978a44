"""Statements whose text is made once say the same as SQLAlchemy's own way."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, or_, select

from lockyard_registry import open_registry, operations
from lockyard_registry.operations import local_caller
from lockyard_registry.store import Prepared, artifact_repositories, artifacts, audit, audit_heads


@pytest.fixture
def registry(tmp_path):
    registry = open_registry(tmp_path / "registry.db")
    caller = local_caller("http://registry.example/api/v2")
    container = {"imageUri": "registry.example/m:1", "port": 8000, "primary": True}
    spec = {"containerGroups": [{"containers": [container]}]}
    operations.create_artifact(registry, caller, {"name": "modèle", "spec": spec, "status": "locked"})
    operations.create_repository(registry, caller, {"name": "made by hand"}, idempotency_key="k")
    yield registry
    registry.close()


@pytest.mark.parametrize("table", [artifacts, artifact_repositories, audit, audit_heads], ids=str)
def test_rows_are_those_of_sqlalchemy_with_their_types(registry, table):
    with registry.store.read() as tx:
        expected = [tuple(row) for row in tx.execute(select(table))]
        found = [tuple(row) for row in Prepared(select(table)).rows(tx, {})]
    assert found == expected
    assert [[type(value) for value in row] for row in found] == [[type(value) for value in row] for row in expected]
    assert found


_listed = (
    select(audit.c.chain, audit.c.number, audit.c.changes)
    .where(
        audit.c.number.in_(bindparam("numbers", expanding=True)),
        or_(audit.c.chain.in_(bindparam("chains", expanding=True)), audit.c.action == "repository.create"),
    )
    .order_by(audit.c.chain, audit.c.number)
    .limit(bindparam("most"))
)


@pytest.mark.parametrize("length", [0, 1, 2, 10, 11, 100, 101, 250])
@pytest.mark.parametrize("numbers", [0, 1, 12])
def test_lists_of_any_length_are_looked_for(registry, length, numbers):
    prepared = Prepared(_listed)
    with registry.store.read() as tx:
        chains = [row[0] for row in tx.execute(select(audit_heads.c.chain))]
        values = {
            "chains": [*([f"{number:024}" for number in range(length - 1)]), *chains[:1]] if length else [],
            "numbers": list(range(1, numbers + 1)),
            "most": 5,
        }
        expected = [tuple(row) for row in tx.execute(_listed, values)]
        assert [tuple(row) for row in prepared.rows(tx, values)] == expected
    assert bool(expected) is bool(numbers)


def test_lists_of_about_one_length_share_a_text(registry):
    prepared = Prepared(select(artifacts.c.name).where(artifacts.c.id.in_(bindparam("ids", expanding=True))))
    with registry.store.read() as tx:
        for length in range(250):
            prepared.rows(tx, {"ids": [str(number) for number in range(length)]})
    assert sorted(prepared._texts) == [(0,), (1,), (10,), (100,), (200,), (300,)]


def test_a_missing_parameter_is_a_mistake(registry):
    wanted = Prepared(select(artifacts.c.name).where(artifacts.c.id == bindparam("wanted")))
    with registry.store.read() as tx:
        assert wanted.first(tx, {"wanted": "nothing"}) is None
        with pytest.raises(KeyError):
            wanted.first(tx, {})
