"""Workloads, protons and replacements as answers show them (workload-api §9.2, §11.3, §12.2)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, or_, select

from lockyard.contract import Json, NotFoundError

from ..store import artifacts, replacements, workloads
from ._access import Role, permissions, roles_on, visible_artifacts
from ._allowed import add_workload_actions
from ._changes import REPOSITORIES, WORKLOADS
from ._documents import user_document
from ._expiry import effective_status, expires_at, has_expired
from ._proton_replicas import shown_replicas
from ._request_statistics import with_request_statistics
from ._rows import ProtonRow, ReplacementRow, WorkloadRow
from ._sharing import owners_of
from ._tags import tags_of
from ._tenant import tenant_id
from ._transaction import Transaction

_SUMMARY = ("name", "type", "status", "version", "repository_id", "spec")

workloads_with_artifact = select(
    *workloads.c, *(artifacts.c[name].label(f"artifact_{name}") for name in _SUMMARY)
).select_from(workloads.join(artifacts, workloads.c.artifact_id == artifacts.c.id))
"""Workloads with what their documents show of the active artifact."""

_one = workloads_with_artifact.where(workloads.c.id == bindparam("workload"))
_visible = (
    select(replacements)
    .where(
        replacements.c.workload_id.in_(bindparam("workloads", expanding=True)),
        or_(replacements.c.active.is_(True), replacements.c.visible_until > bindparam("now")),
    )
    .order_by(replacements.c.workload_id, replacements.c.created_at, replacements.c.id)
)
_FIELDS = tuple(workloads.c.keys())


def workload_document(t: Transaction, id: str) -> Json:
    """One workload, or `NotFoundError`."""
    row = None if "\0" in id else t.tx.execute(_one, {"workload": id}).first()
    if row is None:
        raise NotFoundError("Workload not found.")
    (document,) = with_request_statistics(t, workload_documents(t, [row]))
    return document


def workload_documents(t: Transaction, rows: Sequence[Any], *, stats: bool = True) -> list[Json]:
    """The documents of rows of `workloads_with_artifact`, with a fixed number of queries.

    Args:
        t: the transaction.
        rows: the rows.
        stats: with request statistics.
    """
    ids = [row.id for row in rows]
    tags = tags_of(t, WORKLOADS, ids)
    shown, owners = visible_replacements(t, ids), owners_of(t, ids)
    roles = roles_on(t, WORKLOADS, ids)
    on_repositories = roles_on(t, REPOSITORIES, list({row.artifact_repository_id for row in rows}))
    found = [(_workload(row), row) for row in rows]
    rolling = visible_artifacts(t, {replacement.artifact_id for replacement in shown.values()})
    documents: list[Json] = []
    for workload, row in found:
        replacement = shown.get(row.id)
        if replacement is not None and replacement.active and has_expired(workload, row.artifact_status, t.now):
            replacement = None
        documents.append(
            _document(
                t,
                row,
                workload,
                tags[row.id],
                replacement and replacement_document(t, replacement, visible=replacement.artifact_id in rolling),
                stats,
                roles.get(row.id),
                owners[row.id],
                artifact_visible=row.artifact_repository_id in on_repositories,
            )
        )
    add_workload_actions(t, found, roles, on_repositories, shown, documents)
    return documents


def visible_replacements(t: Transaction, workload_ids: Sequence[str]) -> dict[str, ReplacementRow]:
    """The replacement to show of each workload: the one under way, or the last one for a short while after its end."""
    if not workload_ids:
        return {}
    found: dict[str, ReplacementRow] = {}
    for row in t.tx.execute(_visible, {"workloads": list(workload_ids), "now": t.now}):
        found[row.workload_id] = ReplacementRow(*row)
    return found


def _workload(row: Any) -> WorkloadRow:
    return WorkloadRow(**{name: row._mapping[name] for name in _FIELDS})


def _document(
    t: Transaction,
    row: Any,
    workload: WorkloadRow,
    tags: list[Json],
    replacement: Json | None,
    stats: bool,
    role: Role | None,
    owners: list[Json],
    *,
    artifact_visible: bool,
) -> Json:
    expired = has_expired(workload, row.artifact_status, t.now)
    message = None if expired else workload.status_message
    return {
        "id": workload.id,
        "name": workload.name,
        "description": workload.description,
        "status": effective_status(workload, row.artifact_status, t.now),
        "type": row.artifact_type,
        "importance": workload.importance,
        "artifactId": workload.artifact_id,
        "artifact": _artifact_summary(workload, row, visible=artifact_visible),
        "protonId": workload.proton_id,
        "endpoint": endpoint_of(t, workload.id),
        "runtime": workload.runtime,
        "replacement": replacement,
        "requestStats": _no_requests() if stats else None,
        "lastResponse": None,
        "statusDetails": {"logTail": [message], "conditions": []} if message else None,
        "owners": owners,
        "creator": user_document(workload),
        "permissions": permissions(t.caller, role or Role.CONSUMER, invocable=True),
        "tags": tags,
        "createdAt": workload.created_at,
        "updatedAt": workload.updated_at,
        "artifactDigest": workload.artifact_digest,
        "runtimeDigest": workload.runtime_digest,
        "expiresAt": expires_at(workload, row.artifact_status),
        "lastReportAt": workload.last_report_at,
        "driver": t.reg.driver.name,
        "claim": workload.claim,
    }


def _artifact_summary(workload: WorkloadRow, row: Any, *, visible: bool) -> Json:
    """What a workload shows of its artifact; id, type and status alone to who has no role on the repository."""
    summary = {"id": workload.artifact_id, "type": row.artifact_type, "status": row.artifact_status}
    if not visible:
        return summary
    return {
        **summary,
        "name": row.artifact_name,
        "version": row.artifact_version,
        "artifactRepositoryId": row.artifact_repository_id,
        "templateId": row.artifact_spec.get("templateId"),
    }


def endpoint_of(t: Transaction, id: str) -> str:
    """The address under which the caller invokes a workload (workload-api §19)."""
    return f"{t.caller.invoke_url or t.caller.base_url}/endpoints/workloads/{id}/"


def _no_requests() -> Json:
    # Requests do not pass through the registry, so it has none to count.
    return {
        "totalRequests": 0,
        "concurrentRequests": 0,
        "lastRequestAt": None,
        "responseTime": 0,
        "errorRate": 0.0,
        "requestRates": [0] * 7,
        "errorRates": [0] * 7,
    }


def replacement_document(t: Transaction, row: ReplacementRow, *, visible: bool | None = None) -> Json:
    """`Replacement`, with our digests of what it rolls to.

    Args:
        t: the transaction.
        row: the record.
        visible: whether the caller may see its artifact, whose name its own tells; None looks.
    """
    if visible is None:
        visible = bool(visible_artifacts(t, {row.artifact_id}))
    return {
        "id": row.id,
        "name": row.name if visible else f"{row.strategy.capitalize()} of workload {row.workload_id}",
        "workloadId": row.workload_id,
        "candidateArtifactId": row.artifact_id,
        "candidateProtonIds": row.candidate_proton_ids,
        "previousProtonIds": row.previous_proton_ids,
        "status": row.status,
        "strategy": row.strategy,
        "config": row.config,
        "runtime": row.runtime,
        "artifactDigest": row.artifact_digest,
        "runtimeDigest": row.runtime_digest,
        "message": row.message,
        "switchedAt": row.switched_at,
        "deletedAt": row.deleted_at,
        "isDeleted": row.deleted_at is not None,
        "userId": row.user_id,
        "tenantId": tenant_id(t.reg.registry_id),
        "healthCheckErrorCount": 0,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
    }


def proton_name(row: Any, *, visible: bool) -> str:
    """The name of a proton, which is its artifact's, for who may see that."""
    return row.name if visible else f"Proton {row.id}"


def proton_document(t: Transaction, row: ProtonRow, *, expired: bool, visible: bool) -> Json:
    """`ProtonFormatted`; keys without a value are left out, as on the platform.

    Args:
        t: the transaction.
        row: the proton.
        expired: the workload's 8 hours are over, so nothing of it runs any more.
        visible: the caller may see its artifact, whose name and images it shows.
    """
    document = {
        "id": row.id,
        "name": proton_name(row, visible=visible),
        "workloadId": row.workload_id,
        "artifactId": row.artifact_id,
        "status": "stopped" if expired else row.status,
        "statusDetails": {"logTail": [row.message]} if row.message else None,
        "role": row.role,
        "runtime": row.runtime,
        "endpoint": f"{endpoint_of(t, row.workload_id).removesuffix('/')}?protonId={row.id}",
        "internalUrl": row.internal_url,
        "deployedImages": row.deployed_images if visible else None,
        "replicas": shown_replicas(row.replicas, artifact_visible=visible) or None,
        "runningSince": None if expired else row.running_since,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
    }
    return {key: value for key, value in document.items() if value is not None}
