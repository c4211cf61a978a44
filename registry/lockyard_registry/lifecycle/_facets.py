"""How many of the artifacts that match have which status, type, creator, tag and repository (our addition)."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from lockyard.contract import Json, Problem, ValidationFailedError

from ..store import artifacts, tags
from ._artifact_pages import Kinds, Selection
from ._transaction import Transaction

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


def artifact_facets(t: Transaction, names: Sequence[str], found: Selection) -> Json:
    """Counts over the artifacts that match: known ones, or else one query a facet.

    Args:
        t: the transaction.
        names: some of `FACETS`.
        found: what matches.
    """
    return {name: _known(name, found.kinds) or _counted(t, name, found.where) for name in dict.fromkeys(names)}


def _known(name: str, kinds: Kinds | None) -> list[Json]:
    if kinds is None or name not in ("status", "type"):
        return []
    counts: Counter[str] = Counter()
    for (type, status), number in kinds.items():
        counts[status if name == "status" else type] += number
    return [{"value": value, "count": count} for value, count in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))]


def _counted(t: Transaction, name: str, where: Sequence[ColumnElement[bool]]) -> list[Json]:
    columns = _COLUMNS[name]
    # An object has a tag of one name and value once only if nobody repeated it.
    count = func.count(artifacts.c.id.distinct()) if name == "tags" else func.count()
    query: Select[Any] = select(*columns, count).select_from(artifacts)
    if name == "tags":
        query = query.join(tags, tags.c.object_id == artifacts.c.id)
    query = query.where(and_(True, *where)).group_by(*columns).order_by(count.desc(), *columns).limit(MOST_VALUES)
    keys = (*_KEYS.get(name, ("value",)), "count")
    return [dict(zip(keys, row, strict=True)) for row in t.tx.execute(query)]
