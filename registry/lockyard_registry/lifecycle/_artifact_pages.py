"""Pages of the artifact list, and how many artifacts match, without looking at all that there are.

Totals are sums of counts that every change keeps (`_artifact_counts.py`). A page in the order of creation is read from
the index that has it side by side:

- of everything or of one repository: straight from an index;
- of some types and statuses, or of a few scopes: merged from the fronts of a few *runs*, each the artifacts of one type
  and one status, of everything or of one scope, which an index has in order;
- of many scopes: whichever is less to look at, the list in order until enough was visible, or all that is visible.

The second half of a list is read from its end. Whatever else is asked for (a text, tags, a creator, another order) is
found, counted and sorted the usual way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Text, bindparam, distinct, func, select, type_coerce, union_all

from lockyard.contract import ArtifactQuery

from ..store import EVERYTHING, artifact_counts, artifacts
from ._access import may, visible_scopes
from ._lists import object_filters, ordering, read_page
from ._records import find_repository
from ._transaction import Transaction

_MOST_RUNS = 16
"""With more runs to merge than this, asking for each of them costs more than it saves."""

# What is read of an artifact: everything; or everything, with the spec as its text.
_read: dict[bool, Select[Any]] = {
    False: select(artifacts),
    True: select(*(type_coerce(column, Text) if column.name == "spec" else column for column in artifacts.c)),
}
_order = {
    "name": artifacts.c.name,
    "createdAt": artifacts.c.created_at,
    "updatedAt": artifacts.c.updated_at,
    "status": artifacts.c.status,
}
_number = func.sum(artifact_counts.c.number)
_kinds: Any = select(artifact_counts.c.type, artifact_counts.c.status)

Kinds = Mapping[tuple[str, str], int]
"""How many, by type and status."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What of the artifacts is asked for, as far as the caller may see it.

    Attributes:
        total: how many match.
        rows: those of the page.
        where: the conditions of all that match.
        kinds: how many of each type and status match; None where counts do not tell.
    """

    total: int
    rows: Sequence[Row[Any]]
    where: Sequence[ColumnElement[bool]]
    kinds: Kinds | None


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of a list of known length; `backwards` if it is read from the end of the list."""

    order_by: str
    offset: int
    limit: int
    backwards: bool

    @classmethod
    def of(cls, query: ArtifactQuery, total: int) -> "_Page":
        limit = min(query.limit, total - query.offset)
        if query.offset * 2 <= total:
            return cls(query.order_by, query.offset, limit, False)
        turned = query.order_by.removeprefix("-") if query.order_by.startswith("-") else f"-{query.order_by}"
        return cls(turned, total - query.offset - limit, limit, True)

    @property
    def values(self) -> dict[str, Any]:
        return {"offset": self.offset, "limit": self.limit, "front": self.offset + self.limit}


def select_artifacts(t: Transaction, query: ArtifactQuery, *, stored: bool) -> Selection:
    """The page of a query, and what else matches.

    Args:
        t: the transaction.
        query: filters and page.
        stored: leave specs as the texts that they are stored as.
    """
    where = object_filters(t, artifacts, query)
    counted = not where
    exact = {"type": query.type, "status": query.status, "repository_id": query.repository_id}
    where += [artifacts.c[name] == wanted for name, wanted in exact.items() if wanted is not None]
    if query.repository_id is not None and not _is_seen(t, query.repository_id):
        return Selection(0, [], [artifacts.c.id.is_(None)], {})
    many = query.repository_id is None and not t.caller.administrator
    if many:
        where.append(artifacts.c.visible_to.in_(visible_scopes(t.caller, t.reg)))
    if not counted:
        total, rows = read_page(t, _read[stored], artifacts, where, _ordering(query.order_by), query)
        return Selection(total, rows, where, None)
    scopes = 0
    if many:
        kinds, scopes = _kinds_of_scopes(t, query)
    else:
        kinds = _kinds_of(t, query, query.repository_id or EVERYTHING)
    total = sum(kinds.values())
    if query.offset >= total or not query.limit:
        return Selection(total, [], where, kinds)
    page = _Page.of(query, total)
    if query.order_by not in ("createdAt", "-createdAt"):
        found = _read[stored].where(*where).order_by(*_ordering(page.order_by))
        rows = t.tx.execute(found.offset(page.offset).limit(page.limit)).all()
    elif not many:
        rows = _of_one_holder(t, query, page, kinds, stored)
    elif scopes * len(kinds) <= _MOST_RUNS:
        rows = _of_few_scopes(t, query, page, stored)
    else:
        rows = _of_many_scopes(t, query, page, kinds, stored)
    return Selection(total, rows[::-1] if page.backwards else rows, where, kinds)


def _is_seen(t: Transaction, repository: str) -> bool:
    # Other holders of counts have names, too, and an administrator may ask for anything.
    return find_repository(t, repository) is not None and may(t, repository, "view")


def _ordering(order_by: str) -> Sequence[Any]:
    return ordering(order_by, _order, artifacts.c.id)


# Counts.


def _asked(found: Any, query: ArtifactQuery) -> Any:
    for column, wanted in ((artifact_counts.c.type, query.type), (artifact_counts.c.status, query.status)):
        if wanted is not None:
            found = found.where(column == wanted)
    return found


def _kinds_of(t: Transaction, query: ArtifactQuery, holder: str) -> dict[tuple[str, str], int]:
    found: Any = t.tx.execute(
        _of_holder(query.type is not None, query.status is not None), _named(query, holder=holder)
    )
    return {(type, status): int(number) for type, status, number in found}


