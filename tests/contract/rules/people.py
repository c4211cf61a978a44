"""R53, R127: what callers without a role, or with a small one, get."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from lockyard.contract import ALL_COMPAT, STRICT
from lockyard_registry import Caller, Registry, open_registry, operations, people
from lockyard_registry.api import create_app, running_server

from ..table import OVER_HTTP, rule
from ..upstream import running_workload
from ..world import INVOKE_HOSTS, World, runtime, spec

NAMES = ("owner", "editor", "consumer", "stranger")


@dataclass(frozen=True)
class Town:
    """A server with users of its own, the same lane as the world's.

    Attributes:
        registry: what it serves.
        clients: one for each name.
        owner: the owner, as a caller without HTTP.
    """

    registry: Registry
    clients: dict[str, httpx.Client]
    owner: Caller

    def shared(self, kind: Any, id: str) -> None:
        """Gives editor and consumer their roles."""
        roles = [
            {"username": name, "role": name.upper(), "shareRecipientType": "user"} for name in ("editor", "consumer")
        ]
        answer = self.clients["owner"].patch(
            f"/{kind}/{id}/sharedRoles", json={"operation": "updateRoles", "roles": roles}
        )
        assert answer.status_code == 204, answer.text


@contextmanager
def _town(t: World) -> Iterator[Town]:
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        registry = open_registry(Path(folder, "registry.db"), compat=ALL_COMPAT if t.compat else STRICT)
        stack.callback(registry.close)
        people.bootstrap(registry.store)
        url = stack.enter_context(
            running_server(create_app(registry, users=True, additions=t.additions, invoke_hosts=INVOKE_HOSTS))
        )
        clients = {}
        for name in NAMES:
            user = people.add_user(registry.store, name)
            token = people.add_token(registry.store, name, "test").secret
            headers = {"Authorization": f"Bearer {token}"}
            clients[name] = stack.enter_context(httpx.Client(base_url=url, headers=headers))
            if name == "owner":
                owner = Caller(user.id, name, url)
        yield Town(registry, clients, owner)


@rule("R53", lanes=OVER_HTTP)
def deletion_by_others(t: World) -> None:
    """DELETE of an artifact by a non-owner → 404, as if it were not there."""
    with _town(t) as town:
        draft = town.clients["owner"].post("/artifacts", json={"name": "a", "spec": spec()}).json()
        town.shared("artifacts", draft["id"])
        for name in ("editor", "consumer", "stranger"):
            refused = town.clients[name].delete(f"/artifacts/{draft['id']}")
            assert (refused.status_code, refused.json()) == (404, {"detail": "Artifact not found."})
        assert town.clients["consumer"].get(f"/artifacts/{draft['id']}").status_code == 200
        assert town.clients["owner"].delete(f"/artifacts/{draft['id']}").status_code == 204


@rule("R127", lanes=OVER_HTTP)
def without_a_role(t: World) -> None:
    """A user without any role gets 404 and sees nothing in lists; a consumer can invoke but not edit."""
    with _town(t) as town, running_workload() as (address, _):
        owner, consumer, stranger = (town.clients[name] for name in ("owner", "consumer", "stranger"))
        draft = owner.post("/artifacts", json={"name": "a", "spec": spec()}).json()
        body = {"name": "w", "artifactId": draft["id"], "runtime": runtime()}
        workload = owner.post("/workloads", json=body).json()["id"]
        seen = {
            "artifactId": draft["id"],
            "phase": "ready",
            "observedAt": "2026-01-01T00:00:00Z",
            "internalUrl": address,
        }
        operations.report_workload(town.registry, town.owner, workload, seen)
        town.shared("artifacts", draft["id"])
        town.shared("workloads", workload)
        for collection, id in (
            ("artifacts", draft["id"]),
            ("artifactRepositories", draft["artifactRepositoryId"]),
            ("workloads", workload),
        ):
            assert stranger.get(f"/{collection}/{id}").status_code == 404
            assert stranger.get(f"/{collection}").json()["totalCount"] == 0
            assert consumer.get(f"/{collection}/{id}").status_code == 200
            assert consumer.get(f"/{collection}").json()["totalCount"] == 1
        invoked = consumer.post(f"/endpoints/workloads/{workload}/run", json={})
        assert (invoked.status_code, invoked.json()["path"]) == (200, "/run")
        assert stranger.post(f"/endpoints/workloads/{workload}/run", json={}).status_code == 404
        for path in (f"/artifacts/{draft['id']}", f"/workloads/{workload}"):
            assert consumer.patch(path, json={"description": "mine"}).status_code == 403
            assert town.clients["editor"].patch(path, json={"description": "ours"}).status_code == 200
