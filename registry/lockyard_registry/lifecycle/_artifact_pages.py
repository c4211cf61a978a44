"""Pages of the artifact list, and how many artifacts match, without looking at all that there are.

Totals are sums of counts that every change keeps (`_artifact_counts.py`). A page in the order of creation is read from
the index that has it side by side:

- of everything or of one repository: straight from an index;
- of some types and statuses, or of a few scopes: merged from the fronts of a few *runs*, each the artifacts of one type
  and one status, of everything or of one scope, which an index has in order;
- of many scopes: whichever is less to look at, the list in order until enough was visible, or all that is visible.

The second half of a list is read from its end. Whatever else is asked for (a text, tags, a creator) is found by its
index and counted; if there is much of it, the page is read from the list in order, else sorted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, Text, bindparam, literal_column, select, type_coerce, union_all

from lockyard.contract import ArtifactQuery

from ..store import EVERYTHING, Prepared, artifacts, found_in, scope_recipients, unindexed
from ._access import granted, may, my_scopes, visible_scopes, who
from ._changes import REPOSITORIES
from ._lists import count_rows, object_filters, ordering
from ._records import find_repository
from ._transaction import Transaction
from ._visible_counts import Kinds, asked_for, kinds_of, visible_kinds

_MOST_RUNS = 16
"""With more runs to merge than this, asking for each of them costs more than it saves."""

_WALK = 8
"""Looking at an artifact and at whom its scope is of, in the order of the list, takes as long as sorting so many."""

_LITTLE = 2_000
"""So many artifacts are sorted before it is worth a question whether there are few runs."""

_FAR = 100
"""From so many artifacts before the page on, they are passed in the index alone."""

_PART = 4
"""So many times as many artifacts are looked at in the order of the list as have the page on average."""

_BY_TIME = ("createdAt", "-createdAt")

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
_to_be_sorted = {name: unindexed(column) for name, column in _order.items()}
_my_first_scopes = Prepared(my_scopes.limit(bindparam("most")))
# No join, so that the artifacts are looked at in the order of the list, one by one.
_is_visible = (
    select(literal_column("1"))
    .where(scope_recipients.c.scope == artifacts.c.visible_to, granted(scope_recipients))
    .correlate(artifacts)
    .limit(1)
    .scalar_subquery()
    .is_not(None)
)


_Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Selection:
    """What of the artifacts is asked for, as far as the caller may see it.

    Attributes:
        total: how many match.
        rows: those of the page.
        where: the conditions of all that match; of a caller's list that counts tell of, all but who sees them.
        kinds: how many of each type and status match; None where counts do not tell.
    """

    total: int
    rows: _Rows
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
    if query.repository_id is not None and not _is_seen(t, query.repository_id):
        return Selection(0, [], [artifacts.c.id.is_(None)], {})
    if object_filters(t, artifacts, query):
        return _looked_for(t, query, stored)
    by_time = query.order_by in _BY_TIME
    many = query.repository_id is None and not t.caller.administrator
    where = _filters(t, query, visible=many and not by_time)
    kinds, there = visible_kinds(t, query) if many else (kinds_of(t, query, query.repository_id or EVERYTHING), 0)
    total = sum(kinds.values())
    if query.offset >= total or not query.limit:
        return Selection(total, [], where, kinds)
    page = _Page.of(query, total)
    if not by_time:
        rows = _found(t, where, page, stored)
    elif not many:
        rows = _of_one_holder(t, query, page, kinds, stored)
    else:
        rows = _of_scopes(t, query, page, kinds, there, stored)
    return Selection(total, rows[::-1] if page.backwards else rows, where, kinds)


def _looked_for(t: Transaction, query: ArtifactQuery, stored: bool) -> Selection:
    visible = query.repository_id is None and not t.caller.administrator
    # Few artifacts are read one by one sooner than all that have a text or tag are found.
    common = bool(query.search or query.tag_keys or query.tag_values)
    few = visible and common and sum(visible_kinds(t, query)[0].values()) <= _LITTLE
    where = _filters(t, query, visible=visible, by="scope" if few else "index")
    total = count_rows(t, artifacts, where)
    if query.offset >= total or not query.limit:
        return Selection(total, [], where, None)
    page, rows = _Page.of(query, total), None
    if query.order_by in _BY_TIME and query.repository_id is None:
        rows = _in_order(t, query, page, total, stored, visible=visible)
    if rows is None:
        rows = _found(t, where, page, stored, in_order=not few)
    return Selection(total, rows[::-1] if page.backwards else rows, where, None)


def _filters(
    t: Transaction, query: ArtifactQuery, *, visible: bool, by: Literal["index", "scope", "order"] = "index"
) -> list[Any]:
    """The conditions of a query, for artifacts that are found by indexes, by their scope only, or in a list's order."""
    exact = {"type": query.type, "status": query.status, "repository_id": query.repository_id}
    where = object_filters(t, artifacts, query, in_order=by != "index")
    for name, wanted in exact.items():
        if wanted is not None:
            where.append((artifacts.c[name] if by == "index" else unindexed(artifacts.c[name])) == wanted)
    if visible:
        scope, scopes = artifacts.c.visible_to, visible_scopes(t.caller, t.reg)
        if by == "scope":
            where.append(found_in(scope, scopes))
        else:
            where.append((unindexed(scope) if by == "order" else scope).in_(scopes))
    return where


