"""All objects of a workload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._autoscaling import render_autoscaler
from ._deployment import render_deployment
from ._device_claims import render_device_claims
from ._disruption import render_disruption_budget
from ._environment import render_environment
from ._monitor import render_monitor
from ._network_policy import render_network_policy
from ._objects import render_claim, render_environment_secret, render_service, render_service_account
from ._plan import plan_workload
from ._route import render_route

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster

    from ._description import Manifest, WorkloadDescription, WorkloadPlan


def render_workload(
    description: WorkloadDescription, cluster: Cluster, plan: WorkloadPlan | None = None
) -> dict[str, Manifest]:
    """Every Kubernetes object of a workload.

    Args:
        description: the workload.
        cluster: where it runs.
        plan: the plan of exactly these two, if it was made already.

    Returns:
        Object by role, in order of creation, as far as there are: `serviceAccount`, `environment` (Secret), `claim`,
        `deviceClaims`, `networkPolicy`, `deployment`, `disruptionBudget`, `service`, `interceptor`, `autoscaler`,
        `monitor`, `proxy`, `grant`, `route`.
        Parts may be shared between objects: do not change them.

    Raises:
        PlanError: it cannot be rendered; the text has every problem with its path.
        NotPlainError: a value that decides which objects there are is an Output.
    """
    plan = (plan or plan_workload(description, cluster)).require()
    env, secret = render_environment(description, plan, cluster)
    objects: dict[str, Manifest] = {"serviceAccount": render_service_account(description)}
    if secret:
        objects["environment"] = render_environment_secret(description, secret)
    if plan.storage == "dedicatedPvc":
        objects["claim"] = render_claim(description, plan)
    objects |= render_device_claims(description, plan)
    objects |= render_network_policy(description, plan, cluster)
    objects["deployment"] = render_deployment(description, plan, cluster, env)
    objects |= render_disruption_budget(description, plan, cluster)
    objects["service"] = render_service(description)
    objects |= render_autoscaler(description, plan, cluster)
    objects |= render_monitor(description, plan, cluster)
    objects |= render_route(description, plan, cluster)
    return objects
