"""The audit log: records chained by hash, one chain for each repository and one for each workload."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from ._digests import NOTHING, record_hash
from ._schema import audit, audit_heads

PEOPLE = "people"
"""Kind of the one chain of all users, groups and tokens; its id is the registry's."""

_head = select(audit_heads.c.number, audit_heads.c.hash).where(audit_heads.c.chain == bindparam("wanted"))
_locked_head = _head.with_for_update()
_add = insert(audit)
_add_head = insert(audit_heads)
_move_head = (
    update(audit_heads)
    .where(audit_heads.c.chain == bindparam("wanted"))
    .values(number=bindparam("new_number"), hash=bindparam("new_hash"), pending=True)
)


def append_record(
    tx: Connection,
    chain: str,
    kind: str,
    *,
    at: str,
    action: str,
    actor: tuple[str, str],
    request_id: str,
    changes: Sequence[dict[str, Any]],
) -> None:
    """Adds a record to a chain, in the transaction of the change that it tells of.

    Args:
        tx: the transaction.
        chain: id of the repository or workload; the registry's for people.
        kind: `artifactRepositories`, `workloads` or `people`.
        at: when.
        action: what was called, such as `artifact.patch`.
        actor: id and name of who called.
        request_id: id of the call, empty where it has none.
        changes: kind, id, digest before and digest after of each object of the chain that changed.
    """
    head = tx.execute(_locked_head, {"wanted": chain}).first()
    record = {
        "chain": chain,
        "number": 1 if head is None else head.number + 1,
        "kind": kind,
        "at": at,
        "action": action,
        "actor_id": actor[0],
        "actor_name": actor[1],
        "request_id": request_id,
        "changes": list(changes),
        "previous": NOTHING if head is None else head.hash,
    }
    record["hash"] = record_hash(record)
    tx.execute(_add, record)
    if head is None:
        values = {"chain": chain, "kind": kind, "number": 1, "hash": record["hash"], "pending": True}
        tx.execute(_add_head, values)
    else:
        tx.execute(_move_head, {"wanted": chain, "new_number": record["number"], "new_hash": record["hash"]})
