"""How many of the artifacts that match have which status, type, creator, tag and repository (our addition)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select

from lockyard.contract import ArtifactQuery, Json, Problem, ValidationFailedError

from ..store import EVERYTHING, Prepared, artifacts, facet_counts, found_in, tags
from ._access import my_scopes, who
from ._artifact_pages import Selection
from ._transaction import Transaction
from ._visible_counts import Kinds, asked_for

FACETS = ("status", "type", "creator", "tags", "repository")
MOST_VALUES = 50
"""How many values of a facet are told, the most frequent first."""

_COLUMNS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "status": (artifacts.c.status,),
    "type": (artifacts.c.type,),
    "creator": (artifacts.c.creator_id, artifacts.c.creator_username),
    "tags": (tags.c.name, tags.c.value),
    "repository": (artifacts.c.repository_id,),
}
_COUNTED = {"creator": ("value", "name"), "tags": ("name", "value"), "repository": ("value",)}
"""The columns of `facet_counts` with what `_COLUMNS` has."""
_KEYS = {"creator": ("value", "username"), "tags": ("name", "value")}


def refuse_unknown_facets(names: Sequence[str]) -> None:
    """Refuses names of facets that there are not.

    Raises:
        ValidationFailedError: names the ones there are.
    """
    unknown = [name for name in names if name not in FACETS]
    if unknown:
        message = f"unknown facet {unknown[0][:40]!r}: there are {', '.join(FACETS)}"
        raise ValidationFailedError(problems=[Problem("facets", message, "literal_error")])


def artifact_facets(t: Transaction, names: Sequence[str], query: ArtifactQuery, found: Selection) -> Json:
    """Counts over the artifacts that match: known ones, or else one query a facet that looks at all of them.

    Args:
        t: the transaction.
        names: some of `FACETS`.
        query: the filters.
        found: what matches.
    """
    return {name: _facet(t, name, query, found) for name in dict.fromkeys(names)}


def _facet(t: Transaction, name: str, query: ArtifactQuery, found: Selection) -> list[Json]:
    if found.kinds is None:
        return _counted(t, name, found.where)
    if name in ("status", "type"):
        return _of_kinds(name, found.kinds)
    # One repository has few artifacts, and no counts of creators and tags.
    return _added_up(t, name, query) if query.repository_id is None else _counted(t, name, found.where)


def _of_kinds(name: str, kinds: Kinds) -> list[Json]:
    counts: Counter[str] = Counter()
    for (type, status), number in kinds.items():
        counts[status if name == "status" else type] += number
    return [{"value": value, "count": count} for value, count in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))]


def _added_up(t: Transaction, name: str, query: ArtifactQuery) -> list[Json]:
    all_of_them = t.caller.administrator
    statement = _sums(name, all_of_them, query.type is not None, query.status is not None)
    values = asked_for(query, facet=name, **({"holder": EVERYTHING} if all_of_them else who(t)))
    return _entries(name, statement.rows(t.tx, values))


@cache
def _sums(name: str, all_of_them: bool, typed: bool, stated: bool) -> Prepared:
    counts = facet_counts.c
    number = func.sum(counts.number)
    columns = tuple(counts[column] for column in _COUNTED[name])
    found: Any = select(*columns, number).where(
        counts.facet == bindparam("facet"),
        counts.holder == bindparam("holder") if all_of_them else found_in(counts.holder, my_scopes),
    )
    for given, column in ((typed, counts.type), (stated, counts.status)):
        if given:
            found = found.where(column == bindparam(f"the_{column.name}"))
    # By what lies side by side, where that is the same, so that nothing is sorted. A repository has one scope.
    grouped = columns
    if name == "repository":
        grouped = (counts.holder, counts.name, counts.value)
    elif all_of_them:
        grouped = (counts.name, counts.value)
    return Prepared(found.group_by(*grouped).having(number > 0).order_by(number.desc(), *columns).limit(MOST_VALUES))


def _counted(t: Transaction, name: str, where: Sequence[ColumnElement[bool]]) -> list[Json]:
    columns = _COLUMNS[name]
    # An object has a tag of one name and value once only if nobody repeated it.
    count = func.count(artifacts.c.id.distinct()) if name == "tags" else func.count()
    query: Select[Any] = select(*columns, count).select_from(artifacts)
    if name == "tags":
        query = query.join(tags, and_(tags.c.kind == "artifacts", tags.c.object_id == artifacts.c.id))
    query = query.where(and_(True, *where)).group_by(*columns).order_by(count.desc(), *columns).limit(MOST_VALUES)
    return _entries(name, t.tx.execute(query))


def _entries(name: str, rows: Iterable[Any]) -> list[Json]:
    keys = (*_KEYS.get(name, ("value",)), "count")
    return [dict(zip(keys, row, strict=True)) for row in rows]