def _found(
    t: Transaction, where: Sequence[ColumnElement[bool]], page: _Page, stored: bool, *, in_order: bool = True
) -> _Rows:
    order = ordering(page.order_by, _order if in_order else _to_be_sorted, artifacts.c.id)
    found = _read[stored].where(*where).order_by(*order)
    return t.tx.execute(found.offset(page.offset).limit(page.limit)).all()


def _in_order(
    t: Transaction, query: ArtifactQuery, page: _Page, total: int, stored: bool, *, visible: bool
) -> _Rows | None:
    """The page from a part of the list that has it if what matches is spread evenly; None if it does not have it."""
    there = sum(kinds_of(t, ArtifactQuery(), EVERYTHING).values())
    part = _PART * (page.offset + page.limit) * there // total
    if part >= total:
        return None
    created, ordered = artifacts.c.created_at, _ordering(page.order_by)
    end = t.tx.execute(select(created).order_by(*ordered).offset(part).limit(1)).scalar()
    where = _filters(t, query, visible=visible, by="order")
    if end is not None:
        where.append(created >= end if page.order_by.startswith("-") else created <= end)
    rows = _found(t, where, page, stored)
    return rows if len(rows) == page.limit else None


def _is_seen(t: Transaction, repository: str) -> bool:
    # Other holders of counts have names, too, and an administrator may ask for anything.
    return find_repository(t, repository) is not None and may(t, REPOSITORIES, repository, "view")


def _ordering(order_by: str) -> Sequence[Any]:
    return ordering(order_by, _order, artifacts.c.id)


# Pages in the order of creation.


def _of_one_holder(t: Transaction, query: ArtifactQuery, page: _Page, kinds: Kinds, stored: bool) -> _Rows:
    if query.repository_id is not None:
        # All artifacts of a repository have one type: the counts say that it is the one that is asked for.
        stated, far = query.status is not None, page.offset > _FAR
        statement = _in_a_row(page.order_by, stored, repository=True, stated=stated, far=far)
        return statement.rows(t.tx, asked_for(query, **page.values, repository=query.repository_id))
    if query.type is None and query.status is None:
        return _in_a_row(page.order_by, stored, far=page.offset > _FAR).rows(t.tx, page.values)
    return _merged(t, [("", *kind) for kind in kinds], page, stored)


def _of_scopes(t: Transaction, query: ArtifactQuery, page: _Page, kinds: Kinds, there: int, stored: bool) -> _Rows:
    total = sum(kinds.values())
    in_order = _WALK * (page.offset + page.limit) * there // total
    if min(in_order, total) > _LITTLE and (runs := _few_runs(t, kinds)):
        return _merged(t, runs, page, stored, column="visible_to")
    if in_order >= total:
        statement = _sorted(page.order_by, stored, query.type is not None, query.status is not None)
        return statement.rows(t.tx, asked_for(query, **page.values, **who(t)))
    if query.type is None and query.status is None:
        return _visible_in_a_row(page.order_by, stored).rows(t.tx, {**page.values, **who(t)})
    return _merged(t, [("", *kind) for kind in kinds], page, stored, visible=True)


