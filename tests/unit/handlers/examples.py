"""Arguments as the constructors send them, and a context for handlers that never use the network."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from lockyard.client import Settings
from lockyard.contract import STRICT, UNKNOWN, Compat, Json
from lockyard.handlers import Context

REPOSITORY = "0123456789abcdef01234567"
OTHER_REPOSITORY = "fedcba9876543210fedcba98"
ARTIFACT = "aaaaaaaaaaaaaaaaaaaaaaaa"
OTHER_ARTIFACT = "bbbbbbbbbbbbbbbbbbbbbbbb"
SERVER = "https://registry.example/api/v2"


def _no_network(settings: Settings) -> Any:
    raise AssertionError("check and diff never open a client")


def offline(endpoint: str = "embedded", compat: Compat = STRICT) -> Context:
    """A context in which every use of the network fails the test."""
    return Context(settings=Settings(endpoint=endpoint, compat=compat), connect=_no_network, say=print)


def container(**fields: Any) -> Json:
    """A container that is complete: an image and the primary port."""
    return {"name": "primary", "imageUri": "registry.example/chat:1", "port": 8000, "primary": True, **fields}


def spec(*containers: Json, **fields: Any) -> Json:
    """A spec with one group."""
    return {"containerGroups": [{"name": "default", "containers": list(containers or (container(),))}], **fields}


def artifact(**fields: Any) -> Json:
    """An artifact's arguments as they arrive in `check`."""
    return {
        "artifactRepositoryId": REPOSITORY,
        "name": "chat-api",
        "type": "service",
        "status": "draft",
        "spec": spec(),
        "origin": "acme/shop/dev::Artifact::chat-api",
        "originIsDefault": False,
        "contentDigest": "",
        **fields,
    }


def runtime(**fields: Any) -> Json:
    """A runtime with a fixed number of replicas."""
    return {"containerGroups": [{"name": "default", "replicaCount": 2, **fields}]}


def facts(**fields: Any) -> Json:
    """What a workload knows about its artifact."""
    return {"type": "service", "status": "draft", "containerGroups": {"default": ["primary"]}, **fields}


def workload(**fields: Any) -> Json:
    """A workload's arguments as they arrive in `check`."""
    return {
        "name": "chat",
        "importance": "low",
        "artifactId": ARTIFACT,
        "artifactDigest": "v1:" + "0" * 64,
        "artifactFacts": facts(),
        "runtime": runtime(),
        "running": True,
        "origin": "acme/shop/dev::Workload::chat",
        "originIsDefault": False,
        **fields,
    }


def repository(**fields: Any) -> Json:
    """A repository's arguments as they arrive in `check`."""
    return {
        "name": "chat-api",
        "type": "service",
        "forceDestroy": False,
        "origin": "acme/shop/dev::ArtifactRepository::chat-api",
        "originIsDefault": False,
        **fields,
    }


FULL_CONTAINER = container(
    description="serves the model",
    entrypoint=["serve", "--port", "8000"],
    environmentVars=[{"name": "MODEL", "value": "llama"}, {"name": "TOKEN", "value": "t"}],
    readinessProbe={"path": "/ready", "port": 8000, "periodSeconds": 5, "failureThreshold": 2},
    livenessProbe={"path": "/live", "port": 8000},
    startupProbe={"path": "/start", "port": 8000, "initialDelaySeconds": 1},
    securityContext={"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
)
SIDECAR: Json = {"name": "logger", "imageUri": "registry.example/logger:1", "primary": False}

FULL_ARTIFACT = artifact(
    description="the shop's chat",
    spec=spec(FULL_CONTAINER, SIDECAR),
    tags={"team": "search", "tier": "1"},
)
FULL_WORKLOAD = workload(
    description="the shop's chat",
    runtime={
        "containerGroups": [
            {
                "name": "default",
                "autoscaling": {
                    "enabled": True,
                    "minReplicaCount": 1,
                    "maxReplicaCount": 4,
                    "policies": [{"scalingMetric": "cpuAverageUtilization", "target": 70}],
                },
                "containers": [{"name": "primary", "resourceAllocation": {"cpu": 2, "memory": "8GiB", "gpu": 1}}],
            }
        ]
    },
    tags={"team": "search"},
    sharedRoles=[{"shareRecipientType": "user", "username": "ada", "role": "READ_ONLY"}],
)
FULL_REPOSITORY = repository(
    tags={"team": "search"},
    sharedRoles=[{"shareRecipientType": "group", "id": REPOSITORY, "role": "READ_WRITE"}],
    adoptId=REPOSITORY,
)


def positions(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside a document, containers and leaves."""
    if path:
        yield path
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from positions(item, (*path, key))


def with_value(document: Json, path: tuple[Any, ...], value: Any = UNKNOWN) -> Json:
    """A copy with another value at one position."""
    return changed(document, path, lambda _: value)


def changed(document: Json, path: tuple[Any, ...], change: Callable[[Any], Any]) -> Json:
    """A copy with one position changed."""
    result = copy.deepcopy(document)
    owner: Any = result
    for key in path[:-1]:
        owner = owner[key]
    owner[path[-1]] = change(owner[path[-1]])
    return result


def at(document: Any, path: tuple[Any, ...]) -> Any:
    """The value at a position."""
    for key in path:
        document = document[key]
    return document


def dotted(path: tuple[Any, ...]) -> str:
    """A position as people read it."""
    return ".".join(map(str, path))
