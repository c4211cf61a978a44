"""A server with users, and the costliest body of every route that takes one, made from the route's model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import httpx
from pydantic import BaseModel

from lockyard.contract import ContractModel
from lockyard.contract._bounds import Bound, bounds_of
from lockyard.contract._limits import MAX_VALUES
from lockyard_registry import Caller, Registry, open_registry, operations, people
from lockyard_registry.api import create_app, running_server
from lockyard_registry.api._bodies import rule_of

SCOPES = ("none", "read-only", "stranger", "consumer", "owner")
CONTAINER = {"name": "main", "imageUri": "registry.example/a:1", "port": 8080}
SPEC = {"containerGroups": [{"containers": [CONTAINER]}]}


class House:
    """A served registry, its tokens by scope, and objects of the owner."""

    def __init__(self, registry: Registry, url: str) -> None:
        self.registry, self.url = registry, url
        self.client = httpx.Client(base_url=url, trust_env=False, timeout=120)
        self.models: dict[tuple[str, str], type[ContractModel]] = {}
        store = registry.store
        people.bootstrap(store)
        self.tokens = {"none": ""}
        for name in ("stranger", "consumer", "owner"):
            self.owner = people.add_user(store, name).id
            self.tokens[name] = people.add_token(store, name, "test").secret
        self.tokens["read-only"] = people.add_token(store, "owner", "reading", scope="read").secret
        self.caller = Caller(self.owner, "owner", url)
        artifact = operations.create_artifact(registry, self.caller, {"name": "a", "spec": SPEC}).document
        body = {"name": "w", "artifactId": artifact["id"], "runtime": {"containerGroups": [{"name": "default"}]}}
        self.ids = {
            "artifacts": artifact["id"],
            "artifactRepositories": artifact["artifactRepositoryId"],
            "workloads": operations.create_workload(registry, self.caller, body).document["id"],
            "credentials": "ab" * 12,
        }
        role = {"role": "CONSUMER", "username": "consumer", "shareRecipientType": "user"}
        for kind in ("artifactRepositories", "workloads"):
            change = {"operation": "updateRoles", "roles": [role]}
            operations.update_shared_roles(registry, self.caller, kind, self.ids[kind], change)

    def path(self, template: str) -> str:
        kind = "workloads" if template.startswith("/otel") else template.split("/")[1]
        return template.replace("{id}", self.ids.get(kind, "")).replace("{entity_type}", "workload")

    def send(self, scope: str, method: str, template: str, content: bytes) -> httpx.Response:
        token = self.tokens[scope]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.client.request(method, self.path(template), content=content, headers=headers)


@contextmanager
def open_house(folder: Path) -> Iterator[House]:
    """A house on a new file."""
    registry = open_registry(folder / "registry.db")
    app = create_app(registry, users=True)
    with running_server(app) as url:
        house = House(registry, url)
        house.models = app.state.body_models
        yield house
        house.client.close()
    registry.close()


def largest(method: str, path: str, model: type[BaseModel]) -> bytes:
    """As many values as the model's bounds, the route's and those of a document allow: what takes longest to read.

    Most of them break a rule (names repeat): what is taken is in `taken_bodies.py`.
    """
    budget = [rule_of(method, path).most * 17 // 20, MAX_VALUES - 1000]  # literals are counted as if they were short
    return json.dumps(_filled(bounds_of(model), model, budget, 0), separators=(",", ":")).encode()


def _filled(bound: Bound, annotation: Any, budget: list[int], depth: int) -> Any:
    budget[1] -= 1
    if bound.kind == "text":
        budget[0] -= 3
        return "x"
    if bound.kind == "list":
        items: list[Any] = []
        inner = _of_item(annotation)
        while len(items) < bound.most and min(budget) > 0:
            items.append(_filled(bound.item or Bound("any"), inner, budget, depth + 1))
            budget[0] -= 1
        return items
    if bound.kind == "map":
        budget[0] -= 10 * bound.most
        budget[1] -= bound.most
        return {f"k{number}": "x" for number in range(bound.most)}
    if bound.kind == "model":
        values: dict[str, Any] = {}
        model = _model(annotation)
        fields = {info.alias or name: info.annotation for name, info in model.model_fields.items()} if model else {}
        # Lists last: what is beside them costs little, what is in them is repeated.
        for name, inner in sorted(bound.fields.items(), key=lambda item: item[1].kind in ("list", "model")):
            if min(budget) <= 0:
                break
            if name == "routes":  # its mere presence is refused before anything else is looked at
                continue
            budget[0] -= len(name) + 4
            values[name] = _filled(inner, fields.get(name), budget, depth + 1)
        return values
    budget[0] -= 3
    return _scalar(annotation)


def _scalar(annotation: Any) -> Any:
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is Literal:
            return get_args(part)[0]
        if part is bool:
            return True
        if part is int or part is float:
            return 1
    return None


def _of_item(annotation: Any) -> Any:
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is list:
            return get_args(part)[0]
    return None


def _model(annotation: Any) -> type[BaseModel] | None:
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None
