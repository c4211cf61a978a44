"""Short ways to declare resources in test programs."""

from __future__ import annotations

from typing import Any

import lockyard

BUNDLE = "cpu.small"


def container(image: str = "registry.example/chat:1", **more: Any) -> dict[str, Any]:
    """The primary container."""
    return {"name": "main", "image_uri": image, "port": 8080, **more}


def spec(image: str = "registry.example/chat:1", **more: Any) -> dict[str, Any]:
    """A specification with one container; what is given besides the image belongs to the container."""
    return {"container_groups": [{"containers": [container(image, **more)]}]}


def runtime(replicas: int = 1, **more: Any) -> dict[str, Any]:
    """Runtime settings of the default group."""
    return {"container_groups": [{"replica_count": replicas, "resource_bundles": [BUNDLE], **more}]}


def lineage(
    resource_name: str,
    /,
    image: str = "registry.example/chat:1",
    *,
    status: str = "draft",
    repository: lockyard.ArtifactRepository | None = None,
    type: str | None = None,
    **more: Any,
) -> lockyard.Artifact:
    """An artifact with a repository of the same name, unless one is given."""
    if repository is None:
        repository = lockyard.ArtifactRepository(resource_name, type=type or "service")
    arguments: dict[str, Any] = {"spec": spec(image), "status": status, "type": type, **more}
    return lockyard.Artifact(resource_name, repository=repository, **arguments)


def workload(resource_name: str, artifact: Any, /, replicas: int = 1, **more: Any) -> lockyard.Workload:
    """A workload on an artifact."""
    return lockyard.Workload(resource_name, artifact=artifact, **{"runtime": runtime(replicas), **more})
