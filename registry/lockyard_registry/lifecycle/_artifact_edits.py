"""Editing and locking artifacts (workload-api §3.6 to §3.8)."""

from dataclasses import replace
from typing import Any

from lockyard.contract import (
    ALL_COMPAT,
    ANY_STORED_IMAGE,
    ArtifactInput,
    ArtifactPatch,
    ArtifactSpec,
    Json,
    PreconditionFailedError,
    Problem,
    ValidationFailedError,
    merge_spec,
    parse_artifact_patch,
    parse_spec,
    repository_type_message,
    spec_document,
    spec_size_problems,
)

from ..store import search_text
from ._access import artifact_for
from ._artifacts import digest_of, document_of
from ._keys import check_key
from ._lineages import of_artifact
from ._lock import lock
from ._records import write_artifact
from ._registry import Caller, Registry
from ._rows import ArtifactRow
from ._state_rules import refuse_locked
from ._transaction import Transaction, reading, repeated, writing

_MOVED = "an artifact stays in its repository: create a new one in the other repository"


@repeated
def patch_artifact(
    reg: Registry,
    caller: Caller,
    id: str,
    data: Json,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Json:
    """Changes the keys that the body holds, and locks when it says so, in one step (R35 to R40).

    Args:
        reg: the registry.
        caller: who calls.
        id: the artifact.
        data: the body of the call; may hold our `contentDigest`, the digest the client expects afterwards.
        if_match: the ETag that the edit was made on; None does not check.
        idempotency_key: marks who writes; the artifact shows it as `editKey` until an edit comes without it, so that a
            client whose answer was lost can tell its own edit from another's.

    Raises:
        NotFoundError: there is no such artifact.
        ForbiddenError: it is locked, nothing changes it any more (R39, R40); or the caller may only look at it.
        PreconditionFailedError: somebody else edited it since.
        ValidationFailedError: the body is wrong, or the digest differs.
    """
    check_key(idempotency_key)
    if not isinstance(data, dict):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ValidationFailedError(problems=[Problem("", "must be an object", "model_type")])
    with reading(reg, caller) as t:
        stored = artifact_for(t, id, "edit")
        refuse_locked(stored.status)
        _refuse_foreign_edit(stored, if_match)
    body = {key: value for key, value in data.items() if key != "contentDigest"}
    patch = parse_artifact_patch(
        body,
        artifact_type=stored.type,
        compat=reg.compat,
        stored_image_uris=_images(stored.spec),
    )
    sent_digest = _sent_digest(data)
    # Reading and merging specs takes time, in which others may write.
    edited = _patched(stored, patch, sent_digest)
    with writing(reg, caller, "artifact.patch", of_artifact(id)) as t:
        before = artifact_for(t, id, "edit")
        refuse_locked(before.status)
        _refuse_foreign_edit(before, if_match)
        if patch.artifact_repository_id not in (None, before.repository_id):
            raise ValidationFailedError(problems=[Problem("artifactRepositoryId", _MOVED, "invalid")])
        if before != stored:
            # Somebody else was there meanwhile, which is rare.
            edited = _patched(before, patch, sent_digest)
        return _store(t, before, edited, status=patch.status or "draft", key=idempotency_key)


@repeated
def put_artifact(reg: Registry, caller: Caller, id: str, body: ArtifactInput, *, if_match: str | None = None) -> Json:
    """Replaces the whole content of a draft, and locks it when the body says so (R41).

    Args and errors: as `patch_artifact`; also `ValidationFailedError` for another type or repository.
    """
    spec = spec_document(body.spec, body.type)
    digest = digest_of(body.name, body.description, body.type, body.spec, None)
    with writing(reg, caller, "artifact.put", of_artifact(id)) as t:
        before = artifact_for(t, id, "edit")
        refuse_locked(before.status)
        _refuse_foreign_edit(before, if_match)
        problems: list[Problem] = []
        if message := repository_type_message(before.type, body.type):
            problems.append(Problem("type", message, "invalid"))
        if body.artifact_repository_id not in (None, before.repository_id):
            problems.append(Problem("artifactRepositoryId", _MOVED, "invalid"))
        if problems:
            raise ValidationFailedError(problems=problems)
        edited = _with_content(before, body.name, body.description, spec, digest)
        return _store(t, before, edited, status=body.status, key=None)


def _patched(row: ArtifactRow, patch: ArtifactPatch, sent_digest: str | None) -> ArtifactRow:
    spec = _stored_spec(row)
    if patch.spec is not None:
        spec = merge_spec(spec, patch.spec)
        if problems := spec_size_problems(spec):
            raise ValidationFailedError(problems=[problem.under("spec") for problem in problems])
    name = row.name if patch.name is None else patch.name
    description = patch.description if "description" in patch.model_fields_set else row.description
    digest = digest_of(name, description, row.type, spec, sent_digest)
    return _with_content(row, name, description, spec_document(spec, row.type), digest)


def _with_content(row: ArtifactRow, name: str, description: str, spec: Json, digest: str) -> ArtifactRow:
    return replace(
        row,
        name=name,
        description=description,
        spec=spec,
        content_digest=digest,
        search_text=search_text(name, description, row.id),
    )


def _store(t: Transaction, before: ArtifactRow, edited: ArtifactRow, *, status: str, key: str | None) -> Json:
    if status == "locked":
        return document_of(t, lock(t, before, replace(edited, edit_key=key)))
    if edited != before:
        edited = replace(edited, revision=before.revision + 1, edit_key=key, updated_at=t.now)
        write_artifact(t, before, edited)
    return document_of(t, edited)


def _refuse_foreign_edit(row: ArtifactRow, if_match: str | None) -> None:
    if if_match is None or if_match.strip() == "*":
        return
    if row.etag not in [tag.strip() for tag in if_match.split(",")]:
        raise PreconditionFailedError(
            f"Cannot update artifact {row.id}: somebody else edited it since it was read "
            f"(it is at {row.etag}, the edit was made on {if_match}): read it again and repeat the edit",
            headers={"ETag": row.etag},
        )


def _sent_digest(data: Json) -> str | None:
    sent = data.get("contentDigest")
    if sent is not None and not isinstance(sent, str):
        raise ValidationFailedError(problems=[Problem("contentDigest", "must be a string", "string_type")])
    return sent


def _stored_spec(row: ArtifactRow) -> ArtifactSpec:
    return parse_spec(
        row.spec,
        artifact_type=row.type,
        compat=ALL_COMPAT,
        stored_image_uris=ANY_STORED_IMAGE,
    )


def _images(spec: Json) -> frozenset[Any]:
    return frozenset(
        container["imageUri"]
        for group in spec["containerGroups"]
        for container in group["containers"]
        if container["imageUri"]
    )
