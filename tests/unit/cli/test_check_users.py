"""`lockyard check` against a server with users: what it asks, and what the token's user may see."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.unit.cli.conftest import body

from lockyard.client import HttpRegistryClient
from lockyard_registry import open_registry, people
from lockyard_registry.api import create_app, running_server


@dataclass
class Shared:
    """A server with users; the workload of production on a draft is the owner's."""

    owner: HttpRegistryClient
    tokens: dict[str, str]
    asked: list[str]
    draft: dict[str, Any]
    workload: dict[str, Any]


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    registry = open_registry(tmp_path / "served.db")
    tokens = {"admin": people.bootstrap(registry.store).token.secret}
    for name in ("owner", "stranger"):
        people.add_user(registry.store, name)
        tokens[name] = people.add_token(registry.store, name, "test").secret
    tokens["reading"] = people.add_token(registry.store, "owner", "pipeline", scope="read").secret
    app = create_app(registry, users=True)
    asked: list[str] = []

    async def watched(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            asked.append(f"{scope['path']}?{scope['query_string'].decode()}")
        await app(scope, receive, send)

    with running_server(watched) as url:
        owner = HttpRegistryClient(url, tokens["owner"])
        draft = owner.create_artifact({k: v for k, v in body("live", "").items() if k != "artifactRepositoryId"})
        workload = owner.create_workload(
            {"name": "live", "artifactId": draft["id"], "importance": "high", "runtime": {}}
        )
        asked.clear()
        monkeypatch.setenv("LOCKYARD_ENDPOINT", url)
        yield Shared(owner, tokens, asked, draft, workload)
        owner.close()
    registry.close()


def test_it_asks_for_the_unlocked_ones_alone(run, shared, monkeypatch):
    monkeypatch.setenv("LOCKYARD_API_TOKEN", shared.tokens["reading"])
    assert run("check").exit_code == 1
    (asked,) = [line for line in shared.asked if line.startswith("/api/v2/workloads")]
    for part in ("importance=high", "importance=critical", "artifactStatus=draft"):
        assert part in asked


def test_it_fails_for_whoever_sees_the_workload(run, shared, monkeypatch):
    for name, code in (("admin", 1), ("owner", 1), ("reading", 1), ("stranger", 0)):
        monkeypatch.setenv("LOCKYARD_API_TOKEN", shared.tokens[name])
        result = run("check", "--json")
        assert result.exit_code == code, name
        assert [found["id"] for found in json.loads(result.stdout)] == [shared.workload["id"]] * code, name
    # The stranger is told that others may see more.
    assert "that you may see" in run("check").stdout
    shared.owner.update_artifact(shared.draft["id"], {"status": "locked"})
    monkeypatch.setenv("LOCKYARD_API_TOKEN", shared.tokens["admin"])
    assert run("check").exit_code == 0


def test_an_unanswered_question_is_no_success(run, shared, monkeypatch):
    monkeypatch.setenv("LOCKYARD_API_TOKEN", "of-nobody")
    refused = run("check")
    assert refused.exit_code not in (0, 2)
    assert len(refused.stderr.splitlines()) == 1
