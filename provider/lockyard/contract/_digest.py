"""Digests of content and runtime (design §4.2).

A digest is taken over the compact form: fields that equal their default and fields that the server owns are left out.
So an absent field, an explicit default and null (where it means the default) have one digest, and adding a field with
a default to the contract later changes no digest of documents that do not use it. That is why a default, once
published, never changes: a new meaning needs a new field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._artifact import ArtifactSpec, parse_spec
from ._base import ANY_STORED_IMAGE, Json, compact
from ._canonical import canonical_json
from ._compat import ALL_COMPAT
from ._runtime import WorkloadRuntime
from ._types import ArtifactType
from ._unknown import UNKNOWN, Unknown, contains_unknown, is_unknown
from ._workload import parse_runtime

DIGEST_PREFIX = "v1:"
"""Names the rules of this module; other rules would need another prefix."""


def artifact_content(
    *,
    name: str,
    description: str = "",
    type: ArtifactType = "service",
    spec: ArtifactSpec | Mapping[str, Any],
) -> Json:
    """The content of an artifact, compact: what locking freezes (design §4.2).

    Args:
        name: name of the artifact.
        description: its description.
        type: its type.
        spec: its spec, as a model or a wire document (which is normalised first; `type` inside it does not count).

    Raises:
        ValidationFailedError: `spec` is a document that breaks the contract.
    """
    if isinstance(spec, Mapping):
        spec = parse_spec(
            dict(spec),
            artifact_type=type,
            compat=ALL_COMPAT,
            stored_image_uris=ANY_STORED_IMAGE,
        )
    content: Json = {"name": name, "spec": spec if is_unknown(spec) else compact(spec)}
    if description != "":
        content["description"] = description
    if type != "service":
        content["type"] = type
    return content


def content_digest(
    *,
    name: str,
    description: str = "",
    type: ArtifactType = "service",
    spec: ArtifactSpec | Mapping[str, Any],
) -> str | Unknown:
    """The content digest: `v1:` and 64 hex digits; UNKNOWN when anything in the content is.

    Args and errors: as `artifact_content`.
    """
    return _digest(artifact_content(name=name, description=description, type=type, spec=spec))


def runtime_digest(runtime: WorkloadRuntime | Mapping[str, Any]) -> str | Unknown:
    """The digest of a runtime, as a model or a wire document without `resolvedBundle`; UNKNOWN when anything in it is.

    Raises:
        ValidationFailedError: `runtime` is a document that breaks the contract.
    """
    if isinstance(runtime, Mapping):
        runtime = parse_runtime(dict(runtime), ALL_COMPAT)
    return UNKNOWN if is_unknown(runtime) else _digest(compact(runtime))


def _digest(value: Json) -> str | Unknown:
    if contains_unknown(value):
        return UNKNOWN
    import hashlib  # loads OpenSSL; only digests need it

    return DIGEST_PREFIX + hashlib.sha256(canonical_json(value)).hexdigest()
