"""Who decides about a workload's replicas, and what has to happen when somebody else does from now on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pulumi

from lockyard.contract import LockyardError
from lockyard_components.manifests import WorkloadPlan

from ._threads import in_thread

SCALING: Final = "lockyard.dev/scaling"
"""Annotation of the Deployment that says who decides about replicas. A change makes the engine apply the Deployment
again, also where the number in the program is the one it knows."""

_AUTOSCALER: Final = "autoscaler"
_STACK: Final = "stack"
_STOPPED: Final = "stopped-"


def owner_of_replicas(*, autoscaled: bool, running: bool) -> str:
    """The value of the annotation."""
    owner = _AUTOSCALER if autoscaled else _STACK
    return owner if running else f"{_STOPPED}{owner}"


def first_replicas(plan: WorkloadPlan) -> int:
    """With how many replicas an autoscaled workload starts: one at least, so that it is seen to come up."""
    return max(plan.replicas.minimum, 1)


class ScalingHook:
    """What happens on the cluster right before the engine applies a Deployment.

    Args:
        label: the component, for messages.
        component: whose provider leads to the cluster.
        namespace: namespace of the Deployment.
        name: name of the Deployment and its autoscaler.
        plan: what was decided for the workload.
    """

    def __init__(self, label: str, component: pulumi.Resource, namespace: str, name: str, plan: WorkloadPlan) -> None:
        self._label, self._component = label, component
        self._namespace, self._name, self._plan = namespace, name, plan

    async def begun(self, args: pulumi.ResourceHookArgs) -> None:
        """Looks at who decided before and who does now."""
        before, now = _owner(args.old_inputs), _owner(args.new_inputs)
        replicas = self._plan.replicas
        if before == _AUTOSCALER and now == _STACK and replicas.fixed is not None:
            await self._on_cluster("hold_autoscaler", replicas.fixed)
        elif now == _AUTOSCALER and (before.startswith(_STOPPED) or replicas.minimum):
            await self._on_cluster("lift_from_zero", first_replicas(self._plan))

    async def _on_cluster(self, what: str, replicas: int) -> None:
        from . import _live  # loads the Kubernetes client, which most updates do without

        def act(credentials: _live.Credentials) -> None:
            client = credentials.connect()
            try:
                getattr(_live, what)(client, self._namespace, self._name, replicas)
            finally:
                client.close()

        try:
            await in_thread(act, await _live.Credentials.of(self._component))
        except LockyardError as error:
            consequence = (
                f"if another number than {replicas} runs afterwards, run `pulumi up --refresh`"
                if what == "hold_autoscaler"
                else f"if it stays at zero, run `kubectl scale deployment/{self._name} -n {self._namespace} "
                f"--replicas={replicas}`"
            )
            pulumi.log.warn(f"{self._label}: the replicas could not be looked after: {error}; {consequence}")


def _owner(inputs: Mapping[str, Any] | None) -> str:
    metadata = (inputs or {}).get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, Mapping) else None
    owner = annotations.get(SCALING) if isinstance(annotations, Mapping) else None
    return owner if isinstance(owner, str) else ""
