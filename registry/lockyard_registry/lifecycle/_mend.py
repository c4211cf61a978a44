"""Gives back what was taken over in databases of schema 0006 and before (see `_takeovers.py`)."""

from typing import Any

from sqlalchemy import bindparam, delete, select

from lockyard.contract import ConflictError

from ..store import append_record, artifacts, audit, shared_roles, state_digest, tags
from ._changes import REPOSITORIES, WORKLOADS
from ._records import find_artifact, need_repository, write_artifact, write_repository
from ._references import named_workloads, workloads_on
from ._registry import Caller, Registry
from ._rows import ArtifactRow
from ._sharing import grant_role, roles_state
from ._takeovers import MENDED, Takeover, find_takeovers
from ._transaction import Transaction, writing

_members = select(artifacts).where(artifacts.c.repository_id == bindparam("repository")).order_by(artifacts.c.id)
_revoke = delete(shared_roles).where(
    shared_roles.c.kind == WORKLOADS,
    shared_roles.c.object_id == bindparam("workload"),
    shared_roles.c.recipient_type == bindparam("type"),
    shared_roles.c.recipient_id == bindparam("recipient"),
)
_records = (
    select(audit.c.action, audit.c.changes)
    .where(audit.c.chain_kind == REPOSITORIES, audit.c.chain == bindparam("wanted"))
    .order_by(audit.c.number)
)


def mend_takeovers(reg: Registry, caller: Caller) -> list[Takeover]:
    """Takes strangers' roles away, gives objects without an owner to their creators, and removes false repositories.

    What is in a false repository goes with it. The audit log tells of it all. What strangers changed otherwise stays
    for the owners to look at.

    Args:
        reg: the registry.
        caller: an administrator.

    Returns:
        What was mended.

    Raises:
        ConflictError: a workload runs an artifact of a false repository; nothing was changed.
    """
    with writing(reg, caller, MENDED) as t:
        found = find_takeovers(t.tx, reg.registry_id)
        for each in found:
            if each.strangers or each.owner:
                _give_back(t, each)
            if each.repository:
                _remove_repository(t, each.id)
            if each.kind == "artifact":
                _note_lost_tags(t, each.id)
        return found


def _give_back(t: Transaction, taken: Takeover) -> None:
    before = roles_state(t, WORKLOADS, taken.id)
    for grant in taken.strangers:
        who = {"type": grant.recipient_type, "recipient": grant.recipient_id}
        t.tx.execute(_revoke, {"workload": taken.id, **who})
    if taken.owner is not None:
        id, name = taken.owner
        t.tx.execute(_revoke, {"workload": taken.id, "type": "user", "recipient": id})
        grant_role(t, WORKLOADS, taken.id, ("user", id, name), "OWNER")
    t.changes.note((WORKLOADS, taken.id), "sharedRoles", taken.id, before, roles_state(t, WORKLOADS, taken.id))


def _remove_repository(t: Transaction, id: str) -> None:
    repository = need_repository(t, id)
    members = [ArtifactRow(*row) for row in t.tx.execute(_members, {"repository": id})]
    users = workloads_on(t, [member.id for member in members])
    if users:
        raise ConflictError(
            f"the repository that was made under the id {id} holds artifacts that workloads run: delete these "
            f"workloads first: {named_workloads(t, users)}"
        )
    for member in members:
        write_artifact(t, member, None)
    write_repository(t, repository, None)


def _note_lost_tags(t: Transaction, id: str) -> None:
    """Notes that the tags of an artifact went when the false repository got some: they cannot be brought back."""
    artifact = find_artifact(t, id)
    assert artifact is not None
    said = _tags_said(t, artifact.repository_id, id)
    taken = [
        change["before"]
        for record in t.tx.execute(_records, {"wanted": id})
        if record.action == "tags.replace"
        for change in record.changes
        if (change["kind"], change["id"]) == ("tags", id)
    ]
    rows = t.tx.execute(
        select(tags.c.id, tags.c.name, tags.c.value)
        .where(tags.c.kind == "artifacts", tags.c.object_id == id)
        .order_by(tags.c.position)
    )
    left = state_digest([dict(row._mapping) for row in rows])
    if said is not None and said in taken and left != said:
        change: dict[str, Any] = {"kind": "tags", "id": id, "before": said, "after": left}
        append_record(
            t.tx,
            artifact.repository_id,
            REPOSITORIES,
            at=t.now,
            action=MENDED,
            actor=(t.caller.user_id, t.caller.username),
            request_id=t.caller.request_id,
            changes=[change],
        )


def _tags_said(t: Transaction, repository: str, id: str) -> str | None:
    said = None
    for record in t.tx.execute(_records, {"wanted": repository}):
        for change in record.changes:
            if (change["kind"], change["id"]) == ("tags", id):
                said = change["after"]
    return said
