"""How many pods a drained node may take away (kubernetes-serving §2.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._labels import object_metadata, selector_labels

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster

    from ._description import Manifest, WorkloadDescription, WorkloadPlan


def render_disruption_budget(
    description: WorkloadDescription, plan: WorkloadPlan, cluster: Cluster
) -> dict[str, Manifest]:
    """A PodDisruptionBudget: one pod at a time, when there can be two.

    A budget for a single pod would hold up every node drain for ever; with a least number available it would do the
    same wherever the replicas are at their minimum. Pods that fail anyway may always be evicted.

    Args:
        description: the workload.
        plan: what was decided for it; without errors.
        cluster: not needed; every function of this kind takes one.

    Returns:
        `disruptionBudget`, or nothing for at most one replica.
    """
    if plan.replicas.maximum < 2:
        return {}
    return {
        "disruptionBudget": {
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": object_metadata(description),
            "spec": {
                "maxUnavailable": 1,
                "unhealthyPodEvictionPolicy": "AlwaysAllow",
                "selector": {"matchLabels": selector_labels(description)},
            },
        }
    }
