"""What lists go by, which derives from other records: nobody may be shown, or denied, what the roles do not say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, func, select

from ..store import (
    EVERYTHING,
    artifact_counts,
    artifact_repositories,
    artifacts,
    facet_counts,
    recipient_holder,
    scope_of,
    scope_recipients,
    shared_roles,
    tags,
)
from ._report import Proof


def compare_derived(tx: Connection, proof: Proof) -> None:
    """Compares scopes with the roles, and counts with what there is."""
    known: dict[str, set[tuple[str, str]]] = {}
    for kind, id, scope in tx.execute(select(scope_recipients)):
        known.setdefault(scope, set()).add((kind, id))
    for scope, recipients in known.items():
        if _scope_of(recipients) != scope:
            proof.add("changed", f"scope {scope}", f"scope {scope} stands for others than it was made for")
    roles: dict[str, set[tuple[str, str]]] = {}
    for id, kind, who in tx.execute(
        select(shared_roles.c.object_id, shared_roles.c.recipient_type, shared_roles.c.recipient_id).where(
            shared_roles.c.kind == "artifactRepositories"
        )
    ):
        roles.setdefault(id, set()).add((kind, who))
    for id, scope in tx.execute(select(artifact_repositories.c.id, artifact_repositories.c.visible_to)):
        if scope != _scope_of(roles.get(id, set())) or known.get(scope) != roles.get(id):
            text = f"lists show repository {id} to others than those whom it is shared with"
            proof.add("changed", f"artifactRepositories {id}", text)
    strays = select(artifacts.c.id).join(artifact_repositories, artifact_repositories.c.id == artifacts.c.repository_id)
    for id in tx.execute(strays.where(artifacts.c.visible_to != artifact_repositories.c.visible_to)).scalars():
        text = f"lists show artifact {id} to others than those whom its repository is shared with"
        proof.add("changed", f"artifacts {id}", text)
    holders = {
        scope: [recipient_holder(kind, id) for kind, id in recipients if _readable(kind, id)]
        for scope, recipients in known.items()
    }
    _compare_counts(tx, holders, proof)
    _compare_facets(tx, proof)


def _compare_counts(tx: Connection, recipients: Mapping[str, Sequence[str]], proof: Proof) -> None:
    there: dict[tuple[str, str, str], int] = {}
    columns = (artifacts.c.repository_id, artifacts.c.visible_to, artifacts.c.type, artifacts.c.status)
    for repository, scope, type, status, number in tx.execute(select(*columns, func.count()).group_by(*columns)):
        for holder in (EVERYTHING, repository, scope, *recipients.get(scope, ())):
            there[holder, type, status] = there.get((holder, type, status), 0) + number
    counts = artifact_counts.c
    found = select(counts.holder, counts.type, counts.status, func.sum(counts.number))
    told = {
        (holder, type, status): int(number)
        for holder, type, status, number in tx.execute(found.group_by(counts.holder, counts.type, counts.status))
        if number
    }
    for holder in sorted({key[0] for key in there.keys() | told.keys() if there.get(key) != told.get(key)}):
        name = "all artifacts" if holder == EVERYTHING else f"the artifacts of {holder}"
        proof.add("changed", f"counts {holder}", f"the total that lists give of {name} is not how many there are")


def _compare_facets(tx: Connection, proof: Proof) -> None:
    there: Counter[tuple[str, ...]] = Counter()
    a, mark = artifacts.c, tags.c
    kind = (a.visible_to, a.type, a.status)
    tagged = artifacts.join(tags, and_(mark.kind == "artifacts", mark.object_id == a.id))
    sources: tuple[tuple[str, tuple[Any, ...], Any, Any], ...] = (
        ("creator", (a.creator_username, a.creator_id), artifacts, func.count()),
        ("repository", (a.repository_id,), artifacts, func.count()),
        ("tags", (mark.name, mark.value), tagged, func.count(a.id.distinct())),
    )
    for facet, columns, source, number in sources:
        found: Any = tx.execute(select(*columns, *kind, number).select_from(source).group_by(*columns, *kind))
        for *names, scope, type, status, count in found:
            for holder in (EVERYTHING, scope):
                there[holder, facet, *([""] if len(names) == 1 else []), *names, type, status] += count
    counts = facet_counts.c
    key: tuple[Any, ...] = (counts.holder, counts.facet, counts.name, counts.value, counts.type, counts.status)
    told = {tuple(row[:-1]): int(row[-1]) for row in tx.execute(select(*key, func.sum(counts.number)).group_by(*key))}
    for facet in sorted({each[1] for each in there.keys() | told.keys() if there[each] != told.get(each, 0)}, key=str):
        proof.add("changed", f"facets {facet}", f"what lists tell of the facet {facet} is not how many there are")


def _readable(kind: str, id: str) -> bool:
    try:
        recipient_holder(kind, id)
    except ValueError:
        return False
    return True


def _scope_of(recipients: set[tuple[str, str]]) -> str:
    try:
        return scope_of(recipients)
    except ValueError:
        return "unreadable"
