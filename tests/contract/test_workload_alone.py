"""Who has a role on a workload alone learns nothing of its artifacts but id, type, status and digest, from any call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Route

from lockyard_registry import open_registry, people
from lockyard_registry.api import create_app, running_server

MARK = "UNSEEN"
"""Part of everything that the artifacts and their repositories are called and hold."""

RUNTIME = {"containerGroups": [{"name": "default", "replicaCount": 1, "resourceBundles": ["cpu.small"]}]}


def content(number: int) -> dict[str, Any]:
    container = {
        "name": "main",
        "imageUri": f"registry.example/{MARK.lower()}/image:{number}",
        "port": 8080,
        "primary": True,
        "entrypoint": [f"/bin/{MARK}"],
        "environmentVars": [{"source": "string", "name": "MODE", "value": f"{MARK} value"}],
    }
    spec = {"containerGroups": [{"name": "default", "containers": [container]}]}
    return {"name": f"{MARK} {number}", "description": f"{MARK} words", "type": "service", "spec": spec}


@dataclass
class Scene:
    """A workload that rolls onto a second artifact, shared with somebody who sees neither artifact."""

    owner: httpx.Client
    consumer: httpx.Client
    paths: list[str]
    values: dict[str, str]


@pytest.fixture(params=["CONSUMER", "EDITOR", "OWNER"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    registry = open_registry(tmp_path / "registry.db")
    people.bootstrap(registry.store)
    tokens: dict[str, str] = {}
    for name in ("owner", "consumer"):
        people.add_user(registry.store, name)
        tokens[name] = people.add_token(registry.store, name, "test").secret
    app = create_app(registry, users=True)
    paths = sorted(
        {route.path for route in app.router.routes if isinstance(route, Route) and "GET" in (route.methods or ())}
    )
    with running_server(app) as url:
        clients = {
            name: httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30)
            for name, token in tokens.items()
        }
        yield Scene(clients["owner"], clients["consumer"], paths, _fill(clients["owner"], request.param))
        for client in clients.values():
            client.close()
    registry.close()


def _fill(owner: httpx.Client, role: str) -> dict[str, str]:
    def send(method: str, path: str, body: Any = None) -> Any:
        answer = owner.request(method, path, json=body)
        assert answer.is_success, (method, path, answer.text)
        return answer.json() if answer.content else None

    first, second = (send("POST", "/artifacts", content(number)) for number in (1, 2))
    for made in (first, second):
        tags = {"tags": [{"name": f"{MARK}-tag", "value": f"{MARK} tag"}]}
        send("PUT", f"/artifacts/{made['id']}/tags", tags)
        send("PUT", f"/artifactRepositories/{made['artifactRepositoryId']}/tags", tags)
    body = {"name": "seen", "artifactId": first["id"], "runtime": RUNTIME}
    workload = send("POST", "/workloads", body)["id"]
    image = first["spec"]["containerGroups"][0]["containers"][0]["imageUri"]
    replica = {"name": "seen-0", "status": "running", "containers": [{"name": "main", "image": image}]}
    report = {"artifactId": first["id"], "phase": "ready", "observedAt": "2026-01-01T00:00:00Z", "replicas": [replica]}
    send("POST", f"/workloads/{workload}/reports", report)
    send("POST", f"/workloads/{workload}/promote")
    third = send("POST", "/artifacts", {**content(3), "status": "locked"})
    send("POST", f"/workloads/{workload}/replacement", {"artifactId": third["id"]})
    roles = [{"shareRecipientType": "user", "username": "consumer", "role": role}]
    send("PATCH", f"/workloads/{workload}/sharedRoles", {"operation": "updateRoles", "roles": roles})
    proton = send("GET", f"/workloads/{workload}")["protonId"]
    return {
        "workload": workload,
        "artifact": first["id"],
        "candidate": third["id"],
        "repository": first["artifactRepositoryId"],
        "proton": proton,
    }


def asked(scene: Scene) -> Iterator[str]:
    """Every path of a GET, with each id that somebody could know in each place, and every filter of a list."""
    known = scene.values
    for path in scene.paths:
        below = path.partition("/api/v2")[2]
        if not below:
            continue
        for id in (known["workload"], known["artifact"], known["candidate"], known["repository"], known["proton"]):
            filled = below
            for name, value in (("{id}", id), ("{entity_id}", id), ("{proton_id}", known["proton"])):
                filled = filled.replace(name, value)
            for entity in ("workload", "artifact"):
                one = filled.replace("{entity_type}", entity).replace("{metric}", "totalRequests")
                one = one.replace("{rest:path}", "x").replace("{trace_id}", "ab" * 16)
                yield one.replace("{", "").replace("}", "")
    yield "/workloads?allowedActions=true"
    yield f"/workloads/{known['workload']}?allowedActions=true"


def test_nothing_of_the_artifacts_is_answered(scene: Scene) -> None:
    answers = {path: scene.consumer.get(path) for path in dict.fromkeys(asked(scene))}
    assert sum(answer.status_code == 200 for answer in answers.values()) > 15
    told = {
        path: answer.text
        for path, answer in answers.items()
        # What was sent comes back in some refusals, without any mark in it.
        if MARK.lower() in answer.text.lower()
        or (scene.values["repository"] in answer.text and scene.values["repository"] not in path)
    }
    assert not told
    # Nobody has told where the workload is reached, which is 503.
    failed = [path for path, answer in answers.items() if answer.status_code >= 500]
    assert all(path.startswith("/endpoints/workloads/") for path in failed)
    seen = scene.consumer.get(f"/workloads/{scene.values['workload']}").json()
    assert set(seen["artifact"]) == {"id", "type", "status"}
    # The owner of the artifacts sees all of it: the marks are where they could be told.
    parts = [part.replace("$proton", scene.values["proton"]) for part in PARTS]
    whole = "".join(scene.owner.get(f"/workloads/{scene.values['workload']}{part}").text for part in parts)
    assert whole.count(MARK) >= 4
    assert whole.count(f"{MARK.lower()}/image:1") >= 2, "in the protons and in their status details"


PARTS = ("", "/protons", "/protons/$proton/statusDetails", "/related", "/history", "/settings")


@pytest.mark.parametrize(
    "filter",
    [f"search={MARK}", f"tagKeys={MARK}-tag", f"tagValues={MARK}%20tag", "repositoryId=$repository"],
)
def test_no_filter_tells_of_the_artifacts(scene: Scene, filter: str) -> None:
    found = scene.consumer.get(f"/workloads?{filter.replace('$repository', scene.values['repository'])}")
    assert found.status_code == 200, found.text
    assert found.json()["totalCount"] == 0


def test_no_order_tells_of_the_artifacts(scene: Scene) -> None:
    for order in ("artifactName", "artifact.name", "repositoryName"):
        assert scene.consumer.get(f"/workloads?orderBy={order}").status_code == 422
