"""What the three object lists share: filters, free text search, order, pages (workload-api §1.5)."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, asc, desc, func, select

from lockyard.contract import looks_like_id

from ..store import artifact_repositories, tags, unindexed
from ._transaction import Transaction


class ObjectFilters(Protocol):
    """The filters that all three lists have."""

    offset: int
    limit: int
    created_by: str | None
    ids: list[str]
    search: str | None
    tag_keys: list[str]
    tag_values: list[str]


def object_filters(
    t: Transaction, table: Table, query: ObjectFilters, *, in_order: bool = False
) -> list[ColumnElement[bool]]:
    """The shared filters as SQL: different ones combine with AND, repeated values with OR (R54, R55, R95).

    Args:
        t: the transaction.
        table: what is listed.
        query: the filters.
        in_order: rows are looked at one by one in the order of the list, and no index shall find them otherwise.
    """

    def of(name: str) -> Any:
        return unindexed(table.c[name]) if in_order else table.c[name]

    where: list[ColumnElement[bool]] = []
    if query.created_by is not None:
        # What looks like an id is one: nobody's name may stand for somebody else.
        by_id = looks_like_id(query.created_by)
        where.append(of("creator_id" if by_id else "creator_username") == query.created_by)
    if query.ids:
        where.append(of("id").in_(query.ids))
    if query.search:
        wanted = query.search.casefold()
        plain = of("search_text").contains(wanted, autoescape=True)
        where.append(plain if in_order else t.reg.store.containing(table, wanted))
    if in_order:
        asked = ((tags.c.name, query.tag_keys), (tags.c.value, query.tag_values))
        where += [_has_tag(table, column, wanted) for column, wanted in asked if wanted]
    elif query.tag_keys or query.tag_values:
        where.append(table.c.id.in_(_tagged(_kind(table), query.tag_keys, query.tag_values)))
    if where:
        # Of a text, a tag or a creator there may be one, or half of all.
        t.plan_for_values()
    return where


_tagged_objects = select(tags.c.object_id)
_other = tags.alias()
_others = select(_other.c.id).where(_other.c.kind == tags.c.kind, _other.c.object_id == tags.c.object_id)
# An expression, so that the few tags of the object are looked at and not the many of that name.
_other_name = unindexed(_other.c.name)


def _kind(table: Table) -> str:
    return "artifactRepositories" if table is artifact_repositories else table.name


def _tagged(kind: str, keys: Sequence[str], values: Sequence[str]) -> Select[Any]:
    """The objects of a kind that have a tag of one of the names, and one, maybe another, with one of the values."""
    # There are more values than names, so few objects have one of them, and only those are looked at again.
    first, wanted = (tags.c.value, values) if values else (tags.c.name, keys)
    found = _tagged_objects.where(tags.c.kind == kind, first.in_(wanted))
    if not (keys and values):
        return found
    return found.where(_others.where(_other_name.in_(keys)).exists())


def _has_tag(table: Table, column: ColumnElement[Any], wanted: Sequence[str]) -> ColumnElement[bool]:
    here = select(tags.c.id).where(
        tags.c.kind == _kind(table), tags.c.object_id == table.c.id, unindexed(column).in_(wanted)
    )
    # No EXISTS: PostgreSQL would join all that have such a tag.
    return here.correlate(table).limit(1).scalar_subquery().is_not(None)


def ordering(order_by: str, columns: Mapping[str, ColumnElement[Any]], id_column: ColumnElement[Any]) -> Sequence[Any]:
    """ORDER BY for a query's `orderBy`, with the id deciding between equals, so that pages never overlap (R7)."""
    direction = desc if order_by.startswith("-") else asc
    return direction(columns[order_by.removeprefix("-")]), direction(id_column)


def read_page(
    t: Transaction,
    rows: Select[Any],
    source: FromClause,
    where: Sequence[ColumnElement[bool]],
    order: Sequence[Any],
    query: ObjectFilters,
) -> tuple[int, Sequence[Any]]:
    """How many records match, and those of the page.

    Args:
        t: the transaction; both answers are of the same moment.
        rows: what to select of a record.
        source: the table or join that `where` speaks of.
        where: filters.
        order: from `ordering`.
        query: offset and limit.
    """
    page = rows.where(and_(True, *where)).order_by(*order).offset(query.offset).limit(query.limit)
    found = t.tx.execute(page).all() if query.limit else ()
    # A page that is not full, and not behind the end, is the last one: nothing is searched twice.
    if len(found) < query.limit and (found or not query.offset):
        return query.offset + len(found), found
    return count_rows(t, source, where), found


def count_rows(t: Transaction, source: FromClause, where: Sequence[ColumnElement[bool]]) -> int:
    """How many records match; see `read_page`."""
    return t.tx.execute(select(func.count()).select_from(source).where(and_(True, *where))).scalar_one()
