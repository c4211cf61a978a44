"""Full arguments of each kind, with every position that an unknown may take."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

REPOSITORY: Json = {"name": "chat", "type": "service", "origin": "acme/shop/dev::repository", "originIsDefault": False}

ARTIFACT: Json = {
    "artifactRepositoryId": "a" * 24,
    "name": "chat",
    "description": "answers questions",
    "type": "service",
    "status": "draft",
    "spec": {
        "containerGroups": [
            {
                "name": "default",
                "containers": [
                    {
                        "name": "main",
                        "imageUri": "registry.example/chat:1",
                        "port": 8080.0,
                        "primary": True,
                        "entrypoint": ["serve", "--port", "8080"],
                        "environmentVars": [{"name": "LEVEL", "value": "debug"}],
                        "readinessProbe": {"path": "/ready", "port": 8080.0, "httpHeaders": {"X-Probe": "1"}},
                        "securityContext": {"capabilities": {"drop": ["ALL"]}},
                    },
                    {"name": "sidecar", "imageUri": "registry.example/side:1"},
                ],
            }
        ]
    },
    "tags": {"team": "search"},
    "origin": "acme/shop/dev::artifact",
    "originIsDefault": False,
    "contentDigest": "",
}

WORKLOAD: Json = {
    "name": "chat",
    "description": "in production",
    "importance": "high",
    "artifactId": "b" * 24,
    "artifactDigest": "v1:" + "0" * 64,
    "artifactFacts": {"type": "service", "status": "locked", "containerGroups": {"default": ["main", "sidecar"]}},
    "runtime": {
        "containerGroups": [
            {
                "name": "default",
                "autoscaling": {
                    "minReplicaCount": 1.0,
                    "maxReplicaCount": 4.0,
                    "policies": [{"scalingMetric": "cpuAverageUtilization", "target": 70.0}],
                },
                "resourceBundles": ["cpu.small"],
                "containers": [{"name": "main", "resourceAllocation": {"cpu": 0.5, "memory": "512MB"}}],
            }
        ]
    },
    "tags": {"team": "search"},
    "origin": "acme/shop/dev::workload",
    "originIsDefault": False,
}

READY: Json = {"workloadId": "c" * 24, "artifactId": "b" * 24, "runtimeDigest": "v1:x", "timeoutSeconds": 30.0}

REPORT: Json = {
    "workloadId": "c" * 24,
    "artifactId": "b" * 24,
    "artifactDigest": "v1:" + "0" * 64,
    "runtimeDigest": "v1:x",
    "running": True,
    "internalUrl": "http://chat.serving:8080",
    "readyReplicas": 2.0,
    "timeoutSeconds": 30.0,
}

SAMPLES: dict[str, Json] = {
    "ArtifactRepository": REPOSITORY,
    "Artifact": ARTIFACT,
    "Workload": WORKLOAD,
    "WorkloadReady": READY,
    "RolloutReport": REPORT,
}


def positions(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document, containers included, the root not."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from positions(item, (*path, key))


def replaced(document: Json, path: tuple[Any, ...], value: Any) -> Json:
    """A copy with one value replaced."""
    changed = copy.deepcopy(document)
    place: Any = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed


def at(document: Any, path: tuple[Any, ...]) -> Any:
    """The value at a path."""
    for key in path:
        document = document[key]
    return document
