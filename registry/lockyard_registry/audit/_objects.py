"""Compares the objects of a chain as they are with what the log says of them, and finds those that no log knows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Table, and_, or_, select, true

from lockyard.contract import content_digest

from ..store import (
    PEOPLE,
    access_tokens,
    artifact_repositories,
    artifacts,
    audit,
    audit_heads,
    credentials,
    group_members,
    protons,
    raw_rows,
    replacements,
    shared_roles,
    state_digest,
    tags,
    typed,
    use_case_links,
    user_groups,
    users,
    workload_events,
    workloads,
)
from ._chains import Chain, Key
from ._report import Proof

REPOSITORIES, WORKLOADS = "artifactRepositories", "workloads"

_UNREADABLE = "unreadable"
_PEOPLE_TABLES = {"users": users, "groups": user_groups, "tokens": access_tokens}


def compare(tx: Connection, chain: Chain, proof: Proof) -> None:
    """Compares all objects of a chain.

    Args:
        tx: the transaction.
        chain: what the log says.
        proof: takes findings and counts.
    """
    said = dict(chain.state)
    for key, digest in _present(tx, chain, proof):
        proof.objects += 1
        expected = said.pop(key, None)
        name = " ".join(key)
        if expected is None:
            proof.add("added", name, f"{name} is there, but the log of {chain.kind} {chain.id} knows nothing of it")
        elif digest != expected:
            proof.add("changed", name, f"{name} is not what the log of {chain.kind} {chain.id} says: it was changed")
    for key in said:
        name = " ".join(key)
        proof.add("removed", name, f"{name} is gone, but the log of {chain.kind} {chain.id} has not removed it")


def strangers(tx: Connection, proof: Proof) -> None:
    """Finds objects without a chain, and heads that do not belong to one."""
    for kind, table, column in (
        (REPOSITORIES, artifact_repositories, artifact_repositories.c.id),
        (REPOSITORIES, artifacts, artifacts.c.repository_id),
        (WORKLOADS, workloads, workloads.c.id),
        (WORKLOADS, protons, protons.c.workload_id),
        (WORKLOADS, replacements, replacements.c.workload_id),
        (WORKLOADS, workload_events, workload_events.c.workload_id),
        (WORKLOADS, use_case_links, use_case_links.c.workload_id),
        ("credentials", credentials, credentials.c.id),
        (None, audit_heads, audit_heads.c.chain),
    ):
        of_kind = audit_heads.c.kind if kind is None else kind
        known = select(audit.c.number).where(audit.c.chain_kind == of_kind, audit.c.chain == column)
        for found in tx.execute(select(column).where(~known.exists()).distinct()).scalars():
            proof.add("added", f"{table.name} {found}", f"there are {table.name} of {found}, which no log knows")
    people = select(audit.c.chain).where(audit.c.chain_kind == PEOPLE)
    for table in (*_PEOPLE_TABLES.values(), group_members):
        if tx.execute(select(table).where(~people.exists()).limit(1)).first() is not None:
            proof.add("added", table.name, f"there are {table.name}, but the log knows of no people")
    kinds = {REPOSITORIES: artifact_repositories, "artifacts": artifacts, WORKLOADS: workloads}
    for table in (tags, shared_roles):
        there = or_(*(and_(table.c.kind == kind, table.c.object_id.in_(select(of.c.id))) for kind, of in kinds.items()))
        for found in tx.execute(select(table.c.object_id).where(~there).distinct()).scalars():
            proof.add("added", f"{table.name} {found}", f"there are {table.name} of {found}, which is not there")


def _present(tx: Connection, chain: Chain, proof: Proof) -> Iterator[tuple[Key, str | None]]:
    if chain.kind == PEOPLE:
        yield from _people(tx)
        return
    if chain.kind == "credentials":
        yield from _rows(tx, "credentials", credentials, credentials.c.id == chain.id)
        return
    if chain.kind == WORKLOADS:
        yield from _rows(tx, "workloads", workloads, workloads.c.id == chain.id)
        yield from _rows(tx, "protons", protons, protons.c.workload_id == chain.id)
        yield from _rows(tx, "replacements", replacements, replacements.c.workload_id == chain.id)
        yield from _events(tx, chain.id)
        yield from _links(tx, chain.id)
        yield from _belongings(tx, WORKLOADS, chain.id, proof)
        return
    numbers: list[Any] = []
    for row in raw_rows(tx, artifacts, [artifacts.c.repository_id == chain.id]):
        values = typed(artifacts, row)
        yield ("artifacts", str(row["id"])), _digest(values)
        _check_content(values, proof)
        if values["version"] is not None:
            numbers.append(values["version"])
        yield from _belongings(tx, "artifacts", row["id"], proof)
    for row in raw_rows(tx, artifact_repositories, [artifact_repositories.c.id == chain.id]):
        yield ("artifactRepositories", str(row["id"])), _digest(typed(artifact_repositories, row))
        given = set(range(1, row["last_version_number"] + 1)) if isinstance(row["last_version_number"], int) else set()
        if len(set(numbers)) != len(numbers) or not given.issuperset(numbers):
            text = f"the version numbers of {chain.kind} {chain.id} are not those it gave, each once"
            proof.add("changed", f"{chain.kind} {chain.id}", text)
    yield from _belongings(tx, REPOSITORIES, chain.id, proof)


def _people(tx: Connection) -> Iterator[tuple[Key, str | None]]:
    for kind, table in _PEOPLE_TABLES.items():
        yield from _rows(tx, kind, table, true())
    rows = sorted(raw_rows(tx, group_members), key=lambda row: (str(row["group_id"]), str(row["user_id"])))
    for group, members in groupby(rows, key=lambda row: row["group_id"]):
        yield ("members", str(group)), _digest([{"user_id": row["user_id"]} for row in members])


def _rows(tx: Connection, kind: str, table: Table, where: Any) -> Iterator[tuple[Key, str | None]]:
    for row in raw_rows(tx, table, [where]):
        yield (kind, str(row["id"])), _digest(typed(table, row))


def _events(tx: Connection, workload: str) -> Iterator[tuple[Key, str | None]]:
    rows = raw_rows(tx, workload_events, [workload_events.c.workload_id == workload])
    for number, row in enumerate(rows, 1):
        del row["sequence"]
        yield ("workloadEvents", f"{workload}#{number}"), _digest(typed(workload_events, row))


def _links(tx: Connection, workload: str) -> Iterator[tuple[Key, str | None]]:
    rows = raw_rows(tx, use_case_links, [use_case_links.c.workload_id == workload])
    links = [{name: row[name] for name in ("use_case_id", "linked_at")} for row in rows]
    if links:
        yield ("useCases", workload), _digest(links)


def _belongings(tx: Connection, kind: str, id: str, proof: Proof) -> Iterator[tuple[Key, str | None]]:
    found = sorted(raw_rows(tx, tags, [tags.c.kind == kind, tags.c.object_id == id]), key=lambda row: row["position"])
    if found:
        if [row["position"] for row in found] != list(range(len(found))):
            proof.add(
                "changed", f"tags {id}", f"the tags of {kind} {id} do not have the positions that they were given"
            )
        yield ("tags", id), _digest([{name: row[name] for name in ("id", "name", "value")} for row in found])
    rows = list(raw_rows(tx, shared_roles, [shared_roles.c.kind == kind, shared_roles.c.object_id == id]))
    for _, group in groupby(rows, key=lambda row: row["object_id"]):
        states = [{name: value for name, value in row.items() if name != "object_id"} for row in group]
        yield ("sharedRoles", id), _digest(states)


def _digest(state: Any) -> str | None:
    try:
        return state_digest(state)
    except ValueError:
        return _UNREADABLE


def _check_content(row: dict[str, Any], proof: Proof) -> None:
    try:
        digest = content_digest(name=row["name"], description=row["description"], type=row["type"], spec=row["spec"])
    except Exception:  # whatever a foreign hand made of it
        digest = _UNREADABLE
    if str(digest) != row["content_digest"]:
        name = f"artifacts {row['id']}"
        proof.add("changed", name, f"the content of {name} does not have the content digest that it shows")
