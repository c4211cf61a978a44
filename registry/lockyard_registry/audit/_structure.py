"""Checks what the registry finds its records by: schema, indexes, the texts that searches look in, and facts."""

from __future__ import annotations

from sqlalchemy import Connection, select

from ..store import (
    HEAD_REVISION,
    SEARCHED,
    Store,
    has_revision,
    metadata,
    raw_rows,
    registry_facts,
    schema_differences,
    search_text,
    unusable_tables,
)
from ._report import Proof, What

_WHAT: dict[str, tuple[What, str]] = {
    "missing": ("removed", "is gone: restore the database from a backup or an export"),
    "altered": ("changed", "is not as the migrations made it: restore the database from a backup or an export"),
    "added": ("added", "is none of the registry's: remove it"),
}
_REVISION = {"table alembic_version", "column alembic_version.version_num"}


def check_schema(tx: Connection, proof: Proof) -> bool:
    """Compares the schema with what the migrations make, definition by definition.

    Returns:
        Whether all records can be read, so that the rest of the proof is possible.
    """
    differences = schema_differences(tx)
    for name, how in differences:
        what, text = _WHAT[how]
        proof.add(what, name, f"the {name} {text}")
    if not {name for name, _ in differences} & _REVISION and not has_revision(tx):
        text = f"the schema calls itself another revision than {HEAD_REVISION}: restore the table alembic_version"
        proof.add("changed", "alembic_version", text)
    unusable = unusable_tables(tx) if differences else ()
    if unusable:
        proof.notes.append(f"the records could not be proved: columns are missing in {', '.join(sorted(unusable))}")
    return not unusable


def check_structure(tx: Connection, store: Store, proof: Proof) -> None:
    """Checks the indexes, and what searches look in."""
    for name, problem in store.check_indexes(tx):
        proof.add("changed", name, f"{problem}: make an export, and import it into a new database")
    for name, parts in SEARCHED.items():
        table = metadata.tables[name]
        columns = [table.c.id, table.c.search_text, *(table.c[part] for part in parts)]
        for row in tx.execute(select(*columns)):
            id, told, *texts = tuple(row)
            if told != search_text(*(text or "" for text in texts)):
                text = f"searches find {name} {id} by a text that is not its own: it was changed"
                proof.add("changed", f"{name} {id}", text)
    facts = {row["name"]: row["value"] for row in raw_rows(tx, registry_facts)}
    if facts.pop("registryId", None) != store.registry_id:
        proof.add("changed", "registry_facts registryId", "the registry's id is another one than when it was opened")
    for name in facts:
        proof.add("added", f"registry_facts {name}", f"the registry's facts hold {name}, which no version wrote")
