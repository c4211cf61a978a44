"""Rules between a runtime and the artifact it is for (R67, R101)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from ._errors import Problem
from ._metrics import metric_problems
from ._runtime import WorkloadRuntime
from ._unknown import UNKNOWN, is_unknown


def runtime_problems(
    runtime: WorkloadRuntime,
    *,
    artifact_type: Any,
    container_groups: Mapping[str, Sequence[str]] | Any,
    prefix: str = "runtime",
) -> list[Problem]:
    """What a runtime asks for that its artifact does not have: names (R101) and metrics (R67).

    Args:
        runtime: the runtime.
        artifact_type: type of the artifact, or UNKNOWN.
        container_groups: container names by group name of the artifact; UNKNOWN for the whole, a group's list or a name
            silences what depends on it.
        prefix: path of the runtime inside its document.
    """
    if is_unknown(runtime) or is_unknown(runtime.container_groups):
        return []
    problems: list[Problem] = []
    for index, group in enumerate(runtime.container_groups):
        if is_unknown(group):
            continue
        path = f"{prefix}.containerGroups.{index}"
        if not is_unknown(container_groups) and not is_unknown(group.name):
            problems += [
                problem.under(path)
                for problem in _name_problems(group, cast("Mapping[str, Sequence[str]]", container_groups))
            ]
        if group.autoscaling is not None and not is_unknown(group.autoscaling):
            found = metric_problems(group.autoscaling, artifact_type)
            problems += [problem.under(f"{path}.autoscaling") for problem in found]
    return problems


def _name_problems(group: Any, container_groups: Mapping[str, Sequence[str]]) -> list[Problem]:
    names: Any = container_groups.get(group.name)
    if names is None:
        if UNKNOWN in container_groups:
            return []
        known = ", ".join(container_groups) or "none"
        return [
            Problem(
                "name",
                f"the artifact has no container group of this name; it has: {known}",
            )
        ]
    if is_unknown(names) or UNKNOWN in names or is_unknown(group.containers):
        return []
    return [
        Problem(
            f"containers.{index}.name",
            f"the artifact has no container of this name; it has: {', '.join(names) or 'none'}",
        )
        for index, container in enumerate(group.containers)
        if not is_unknown(container) and not is_unknown(container.name) and container.name not in names
    ]


def container_names(spec: Any) -> dict[Any, Any]:
    """Container names by group name of an artifact's spec, as `runtime_problems` wants them.

    Args:
        spec: an `ArtifactSpec` whose groups are known.
    """
    names: dict[Any, Any] = {}
    for group in spec.container_groups:
        if is_unknown(group):
            names[UNKNOWN] = UNKNOWN
        elif is_unknown(group.containers):
            names[group.name] = UNKNOWN
        else:
            names[group.name] = [UNKNOWN if is_unknown(c) else c.name for c in group.containers]
    return names
