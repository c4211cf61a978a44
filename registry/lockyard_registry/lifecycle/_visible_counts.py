"""How many artifacts there are of each type and status: in all, of a repository, or as far as a caller sees them."""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select

from lockyard.contract import ArtifactQuery

from ..store import EVERYTHING, Prepared, artifact_counts, found_in, recipient_holder, scope_recipients
from ._access import as_who, granted, identities
from ._transaction import Transaction

Kinds = Mapping[tuple[str, str], int]
"""How many, by type and status."""

_counts = artifact_counts.c
_number = func.sum(_counts.number)


def kinds_of(t: Transaction, query: ArtifactQuery, holder: str) -> Kinds:
    """How many a holder of counts has.

    Args:
        t: the transaction.
        query: type and status, if they are asked for.
        holder: see `artifact_counts`.
    """
    return _by_holder(t, query, [holder]).get(holder, {})


def visible_kinds(t: Transaction, query: ArtifactQuery) -> tuple[Kinds, int]:
    """How many the caller sees, who is no administrator, and how many there are in all; see `kinds_of`."""
    recipients = {recipient_holder(*each): each for each in identities(t)}
    found = _by_holder(t, query, [EVERYTHING, *recipients])
    there = sum(found.pop(EVERYTHING, {}).values())
    if not found:
        return {}, there
    # What the one with the most sees is known; what only the others see is added up.
    most = max(found, key=lambda holder: sum(found[holder].values()))
    kinds = Counter(found[most])
    others = [recipients[holder] for holder in found if holder != most]
    if others:
        kind, id = recipients[most]
        values = {**as_who(others), "kind": kind, "id": id}
        for type, status, number in _besides(*_asked(query)).rows(t.tx, asked_for(query, **values)):
            kinds[type, status] += int(number)
    return kinds, there


def asked_for(query: ArtifactQuery, **values: Any) -> dict[str, Any]:
    """Values of a statement, with type and status where they are asked for."""
    asked = {"the_type": query.type, "the_status": query.status}
    return {**values, **{name: value for name, value in asked.items() if value is not None}}


def _asked(query: ArtifactQuery) -> tuple[bool, bool]:
    return query.type is not None, query.status is not None


def _by_holder(t: Transaction, query: ArtifactQuery, holders: list[str]) -> dict[str, dict[tuple[str, str], int]]:
    found: dict[str, dict[tuple[str, str], int]] = {}
    for holder, type, status, number in _of_holders(*_asked(query)).rows(t.tx, asked_for(query, holders=holders)):
        found.setdefault(holder, {})[type, status] = int(number)
    return found


def _given(typed: bool, stated: bool) -> list[Any]:
    given = [*([_counts.type] if typed else []), *([_counts.status] if stated else [])]
    return [column == bindparam(f"the_{column.name}") for column in given]


@cache
def _of_holders(typed: bool, stated: bool) -> Prepared:
    columns = (_counts.holder, _counts.type, _counts.status)
    found: Any = select(*columns, _number).where(_counts.holder.in_(bindparam("holders", expanding=True)))
    return Prepared(found.where(*_given(typed, stated)).group_by(*columns).having(_number > 0))


@cache
def _besides(typed: bool, stated: bool) -> Prepared:
    """Of the scopes that some recipients see and another one does not."""
    theirs, of_most = scope_recipients.c, scope_recipients.alias().c
    sees_most = select(of_most.scope).where(
        of_most.recipient_type == bindparam("kind"),
        of_most.recipient_id == bindparam("id"),
        of_most.scope == theirs.scope,
    )
    # No list of pairs: SQLite would look at all scopes for them.
    scopes = select(theirs.scope).where(granted(scope_recipients), ~sees_most.exists())
    columns = (_counts.type, _counts.status)
    found: Any = select(*columns, _number).where(found_in(_counts.holder, scopes))
    return Prepared(found.where(*_given(typed, stated)).group_by(*columns).having(_number > 0))
