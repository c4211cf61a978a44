"""Who may do what: the only place that decides it (design §5, workload-api §14).

Roles are granted on repositories and workloads; an artifact has those of its repository. Whoever has no role does not
learn that the object exists (404). Deleting and promoting hide it from everybody but owners, too (R53); whatever else
is not allowed is refused (403).
"""

from collections.abc import Collection, Sequence
from enum import IntEnum
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, or_, select

from lockyard.contract import ForbiddenError, NotFoundError

from ..store import Prepared, artifacts, scope_recipients, shared_roles
from ._changes import REPOSITORIES, WORKLOADS
from ._records import find_artifact, find_repository, find_workload
from ._registry import Caller, Registry
from ._rows import ArtifactRow, RepositoryRow, WorkloadRow
from ._transaction import Transaction


class Role(IntEnum):
    """What a caller is to an object; each may do what the ones before it may."""

    CONSUMER = 1
    EDITOR = 2
    OWNER = 3


ROLES: dict[str, Role] = {
    "OWNER": Role.OWNER,
    "EDITOR": Role.EDITOR,
    "READ_WRITE": Role.EDITOR,
    "ADMIN": Role.EDITOR,
    "USER": Role.CONSUMER,
    "DATA_SCIENTIST": Role.CONSUMER,
    "READ_ONLY": Role.CONSUMER,
    "CONSUMER": Role.CONSUMER,
    "OBSERVER": Role.CONSUMER,
}
"""What the wire's roles mean here; one whose meaning no source tells gives the less."""

HolderKind = Literal["artifactRepositories", "workloads"]
"""What has roles. An id alone names nothing: each kind has ids of its own."""

Right = Literal["view", "invoke", "edit", "share", "own"]
"""`own` is for what only owners may even try: deleting, promoting."""

_LEAST: dict[Right, Role] = {
    "view": Role.CONSUMER,
    "invoke": Role.CONSUMER,
    "edit": Role.EDITOR,
    "share": Role.OWNER,
    "own": Role.OWNER,
}


def granted(table: Table) -> ColumnElement[bool]:
    """The condition that a role or scope is one of a caller's: the same text for all of them, with `who` as its values.

    Args:
        table: with a type and an id of recipients.
    """
    kind, id = table.c.recipient_type, table.c.recipient_id
    return or_(
        and_(kind == "user", id == bindparam("caller")),
        # The registry is the one organization that its users belong to.
        and_(kind == "organization", id == bindparam("organization")),
        and_(kind == "group", id.in_(bindparam("groups", expanding=True))),
    )


_roles = Prepared(
    select(shared_roles.c.object_id, shared_roles.c.role).where(
        shared_roles.c.kind == bindparam("what"),
        shared_roles.c.object_id.in_(bindparam("objects", expanding=True)),
        granted(shared_roles),
    )
)
_repository_ids = select(artifacts.c.id, artifacts.c.repository_id).where(
    artifacts.c.id.in_(bindparam("artifacts", expanding=True))
)
my_scopes = select(scope_recipients.c.scope).where(granted(scope_recipients)).distinct()
"""`visible_scopes` with the values of `who`."""


def repository_for(t: Transaction, id: str, right: Right) -> RepositoryRow:
    """The repository, for a caller who has a right on it.

    Raises:
        NotFoundError: there is none that the caller may see (R18).
        ForbiddenError: the caller sees it, but has too small a role.
    """
    row = find_repository(t, id)
    _check(t, REPOSITORIES, None if row is None else row.id, right, "Artifact repository")
    assert row is not None
    return row


def artifact_for(t: Transaction, id: str, right: Right) -> ArtifactRow:
    """The artifact, for a caller who has a right on its repository; see `repository_for` (R34, R53)."""
    row = find_artifact(t, id)
    _check(t, REPOSITORIES, None if row is None else row.repository_id, right, "Artifact")
    assert row is not None
    return row


def workload_for(t: Transaction, id: str, right: Right) -> WorkloadRow:
    """The workload, for a caller who has a right on it; see `repository_for` (R127)."""
    row = find_workload(t, id)
    _check(t, WORKLOADS, None if row is None else row.id, right, "Workload")
    assert row is not None
    return row


def may(t: Transaction, kind: HolderKind, id: str, right: Right) -> bool:
    """Whether the caller has a right on the repository or workload of that id."""
    role = roles_on(t, kind, [id]).get(id)
    return role is not None and role >= _LEAST[right]


