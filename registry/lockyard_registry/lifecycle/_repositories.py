"""Artifact repositories: lineages of artifact versions (workload-api §8; POST and PUT are our additions)."""

from dataclasses import replace

from sqlalchemy import bindparam, func, select

from lockyard.contract import (
    ConflictError,
    Json,
    Problem,
    RepositoryInput,
    RepositoryQuery,
    ValidationFailedError,
    repository_type_message,
)

from ..store import artifact_repositories, artifacts, search_text
from ._access import Role, may, permissions, repository_for, roles_on, visible
from ._allowed import add_repository_actions
from ._changes import REPOSITORIES
from ._documents import repository_document
from ._keys import check_key, made_by_key, remember_key
from ._lineages import of_creation, of_repository
from ._lists import object_filters, ordering, read_page
from ._records import find_repository, need_repository, write_artifact, write_repository
from ._references import named_workloads, workloads_on
from ._registry import Caller, Created, Page, Registry
from ._rows import ArtifactRow, RepositoryRow
from ._scopes import scope_for
from ._sharing import make_owner
from ._state_rules import refuse_repository_deletion, versions
from ._tags import tags_of
from ._transaction import Transaction, reading, repeated, writing

_members = select(artifacts).where(artifacts.c.repository_id == bindparam("repository")).order_by(artifacts.c.id)
_member_counts = (
    select(artifacts.c.repository_id, func.count())
    .where(artifacts.c.repository_id.in_(bindparam("repositories", expanding=True)))
    .group_by(artifacts.c.repository_id)
)
_all = select(artifact_repositories)
_order = {
    "name": artifact_repositories.c.name,
    "createdAt": artifact_repositories.c.created_at,
    "updatedAt": artifact_repositories.c.updated_at,
}


@repeated
def create_repository(
    reg: Registry, caller: Caller, body: RepositoryInput, *, idempotency_key: str | None = None
) -> Created:
    """Makes a repository, which stays when its last artifact goes.

    Args:
        reg: the registry.
        caller: who calls.
        body: the repository.
        idempotency_key: the same key of the same user again gives the same repository as it is now, while it exists and
            has that type, and raises its claim.
    """
    check_key(idempotency_key)
    touched = of_creation(caller.user_id, REPOSITORIES, idempotency_key, None, None)
    with writing(reg, caller, "repository.create", touched) as t:
        known = _made_before(t, body, idempotency_key) if idempotency_key else None
        if known is not None:
            row = replace(known, claim=known.claim + 1)
            write_repository(t, known, row)
            return Created(_document(t, row), False)
        claim = 1 if idempotency_key else 0
        row = new_repository(t, body.name, body.type, explicit=True, origin=body.origin, claim=claim)
        if idempotency_key:
            remember_key(t, REPOSITORIES, idempotency_key, row.id)
        return Created(_document(t, row), True)


def _made_before(t: Transaction, body: RepositoryInput, key: str) -> RepositoryRow | None:
    made = made_by_key(t, REPOSITORIES, key)
    row = find_repository(t, made) if made else None
    # The type is fixed for ever (R57): another one asks for another repository.
    if row is None or row.type != body.type or not may(t, REPOSITORIES, row.id, "edit"):
        return None
    return row


@repeated
def put_repository(reg: Registry, caller: Caller, id: str, body: RepositoryInput) -> Json:
    """Renames a repository. One that came with its first artifact stays from now on when its last artifact goes.

    Raises:
        NotFoundError: there is no such repository, or none that the caller may see: PUT makes none.
        ForbiddenError: the caller sees it, but may not change it.
        ConflictError: another origin made it.
        ValidationFailedError: it has another type (R57).
    """
    with writing(reg, caller, "repository.put", of_repository(id)) as t:
        before = repository_for(t, id, "edit")
        after = _edited(t, before, body)
        if after != before:
            write_repository(t, before, after)
        return _document(t, after)


def _edited(t: Transaction, before: RepositoryRow, body: RepositoryInput) -> RepositoryRow:
    # Without an origin the call edits what is there and says nothing about who made it (an adopted repository). An
    # implicit repository has no origin: a client that knows its id may make it a lasting one.
    if before.explicit and body.origin is not None and before.origin != body.origin:
        raise ConflictError(
            f"artifact repository {before.id} was made by another origin ({before.origin or 'none given'}): "
            "adopt it with adopt_id, or set another lockyard:origin"
        )
    if message := repository_type_message(before.type, body.type):
        raise ValidationFailedError(problems=[Problem("type", message, "invalid")])
    renamed = before.name != body.name
    return replace(
        before,
        name=body.name,
        explicit=True,
        origin=before.origin if body.origin is None else body.origin,
        search_text=search_text(body.name, before.id),
        updated_at=t.now if renamed else before.updated_at,
    )


