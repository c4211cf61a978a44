"""A served registry with users: their tokens by scope and role, and objects of the owner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from lockyard.contract import ApiError, ContractModel
from lockyard_registry import Caller, Registry, open_registry, operations, people
from lockyard_registry.api import create_app, running_server

from .server_apart import ServerApart, server_apart

SCOPES = ("none", "read-only", "stranger", "consumer", "owner")
"""No token; the owner's token that only reads; tokens that write, of users without a role, with a small one, and of
the owner."""

CONTAINER = {"name": "main", "imageUri": "registry.example/a:1", "port": 8080}
SPEC = {"containerGroups": [{"containers": [CONTAINER]}]}
NOBODY = "ab" * 12
"""An id that no object has."""


class House:
    """A served registry, its tokens by scope, and objects of the owner.

    Args:
        registry: what is served.
        url: where.
        models: the model of the body, by method and path of the routes that take one.
    """

    def __init__(self, registry: Registry, url: str, models: dict[tuple[str, str], type[ContractModel]]) -> None:
        self.registry, self.url, self.models = registry, url, models
        self.client = httpx.Client(base_url=url, trust_env=False, timeout=120)
        store = registry.store
        self.tokens = {"none": ""}
        for name in ("stranger", "consumer", "owner"):
            self.owner = people.add_user(store, name).id
            self.tokens[name] = people.add_token(store, name, "test").secret
        self.tokens["read-only"] = people.add_token(store, "owner", "reading", scope="read").secret
        self.caller = Caller(self.owner, "owner", url)
        artifact = operations.create_artifact(registry, self.caller, {"name": "a", "spec": SPEC}).document
        body = {"name": "w", "artifactId": artifact["id"], "runtime": {"containerGroups": [{"name": "default"}]}}
        other = operations.create_artifact(registry, self.caller, {"name": "b", "spec": SPEC})
        credential = {"name": "c", "credentialType": "api_token", "apiToken": "x"}
        self.other: str = other.document["id"]
        self.ids: dict[str, str] = {
            "artifacts": artifact["id"],
            "artifactRepositories": artifact["artifactRepositoryId"],
            "workloads": operations.create_workload(registry, self.caller, body).document["id"],
            "credentials": operations.create_credential(registry, self.caller, credential)["credentialId"],
        }
        role = {"role": "CONSUMER", "username": "consumer", "shareRecipientType": "user"}
        for kind in ("artifactRepositories", "workloads"):
            change = {"operation": "updateRoles", "roles": [role]}
            operations.update_shared_roles(registry, self.caller, kind, self.ids[kind], change)

    def path(self, template: str) -> str:
        """The path of a route, for the owner's object."""
        kind = "workloads" if template.startswith("/otel") else template.split("/")[1]
        return template.replace("{id}", self.ids.get(kind, "")).replace("{entity_type}", "workload")

    def calm(self) -> None:
        """Nothing is under way any more that an earlier body began."""
        with suppress(ApiError):
            operations.cancel_replacement(self.registry, self.caller, self.ids["workloads"])

    def send(self, scope: str, method: str, template: str, content: bytes) -> httpx.Response:
        """Send a body."""
        token = self.tokens[scope]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.client.request(method, self.path(template), content=content, headers=headers)


@contextmanager
def house_apart(location: Path | str) -> Iterator[tuple[House, ServerApart]]:
    """A house on a new database, and its server in a process of its own.

    Args:
        location: the database: a path or URL.
    """
    registry = open_registry(location)
    try:
        # Before it is served: who has users keeps them.
        people.bootstrap(registry.store)
        with server_apart(location, "--users") as server:
            house = House(registry, str(server.url), create_app(registry, users=True).state.body_models)
            yield house, server
            house.client.close()
    finally:
        registry.close()


@contextmanager
def open_house(location: Path | str) -> Iterator[House]:
    """A house on a new database.

    Args:
        location: the database: a path or URL.
    """
    registry = open_registry(location)
    try:
        people.bootstrap(registry.store)
        app = create_app(registry, users=True)
        with running_server(app) as url:
            house = House(registry, url, app.state.body_models)
            yield house
            house.client.close()
    finally:
        registry.close()
