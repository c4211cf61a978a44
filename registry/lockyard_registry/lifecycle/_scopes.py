"""Keeps the scope of a repository and its artifacts in step with its roles (see `store/_visibility_tables.py`)."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import bindparam, select, text, update

from ..store import artifacts, scope_of, scope_recipients, shared_roles
from ._records import need_repository, write_repository
from ._transaction import Transaction

Recipient = tuple[str, str]
"""Type and id of whom a role is given to."""

_recipients = (
    select(shared_roles.c.recipient_type, shared_roles.c.recipient_id)
    .where(shared_roles.c.kind == "artifactRepositories", shared_roles.c.object_id == bindparam("owner"))
    .distinct()
)
_known = (
    select(scope_recipients.c.scope)
    .where(
        scope_recipients.c.recipient_type == bindparam("type"),
        scope_recipients.c.recipient_id == bindparam("id"),
        scope_recipients.c.scope == bindparam("wanted"),
    )
    .limit(1)
)
# Two changes may make the same scope at once.
_add = text(
    "INSERT INTO scope_recipients (recipient_type, recipient_id, scope) VALUES (:type, :id, :scope) "
    "ON CONFLICT DO NOTHING"
)
_move = update(artifacts).where(artifacts.c.repository_id == bindparam("repository")).values(visible_to=bindparam("to"))


def scope_for(t: Transaction, recipients: Collection[Recipient]) -> str:
    """The scope of these recipients; lists find it from now on.

    Args:
        t: the transaction, which writes.
        recipients: whom something is shared with; at least one.
    """
    scope, all_of_them = scope_of(recipients), sorted(set(recipients))
    # All of them are there or none is.
    kind, id = all_of_them[0]
    if t.tx.execute(_known, {"type": kind, "id": id, "wanted": scope}).first() is None:
        t.tx.execute(_add, [{"type": kind, "id": id, "scope": scope} for kind, id in all_of_them])
    return scope


def follow_sharing(t: Transaction, id: str) -> None:
    """Gives a repository and its artifacts the scope of those whom it is shared with now."""
    before = need_repository(t, id)
    scope = scope_for(t, [(kind, who) for kind, who in t.tx.execute(_recipients, {"owner": id})])
    if scope != before.visible_to:
        write_repository(t, before, replace(before, visible_to=scope))
        t.tx.execute(_move, {"repository": id, "to": scope})
        t.counts.move_repository(t.tx, before, scope)
        t.facets.move_repository(t.tx, before, scope)