def new_repository(
    t: Transaction, name: str, type: str, *, explicit: bool, origin: str | None = None, claim: int = 0
) -> RepositoryRow:
    """Stores a new repository, owned by the caller.

    Args:
        t: the transaction.
        name: its name; an implicit one takes that of its first artifact.
        type: type of all its artifacts, for ever (R57).
        explicit: it stays when its last artifact goes (R61).
        origin: who made it.
        claim: 1 for a keyed creation.
    """
    id = t.new_id()
    row = RepositoryRow(
        id=id,
        name=name,
        type=type,
        explicit=explicit,
        origin=origin,
        last_version_number=0,
        claim=claim,
        visible_to=scope_for(t, [("user", t.caller.user_id)]),
        search_text=search_text(name, id),
        creator_id=t.caller.user_id,
        creator_username=t.caller.username,
        created_at=t.now,
        updated_at=t.now,
    )
    write_repository(t, None, row)
    make_owner(t, REPOSITORIES, id)
    return row


def get_repository(reg: Registry, caller: Caller, id: str) -> Json:
    """One repository.

    Raises:
        NotFoundError: there is no such repository.
    """
    with reading(reg, caller) as t:
        return _document(t, repository_for(t, id, "view"))


def list_repositories(reg: Registry, caller: Caller, query: RepositoryQuery) -> Page:
    """The repositories that match (workload-api §8.2)."""
    order = ordering(query.order_by, _order, artifact_repositories.c.id)
    with reading(reg, caller) as t:
        where = object_filters(t, artifact_repositories, query)
        if query.type is not None:
            where.append(artifact_repositories.c.type == query.type)
        where += visible(caller, reg, REPOSITORIES, artifact_repositories.c.id)
        total, found = read_page(t, _all, artifact_repositories, where, order, query)
        rows = [RepositoryRow(*row) for row in found]
        ids = [row.id for row in rows]
        tags, counts, roles = tags_of(t, REPOSITORIES, ids), _counts(t, ids), roles_on(t, REPOSITORIES, ids)
        documents = [
            repository_document(row, counts.get(row.id, 0), tags[row.id], permissions(caller, roles[row.id]))
            for row in rows
        ]
        add_repository_actions(t, rows, roles, documents)
        return Page(total, documents)


@repeated
def delete_repository(reg: Registry, caller: Caller, id: str, *, claim: int | None = None, force: bool = False) -> None:
    """Deletes a repository with everything in it (workload-api §8.4).

    Args:
        reg: the registry.
        caller: who calls.
        id: the repository.
        claim: the claim that the caller knows; an older one than the repository's deletes nothing and is success.
        force: also delete locked versions (design §4.5); they are lost for ever.

    Raises:
        NotFoundError: there is no such repository, or the caller does not own it (R53).
        ConflictError: a workload uses an artifact of it (R59), or it holds locked versions (R60, D3).
    """
    with writing(reg, caller, "repository.delete") as t:
        repository = repository_for(t, id, "own")
        if claim is not None and claim < repository.claim:
            return
        members = [ArtifactRow(*row) for row in t.tx.execute(_members, {"repository": id})]
        users = workloads_on(t, [member.id for member in members])
        locked = sorted(member.version or 0 for member in members if member.locked)
        kept = [] if force or reg.compat.cascade_locked_delete else locked
        refuse_repository_deletion(len(users), f": {named_workloads(t, users)}", versions(kept))
        for member in members:
            write_artifact(t, member, None)
        write_repository(t, repository, None)


def remove_if_implicit_and_empty(t: Transaction, id: str) -> None:
    """An implicit repository goes with its last artifact (R61)."""
    repository = need_repository(t, id)
    if not repository.explicit and not _counts(t, [id]).get(id):
        write_repository(t, repository, None)


def _counts(t: Transaction, ids: list[str]) -> dict[str, int]:
    return {row[0]: row[1] for row in t.tx.execute(_member_counts, {"repositories": ids})} if ids else {}


def _document(t: Transaction, row: RepositoryRow) -> Json:
    count, roles = _counts(t, [row.id]).get(row.id, 0), roles_on(t, REPOSITORIES, [row.id])
    role = roles.get(row.id, Role.CONSUMER)
    tags = tags_of(t, REPOSITORIES, [row.id])[row.id]
    document = repository_document(row, count, tags, permissions(t.caller, role))
    add_repository_actions(t, [row], roles, [document])
    return document
