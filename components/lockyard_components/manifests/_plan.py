"""What follows from artifact, runtime and cluster before anything is rendered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from lockyard.contract import Problem
from lockyard_components.placement import Feasibility, choose_strategy, feasibility

from ._description import Replicas, WorkloadDescription, WorkloadPlan
from ._device_claims import device_claim_problems, one_at_a_time, with_claims
from ._facts import read_facts
from ._findings import surroundings_findings
from ._plan_bundle import choose_bundle, place_bundle
from ._plan_checks import container_problems, container_warnings, description_problems
from ._plan_storage import plan_storage
from ._resources import Split, split_bundle
from ._timing import await_seconds, plan_timing

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster

_GROUP: Final = "runtime.containerGroups.0"
_NOTHING: Final[Mapping[str, Any]] = {}


def plan_workload(description: WorkloadDescription, cluster: Cluster) -> WorkloadPlan:
    """Decide everything about a workload's objects, and find everything that is wrong with it.

    Args:
        description: the workload.
        cluster: where it runs.

    Returns:
        The plan. `errors` has every problem at once, each with its path; nothing is raised for them.

    Raises:
        NotPlainError: a value that decides which objects there are is an Output.
    """
    errors = list(description_problems(description, cluster))
    warnings: list[Problem] = []
    facts = read_facts(description)
    errors += facts.errors
    if facts.errors:
        return _refused(errors)
    containers: list[Mapping[str, Any]] = facts.group["containers"]
    primary = next(container for container in containers if container["primary"])
    errors += container_problems(description, cluster, containers)
    warnings += container_warnings(description, containers)

    replicas, autoscaling = _replicas(facts.runtime)
    bundle = choose_bundle(description, cluster, facts.runtime, errors, warnings)
    placement = place_bundle(bundle, cluster, errors)
    errors += device_claim_problems(description.device_claims, bundle, replicas.maximum)
    split = Split(resources={}, devices={}, shm_bytes=0)
    resources = split.resources
    if placement is not None:
        split = split_bundle(placement, containers, facts.runtime["containers"], errors, warnings)
        resources = split.resources
        if description.device_claims is not None:
            resources = with_claims(description.device_claims, resources, placement.bundle)
    storage = plan_storage(
        description,
        cluster,
        facts.storage,
        primary,
        replicas_max=replicas.maximum,
        gpus=bundle.gpus if bundle else 0,
        errors=errors,
        warnings=warnings,
    )
    timing = plan_timing(
        description, containers, cluster.defaults, storage=storage.kind, errors=errors, warnings=warnings
    )
    wrong, doubtful = surroundings_findings(
        description,
        cluster,
        group=facts.group,
        autoscaling=autoscaling,
        autoscaling_path=f"{_GROUP}.autoscaling",
        startup_seconds=timing.startup_seconds,
    )
    errors += wrong
    warnings += doubtful
    rollout = None
    if placement is not None:
        rollout = choose_strategy(
            placement=placement,
            replicas_max=replicas.maximum,
            replicas_min=replicas.minimum,
            claim_mode=storage.claim_mode,
        )
        found: Feasibility = feasibility(
            label=description.name,
            placement=placement,
            rollout=rollout,
            replicas_max=replicas.maximum,
            cluster=cluster,
        )
        errors += [Problem(_GROUP, text) for text in found.errors]
        warnings += [Problem(_GROUP, text) for text in found.warnings]
        claims = description.device_claims
        if claims is not None and claims.claim is not None and rollout.kind != "recreate":
            rollout = one_at_a_time(claims.claim, storage.claim_mode)
            warnings.append(
                Problem("device_claims.claim", f"every rollout is an outage for a full cold start: {rollout.reason}")
            )
    return WorkloadPlan(
        errors=tuple(errors),
        warnings=tuple(warnings),
        group=facts.group,
        primary=primary,
        port=primary["port"],
        autoscaling=autoscaling,
        replicas=replicas,
        bundle=bundle,
        placement=placement,
        rollout=rollout,
        resources=resources,
        devices=split.devices,
        shm_bytes=split.shm_bytes,
        storage=storage.kind,
        claim_mode=storage.claim_mode,
        claim_size=storage.claim_size,
        storage_class=storage.storage_class,
        cache_path=storage.cache_path,
        startup_seconds=timing.startup_seconds,
        progress_seconds=timing.progress_seconds,
        await_seconds=await_seconds(timing.progress_seconds, rollout, replicas.maximum),
        drain_seconds=timing.drain_seconds,
        grace_seconds=timing.grace_seconds,
        provisioning_seconds=timing.provisioning_seconds,
    )


def _refused(errors: Sequence[Problem]) -> WorkloadPlan:
    return WorkloadPlan(
        errors=tuple(errors),
        warnings=(),
        group=_NOTHING,
        primary=_NOTHING,
        port=0,
        autoscaling=None,
        replicas=Replicas(minimum=1, maximum=1, fixed=1),
        bundle=None,
        placement=None,
        rollout=None,
        resources={},
        shm_bytes=0,
        storage="none",
        claim_mode=None,
        claim_size=None,
        storage_class=None,
        cache_path=None,
        startup_seconds=0,
        progress_seconds=0,
        await_seconds=0,
        drain_seconds=0,
        grace_seconds=0,
        provisioning_seconds=0,
    )


def _replicas(runtime: Mapping[str, Any]) -> tuple[Replicas, Mapping[str, Any] | None]:
    """How many pods, and the autoscaling block if it is enabled. A group that says nothing has one replica."""
    scaling = runtime["autoscaling"]
    if scaling is not None and scaling["enabled"]:
        bounds = Replicas(minimum=scaling["minReplicaCount"], maximum=scaling["maxReplicaCount"], fixed=None)
        return bounds, scaling
    fixed = runtime["replicaCount"] or 1
    return Replicas(minimum=fixed, maximum=fixed, fixed=fixed), None