def roles_on(t: Transaction, kind: HolderKind, holders: Sequence[str]) -> dict[str, Role]:
    """The caller's roles on repositories or on workloads, in one query; those without one are left out.

    Args:
        t: the transaction.
        kind: which of the two.
        holders: their ids.
    """
    if t.caller.administrator:
        return dict.fromkeys(holders, Role.OWNER)
    found: dict[str, Role] = {}
    if holders:
        for holder, name in _roles.rows(t.tx, {"what": kind, "objects": list(holders), **who(t)}):
            role = ROLES.get(name)
            if role is not None:
                found[holder] = max(role, found.get(holder, role))
    return found


def visible_artifacts(t: Transaction, ids: Collection[str]) -> frozenset[str]:
    """Those of some artifacts that the caller may see: who has a role on a workload alone does not see what it runs.

    Args:
        t: the transaction.
        ids: of artifacts.
    """
    if t.caller.administrator or not ids:
        return frozenset(ids)
    rows = t.tx.execute(_repository_ids, {"artifacts": sorted(set(ids))}).all()
    seen = roles_on(t, REPOSITORIES, list({row.repository_id for row in rows}))
    return frozenset(row.id for row in rows if row.repository_id in seen)


def who(t: Transaction) -> dict[str, Any]:
    """The values of `granted`."""
    return as_who(identities(t))


def as_who(recipients: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The values of `granted` for some of a caller's identities."""
    of: dict[str, list[str]] = {"user": [], "organization": [], "group": []}
    for kind, id in recipients:
        of[kind].append(id)
    # No recipient has an empty id.
    return {"caller": "".join(of["user"]), "organization": "".join(of["organization"]), "groups": of["group"]}


def identities(t: Transaction) -> list[tuple[str, str]]:
    """Type and id of the recipients that the caller is."""
    groups = [("group", id) for id in t.caller.groups]
    return [("user", t.caller.user_id), ("organization", t.reg.registry_id), *groups]


def visible(caller: Caller, reg: Registry, kind: HolderKind, holder: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    """The condition of lists: only what the caller may see; none for who sees everything.

    Args:
        caller: who calls.
        reg: the registry.
        kind: whether repositories or workloads have the roles.
        holder: the column with their ids.
    """
    return [] if caller.administrator else [holder.in_(_seen(caller, reg, kind))]


def visible_scopes(caller: Caller, reg: Registry) -> Select[Any]:
    """The scopes of artifacts that the caller may see, as a subquery (`store/_visibility_tables.py`)."""
    return select(scope_recipients.c.scope).where(_granted_to(caller, reg, scope_recipients)).distinct()


def permissions(caller: Caller, role: Role, *, invocable: bool = False) -> list[str]:
    """The contract's words for what a caller may do with a role (workload-api §14.2).

    Args:
        caller: who calls; a token that only reads may not do more.
        role: the caller's role.
        invocable: the object is a workload.
    """
    words = ["CAN_VIEW"]
    if role >= Role.EDITOR:
        words.append("CAN_UPDATE")
    if role >= Role.OWNER:
        words += ["CAN_DELETE", "CAN_SHARE"]
    if caller.read_only:
        words = words[:1]
    return [*words, "CAN_MAKE_PREDICTIONS"] if invocable else words


def refuse_role(role: Role, right: Right, what: str) -> None:
    """Refuses who has too small a role on something visible.

    Args:
        role: the caller's role.
        right: what it must allow.
        what: the kind of object, for the refusal.

    Raises:
        ForbiddenError: with the role that is needed.
    """
    if role < _LEAST[right]:
        raise ForbiddenError(
            f"{what}: this needs the role {_LEAST[right].name.lower()}, yours is {role.name.lower()}: ask an owner to "
            "share it with you"
        )


def _seen(caller: Caller, reg: Registry, kind: HolderKind) -> Select[Any]:
    granted = _granted_to(caller, reg, shared_roles)
    return select(shared_roles.c.object_id).where(
        shared_roles.c.kind == kind, granted, shared_roles.c.role.in_(list(ROLES))
    )


def _granted_to(caller: Caller, reg: Registry, table: Table) -> ColumnElement[bool]:
    kind, id = table.c.recipient_type, table.c.recipient_id
    # The registry is the one organization that its users belong to.
    grants = [and_(kind == "user", id == caller.user_id), and_(kind == "organization", id == reg.registry_id)]
    if caller.groups:
        grants.append(and_(kind == "group", id.in_(caller.groups)))
    return or_(*grants)


def _check(t: Transaction, kind: HolderKind, holder: str | None, right: Right, what: str) -> None:
    role = None if holder is None else roles_on(t, kind, [holder]).get(holder)
    if role is None or (right == "own" and role < _LEAST[right]):
        raise NotFoundError(f"{what} not found.")
    refuse_role(role, right, what)
