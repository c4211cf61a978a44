"""Tags of artifacts, repositories and workloads (workload-api §14.3)."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, select

from lockyard.contract import Json, TagsInput

from ..store import Prepared, tags
from ._kinds import Kind, holder_of, lineages_of
from ._records import need_artifact
from ._registry import Caller, Registry
from ._transaction import Transaction, repeated, writing

_of_objects = Prepared(
    select(tags.c.object_id, tags.c.id, tags.c.name, tags.c.value)
    .where(tags.c.kind == bindparam("what"), tags.c.object_id.in_(bindparam("owners", expanding=True)))
    .order_by(tags.c.object_id, tags.c.position)
)
_remove = delete(tags).where(tags.c.kind == bindparam("what"), tags.c.object_id == bindparam("owner"))
_insert = insert(tags)


def tags_of(t: Transaction, kind: Kind, ids: Sequence[str]) -> dict[str, list[Json]]:
    """The tags of several objects of one kind, in one query; every id is a key of the answer."""
    found: dict[str, list[Json]] = {id: [] for id in ids}
    if found:
        for owner, id, name, value in _of_objects.rows(t.tx, {"what": kind, "owners": list(found)}):
            found[owner].append({"id": id, "name": name, "value": value})
    return found


@repeated
def replace_tags(reg: Registry, caller: Caller, kind: Kind, id: str, body: TagsInput) -> Json:
    """Gives an object exactly these tags, locked or not; a tag that stays keeps its id.

    Tags live beside the object: neither its ETag nor `updatedAt` changes, and nothing rolls.

    Raises:
        NotFoundError: there is no such object.
        ForbiddenError: the caller may only look at it.
    """
    with writing(reg, caller, "tags.replace", lineages_of(kind, id)) as t:
        chain = holder_of(t, kind, id, "edit")
        before = tags_of(t, kind, [id])[id]
        known = {(tag["name"], tag["value"]): tag["id"] for tag in before}
        documents = [
            {"id": known.get((tag.name, tag.value)) or t.new_id(), "name": tag.name, "value": tag.value}
            for tag in body.tags
        ]
        t.tx.execute(_remove, {"what": kind, "owner": id})
        if documents:
            rows = [{**tag, "kind": kind, "object_id": id, "position": at} for at, tag in enumerate(documents)]
            t.tx.execute(_insert, rows)
        if kind == "artifacts":
            t.facets.tags(need_artifact(t, id), known, [(tag["name"], tag["value"]) for tag in documents])
        t.changes.note(chain, "tags", id, before, documents)
        return {"tags": documents}
