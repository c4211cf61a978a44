"""Calls on artifacts."""

from __future__ import annotations

from typing import Any, cast

from lockyard.contract import ArtifactClone, Json, Problem, ValidationFailedError, parse, parse_artifact

from .. import lifecycle
from ..lifecycle import Caller, Created, Registry

_DIGEST = "contentDigest"


def create_artifact(reg: Registry, caller: Caller, data: object, *, idempotency_key: str | None = None) -> Created:
    """Make an artifact from a body that may also hold `contentDigest`, the digest the client computed."""
    content, digest = _without_digest(data)
    body = parse_artifact(content, reg.compat)
    return lifecycle.create_artifact(reg, caller, body, idempotency_key=idempotency_key, content_digest=digest)


def patch_artifact(
    reg: Registry,
    caller: Caller,
    id: str,
    data: object,
    *,
    if_match: str | None = None,
    idempotency_key: str | None = None,
) -> Json:
    """Edit or lock a draft. The stored type decides what the body may hold, so lifecycle itself reads it."""
    return lifecycle.patch_artifact(
        reg, caller, id, cast("Json", data), if_match=if_match, idempotency_key=idempotency_key
    )


def put_artifact(reg: Registry, caller: Caller, id: str, data: object, *, if_match: str | None = None) -> Json:
    """Replace a draft as a whole; the images stored for it may stand beside their build configuration (D7)."""
    stored = lifecycle.get_artifact(reg, caller, id)
    body = parse_artifact(data, reg.compat, stored_image_uris=_images(stored["spec"]))
    return lifecycle.put_artifact(reg, caller, id, body, if_match=if_match)


def clone_artifact(reg: Registry, caller: Caller, id: str, data: object) -> Json:
    """Make a draft with the same content, from a body `{"name"}`."""
    return lifecycle.clone_artifact(reg, caller, id, parse(ArtifactClone, data).name)


def _without_digest(data: object) -> tuple[object, str | None]:
    if not isinstance(data, dict) or _DIGEST not in data:
        return data, None
    content = dict(cast("Json", data))
    digest: Any = content.pop(_DIGEST)
    if digest is not None and not isinstance(digest, str):
        raise ValidationFailedError(problems=[Problem(_DIGEST, "must be a string", "string_type")])
    return content, digest


def _images(spec: Json) -> frozenset[str]:
    containers = [container for group in spec["containerGroups"] for container in group["containers"]]
    return frozenset(container["imageUri"] for container in containers if container.get("imageUri"))
