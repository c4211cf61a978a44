"""Every id that a client can send, in every place that takes one, from every kind of caller: nobody may gain a right.

The calls are the rows of `permission_matrix.py`, which `test_permissions.py` holds to the route table: a route without
a row fails there, so it cannot be missing here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import select

from lockyard_registry import Caller, Registry, operations, people
from lockyard_registry.lifecycle._access import roles_on
from lockyard_registry.lifecycle._transaction import reading
from lockyard_registry.store import access_tokens, audit_heads, credentials, group_members, users

from .permission_matrix import ROWS, RUNTIME, SPEC, Row

CALLERS = ("stranger", "consumer", "editor", "other", "reader", "administrator")
"""`other` owns objects of its own; `reader` is the owner with a token that only reads."""

WATCHED = ("stranger", "consumer", "editor", "other")
"""Whose rights on the owner's objects are compared. Those of the others are all there are already."""

IDS = (
    "repository",
    "artifact",
    "workload",
    "proton",
    "replacement",
    "credential",
    "user",
    "group",
    "token",
    "useCase",
    "registry",
    "tag",
    "unknown",
)

USE_CASE = "cb" * 12
_BASE = "http://registry.example/api/v2"
_FILLED = {"metric": "totalRequests", "rest:path": "v1/run", "entity_type": "workload", "trace_id": "ab" * 16}
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Cell:
    """One call.

    Attributes:
        row: the endpoint.
        slot: where the id stands: `path.id`, `body.0`, `query.0`, `key`.
        id: which of `IDS`.
        caller: which of `CALLERS`.
    """

    row: Row
    slot: str
    id: str
    caller: str

    def __str__(self) -> str:
        return f"{self.row.method} {self.row.path} {self.slot}={self.id} by {self.caller}"


def cells(callers: tuple[str, ...] = CALLERS, *, rows: tuple[Row, ...] = ROWS) -> Iterator[Cell]:
    """All cells, those of one caller together."""
    for caller in callers:
        for row in rows:
            for slot in slots(row):
                for id in IDS:
                    yield Cell(row, slot, id, caller)


def slots(row: Row) -> list[str]:
    """The places of an endpoint that take an id."""
    found = [f"path.{name}" for name in _SLOT.findall(row.path) if name not in _FILLED]
    found += [f"path.{name}" for name in ("entity_type", "trace_id") if f"{{{name}}}" in row.path]
    found += [f"body.{number}" for number, _ in enumerate(_named(row.body))]
    found += [f"query.{number}" for number, _ in enumerate(_named(row.query))]
    if row.method == "POST" and "{" not in row.path:
        # A key may be any text, also that of an id; and bodies may be given one that is not theirs.
        found += ["key", "body.id"]
    return found


