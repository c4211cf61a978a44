"""Answers that a server gives again: only as long as they are what a new read would say."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from sqlalchemy import Connection

from lockyard_registry import Registry, open_registry, people
from lockyard_registry.api import _remembered, create_app, running_server
from lockyard_registry.runtime import ManualClock, SystemClock

TOKEN = "of-the-memory-test"
CONTAINER = {"name": "main", "imageUri": "registry.example/m:1", "port": 8000, "primary": True}
SPEC = {"containerGroups": [{"containers": [CONTAINER]}]}


@dataclass
class Served:
    """A server, and what it read of its database."""

    url: str
    file: Path
    registry: Registry
    reads: list[float]

    def client(self, token: str = TOKEN) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=30)

    def asks(self, client: httpx.Client, path: str) -> tuple[httpx.Response, int]:
        """The answer, and how many transactions it took."""
        self.reads.clear()
        return client.get(path), len(self.reads)


@contextmanager
def serving(file: Path, clock: ManualClock | None = None, **options: Any) -> Iterator[Served]:
    registry = open_registry(file, clock=clock or SystemClock())
    reads: list[float] = []
    read = registry.store.read

    def counted() -> AbstractContextManager[Connection]:
        reads.append(time.monotonic())
        return read()

    try:
        with patch.object(registry.store, "read", counted), running_server(create_app(registry, **options)) as url:
            yield Served(url, file, registry, reads)
    finally:
        registry.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path / "registry.db", token=TOKEN) as found:
        yield found


def made(client: httpx.Client, **more: Any) -> dict[str, Any]:
    answer = client.post("/artifacts", json={"name": "model", "spec": SPEC, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.mark.parametrize("question", ["/artifacts/{id}", "/artifacts?limit=100", "/artifacts?search=model"])
def test_what_another_process_changes_is_seen_at_once(served: Served, question: str):
    with served.client() as client:
        path = question.format(id=made(client, status="locked")["id"])
        first, asked = served.asks(client, path)
        again, asked_again = served.asks(client, path)
        assert asked > 0 == asked_again
        assert again.content == first.content
        for turn in range(3):
            change = f"UPDATE artifacts SET description = 'turn {turn}'"
            code = f"import sqlite3; c = sqlite3.connect({str(served.file)!r}); c.execute({change!r}); c.commit()"
            subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
            answer, asked = served.asks(client, path)
            assert f"turn {turn}" in answer.text
            assert asked > 0


def test_own_changes_are_seen_at_once(served: Served):
    with served.client() as client:
        artifact = made(client)
        path = f"/artifacts/{artifact['id']}"
        for turn in range(5):
            client.patch(path, json={"description": f"turn {turn}"}).raise_for_status()
            assert client.get(path).json()["description"] == f"turn {turn}"
            assert client.get("/artifacts").json()["data"][0]["description"] == f"turn {turn}"
        assert client.delete(path).status_code == 204
        assert client.get(path).status_code == 404
        assert client.get("/artifacts").json()["totalCount"] == 0


def test_a_remembered_answer_passes_the_gate_and_is_counted(served: Served):
    with served.client() as client:
        path = f"/artifacts/{made(client)['id']}"
        first, second = client.get(path), client.get(path)
        assert first.headers["x-request-id"] != second.headers["x-request-id"]
        named = client.get(path, headers={"X-Request-Id": "mine"})
        own = ("x-request-id", "date")
        kept = [[item for item in answer.headers.multi_items() if item[0] not in own] for answer in (first, named)]
        assert kept[0] == kept[1]
        assert named.headers["x-request-id"] == "mine"
        assert client.get(path, headers={"Authorization": "Bearer wrong"}).status_code == 401
        numbers = client.get(served.url.replace("/api/v2", "/metrics")).text
    route = 'method="GET",route="/api/v2/artifacts/{id}"'
    assert f'lockyard_http_requests_total{{{route},status="200"}} 3.0' in numbers


def test_links_are_those_of_the_host_that_was_asked(served: Served):
    with served.client() as client:
        for number in range(3):
            made(client, name=f"model {number}")
        for host in ("one.example", "two.example", "one.example"):
            page = client.get("/artifacts?limit=1", headers={"Host": host}).json()
            assert page["next"].startswith(f"http://{host}/")


def test_what_depends_on_the_clock_is_not_remembered(tmp_path: Path):
    clock = ManualClock()
    with serving(tmp_path / "registry.db", clock, token=TOKEN) as served, served.client() as client:
        artifact = made(client)
        body = {"name": "w", "artifactId": artifact["id"], "runtime": {"containerGroups": [{"replicaCount": 1}]}}
        answer = client.post("/workloads", json=body)
        assert answer.status_code in (200, 201, 202), answer.text

        def deployable() -> bool:
            actions = client.get(f"/artifacts/{artifact['id']}").json()["allowedActions"]
            return next(each["allowed"] for each in actions if each["action"] == "deploy")

        assert [deployable(), deployable()] == [False, False]
        clock.advance(8 * 3600 + 1)
        assert deployable()


def test_roles_count_at_once_and_callers_get_their_own_answers(tmp_path: Path):
    registry = open_registry(tmp_path / "registry.db")
    owner_token = people.bootstrap(registry.store).token.secret
    anna = people.add_user(registry.store, "anna")
    anna_token = people.add_token(registry.store, "anna", "x").secret
    registry.close()
    with (
        serving(tmp_path / "registry.db", users=True) as served,
        served.client(owner_token) as owner,
        served.client(anna_token) as other,
    ):
        artifact = made(owner)
        path = f"/artifacts/{artifact['id']}"
        roles = f"/artifactRepositories/{artifact['artifactRepositoryId']}/sharedRoles"

        def share(role: str) -> None:
            recipient = {"id": anna.id, "shareRecipientType": "user", "role": role}
            owner.patch(roles, json={"operation": "updateRoles", "roles": [recipient]}).raise_for_status()

        def seen() -> tuple[int, int, list[str]]:
            answers = [(other.get(path), other.get("/artifacts")) for _ in range(2)]
            assert [each.content for each in answers[0]] == [each.content for each in answers[1]]
            one, every = answers[1]
            return one.status_code, every.json()["totalCount"], one.json().get("permissions", [])

        assert "CAN_DELETE" in owner.get(path).json()["permissions"]
        assert seen() == (404, 0, [])
        share("CONSUMER")
        assert seen() == (200, 1, ["CAN_VIEW"])
        share("EDITOR")
        assert seen() == (200, 1, ["CAN_VIEW", "CAN_UPDATE"])
        assert "CAN_DELETE" in owner.get(path).json()["permissions"]
        share("NO_ROLE")
        assert seen() == (404, 0, [])


def test_memory_is_bounded(served: Served, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(_remembered, "_MOST_BYTES", 50_000)
    monkeypatch.setattr(_remembered, "_LARGEST_BYTES", 20_000)
    with served.client() as client:
        made(client)
        for number in range(100):
            client.get(f"/artifacts?search=model&offset={number}")
        assert served.asks(client, "/artifacts?search=model&offset=99")[1] == 0
        assert served.asks(client, "/artifacts?search=model&offset=0")[1] > 0
        for number in range(4):
            made(client, description=f"{number}" * 9_000)
        assert [served.asks(client, "/artifacts")[1] > 0 for _ in range(2)] == [True, True]


def test_a_file_that_cannot_tell_is_read_anew(served: Served, monkeypatch: pytest.MonkeyPatch):
    version = served.registry.store.file_version
    assert version is not None
    with served.client() as client:
        path = f"/artifacts/{made(client)['id']}"
        client.get(path)
        monkeypatch.setattr(version, "_connection", sqlite3.connect(":memory:", check_same_thread=False))
        version._connection.close()  # type: ignore[union-attr]
        assert [served.asks(client, path)[1] > 0 for _ in range(2)] == [True, True]
