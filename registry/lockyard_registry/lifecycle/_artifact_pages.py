"""Pages of the artifact list, and how many artifacts match, without looking at all that there are.

A *run* is what one index holds side by side in the order of the list: the artifacts of one type and one status, of
everything, of one repository or of one scope. The counts say which runs are not empty and how long they are
(`_artifact_counts.py`), so a total is a sum, and a page is merged from the fronts of a few runs. Whatever else is asked
for (a text, tags, a creator, another order) is found and counted the usual way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, false, func, select, true, union_all

from lockyard.contract import ArtifactQuery

from ..store import EVERYTHING, artifact_counts, artifacts
from ._access import may, visible_scopes
from ._lists import object_filters, ordering, read_page
from ._transaction import Transaction

_MOST_RUNS = 16
"""With more runs to merge than this, asking for each of them costs more than it saves."""

_SPARSE = 20
"""Where fewer than one artifact in so many is visible, the visible ones are gathered and sorted."""

_all = select(artifacts)
_number = func.sum(artifact_counts.c.number)
_runs = (
    select(artifact_counts.c.holder, artifact_counts.c.type, artifact_counts.c.status, _number)
    .group_by(artifact_counts.c.holder, artifact_counts.c.type, artifact_counts.c.status)
    .having(_number > 0)
)
_order = {
    "name": artifacts.c.name,
    "createdAt": artifacts.c.created_at,
    "updatedAt": artifacts.c.updated_at,
    "status": artifacts.c.status,
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What of the artifacts is asked for, as far as the caller may see it.

    Attributes:
        total: how many match.
        rows: those of the page.
        where: the conditions of all that match.
        runs: the lengths of the runs that together are all that match; None where counts do not tell.
    """

    total: int
    rows: Sequence[Row[Any]]
    where: Sequence[ColumnElement[bool]]
    runs: "Runs | None"


Runs = dict[tuple[str, str, str], int]
"""Lengths by holder, type and status."""


def select_artifacts(t: Transaction, query: ArtifactQuery) -> Selection:
    """The page of a query, and what else matches."""
    where = object_filters(t, artifacts, query)
    counted = not where
    exact = {"type": query.type, "status": query.status, "repository_id": query.repository_id}
    where += [artifacts.c[name] == wanted for name, wanted in exact.items() if wanted is not None]
    if query.repository_id is not None:
        seen = may(t, query.repository_id, "view")
        holders, column = artifact_counts.c.holder == (query.repository_id if seen else ""), "repository_id"
        where += [] if seen else [false()]
    elif t.caller.administrator:
        holders, column = artifact_counts.c.holder == EVERYTHING, None
    else:
        scopes = visible_scopes(t.caller, t.reg)
        holders, column = artifact_counts.c.holder.in_(scopes), "visible_to"
        where.append(artifacts.c.visible_to.in_(scopes))
    order = ordering(query.order_by, _order, artifacts.c.id)
    if not counted:
        total, rows = read_page(t, _all, artifacts, where, order, query)
        return Selection(total, rows, where, None)
    runs = _lengths(t, holders, query)
    total = sum(runs.values())
    if query.offset >= total or not query.limit:
        return Selection(total, [], where, runs)
    if query.order_by in ("createdAt", "-createdAt") and where and len(runs) <= _MOST_RUNS:
        rows = _merged(t, list(runs), column, query)
    else:
        page = _all.where(and_(true(), *_unindexed(t, where, column, total)))
        rows = t.tx.execute(page.order_by(*order).offset(query.offset).limit(query.limit)).all()
    return Selection(total, rows, where, runs)


def _lengths(t: Transaction, holders: ColumnElement[bool], query: ArtifactQuery) -> Runs:
    found = _runs.where(holders)
    if query.type is not None:
        found = found.where(artifact_counts.c.type == query.type)
    if query.status is not None:
        found = found.where(artifact_counts.c.status == query.status)
    return {(holder, type, status): int(number) for holder, type, status, number in t.tx.execute(found)}


def _merged(t: Transaction, runs: Sequence[tuple[str, str, str]], column: str | None, query: ArtifactQuery) -> Any:
    values: dict[str, Any] = {"front": query.offset + query.limit, "offset": query.offset, "limit": query.limit}
    for number, (holder, type, status) in enumerate(runs):
        values |= {f"holder{number}": holder, f"type{number}": type, f"status{number}": status}
    return t.tx.execute(_merging(len(runs), column, query.order_by), values).all()


@cache
def _merging(runs: int, column: str | None, order_by: str) -> Select[Any]:
    fronts: list[Select[Any]] = []
    for number in range(runs):
        here = [
            artifacts.c.type == bindparam(f"type{number}"),
            artifacts.c.status == bindparam(f"status{number}"),
            *([artifacts.c[column] == bindparam(f"holder{number}")] if column else []),
        ]
        front = select(artifacts.c.id, artifacts.c.created_at).where(*here)
        front = front.order_by(*ordering(order_by, _order, artifacts.c.id)).limit(bindparam("front"))
        fronts.append(select(front.subquery()))
    every = union_all(*fronts).subquery()
    page = select(every.c.id).order_by(*ordering(order_by, {"createdAt": every.c.created_at}, every.c.id))
    chosen = page.offset(bindparam("offset")).limit(bindparam("limit")).subquery()
    return (
        select(artifacts)
        .join(chosen, chosen.c.id == artifacts.c.id)
        .order_by(*ordering(order_by, _order, artifacts.c.id))
    )


def _unindexed(t: Transaction, where: Sequence[ColumnElement[bool]], column: str | None, total: int) -> Any:
    """Conditions that leave the order of the list to an index where most of what it holds is visible anyway."""
    if column != "visible_to":
        return where
    there = t.tx.execute(select(_number).where(artifact_counts.c.holder == EVERYTHING)).scalar() or 0
    if total * _SPARSE < there:
        return where
    scope = artifacts.c.visible_to.concat("")
    return [*where[:-1], scope.in_(visible_scopes(t.caller, t.reg))]