def _named(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [name for item in value.values() for name in _named(item)]
    if isinstance(value, list):
        return [name for item in value for name in _named(item)]
    return [value] if isinstance(value, str) and value.startswith("$") else []


class Estate:
    """A registry with users, and objects of one of them that the others would like to have.

    Args:
        registry: the registry.
        client: talks to its server.
    """

    def __init__(self, registry: Registry, client: httpx.Client) -> None:
        self.registry, self.client = registry, client
        store = registry.store
        self.tokens = {"administrator": people.bootstrap(store).token.secret}
        self.users = {name: people.add_user(store, name).id for name in ("owner", *WATCHED)}
        for name in WATCHED:
            self.tokens[name] = people.add_token(store, name, "test").secret
        self.tokens["reader"] = people.add_token(store, "owner", "reading", scope="read").secret
        self.group = people.add_group(store, "team").id
        people.join_group(store, "team", "owner")
        mine = self._caller("other")
        draft = operations.create_artifact(registry, mine, {"name": "mine", "spec": SPEC}).document
        operations.create_workload(registry, mine, {"name": "mine", "artifactId": draft["id"], "runtime": RUNTIME})
        self.ids: dict[str, str] = {}
        self.chains: set[str] = set()
        self.build()

    def build(self) -> None:
        """Makes the owner's objects."""
        reg, owner = self.registry, self._caller("owner")

        def make(**over: Any) -> dict[str, Any]:
            return operations.create_artifact(reg, owner, {"name": "chat", "spec": SPEC, **over}).document

        running, alone = make(), make()
        home = running["artifactRepositoryId"]
        candidate, next_one = make(artifactRepositoryId=home), make(artifactRepositoryId=home)
        body = {"name": "chat", "artifactId": running["id"], "runtime": RUNTIME}
        workload = operations.create_workload(reg, owner, body).document["id"]
        seen = {"artifactId": running["id"], "phase": "ready", "observedAt": "2026-09-30T15:00:00Z"}
        operations.report_workload(reg, owner, workload, seen)
        rolled = operations.start_replacement(reg, owner, workload, {"artifactId": candidate["id"]})["id"]
        operations.cancel_replacement(reg, owner, workload)
        operations.link_use_case(reg, owner, USE_CASE, workload)
        tags = operations.replace_tags(reg, owner, "workloads", workload, {"tags": [{"name": "a", "value": "b"}]})
        secret = {"name": f"credential of {workload}", "credentialType": "bearer", "token": "t"}
        with reg.store.read() as tx:
            mine = select(access_tokens.c.id).where(access_tokens.c.user_id == self.users["owner"])
            token = tx.execute(mine).scalars().first()
        self.ids = {
            "repository": alone["artifactRepositoryId"],
            "artifact": alone["id"],
            "running": running["id"],
            "candidate": next_one["id"],
            "workload": workload,
            "proton": operations.get_workload(reg, owner, workload)["protonId"],
            "replacement": rolled,
            "credential": operations.create_credential(reg, owner, secret)["credentialId"],
            "user": self.users["owner"],
            "group": self.group,
            "token": str(token),
            "useCase": USE_CASE,
            "registry": reg.registry_id,
            "tag": tags["tags"][0]["id"],
            "unknown": "f" * 24,
            "environment": f"1e{1:022x}",
            "home": home,
            "fresh": f"new, beside {workload}",
        }
        for name, role in (("consumer", "CONSUMER"), ("editor", "EDITOR")):
            entry = {"id": self.users[name], "role": role, "shareRecipientType": "user"}
            change = {"operation": "updateRoles", "roles": [entry]}
            for repository in (home, self.ids["repository"]):
                operations.update_shared_roles(reg, owner, "artifactRepositories", repository, change)
            operations.update_shared_roles(reg, owner, "workloads", workload, change)
        self.chains = {self.ids[name] for name in ("repository", "home", "workload", "credential", "registry")}

    def send(self, cell: Cell) -> httpx.Response:
        """Makes the call of a cell."""
        row, wanted = cell.row, self.ids[cell.id]
        place, _, which = cell.slot.partition(".")
        names = {**_FILLED, "id": self.ids.get(row.on, ""), "proton_id": self.ids["proton"], "use_case_id": "ca" * 12}
        if place == "path":
            names[which] = wanted
        path = re.sub(r"\{([\w:]+)\}", lambda found: names[found[1]], row.path)
        me = self.users.get("owner" if cell.caller == "reader" else cell.caller, "0" * 23 + "1")
        body = self._filled(row.body, which if place == "body" else None, wanted, me)
        if cell.slot == "body.id":
            body = {**body, "id": wanted}
        headers = {"Authorization": f"Bearer {self.tokens[cell.caller]}"}
        if place == "key":
            headers["Idempotency-Key"] = wanted
        query = self._filled(row.query, which if place == "query" else None, wanted, me)
        options: dict[str, Any] = {"headers": headers, "params": query}
        if body is not None:
            options["json"] = body
        return self.client.request(row.method, path, **options)

    def _filled(self, value: Any, slot: str | None, wanted: str, me: str) -> Any:
        """A body or query with ids in its places: the wanted one in the slot, whose number counts them.

        Whoever shares gives themselves the most.
        """
        count = -1

        def fill(item: Any) -> Any:
            nonlocal count
            if isinstance(item, Mapping):
                mine = {"role": "OWNER"} if item.get("role") == "CONSUMER" else {}
                return {key: fill(each) for key, each in {**item, **mine}.items()}
            if isinstance(item, list):
                return [fill(each) for each in item]
            if not isinstance(item, str) or not item.startswith("$"):
                return item
            count += 1
            if slot == str(count):
                return wanted
            return me if item == "$newcomer" else self.ids[item[1:]]

        return fill(value)

    def rights(self) -> dict[tuple[str, str, str], int]:
        """What each who is watched may do with each of the owner's objects, by who, kind and id."""
        found: dict[tuple[str, str, str], int] = {}
        for name in WATCHED:
            with reading(self.registry, self._caller(name)) as t:
                for kind, ids in (("artifactRepositories", ("home", "repository")), ("workloads", ("workload",))):
                    for id, role in roles_on(t, kind, [self.ids[each] for each in ids]).items():  # type: ignore[arg-type]
                        found[name, kind, id] = role
                mine = credentials.c.creator_id == self.users[name]
                for id in t.tx.execute(select(credentials.c.id).where(mine)).scalars():
                    if id == self.ids["credential"]:
                        found[name, "credentials", id] = 1
                groups = select(group_members.c.group_id).where(group_members.c.user_id == self.users[name])
                for id in t.tx.execute(groups).scalars():
                    found[name, "groups", id] = 1
                power = select(users.c.administrator).where(users.c.id == self.users[name])
                found[name, "administrator", ""] = int(t.tx.execute(power).scalar_one())
        return found

    def heads(self) -> dict[tuple[str, str], int]:
        """How many changes the log has of the owner's objects and of what has their ids, by kind and id."""
        with self.registry.store.read() as tx:
            rows = tx.execute(select(audit_heads.c.kind, audit_heads.c.chain, audit_heads.c.number)).all()
        known = {*self.chains, *self.ids.values()}
        return {(row.kind, row.chain): row.number for row in rows if row.chain in known}

    def seen_of_the_log(self, name: str) -> set[tuple[str, str]]:
        """Which chains of the log somebody may read, by kind and id."""
        page = operations.list_audit(self.registry, self._caller(name), {"limit": 100})
        return {(record["kind"], record["chain"]) for record in page.items}

    def _caller(self, name: str) -> Caller:
        return Caller(self.users[name], name, _BASE)


def gained(estate: Estate, all_of_them: Iterator[Cell]) -> list[str]:
    """Makes the calls; what anybody gained by which, and which changed an object that the caller may not change.

    Args:
        estate: the registry.
        all_of_them: the calls.
    """
    wrong: list[str] = []
    rights, heads = estate.rights(), estate.heads()
    for cell in all_of_them:
        answer = estate.send(cell)
        before, rights = rights, estate.rights()
        more = {key for key, role in rights.items() if role > before.get(key, 0)}
        wrong += [f"{cell}: {answer.status_code}, {' '.join(key)}" for key in sorted(more)]
        former, heads = heads, estate.heads()
        changed = {key for key, number in heads.items() if number != former.get(key)}
        if changed and cell.caller in ("stranger", "consumer", "other", "reader"):
            wrong.append(f"{cell}: {answer.status_code}, changed {sorted(changed)}")
        if answer.status_code >= 500 and not cell.row.path.startswith("/endpoints"):
            wrong.append(f"{cell}: {answer.status_code} {answer.text}")
        if changed or (answer.is_success and cell.row.method == "DELETE"):
            # What the caller may do may have removed it.
            estate.build()
            rights, heads = estate.rights(), estate.heads()
    return wrong


def log_of_others(estate: Estate) -> list[str]:
    """What those without a role may read of the owner's log."""
    hidden = set(estate.ids.values()) | estate.chains
    return [
        f"{name} reads the log of {' '.join(chain)}"
        for name in ("stranger", "other")
        for chain in sorted(estate.seen_of_the_log(name))
        if chain[1] in hidden or chain[0] in ("people", "credentials")
    ]


__all__ = ["CALLERS", "IDS", "Cell", "Estate", "cells", "gained", "log_of_others", "slots"]
