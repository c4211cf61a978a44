"""Names, labels and annotations that every object of a workload has."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._description import WorkloadDescription

DOMAIN: Final = "lockyard.dev"
COMPONENT: Final = "server"
API_PORT: Final = "api"
"""Name of the primary container's port, and of the Service's."""

SERVICE_PORT: Final = 80
"""Port of the Service; it stays when an artifact's port changes."""

MAX_NAME: Final = 52
"""Longest workload name, so that every derived name fits 63 characters."""


def selector_labels(description: WorkloadDescription) -> dict[str, str]:
    """Labels that select the workload's pods; they never change, as `spec.selector` cannot."""
    return {"app.kubernetes.io/instance": description.name, "app.kubernetes.io/component": COMPONENT}


def pod_labels(description: WorkloadDescription) -> dict[str, Any]:
    """Labels of the pods: what selects them, and nothing that changes without a rollout (locking, replicas)."""
    return {
        **description.labels,
        "app.kubernetes.io/name": description.name,
        **selector_labels(description),
        "app.kubernetes.io/part-of": "lockyard",
        "app.kubernetes.io/managed-by": "lockyard",
        f"{DOMAIN}/workload-id": description.workload_id,
        f"{DOMAIN}/version": description.version,
    }


def object_labels(description: WorkloadDescription) -> dict[str, Any]:
    """Labels of every object."""
    return {
        **pod_labels(description),
        f"{DOMAIN}/draft": "true" if description.draft else "false",
        f"{DOMAIN}/importance": description.importance,
    }


def object_metadata(
    description: WorkloadDescription, name: Any = None, annotations: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """`metadata` of an object of the workload.

    Args:
        description: the workload.
        name: name of the object; None is the workload's.
        annotations: its annotations; None or empty for none.
    """
    metadata: dict[str, Any] = {
        "name": description.name if name is None else name,
        "namespace": description.namespace,
        "labels": object_labels(description),
    }
    if annotations:
        metadata["annotations"] = dict(annotations)
    return metadata


def expiry_annotations(description: WorkloadDescription) -> dict[str, Any]:
    """When a draft ends, for the objects that the reaper acts on; empty for others."""
    if not description.draft or description.expires_at is None:
        return {}
    return {f"{DOMAIN}/expires-at": description.expires_at}


def shortened(name: str, length: int) -> str:
    """The name, or its beginning and a hash of it where it is longer than `length`."""
    if len(name) <= length:
        return name
    return f"{name[: length - 9].rstrip('-')}-{sha256(name.encode()).hexdigest()[:8]}"
