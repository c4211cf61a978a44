"""Statements whose text is made once say the same as SQLAlchemy's own way."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, select

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
    operations.put_repository(registry, caller, "a" * 24, {"name": "made by hand"})
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


def test_a_missing_parameter_is_a_mistake(registry):
    wanted = Prepared(select(artifacts.c.name).where(artifacts.c.id == bindparam("wanted")))
    with registry.store.read() as tx:
        assert wanted.first(tx, {"wanted": "nothing"}) is None
        with pytest.raises(KeyError):
            wanted.first(tx, {})
