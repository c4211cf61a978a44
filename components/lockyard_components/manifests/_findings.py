"""What is wrong with the parts of a workload around its pods: scaling, ways in, metrics, network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._autoscaling_rules import autoscaling_findings
from ._exposure import exposure_problems
from ._monitor import metrics_problems
from ._network_policy import network_problems

if TYPE_CHECKING:
    from lockyard.contract import Problem
    from lockyard_components.placement import Cluster

    from ._description import WorkloadDescription


def surroundings_findings(
    description: WorkloadDescription,
    cluster: Cluster,
    *,
    group: Mapping[str, Any],
    autoscaling: Mapping[str, Any] | None,
    autoscaling_path: str,
    startup_seconds: int,
) -> tuple[list[Problem], list[Problem]]:
    """Errors and warnings, each with its path.

    Args:
        description: the workload.
        cluster: the cluster.
        group: the artifact's container group in the full wire form.
        autoscaling: the autoscaling block of the runtime, plain; None without one.
        autoscaling_path: its path.
        startup_seconds: startup budget of the workload.
    """
    errors: list[Problem] = []
    warnings: list[Problem] = []
    if autoscaling is not None:
        errors, warnings = autoscaling_findings(
            autoscaling,
            artifact_type=description.artifact_type,
            cluster=cluster,
            startup_seconds=startup_seconds,
            path=autoscaling_path,
        )
    errors += exposure_problems(description, cluster)
    errors += metrics_problems(description, group)
    errors += network_problems(description)
    return errors, warnings
