"""What a workload takes from its artifact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import pulumi

from lockyard.resources._artifact import DRAFT, LOCKED, Artifact
from lockyard.resources._errors import InputError
from lockyard.resources._facts import artifact_facts, container_names
from lockyard.resources._infos import ArtifactInfo
from lockyard.resources._inputs import is_deferred
from lockyard.resources._warnings import literal_credentials

_backed_drafts: WeakKeyDictionary[Artifact, str] = WeakKeyDictionary()
"""Which workload of this program runs on a draft artifact of this program."""


@dataclass(frozen=True, kw_only=True)
class WorkloadSource:
    """The inputs a workload gets from its artifact.

    Attributes:
        label: How to call the artifact in messages.
        artifact_id: Its id.
        artifact_digest: Digest of its content; None if only the id is known.
        artifact_facts: Type, status and container names for the workload's check; None if only the id is known.
        is_draft: Whether the program can tell that it is a draft.
        is_locked: Whether the program can tell that it is locked.
    """

    label: str
    artifact_id: pulumi.Input[str]
    artifact_digest: pulumi.Input[str] | None
    artifact_facts: Mapping[str, Any] | None
    is_draft: bool
    is_locked: bool


def workload_source(
    workload: str,
    *,
    artifact: Artifact | ArtifactInfo | None,
    artifact_id: pulumi.Input[str] | None,
    artifact_digest: pulumi.Input[str] | None,
) -> WorkloadSource:
    """The inputs that the arguments of a workload stand for.

    Raises:
        InputError: The arguments contradict each other, or the draft already backs another workload of the
            program (R81).
    """
    if (artifact is None) == (artifact_id is None):
        raise InputError(f"{workload}: exactly one of artifact and artifact_id must be given")
    if artifact is None:
        assert artifact_id is not None
        return WorkloadSource(
            label="the artifact",
            artifact_id=artifact_id,
            artifact_digest=artifact_digest,
            artifact_facts=None,
            is_draft=False,
            is_locked=False,
        )
    if artifact_digest is not None:
        raise InputError(f"{workload}: artifact_digest goes with artifact_id; artifact already brings its digest")
    if isinstance(artifact, ArtifactInfo):
        return _from_info(artifact)
    if isinstance(artifact, Artifact):  # pyright: ignore[reportUnnecessaryIsInstance]
        return _from_resource(workload, artifact)
    what = "an Output" if is_deferred(artifact) else f"a {artifact.__class__.__name__}"
    raise InputError(
        f"{workload}: artifact must be an Artifact or the result of lookup_artifact, not {what}; "
        "for the id of an artifact use artifact_id"
    )


def _from_info(artifact: ArtifactInfo) -> WorkloadSource:
    digest = artifact.content_digest
    secret = any(True for _ in literal_credentials(artifact.spec))
    return WorkloadSource(
        label=f"artifact {artifact.name!r} ({artifact.id})",
        artifact_id=artifact.id,
        # The hash of a content with credentials would let anybody who reads the state test guesses.
        artifact_digest=pulumi.Output.secret(digest) if digest is not None and secret else digest,
        artifact_facts=artifact_facts(
            type=artifact.type, status=artifact.status, container_groups=container_names(artifact.spec)
        ),
        is_draft=artifact.status == DRAFT,
        is_locked=artifact.status == LOCKED,
    )


def _from_resource(workload: str, artifact: Artifact) -> WorkloadSource:
    label = f"Artifact {artifact.pulumi_resource_name!r}"
    declared = artifact.arguments
    if declared is None:
        facts = artifact_facts(
            type=artifact.type, status=artifact.status, container_groups=artifact.spec.apply(container_names)
        )
        status: object = None
    else:
        facts = artifact_facts(
            type=declared.type,
            status=declared.status,
            container_groups=container_names(declared.spec),
            origin=declared.origin,
        )
        status = declared.status if isinstance(declared.status, str) else None
    if status == DRAFT:
        other = _backed_drafts.get(artifact)
        if other is not None:
            raise InputError(
                f"{workload}: {label} is a draft and already backs {other}; a draft backs one workload (R81): lock the "
                "artifact, or declare another draft"
            )
        _backed_drafts[artifact] = workload
    return WorkloadSource(
        label=label,
        artifact_id=artifact.id,
        artifact_digest=artifact.content_digest,
        artifact_facts=facts,
        is_draft=status == DRAFT,
        is_locked=status == LOCKED,
    )
