"""Reading one record, and the only place where records are written.

Every change of an object goes through the `write_*` function of its kind, in the transaction of the call that causes
it.
"""

from dataclasses import fields
from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, update

from lockyard.contract import NotFoundError

from ..store import (
    Prepared,
    artifact_repositories,
    artifacts,
    creation_keys,
    measurements,
    otel_logs,
    otel_metrics,
    otel_spans,
    protons,
    replacements,
    shared_roles,
    statistics_resets,
    tags,
    telemetry_seals,
    use_case_links,
    workload_events,
    workloads,
)
from ._changes import REPOSITORIES, WORKLOADS
from ._rows import ArtifactRow, ProtonRow, ReplacementRow, RepositoryRow, Row, WorkloadRow
from ._transaction import Transaction


def _by_id(table: Table) -> dict[bool, Prepared]:
    query = select(table).where(table.c.id == bindparam("wanted"))
    # In a transaction that writes, PostgreSQL locks the row; SQLite has locked the whole file already.
    return {False: Prepared(query), True: Prepared(query.with_for_update())}


_repository_by_id = _by_id(artifact_repositories)
_artifact_by_id = _by_id(artifacts)
_workload_by_id = _by_id(workloads)
_proton_by_id = _by_id(protons)


def _find(t: Transaction, queries: dict[bool, Prepared], id: str) -> Any:
    # Nothing has such an id, and PostgreSQL cannot even be asked for a text with a NUL in it.
    return None if "\0" in id else queries[t.writes].first(t.tx, {"wanted": id})


def find_repository(t: Transaction, id: str) -> RepositoryRow | None:
    """The repository of that id."""
    row = _find(t, _repository_by_id, id)
    return None if row is None else RepositoryRow(*row)


def find_artifact(t: Transaction, id: str) -> ArtifactRow | None:
    """The artifact of that id."""
    row = _find(t, _artifact_by_id, id)
    return None if row is None else ArtifactRow(*row)


def find_workload(t: Transaction, id: str) -> WorkloadRow | None:
    """The workload of that id."""
    row = _find(t, _workload_by_id, id)
    return None if row is None else WorkloadRow(*row)


def find_proton(t: Transaction, id: str) -> ProtonRow | None:
    """The proton of that id."""
    row = _find(t, _proton_by_id, id)
    return None if row is None else ProtonRow(*row)


def need_repository(t: Transaction, id: str) -> RepositoryRow:
    """The repository, or `NotFoundError` in the contract's words (R18)."""
    row = find_repository(t, id)
    if row is None:
        raise NotFoundError("Artifact repository not found.")
    return row


def need_artifact(t: Transaction, id: str) -> ArtifactRow:
    """The artifact, or `NotFoundError` (R34)."""
    row = find_artifact(t, id)
    if row is None:
        raise NotFoundError("Artifact not found.")
    return row


def need_workload(t: Transaction, id: str) -> WorkloadRow:
    """The workload, or `NotFoundError`."""
    row = find_workload(t, id)
    if row is None:
        raise NotFoundError("Workload not found.")
    return row


def write_repository(t: Transaction, before: RepositoryRow | None, after: RepositoryRow | None) -> None:
    """Stores, changes or removes a repository: `before` is None for a new one, `after` is None to remove it."""
    if after is None and before is not None:
        _remove_belongings(t, REPOSITORIES, before.id)
        t.counts.repository_gone(before.id)
    _write(t, artifact_repositories, before, after)


def write_artifact(t: Transaction, before: ArtifactRow | None, after: ArtifactRow | None) -> None:
    """Stores, changes or removes an artifact; see `write_repository`."""
    t.facets.artifact(t.tx, before, after)
    if after is None and before is not None:
        _remove_belongings(t, "artifacts", before.id)
    _write(t, artifacts, before, after)
    t.counts.artifact(before, after)


def write_workload(t: Transaction, before: WorkloadRow | None, after: WorkloadRow | None) -> None:
    """Stores, changes or removes a workload with all that belongs to it; see `write_repository`."""
    if after is None and before is not None:
        _remove_belongings(t, WORKLOADS, before.id)
        for statement in _workload_parts:
            t.tx.execute(statement, {"gone": before.id})
    _write(t, workloads, before, after)


def write_proton(t: Transaction, before: ProtonRow | None, after: ProtonRow) -> None:
    """Stores or changes a proton."""
    _write(t, protons, before, after)


def write_replacement(t: Transaction, before: ReplacementRow | None, after: ReplacementRow) -> None:
    """Stores or changes a replacement or an entry of the history."""
    _write(t, replacements, before, after)


_workload_parts = [
    delete(table).where(table.c.workload_id == bindparam("gone"))
    for table in (protons, replacements, workload_events, measurements, statistics_resets, use_case_links)
]
_belongings = [
    *(
        delete(table).where(table.c.kind == bindparam("what"), table.c.object_id == bindparam("gone"))
        for table in (tags, shared_roles, creation_keys, telemetry_seals)
    ),
    *(
        delete(table).where(table.c.entity_kind == bindparam("what"), table.c.entity_id == bindparam("gone"))
        for table in (otel_logs, otel_metrics, otel_spans)
    ),
]
_inserts = {
    table.name: Prepared(insert(table))
    for table in (artifact_repositories, artifacts, workloads, protons, replacements)
}


def _remove_belongings(t: Transaction, kind: str, id: str) -> None:
    for statement in _belongings:
        t.tx.execute(statement, {"what": kind, "gone": id})


def _write(t: Transaction, table: Table, before: Row | None, after: Row | None) -> None:
    if before is not None or after is not None:
        t.changes.row(before, after)
    if after is None:
        if before is not None:
            t.tx.execute(delete(table).where(table.c.id == before.id))
        return
    values = {field.name: getattr(after, field.name) for field in fields(after)}
    if before is None:
        _inserts[table.name].change(t.tx, values)
        return
    changed = {name: value for name, value in values.items() if getattr(before, name) != value}
    if changed:
        parameters = {f"new_{name}": value for name, value in changed.items()}
        _update(table, tuple(changed)).change(t.tx, {"which": after.id, **parameters})


@cache
def _update(table: Table, names: tuple[str, ...]) -> Prepared:
    # There are as many of them as ways in which the functions here change a record.
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    return Prepared(update(table).where(table.c.id == bindparam("which")).values(values))
