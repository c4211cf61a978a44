"""The hooks that a workload's objects get, as the engine wants them."""

from __future__ import annotations

import pulumi

from ._reporting import RolloutReporter
from ._scaling import ScalingHook


class WorkloadHooks:
    """The hooks of one workload's objects.

    Args:
        resource_name: Pulumi's name of the component; names of hooks are unique in a program.
        reporter: tells the registry.
        scaling: looks after the replicas.
    """

    def __init__(self, resource_name: str, reporter: RolloutReporter, scaling: ScalingHook) -> None:
        def named(name: str) -> str:
            return f"lockyard:{resource_name}:{name}"

        self._begun = pulumi.ResourceHook(named("rollout-begins"), reporter.begun)
        self._scaling = pulumi.ResourceHook(named("scaling-changes"), scaling.begun)
        self._applied = pulumi.ResourceHook(named("deployment-applied"), reporter.applied)
        self._confirmed = pulumi.ResourceHook(named("rollout-confirmed"), reporter.confirmed)
        self._failed = pulumi.ErrorHook(named("rollout-failed"), reporter.failed)

    def of_deployment(self) -> pulumi.ResourceHookBinding:
        """For the object whose pods are the rollout."""
        return pulumi.ResourceHookBinding(
            before_create=[self._begun],
            before_update=[self._begun, self._scaling],
            after_update=[self._applied],
            on_error=[self._failed],
        )

    def of_others(self) -> pulumi.ResourceHookBinding:
        """For objects without which the pods cannot come up."""
        return pulumi.ResourceHookBinding(on_error=[self._failed])

    def of_report(self) -> pulumi.ResourceHookBinding:
        """For the report that the rollout succeeded."""
        return pulumi.ResourceHookBinding(before_create=[self._confirmed], before_update=[self._confirmed])
