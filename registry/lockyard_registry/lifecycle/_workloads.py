"""Creating, reading, editing and deleting workloads (workload-api §9).

How they run: `_operations.py`, `_replacements.py`, `_reports.py`.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, case

from lockyard.contract import (
    ArtifactInput,
    Json,
    Problem,
    ValidationFailedError,
    WorkloadInput,
    WorkloadPatch,
    WorkloadQuery,
    spec_document,
)

from ..store import artifacts, search_text, workloads
from ._access import may, workload_for
from ._artifacts import digest_of, new_artifact
from ._changes import REPOSITORIES, WORKLOADS
from ._draft_rule import refuse_second_on_draft
from ._expiry import effective_status_column
from ._keys import check_key, made_by_key, remember_key
from ._limits import counted, refuse_one_more
from ._lineages import of_creation, of_workload
from ._lists import ordering, read_page
from ._protons import new_proton, schedule
from ._records import find_artifact, find_workload, write_workload
from ._registry import Caller, Created, Page, Registry
from ._request_statistics import with_request_statistics
from ._rows import ArtifactRow, WorkloadRow
from ._runtimes import target
from ._settle import reading_settled, settle
from ._sharing import make_owner
from ._transaction import Transaction, repeated, writing
from ._workload_documents import workload_document, workload_documents, workloads_with_artifact
from ._workload_filters import workload_filters

KIND = WORKLOADS

_joined = workloads.join(artifacts, workloads.c.artifact_id == artifacts.c.id)
_importance = case({"low": 0, "moderate": 1, "high": 2, "critical": 3}, value=workloads.c.importance, else_=-1)


@repeated
def create_workload(
    reg: Registry, caller: Caller, body: WorkloadInput, *, idempotency_key: str | None = None
) -> Created:
    """Makes a workload on an artifact, or on one given inline, and submits it (R77 to R82).

    Args:
        reg: the registry.
        caller: who calls.
        body: the workload.
        idempotency_key: the same key of the same user again gives the same workload as it is now, while it exists, and
            raises its claim.

    Raises:
        ValidationFailedError: there is no such artifact (R78), it cannot run yet (R75), or the runtime does not fit it.
        ConflictError: the artifact is a draft that backs another active workload (R81).
        ForbiddenError: more replicas (R96) or active workloads than allowed.
    """
    check_key(idempotency_key)
    named = None if body.artifact is None else body.artifact.artifact_repository_id
    touched = counted(reg, of_creation(caller.user_id, KIND, idempotency_key, named, body.artifact_id))
    # What depends on the body alone keeps nobody from writing.
    inline = None if body.artifact is None else _Inline.of(body.artifact)
    with writing(reg, caller, "workload.create", touched) as t:
        made = made_by_key(t, KIND, idempotency_key) if idempotency_key else None
        known = find_workload(t, made) if made else None
        if known is not None and may(t, KIND, known.id, "edit"):
            known = settle(t, known)
            write_workload(t, known, replace(known, claim=known.claim + 1))
            return Created(workload_document(t, known.id), False)
        artifact = _named_artifact(t, body.artifact_id or "") if inline is None else inline.store(t)
        row = _new_workload(t, body, artifact, claim=1 if idempotency_key else 0)
        if idempotency_key:
            remember_key(t, KIND, idempotency_key, row.id)
        return Created(workload_document(t, row.id), True)


@dataclass(frozen=True)
class _Inline:
    """An artifact that a workload brings along."""

    body: ArtifactInput
    spec: Json
    digest: str

    @classmethod
    def of(cls, body: ArtifactInput) -> "_Inline":
        digest = digest_of(body.name, body.description, body.type, body.spec, None)
        return cls(body, spec_document(body.spec, body.type), digest)

    def store(self, t: Transaction) -> ArtifactRow:
        return new_artifact(t, self.body, self.spec, self.digest)


def _named_artifact(t: Transaction, id: str) -> ArtifactRow:
    artifact = find_artifact(t, id)
    if artifact is None or not may(t, REPOSITORIES, artifact.repository_id, "view"):
        raise ValidationFailedError(problems=[Problem("artifactId", "Artifact not found", "invalid")])
    return artifact


def _new_workload(t: Transaction, body: WorkloadInput, artifact: ArtifactRow, claim: int) -> WorkloadRow:
    wanted = target(t.reg, artifact, body.runtime)
    refuse_second_on_draft(t, artifact)
    refuse_one_more(t)
    id = t.new_id()
    row = WorkloadRow(
        id=id,
        name=body.name,
        description=body.description,
        importance=body.importance,
        status="submitted",
        status_message=None,
        artifact_id=artifact.id,
        artifact_digest=artifact.content_digest,
        runtime=wanted.runtime,
        runtime_digest=wanted.runtime_digest,
        proton_id=None,
        started_at=t.now,
        last_report_at=None,
        last_observed_at=None,
        due_at=None,
        claim=claim,
        search_text=search_text(body.name, body.description, id),
        creator_id=t.caller.user_id,
        creator_username=t.caller.username,
        created_at=t.now,
        updated_at=t.now,
    )
    write_workload(t, None, row)
    make_owner(t, KIND, id)
    if not t.reg.driver.takes_reports:
        proton = new_proton(t, id, artifact, wanted.runtime, wanted.runtime_digest, "active", "submitted")
        launched = replace(row, proton_id=proton.id)
        write_workload(t, row, launched)
        row = schedule(t, launched)
    return row


def get_workload(reg: Registry, caller: Caller, id: str) -> Json:
    """One workload as it is now.

    Raises:
        NotFoundError: there is no such workload.
    """
    with reading_settled(reg, caller, id) as t:
        workload_for(t, id, "view")
        return workload_document(t, id)


def list_workloads(reg: Registry, caller: Caller, query: WorkloadQuery) -> Page:
    """The workloads that match."""
    with reading_settled(reg, caller) as t:
        where = workload_filters(t, query)
        columns: dict[str, ColumnElement[Any]] = {
            "name": workloads.c.name,
            "createdAt": workloads.c.created_at,
            "updatedAt": workloads.c.updated_at,
            "status": effective_status_column(t),
            "importance": _importance,
        }
        order = ordering(query.order_by, columns, workloads.c.id)
        total, rows = read_page(t, workloads_with_artifact, _joined, where, order, query)
        found = workload_documents(t, rows, stats=query.service_stats)
        return Page(total, with_request_statistics(t, found) if query.service_stats else found)


@repeated
def patch_workload(reg: Registry, caller: Caller, id: str, body: WorkloadPatch) -> Json:
    """Changes name, description or importance; nothing restarts (R84, R85).

    Raises:
        NotFoundError: there is no such workload.
        ForbiddenError: the caller may only look at it.
    """
    with writing(reg, caller, "workload.patch", of_workload(id)) as t:
        before = workload_for(t, id, "edit")
        after = replace(
            before,
            name=before.name if body.name is None else body.name,
            description=body.description if "description" in body.model_fields_set else before.description,
            importance=before.importance if body.importance is None else body.importance,
        )
        if after != before:
            text = search_text(after.name, after.description or "", id)
            write_workload(t, before, replace(after, search_text=text, updated_at=t.now))
        return workload_document(t, id)


@repeated
def delete_workload(reg: Registry, caller: Caller, id: str, *, claim: int | None = None) -> None:
    """Deletes a workload, running or not; its artifact stays (R91).

    Args:
        reg: the registry.
        caller: who calls.
        id: the workload.
        claim: the claim that the caller knows; an older one than the workload's deletes nothing and is success.

    Raises:
        NotFoundError: there is no such workload, or the caller does not own it (R53).
    """
    with writing(reg, caller, "workload.delete", of_workload(id)) as t:
        row = workload_for(t, id, "own")
        if claim is not None and claim < row.claim:
            return
        write_workload(t, row, None)
