"""The one autoscaler of a workload: a ScaledObject where the cluster has KEDA, else a HorizontalPodAutoscaler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._autoscaling_hpa import horizontal_pod_autoscaler
from ._autoscaling_keda import paused_scaled_object, scaled_object
from ._interceptor import interceptor_route, uses_interceptor

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster

    from ._description import Manifest, WorkloadDescription, WorkloadPlan


def render_autoscaler(description: WorkloadDescription, plan: WorkloadPlan, cluster: Cluster) -> dict[str, Manifest]:
    """The autoscaler and, before it, the InterceptorRoute that it reads.

    Everything is one object with several metrics, since two autoscalers on one Deployment stop each other. Without
    autoscaling there is none.

    A workload that is stopped keeps its ScaledObject, paused at zero: KEDA raises a Deployment that somebody set to
    zero to its minimum within seconds, and would do so between the stop and the ScaledObject's deletion. An HPA
    leaves a Deployment at zero alone, so it just goes.

    Args:
        description: the workload.
        plan: what was decided for it; without errors.
        cluster: the cluster.

    Returns:
        `interceptor` (InterceptorRoute) and `autoscaler` (ScaledObject or HorizontalPodAutoscaler), as far as there
        are.
    """
    if plan.autoscaling is None:
        return {}
    if cluster.keda is None:
        return {"autoscaler": horizontal_pod_autoscaler(description, plan)} if description.running else {}
    if not description.running:
        # Without its route the proxy answers 404 at once instead of holding requests that nobody will answer.
        return {"autoscaler": paused_scaled_object(description, plan, cluster)}
    objects: dict[str, Manifest] = {}
    if uses_interceptor(plan):
        objects["interceptor"] = interceptor_route(description, plan, cluster)
    objects["autoscaler"] = scaled_object(description, plan, cluster)
    return objects
