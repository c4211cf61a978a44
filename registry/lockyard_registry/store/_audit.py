"""The audit log: records chained by hash, one chain for each repository, workload and credential, one for people."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, true, update

from ._digests import NOTHING, record_hash
from ._prepared import Prepared
from ._schema import audit, audit_heads

PEOPLE = "people"
"""Kind of the one chain of all users, groups and tokens; its id is the registry's."""

_of_chain = (audit_heads.c.kind == bindparam("what")) & (audit_heads.c.chain == bindparam("wanted"))
_head = select(audit_heads.c.number, audit_heads.c.hash).where(_of_chain)
_locked_head = Prepared(_head.with_for_update())
_add = Prepared(insert(audit))
_add_head = Prepared(insert(audit_heads))
_move_head = Prepared(
    update(audit_heads)
    .where(_of_chain)
    .values(number=bindparam("new_number"), hash=bindparam("new_hash"), pending=true())
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
        chain: id of the repository, workload or credential; the registry's for people.
        kind: `artifactRepositories`, `workloads`, `credentials` or `people`; a chain is known by kind and id.
        at: when.
        action: what was called, such as `artifact.patch`.
        actor: id and name of who called.
        request_id: id of the call, empty where it has none.
        changes: kind, id, digest before and digest after of each object of the chain that changed.
    """
    number, previous = _locked_head.first(tx, {"what": kind, "wanted": chain}) or (0, NOTHING)
    record = {
        "chain": chain,
        "number": number + 1,
        "kind": kind,
        "at": at,
        "action": action,
        "actor_id": actor[0],
        "actor_name": actor[1],
        "request_id": request_id,
        "changes": list(changes),
        "previous": previous,
    }
    record["hash"] = record_hash(record)
    _add.change(tx, {"chain_kind": kind, **record})
    if number == 0:
        values = {"chain": chain, "kind": kind, "number": 1, "hash": record["hash"], "pending": True}
        _add_head.change(tx, values)
    else:
        _move_head.change(
            tx, {"what": kind, "wanted": chain, "new_number": record["number"], "new_hash": record["hash"]}
        )
