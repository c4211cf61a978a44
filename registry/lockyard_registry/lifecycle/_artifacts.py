"""Creating, reading and deleting artifacts (workload-api §3). Editing and locking: `_artifact_edits.py`."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import bindparam, select

from lockyard.contract import (
    ArtifactInput,
    ArtifactQuery,
    ArtifactSpec,
    ArtifactType,
    Json,
    Problem,
    ValidationFailedError,
    content_digest,
    repository_type_message,
    spec_document,
)

from ..store import artifacts, search_text
from ._access import Role, artifact_for, may, permissions, repository_for, roles_on
from ._allowed import add_artifact_actions
from ._artifact_pages import select_artifacts
from ._changes import REPOSITORIES
from ._documents import StoredJson, artifact_document
from ._facets import artifact_facets, refuse_unknown_facets
from ._keys import check_key, made_by_key, remember_key
from ._lineages import of_artifact, of_creation
from ._lock import lock, next_version
from ._records import find_artifact, write_artifact, write_repository
from ._references import named_workloads, workloads_on
from ._registry import Caller, Created, Page, Registry
from ._repositories import new_repository, remove_if_implicit_and_empty
from ._rows import ArtifactRow, RepositoryRow
from ._state_rules import refuse_artifact_deletion
from ._tags import tags_of
from ._transaction import Transaction, reading, repeated, writing

KIND = "artifacts"

_same_locked = (
    select(artifacts)
    .where(
        artifacts.c.repository_id == bindparam("repository"),
        artifacts.c.content_digest == bindparam("digest"),
        artifacts.c.status == "locked",
        # A claim on it is raised: that of another user's is not ours to raise.
        artifacts.c.creator_id == bindparam("creator"),
    )
    .order_by(artifacts.c.version.desc())
    .limit(1)
)


@repeated
def create_artifact(
    reg: Registry,
    caller: Caller,
    body: ArtifactInput,
    *,
    idempotency_key: str | None = None,
    content_digest: str | None = None,
) -> Created:
    """Makes an artifact, in a repository of its own when none is named (R11 to R19).

    Args:
        reg: the registry.
        caller: who calls.
        body: the artifact; with status `locked` it gets a version number at once (R14, D1).
        idempotency_key: the same key of the same user again gives the same object and raises its claim: a draft while
            it still is one in that repository, whatever its content; a locked version when the user made one of the
            same content there, else, for status `locked`, the key's draft with this content, locked.
        content_digest: the digest that the client computed.

    Raises:
        NotFoundError: there is no repository of that id (R18).
        ForbiddenError: the caller may only look at that repository.
        ValidationFailedError: the repository has another type (R19), or the digest differs.
    """
    check_key(idempotency_key)
    # What depends on the body alone keeps nobody from writing.
    digest = digest_of(body.name, body.description, body.type, body.spec, content_digest)
    spec = spec_document(body.spec, body.type)
    named = body.artifact_repository_id
    # A key without a repository may find a draft in any of them.
    touched = None if idempotency_key and not named else of_creation(caller.user_id, KIND, idempotency_key, named, None)
    with writing(reg, caller, "artifact.create", touched) as t:
        repository = _repository_of(t, body)
        known = _made_before(t, body, digest, idempotency_key) if idempotency_key else None
        if known is not None:
            row = replace(known, claim=known.claim + 1)
            write_artifact(t, known, row)
        else:
            row = _new_artifact(t, repository, body, spec, digest, idempotency_key)
        if idempotency_key:
            remember_key(t, KIND, idempotency_key, row.id)
        return Created(document_of(t, row, is_new=known is None), known is None)


def _made_before(t: Transaction, body: ArtifactInput, digest: str, key: str) -> ArtifactRow | None:
    made = made_by_key(t, KIND, key)
    row = find_artifact(t, made) if made else None
    if row is not None and not may(t, REPOSITORIES, row.repository_id, "edit"):
        row = None
    if row is not None:
        here = row.type == body.type and body.artifact_repository_id in (None, row.repository_id)
        if not here or (row.locked and (body.status == "draft" or row.content_digest != digest)):
            row = None
    if body.status == "draft" or (row is not None and row.locked):
        return row
    return _same_version(t, body, digest) or (row and _locked_draft(t, row, body, digest, key))


def _same_version(t: Transaction, body: ArtifactInput, digest: str) -> ArtifactRow | None:
    if body.artifact_repository_id is None:
        return None
    wanted = {"repository": body.artifact_repository_id, "digest": digest, "creator": t.caller.user_id}
    found = t.tx.execute(_same_locked, wanted).first()
    return None if found is None else ArtifactRow(*found)


def _locked_draft(t: Transaction, draft: ArtifactRow, body: ArtifactInput, digest: str, key: str) -> ArtifactRow:
    # The same resource once made this draft and never learned of it: that draft becomes the version, or it would stay
    # behind with nobody knowing it.
    edited = replace(
        draft,
        name=body.name,
        description=body.description,
        spec=spec_document(body.spec, body.type),
        content_digest=digest,
        edit_key=key,
        search_text=search_text(body.name, body.description, draft.id),
    )
    return lock(t, draft, edited)


def new_artifact(t: Transaction, body: ArtifactInput, spec: Json, digest: str) -> ArtifactRow:
    """Stores a new artifact, and its repository when none is named.

    Args:
        t: the transaction.
        body: the artifact.
        spec: its spec as it is stored.
        digest: its content digest.

    Raises:
        NotFoundError: there is no repository of that id (R18).
        ForbiddenError: the caller may only look at that repository.
        ValidationFailedError: the repository has another type (R19).
    """
    return _new_artifact(t, _repository_of(t, body), body, spec, digest, None)


def _repository_of(t: Transaction, body: ArtifactInput) -> RepositoryRow | None:
    id = body.artifact_repository_id
    return None if id is None else repository_for(t, id, "edit")


def _new_artifact(
    t: Transaction, repository: RepositoryRow | None, body: ArtifactInput, spec: Json, digest: str, key: str | None
) -> ArtifactRow:
    if repository is None:
        repository = new_repository(t, body.name, body.type, explicit=False)
    elif message := repository_type_message(repository.type, body.type):
        raise ValidationFailedError(problems=[Problem("type", message, "invalid")])
    version = None
    if body.status == "locked":
        version, numbered = next_version(t, repository)
        write_repository(t, repository, numbered)
    id = t.new_id()
    row = ArtifactRow(
        id=id,
        repository_id=repository.id,
        name=body.name,
        description=body.description,
        type=body.type,
        status=body.status,
        version=version,
        spec=spec,
        content_digest=digest,
        revision=1,
        edit_key=key,
        # With a key it is claimed from the start.
        claim=0 if key is None else 1,
        visible_to=repository.visible_to,
        search_text=search_text(body.name, body.description, id),
        creator_id=t.caller.user_id,
        creator_username=t.caller.username,
        created_at=t.now,
        updated_at=t.now,
    )
    write_artifact(t, None, row)
    return row


def get_artifact(reg: Registry, caller: Caller, id: str) -> Json:
    """One artifact.

    Raises:
        NotFoundError: there is no such artifact (R34).
    """
    with reading(reg, caller) as t:
        return document_of(t, artifact_for(t, id, "view"))


def list_artifacts(reg: Registry, caller: Caller, query: ArtifactQuery, *, facets: Sequence[str] = ()) -> Page:
    """The artifacts that match, each with its full spec (R54, R55).

    Args:
        reg: the registry.
        caller: who calls.
        query: filters and page.
        facets: what to count over all that match; see `_facets.py`.

    Raises:
        ValidationFailedError: there is no such facet.
    """
    refuse_unknown_facets(facets)
    with reading(reg, caller) as t:
        stored = caller.takes_stored and not caller.wants_actions
        found = select_artifacts(t, query, stored=stored)
        rows = [ArtifactRow(*row) for row in found.rows]
        tags = tags_of(t, KIND, [row.id for row in rows])
        roles = roles_on(t, REPOSITORIES, list({row.repository_id for row in rows}))
        granted = {id: permissions(caller, role) for id, role in roles.items()}
        documents = [artifact_document(row, tags[row.id], granted[row.repository_id]) for row in rows]
        if stored:
            for entry in documents:
                entry["spec"] = StoredJson(entry["spec"])
        add_artifact_actions(t, rows, roles, documents)
        return Page(found.total, documents, artifact_facets(t, facets, query, found) if facets else None)


@repeated
def delete_artifact(reg: Registry, caller: Caller, id: str, *, claim: int | None = None) -> None:
    """Deletes a draft that no workload refers to, and its implicit repository with the last one (R50 to R52, R61).

    Args:
        reg: the registry.
        caller: who calls.
        id: the artifact.
        claim: the claim that the caller knows; an older one than the artifact's deletes nothing and is success, for a
            locked artifact too: somebody else took it over since.

    Raises:
        NotFoundError: there is no such artifact, or the caller does not own it (R53).
        ConflictError: it is locked (R51), or workloads refer to it (R52, D4).
    """
    with writing(reg, caller, "artifact.delete", of_artifact(id)) as t:
        row = artifact_for(t, id, "own")
        if claim is not None and claim < row.claim:
            return
        users = workloads_on(t, [id])
        refuse_artifact_deletion(row.status, len(users), lambda: named_workloads(t, users))
        write_artifact(t, row, None)
        remove_if_implicit_and_empty(t, row.repository_id)


def document_of(t: Transaction, row: ArtifactRow, *, is_new: bool = False) -> Json:
    """The artifact as answers show it.

    Args:
        t: the transaction.
        row: the artifact.
        is_new: it was made in this transaction, and has no tags yet.
    """
    roles = roles_on(t, REPOSITORIES, [row.repository_id])
    role = roles.get(row.repository_id, Role.CONSUMER)
    tags = [] if is_new else tags_of(t, KIND, [row.id])[row.id]
    document = artifact_document(row, tags, permissions(t.caller, role))
    add_artifact_actions(t, [row], roles, [document])
    return document


def digest_of(name: str, description: str, type: ArtifactType, spec: ArtifactSpec, sent: str | None) -> str:
    """The content digest.

    Args:
        name: name of the artifact.
        description: its description.
        type: its type.
        spec: its spec.
        sent: what the client computed, if it did.

    Raises:
        ValidationFailedError: both differ (design §4.2).
    """
    digest = str(content_digest(name=name, description=description, type=type, spec=spec))
    if sent is not None and sent != digest:
        message = f"is {sent} but the content has the digest {digest}: client and server do not see the same content"
        raise ValidationFailedError(problems=[Problem("contentDigest", message, "invalid")])
    return digest


def stored_digest(name: str, row: ArtifactRow) -> str:
    """The content digest of a stored artifact under another name."""
    return str(content_digest(name=name, description=row.description, type=row.type, spec=row.spec))
