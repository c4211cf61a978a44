"""How a workload runs: replicas, autoscaling, bundles, allocations (workload-api §10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from ._artifact import single_group_problems
from ._base import ContractModel, RuleContext
from ._errors import Problem
from ._metrics import bound_problems
from ._naming import duplicate_problems
from ._types import (
    MAX_SAFE_INTEGER,
    Amount,
    Count,
    Int,
    Label,
    NonEmptyText,
    NonEmptyTextItem,
    PositiveCount,
)
from ._units import memory_bytes
from ._unknown import UNKNOWN, is_unknown


def _absent(value: Any) -> bool:
    return value is None


def _as_bytes(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise PydanticCustomError("invalid", "must be a number of bytes or text such as '512MB' or '16GiB'")
    try:
        return memory_bytes(value)
    except ValueError as error:
        raise PydanticCustomError("invalid", "{message}", {"message": str(error)}) from None


Memory = Annotated[
    int,
    Field(ge=0, le=MAX_SAFE_INTEGER),
    BeforeValidator(_as_bytes, json_schema_input_type=int | str),
]


def _must_be_absent(message: str) -> BeforeValidator:
    def check(value: Any) -> None:
        if value is not None and value != []:
            raise PydanticCustomError("invalid", "{message}", {"message": message})

    return BeforeValidator(check)


class ResourceAllocation(ContractModel):
    """What one container gets.

    Attributes:
        cpu: cores, may be a fraction.
        gpu: devices.
        memory: bytes, or text with a unit such as `512MB` (factor 1000) or `16GiB` (factor 1024); always answered as
            bytes (R100).
        gpu_memory: as `memory`.
    """

    cpu: Amount | None = None
    gpu: Amount | None = None
    memory: Memory | None = None
    gpu_memory: Memory | None = None


class ContainerOverride(ContractModel):
    """Resources of one container of the artifact.

    Attributes:
        name: name of the container in the artifact (R101).
        resource_allocation: what it gets; not needed when the group names a bundle.
    """

    name: Label
    resource_allocation: ResourceAllocation | None = None


class AutoscalingPolicy(ContractModel):
    """One reason to scale.

    Attributes:
        scaling_metric: `cpuAverageUtilization` or `httpRequestsConcurrency`; for `nim` also `gpuCacheUtilization`,
            `gpuRequestQueueDepth` or a metric of the model server (R67).
        target: value to hold, at least 0; percent for CPU.
        min_count: old form of the group's `minReplicaCount`; moved there (R98).
        max_count: old form of the group's `maxReplicaCount`; moved there (R98).
        priority: old form, accepted and dropped.
    """

    scaling_metric: NonEmptyText
    target: Amount
    min_count: Count | None = Field(default=None, exclude_if=_absent)
    max_count: Count | None = Field(default=None, exclude_if=_absent)
    priority: Int | None = Field(default=None, exclude_if=_absent)


_OLD_FORM: Final = frozenset({"min_count", "max_count", "priority"})


class Autoscaling(ContractModel):
    """Number of replicas by load (workload-api §10.3).

    Attributes:
        enabled: true by default.
        min_replica_count: at least 0; 0 needs a policy on `httpRequestsConcurrency` (R99). Needed when enabled.
        max_replica_count: at least 1. Needed when enabled.
        policies: replicas are added when any policy's metric is above its target.
        cooldown_period_minutes: minutes before scaling down; None is the platform's default.
    """

    enabled: bool = True
    min_replica_count: Count | None = None
    max_replica_count: PositiveCount | None = None
    policies: list[AutoscalingPolicy] = Field(default_factory=list[AutoscalingPolicy])
    cooldown_period_minutes: Count | None = None

    def normalise(self, context: RuleContext) -> None:
        """Bounds of the old per-policy form move to the group: the least minimum, the greatest maximum (R98)."""
        if is_unknown(self.policies):
            return
        known = [policy for policy in self.policies if not is_unknown(policy)]
        if self.min_replica_count is None:
            self.min_replica_count = _merged(min, [policy.min_count for policy in known])
        if self.max_replica_count is None:
            self.max_replica_count = _merged(max, [policy.max_count for policy in known])
        for policy in known:
            if policy.model_fields_set & _OLD_FORM:
                policy.min_count = policy.max_count = policy.priority = None

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        problems = bound_problems(self)
        if self.max_replica_count == 0:
            problems.append(Problem("maxReplicaCount", "must be at least 1"))
        return problems


def _merged(pick: Any, bounds: list[Any]) -> Any:
    given = [bound for bound in bounds if bound is not None]
    if any(is_unknown(bound) for bound in given):
        return UNKNOWN
    return pick(given) if given else None


class GroupRuntime(ContractModel):
    """How the artifact's container group runs.

    Attributes:
        name: name of the group in the artifact (R101); `default` by default.
        replica_count: fixed number of replicas, at least 1; not together with enabled autoscaling (R97). None: the
            platform decides.
        autoscaling: number of replicas by load.
        resource_bundles: id of the bundle to run on, one at most (D26); empty: chosen from the allocations (R102).
        bundle_selection_policy: always `availability`.
        containers: resources per container.
        resolved_bundle: set by the server; refused from a client.
    """

    name: Label = "default"
    replica_count: PositiveCount | None = None
    autoscaling: Autoscaling | None = None
    resource_bundles: list[NonEmptyTextItem] = Field(default_factory=list[NonEmptyTextItem])
    bundle_selection_policy: Literal["availability"] = "availability"
    containers: list[ContainerOverride] = Field(default_factory=list[ContainerOverride])
    resolved_bundle: Annotated[None, _must_be_absent("is set by the server and cannot be sent")] = Field(
        default=None, exclude_if=_absent
    )

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        problems: list[Problem] = []
        scaling = self.autoscaling
        fixed = self.replica_count is not None and not is_unknown(self.replica_count)
        if fixed and scaling is not None and not is_unknown(scaling) and scaling.enabled is True:
            problems.append(
                Problem(
                    "replicaCount",
                    "replicaCount and autoscaling are mutually exclusive",
                )
            )
        if not is_unknown(self.resource_bundles):
            problems += [
                Problem(f"resourceBundles.{index}", "only one resource bundle is supported")
                for index in range(1, len(self.resource_bundles))
            ]
        if not is_unknown(self.containers):
            names = [UNKNOWN if is_unknown(container) else container.name for container in self.containers]
            problems += duplicate_problems(names, "containers")
        return problems


_NO_ENCLAVES = _must_be_absent("Enclaves are not available on this server: leave it out")


class WorkloadRuntime(ContractModel):
    """How a workload runs; never frozen, also not over a locked artifact (R108).

    Attributes:
        container_groups: one group, named as in the artifact.
        enclave_selection_policy: only null; Enclaves are not available (workload-api §14.5).
        enclaves: only null or empty.
    """

    container_groups: list[GroupRuntime] = Field(default_factory=list[GroupRuntime])
    enclave_selection_policy: Annotated[None, _NO_ENCLAVES] = Field(default=None, exclude_if=_absent)
    enclaves: Annotated[None, _NO_ENCLAVES] = Field(default=None, exclude_if=_absent)

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        return single_group_problems(self.container_groups)


def requested_replicas(runtime: WorkloadRuntime) -> int:
    """The most replicas that a runtime may use at once, for limits (R96); a group that says nothing counts as one."""
    total = 0
    for group in runtime.container_groups:
        if group.autoscaling is not None and group.autoscaling.enabled:
            total += group.autoscaling.max_replica_count or 1
        else:
            total += group.replica_count or 1
    return total
