"""Specs and runtimes as lines for people."""

from __future__ import annotations

from typing import Any

from ._output import Fields

Document = dict[str, Any]


def objects(value: Any) -> list[Document]:
    """The objects of a list; nothing of what a server gave in their place."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _object(value: Any) -> Document:
    return value if isinstance(value, dict) else {}


def _words(value: Any, between: str) -> str:
    return between.join(map(str, value)) if isinstance(value, list) else ""


def tags_line(document: Document) -> str:
    """Tags as `name=value`, comma-separated."""
    return ", ".join(f"{tag.get('name')}={tag.get('value')}" for tag in objects(document.get("tags")))


def creator(document: Document) -> str | None:
    """Who made the object."""
    who = _object(document.get("creator"))
    return who.get("username") or who.get("id")


def version_text(artifact: Document) -> str:
    """`draft`, or `locked, version 3`."""
    version = artifact.get("version")
    return f"{artifact.get('status')}, version {version}" if version is not None else str(artifact.get("status"))


def spec_fields(spec: Document) -> Fields:
    """The lines of an artifact's spec; environment values are shown as they are in it."""
    lines: list[tuple[str, Any]] = []
    storage = _object(spec.get("storage"))
    if storage:
        lines.append(("storage", " ".join(str(storage[key]) for key in ("mode", "pvcSize") if storage.get(key))))
    lines.append(("template", spec.get("templateId")))
    for group in objects(spec.get("containerGroups")):
        containers = [
            (
                f"container {container.get('name')}{' (primary)' if container.get('primary') else ''}",
                _container(container),
            )
            for container in objects(group.get("containers"))
        ]
        lines.append((f"group {group.get('name')}", containers))
    return lines


def runtime_fields(runtime: Document) -> Fields:
    """The lines of a workload's runtime."""
    return [
        (
            f"group {group.get('name')}",
            [
                ("replicas", _replicas(group)),
                ("bundle", _words(group.get("resourceBundles"), ", ") or group.get("resolvedBundle")),
                *((f"container {item.get('name')}", _allocation(item)) for item in objects(group.get("containers"))),
            ],
        )
        for group in objects(runtime.get("containerGroups"))
    ]


def _container(container: Document) -> Fields:
    variables = [
        (variable.get("name") or "(named by the platform)", _variable(variable))
        for variable in objects(container.get("environmentVars"))
    ]
    return [
        ("image", container.get("imageUri")),
        ("built", "from source" if container.get("imageBuildConfig") else None),
        ("port", container.get("port")),
        ("entrypoint", _words(container.get("entrypoint"), " ")),
        ("readiness", _probe(container.get("readinessProbe"))),
        ("liveness", _probe(container.get("livenessProbe"))),
        ("startup", _probe(container.get("startupProbe"))),
        ("environment", variables),
    ]


def _variable(variable: Document) -> str:
    source = variable.get("source") or "string"
    if source == "string":
        return str(variable.get("value") or "''")
    return f"from {source}" + (f" {variable['drCredentialId']}" if variable.get("drCredentialId") else "")


def _probe(given: Any) -> str | None:
    probe = _object(given)
    if not probe:
        return None
    return (
        f"{probe.get('scheme') or 'HTTP'} :{probe.get('port')}{probe.get('path')} "
        f"every {probe.get('periodSeconds')} s, {probe.get('failureThreshold')} failures"
    )


def _replicas(group: Document) -> str | None:
    scaling = _object(group.get("autoscaling"))
    if scaling and scaling.get("enabled", True):
        policies = ", ".join(
            f"{policy.get('scalingMetric')} {_number(policy.get('target'))}"
            for policy in objects(scaling.get("policies"))
        )
        return f"{scaling.get('minReplicaCount')} to {scaling.get('maxReplicaCount')} by {policies}"
    return None if group.get("replicaCount") is None else str(group["replicaCount"])


def _allocation(override: Document) -> str | None:
    allocation = _object(override.get("resourceAllocation"))
    names = {"cpu": "CPU", "memory": "bytes of memory", "gpu": "GPU", "gpuMemory": "bytes of GPU memory"}
    return ", ".join(
        f"{allocation[key]:g} {text}" if isinstance(allocation[key], float) else f"{allocation[key]} {text}"
        for key, text in names.items()
        if allocation.get(key) is not None
    )


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)