@cache
def _of_holder(typed: bool, stated: bool) -> Select[Any]:
    counts = artifact_counts.c
    found = _kinds.add_columns(_number).where(counts.holder == bindparam("holder"))
    found = found.where(*[column == bindparam(f"the_{column.name}") for column in _given(counts, typed, stated)])
    return found.group_by(counts.type, counts.status).having(_number > 0)


def _kinds_of_scopes(t: Transaction, query: ArtifactQuery) -> tuple[dict[tuple[str, str], int], int]:
    """How many of each kind the caller may see, and in how many scopes at most."""
    counts = artifact_counts.c
    found = _kinds.add_columns(_number, func.count(distinct(counts.holder)))
    found = _asked(found.where(counts.holder.in_(visible_scopes(t.caller, t.reg)), counts.number != 0), query)
    rows: Any = t.tx.execute(found.group_by(counts.type, counts.status).having(_number > 0)).all()
    return {(row[0], row[1]): int(row[2]) for row in rows}, max((row[3] for row in rows), default=0)


def _named(query: ArtifactQuery, **values: Any) -> dict[str, Any]:
    asked = {"the_type": query.type, "the_status": query.status}
    return {**values, **{name: value for name, value in asked.items() if value is not None}}


def _given(columns: Any, typed: bool, stated: bool) -> list[Any]:
    return [*([columns.type] if typed else []), *([columns.status] if stated else [])]


# Pages in the order of creation.


def _of_one_holder(t: Transaction, query: ArtifactQuery, page: _Page, kinds: Kinds, stored: bool) -> Any:
    if query.repository_id is not None:
        # All artifacts of a repository have one type: the counts say that it is the one that is asked for.
        statement = _in_a_row(page.order_by, stored, repository=True, stated=query.status is not None)
        return t.tx.execute(statement, _named(query, **page.values, repository=query.repository_id)).all()
    if query.type is None and query.status is None:
        return t.tx.execute(_in_a_row(page.order_by, stored), page.values).all()
    return t.tx.execute(*_merged([("", *kind) for kind in kinds], None, None, page, stored)).all()


def _of_few_scopes(t: Transaction, query: ArtifactQuery, page: _Page, stored: bool) -> Any:
    counts = artifact_counts.c
    columns = (counts.holder, counts.type, counts.status)
    found = select(*columns).where(counts.holder.in_(visible_scopes(t.caller, t.reg)))
    runs = t.tx.execute(_asked(found, query).group_by(*columns).having(_number > 0)).all()
    return t.tx.execute(*_merged([tuple(run) for run in runs], "visible_to", None, page, stored)).all()


def _of_many_scopes(t: Transaction, query: ArtifactQuery, page: _Page, kinds: Kinds, stored: bool) -> Any:
    total = sum(kinds.values())
    there = sum(_kinds_of(t, query, EVERYTHING).values())
    scopes = visible_scopes(t.caller, t.reg)
    if (page.offset + page.limit) * there < total * total:
        # An expression, so that no index of scopes gets in the way of the one in the right order.
        visible = artifacts.c.visible_to.concat("").in_(scopes)
        if query.type is None and query.status is None:
            return t.tx.execute(_in_a_row(page.order_by, stored).where(visible), page.values).all()
        return t.tx.execute(*_merged([("", *kind) for kind in kinds], None, visible, page, stored)).all()
    exact = [(artifacts.c.type, query.type), (artifacts.c.status, query.status)]
    where = [column.concat("") == wanted for column, wanted in exact if wanted is not None]
    found = _read[stored].where(artifacts.c.visible_to.in_(scopes), *where).order_by(*_ordering(page.order_by))
    return t.tx.execute(found.offset(page.offset).limit(page.limit)).all()


@cache
def _in_a_row(order_by: str, stored: bool, *, repository: bool = False, stated: bool = False) -> Select[Any]:
    found = _read[stored]
    if repository:
        found = found.where(artifacts.c.repository_id == bindparam("repository"))
    if stated:
        found = found.where(artifacts.c.status == bindparam("the_status"))
    return found.order_by(*_ordering(order_by)).offset(bindparam("offset")).limit(bindparam("limit"))


def _merged(
    runs: Sequence[Any], column: str | None, visible: ColumnElement[bool] | None, page: _Page, stored: bool
) -> tuple[Select[Any], dict[str, Any]]:
    values = page.values
    for number, (holder, type, status) in enumerate(runs):
        values |= {f"type{number}": type, f"status{number}": status}
        if column:
            values[f"holder{number}"] = holder
    make = _merging if visible is None else _merging.__wrapped__
    return make(len(runs), column, visible, page.order_by, stored), values


@cache
def _merging(
    runs: int, column: str | None, visible: ColumnElement[bool] | None, order_by: str, stored: bool
) -> Select[Any]:
    fronts: list[Select[Any]] = []
    for number in range(runs):
        here = [
            artifacts.c.type == bindparam(f"type{number}"),
            artifacts.c.status == bindparam(f"status{number}"),
            *([artifacts.c[column] == bindparam(f"holder{number}")] if column else []),
            *([] if visible is None else [visible]),
        ]
        front = select(artifacts.c.id, artifacts.c.created_at).where(*here)
        fronts.append(select(front.order_by(*_ordering(order_by)).limit(bindparam("front")).subquery()))
    every = union_all(*fronts).subquery()
    page = select(every.c.id).order_by(*ordering(order_by, {"createdAt": every.c.created_at}, every.c.id))
    chosen = page.offset(bindparam("offset")).limit(bindparam("limit")).subquery()
    return _read[stored].join(chosen, chosen.c.id == artifacts.c.id).order_by(*_ordering(order_by))
