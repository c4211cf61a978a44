"""What the benchmark of many artifacts fills in is what calls would have made, as far as lists look at it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import text

from lockyard.contract import ArtifactQuery
from lockyard_registry import lifecycle, open_registry


def test_totals_scopes_and_texts_are_right(location: Path | str) -> None:
    from filling import GUESTS, LONG, SHORT, Size, fill, wrong_totals

    registry = open_registry(location)
    told: list[int] = []
    try:
        with registry.store.read() as tx:
            before = _indexes(tx)
        world = fill(registry, Size(400, 20, 50, 10), told.append)
        assert told[-1] == 400
        assert wrong_totals(registry) == []
        with registry.store.read() as tx:
            assert _indexes(tx) == before
        totals = {
            name: lifecycle.list_artifacts(registry, caller, ArtifactQuery(limit=100))
            for name, caller in world.callers.items()
        }
        assert totals["administrator"].total == 400
        assert 400 > totals["many"].total > totals["few"].total == 20
        assert {item["artifactRepositoryId"] for item in totals["few"].items} == {world.repositories[GUESTS]}
        for number, length in ((LONG, 50), (SHORT, 10)):
            query = ArtifactQuery(repository_id=world.repositories[number])
            page = lifecycle.list_artifacts(registry, world.callers["administrator"], query)
            assert page.total == length
            assert page.items[0]["version"] is not None
        common = ArtifactQuery(search=world.texts["common"][0])
        assert lifecycle.list_artifacts(registry, world.callers["administrator"], common).total == 80
        with registry.store.write() as tx:
            tx.execute(text("UPDATE artifact_counts SET number = number + 1 WHERE holder = '*' AND status = 'draft'"))
        assert any("all artifacts" in problem for problem in wrong_totals(registry))
    finally:
        registry.close()


def test_every_question_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import questions
    from answers import answers
    from filling import Size, fill

    monkeypatch.setattr(questions, "MOST", 1)
    monkeypatch.setattr(questions, "LEAST", 1)
    registries = [open_registry(tmp_path / name) for name in ("small.db", "large.db")]
    try:
        small, large = (
            fill(registry, size)
            for registry, size in zip(registries, (Size(100, 10), Size(400, 20, 50, 10)), strict=True)
        )
        names = [question.name for question in questions.QUESTIONS]
        assert len(set(names)) == len(names)
        with ExitStack() as stack:
            asked = [questions.Asked(world, stack.enter_context(answers(world))) for world in (small, large)]
            for question in questions.QUESTIONS:
                took = questions.ask(question, *asked)
                assert all(times.p95 > 0 for pair in took for times in pair)
                # The answer of the application and that of the function are of the same artifacts.
                assert took.answer.many.total == took.function.many.total
                if question.name == "default list, administrator":
                    assert [times.total for times in took.answer] == [100, 400]
    finally:
        for registry in registries:
            registry.close()


def _indexes(tx: object) -> list[str]:
    from sqlalchemy import Connection, inspect

    assert isinstance(tx, Connection)
    return sorted(str(each["name"]) for table in ("artifacts", "tags") for each in inspect(tx).get_indexes(table))
