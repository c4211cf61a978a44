"""Cloning artifacts (workload-api §3.10)."""

from dataclasses import replace

from lockyard.contract import (
    ALL_COMPAT,
    ANY_STORED_IMAGE,
    MAX_SPEC_BYTES,
    ArtifactInput,
    Json,
    ValidationFailedError,
    canonical_json,
    oversized,
    parse_spec,
    spec_size_problems,
)

from ..store import search_text
from ._access import artifact_for
from ._artifacts import document_of, stored_digest
from ._lineages import of_artifact
from ._records import write_artifact
from ._registry import Caller, Registry
from ._rows import ArtifactRow
from ._transaction import reading, repeated, writing


@repeated
def clone_artifact(reg: Registry, caller: Caller, id: str, name: str) -> Json:
    """A new draft with the same content under another name, in the same repository (R47).

    Args:
        reg: the registry.
        caller: who calls; becomes the creator.
        id: the artifact to copy, draft or locked.
        name: name of the new draft.

    Raises:
        NotFoundError: there is no such artifact.
        ForbiddenError: the caller may only look at it.
        ValidationFailedError: it is from before there were limits, and larger than they allow.
    """
    with reading(reg, caller) as t:
        known = artifact_for(t, id, "edit")
    # It takes time, in which others may write.
    _refuse_oversized(known)
    digest = stored_digest(name, known)
    with writing(reg, caller, "artifact.clone", of_artifact(id)) as t:
        source = artifact_for(t, id, "edit")
        if source != known:
            # Somebody else was there meanwhile, which is rare.
            _refuse_oversized(source)
            digest = stored_digest(name, source)
        new = t.new_id()
        row = replace(
            source,
            id=new,
            name=name,
            status="draft",
            version=None,
            content_digest=digest,
            revision=1,
            edit_key=None,
            claim=0,
            search_text=search_text(name, source.description, new),
            creator_id=caller.user_id,
            creator_username=caller.username,
            created_at=t.now,
            updated_at=t.now,
        )
        write_artifact(t, None, row)
        return document_of(t, row, is_new=True)


def _refuse_oversized(source: ArtifactRow) -> None:
    content = {"name": "-", "description": source.description, "type": source.type, "spec": source.spec}
    problems = [problem for _, problem in oversized(ArtifactInput, content)]
    # Nearly always: without its defaults it is smaller still.
    if not problems and len(canonical_json(source.spec)) > MAX_SPEC_BYTES:
        spec = parse_spec(source.spec, artifact_type=source.type, compat=ALL_COMPAT, stored_image_uris=ANY_STORED_IMAGE)
        problems = [problem.under("spec") for problem in spec_size_problems(spec)]
    if problems:
        raise ValidationFailedError(problems=problems)