def _few_runs(t: Transaction, kinds: Kinds) -> list[tuple[str, str, str]]:
    most = _MOST_RUNS // len(kinds)
    scopes = _my_first_scopes.rows(t.tx, {"most": most + 1, **who(t)})
    return [(scope, *kind) for (scope,) in scopes for kind in kinds] if len(scopes) <= most else []


@cache
def _in_a_row(
    order_by: str, stored: bool, *, repository: bool = False, stated: bool = False, far: bool = False
) -> Prepared:
    found = select(artifacts.c.id) if far else _read[stored]
    if repository:
        found = found.where(artifacts.c.repository_id == bindparam("repository"))
    if stated:
        found = found.where(artifacts.c.status == bindparam("the_status"))
    if far:
        return _rows_of(found, order_by, stored)
    return Prepared(found.order_by(*_ordering(order_by)).offset(bindparam("offset")).limit(bindparam("limit")))


@cache
def _visible_in_a_row(order_by: str, stored: bool) -> Prepared:
    return _rows_of(select(artifacts.c.id).where(_is_visible), order_by, stored)


def _rows_of(ids: Select[Any], order_by: str, stored: bool, *, in_order: bool = True) -> Prepared:
    """The rows of a page: an index tells their ids, and only these are read.

    Args:
        ids: finds them.
        order_by: the order of the list.
        stored: leave specs as they are stored.
        in_order: an index has them in that order; False if they are to be sorted.
    """
    order = ordering(order_by, _order if in_order else _to_be_sorted, artifacts.c.id)
    page = ids.order_by(*order).offset(bindparam("offset")).limit(bindparam("limit")).subquery()
    return Prepared(_read[stored].join(page, page.c.id == artifacts.c.id).order_by(*_ordering(order_by)))


@cache
def _sorted(order_by: str, stored: bool, typed: bool, stated: bool) -> Prepared:
    found: Any = select(artifacts.c.id).where(found_in(artifacts.c.visible_to, my_scopes))
    # Expressions, so that no other index gets in the way of the one of scopes.
    for given, column in ((typed, artifacts.c.type), (stated, artifacts.c.status)):
        if given:
            found = found.where(unindexed(column) == bindparam(f"the_{column.name}"))
    return _rows_of(found, order_by, stored, in_order=False)


def _merged(
    t: Transaction,
    runs: Sequence[tuple[str, str, str]],
    page: _Page,
    stored: bool,
    *,
    column: str | None = None,
    visible: bool = False,
) -> _Rows:
    """The page of runs, each a holder (if `column` is given), a type and a status."""
    values = {**page.values, **(who(t) if visible else {})}
    for number, (holder, type, status) in enumerate(runs):
        values |= {f"type{number}": type, f"status{number}": status}
        if column:
            values[f"holder{number}"] = holder
    return _merging(len(runs), column, visible, page.order_by, stored).rows(t.tx, values)


@cache
def _merging(runs: int, column: str | None, visible: bool, order_by: str, stored: bool) -> Prepared:
    fronts: list[Select[Any]] = []
    for number in range(runs):
        here = [
            artifacts.c.type == bindparam(f"type{number}"),
            artifacts.c.status == bindparam(f"status{number}"),
            *([artifacts.c[column] == bindparam(f"holder{number}")] if column else []),
            *([_is_visible] if visible else []),
        ]
        front = select(artifacts.c.id, artifacts.c.created_at).where(*here)
        fronts.append(select(front.order_by(*_ordering(order_by)).limit(bindparam("front")).subquery()))
    every = union_all(*fronts).subquery()
    page = select(every.c.id).order_by(*ordering(order_by, {"createdAt": every.c.created_at}, every.c.id))
    chosen = page.offset(bindparam("offset")).limit(bindparam("limit")).subquery()
    return Prepared(_read[stored].join(chosen, chosen.c.id == artifacts.c.id).order_by(*_ordering(order_by)))
