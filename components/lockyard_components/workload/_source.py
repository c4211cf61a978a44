"""What a workload's objects take from its artifact, as plain as the program knows it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi

from lockyard.resources import Artifact, ArtifactInfo, InputError
from lockyard.resources._inputs import is_deferred, is_mapping, outputs_in, require_plain
from lockyard.resources._warnings import literal_credentials

DRAFT: Final = "draft"
_LABEL_DIGITS: Final = 12


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """An artifact as a component needs it.

    Attributes:
        artifact: what the workload was given.
        artifact_id: its id.
        digest: digest of its content.
        type: `service` or `nim`.
        draft: whether it can still be edited.
        spec: its spec with the registry's names; leaves may be Outputs.
        guarded: whether its content may hold secrets, so that no plain hash of it may stand on the cluster.
    """

    artifact: Artifact | ArtifactInfo
    artifact_id: pulumi.Input[str]
    digest: pulumi.Input[str]
    type: str
    draft: bool
    spec: Mapping[str, Any]
    guarded: bool


def source_of(label: str, artifact: Artifact | ArtifactInfo) -> Source:
    """What a component needs of an artifact.

    Args:
        label: what is being declared, for errors.
        artifact: the resource, or the result of `lookup_artifact`.

    Raises:
        InputError: it is neither, or something that decides which objects there are is an Output.
    """
    if isinstance(artifact, ArtifactInfo):
        return _from_info(label, artifact)
    if not isinstance(artifact, Artifact):  # pyright: ignore[reportUnnecessaryIsInstance]
        what = "an Output" if is_deferred(artifact) else f"a {type(artifact).__name__}"
        raise InputError(
            f"{label}: artifact must be an Artifact or the result of lookup_artifact, not {what}: its containers "
            "decide which objects there are"
        )
    declared = artifact.arguments
    if declared is None:
        raise InputError(
            f"{label}: artifact comes from Artifact.get(), which knows no plain values: use lockyard.lookup_artifact"
        )
    because = "it decides which objects there are"
    require_plain(declared.type, argument="artifact.type", of=label, because=because)
    require_plain(declared.status, argument="artifact.status", of=label, because="drafts get an end")
    require_plain(declared.spec, argument="artifact.spec", of=label, because=because)
    if not is_mapping(declared.spec):
        raise InputError(f"{label}: artifact.spec must be an ArtifactSpecArgs or a dictionary")
    return Source(
        artifact=artifact,
        artifact_id=artifact.id,
        digest=artifact.content_digest,
        type=str(declared.type),
        draft=declared.status == DRAFT,
        spec=declared.spec,
        guarded=any(True for _ in outputs_in([declared.name, declared.description, declared.spec])),
    )


def _from_info(label: str, artifact: ArtifactInfo) -> Source:
    if artifact.content_digest is None:
        raise InputError(
            f"{label}: the registry gives no digest of artifact {artifact.name!r} ({artifact.id}), and its spec holds "
            "something that this version of Lockyard does not know: update Lockyard"
        )
    guarded = any(True for _ in literal_credentials(artifact.spec))
    return Source(
        artifact=artifact,
        artifact_id=artifact.id,
        digest=artifact.content_digest,
        type=artifact.type,
        draft=artifact.status == DRAFT,
        spec=artifact.spec,
        guarded=guarded,
    )


def cluster_digest(source: Source, resource_name: str, opts: pulumi.ResourceOptions) -> pulumi.Input[str]:
    """The digest of the content as it may stand on the cluster.

    Whoever may read Deployments may not read Secrets, and could test guesses against a plain hash of content with a
    secret in it. So such content gets a hash with a key, which stays encrypted in the stack's state.

    Args:
        source: the artifact.
        resource_name: Pulumi's name of the workload.
        opts: options of the key.
    """
    if not source.guarded:
        return source.digest
    fresh = secrets.token_hex(32)
    # Made anew in every run, so only the first one counts.
    options = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=["input"]))
    key = pulumi.Stash(f"{resource_name}-digest-key", input=pulumi.Output.secret(fresh), opts=options).output
    # Engines of unit tests keep nothing.
    return pulumi.Output.unsecret(
        pulumi.Output.all(key, source.digest).apply(lambda known: _keyed(known[0] or fresh, known[1]))
    )


def version_label(digest: pulumi.Input[str]) -> pulumi.Input[str]:
    """The label value that tells one content from another: the first 12 hex digits of its digest."""
    if isinstance(digest, str):
        return _short(digest)
    return pulumi.Output.from_input(digest).apply(_short)


def _keyed(key: str, digest: str) -> str:
    return f"keyed:{hmac.new(key.encode(), digest.encode(), hashlib.sha256).hexdigest()}"


def _short(digest: str) -> str:
    return digest.rpartition(":")[2][:_LABEL_DIGITS]
