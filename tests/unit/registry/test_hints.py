"""Conditions that say which index they are for find what plain ones find."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from tests.unit.registry.builders import Desk

from lockyard_registry.store import artifact_repositories, artifacts, found_in, unindexed

_repositories = select(artifact_repositories.c.id).where(artifact_repositories.c.name.in_(["alpha", "gamma"]))
_hinted = (
    select(artifacts.c.id)
    .where(unindexed(artifacts.c.status) == bindparam("wanted"), found_in(artifacts.c.repository_id, _repositories))
    .order_by(unindexed(artifacts.c.created_at).desc(), artifacts.c.id)
)
_plain = (
    select(artifacts.c.id)
    .where(artifacts.c.repository_id.in_(_repositories), artifacts.c.status == bindparam("wanted"))
    .order_by(artifacts.c.created_at.desc(), artifacts.c.id)
)


@pytest.mark.parametrize("wanted", ["draft", "locked", "neither"])
def test_they_find_the_same_in_the_same_order(office: Desk, wanted: str) -> None:
    for number, name in enumerate(("alpha", "beta", "gamma")):
        office.put(f"{number}" * 24, name=name)
        for status in ("draft", "locked", "draft"):
            office.artifact(artifactRepositoryId=f"{number}" * 24, status=status)
    with office.reg.store.read() as tx:
        found = tx.execute(_hinted, {"wanted": wanted}).all()
        assert found == tx.execute(_plain, {"wanted": wanted}).all()
    assert len(found) == {"draft": 4, "locked": 2, "neither": 0}[wanted]


def test_postgresql_finds_the_values_first_and_no_index_of_the_column_is_used() -> None:
    text = str(_hinted.compile(dialect=postgresql.dialect()))
    assert "artifacts.repository_id = ANY (ARRAY(SELECT artifact_repositories.id" in text
    assert "(artifacts.status || '') = " in text
    assert "ORDER BY (artifacts.created_at || '') DESC, artifacts.id" in text


def test_sqlite_takes_the_column_for_an_expression(desk: Desk) -> None:
    given = _hinted.params(wanted="draft")
    text = str(given.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True}))
    assert "artifacts.repository_id IN (SELECT artifact_repositories.id" in text
    assert "+artifacts.status = ?" in text
    assert "ORDER BY +artifacts.created_at DESC, artifacts.id" in text
    with desk.reg.store.read() as tx:
        plan = [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("draft", "alpha", "gamma"))]
    assert any(step.startswith("SEARCH artifacts USING") and "(repository_id=?)" in step for step in plan)
