"""Reading the audit log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Text, and_, bindparam, func, or_, select, type_coerce

from lockyard.contract import Json

from ..store import artifacts, audit, timestamp
from ._access import HolderKind, visible
from ._changes import REPOSITORIES, WORKLOADS
from ._registry import Caller, Page, Registry
from ._transaction import Transaction, reading

if TYPE_CHECKING:
    from lockyard.contract import AuditQuery

_records = select(audit).order_by(
    audit.c.at.desc(), audit.c.chain.desc(), audit.c.chain_kind.desc(), audit.c.number.desc()
)
_repository = select(artifacts.c.repository_id).where(artifacts.c.id == bindparam("wanted"))


def list_audit(reg: Registry, caller: Caller, query: AuditQuery) -> Page:
    """The records of the audit log that match, newest first: those of the objects that the caller may see.

    Objects that are gone keep their records, for administrators alone, as nobody has a role on them any more.
    """
    where: list[ColumnElement[bool]] = []
    for column, wanted in ((audit.c.action, query.action), (audit.c.request_id, query.request_id)):
        if wanted is not None:
            where.append(column == wanted)
    if query.actor is not None:
        where.append(or_(audit.c.actor_id == query.actor, audit.c.actor_name == query.actor))
    if query.since is not None:
        where.append(audit.c.at >= timestamp(query.since))
    if query.until is not None:
        where.append(audit.c.at < timestamp(query.until))
    where += _of_visible(caller, reg)
    with reading(reg, caller) as t:
        if query.object_id is not None:
            where.extend(_about(t, query.object_id))
        total = t.tx.execute(select(func.count()).select_from(audit).where(*where)).scalar_one()
        if query.offset >= total:
            return Page(total, [])
        rows = t.tx.execute(_records.where(*where).offset(query.offset).limit(query.limit))
        return Page(total, [_document(row) for row in rows])


def _of_visible(caller: Caller, reg: Registry) -> list[ColumnElement[bool]]:
    if caller.administrator:
        return []
    kinds: tuple[HolderKind, ...] = (REPOSITORIES, WORKLOADS)
    return [or_(*(and_(audit.c.chain_kind == kind, *visible(caller, reg, kind, audit.c.chain)) for kind in kinds))]


def _about(t: Transaction, id: str) -> list[ColumnElement[bool]]:
    named = type_coerce(audit.c.changes, Text).contains(f'"id":"{id}"', autoescape=True)
    repository = t.tx.execute(_repository, {"wanted": id}).scalar()
    if repository is not None:
        # An artifact stays in its repository, so the other chains need no search.
        return [audit.c.chain_kind == REPOSITORIES, audit.c.chain == repository, named]
    return [or_(audit.c.chain == id, named)]


def _document(row: Any) -> Json:
    return {
        "chain": row.chain,
        "kind": row.kind,
        "number": row.number,
        "at": row.at,
        "action": row.action,
        "actor": {"id": row.actor_id, "username": row.actor_name},
        "requestId": row.request_id,
        "changes": row.changes,
        "previous": row.previous,
        "hash": row.hash,
    }
