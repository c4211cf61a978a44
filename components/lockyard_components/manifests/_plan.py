"""What follows from artifact, runtime and cluster before anything is rendered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from lockyard import contract
from lockyard.contract import Problem
from lockyard_components.placement import (
    Feasibility,
    Placement,
    PlacementError,
    ResourceBundle,
    choose_strategy,
    feasibility,
    placement_of,
)

from ._description import Replicas, WorkloadDescription, WorkloadPlan
from ._device_claims import device_claim_problems, one_at_a_time, with_claims
from ._facts import read_facts
from ._findings import surroundings_findings
from ._plan_checks import container_problems, container_warnings, description_problems
from ._plan_storage import plan_storage
from ._resources import Split, device_memory, split_bundle
from ._timing import await_seconds, plan_timing

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster

_GROUP: Final = "runtime.containerGroups.0"
_BUNDLES: Final = f"{_GROUP}.resourceBundles"
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
    bundle = _bundle(description, cluster, facts.runtime, errors, warnings)
    placement = _placement(bundle, cluster, errors)
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


def _bundle(
    description: WorkloadDescription,
    cluster: Cluster,
    runtime: Mapping[str, Any],
    errors: list[Problem],
    warnings: list[Problem],
) -> ResourceBundle | None:
    """The bundle that the runtime names, or the smallest that holds its allocations, or the least there is."""
    if runtime["resourceBundles"]:
        try:
            return cluster.bundle(runtime["resourceBundles"][0])
        except PlacementError as error:
            errors.append(Problem(f"{_BUNDLES}.0", str(error)))
            return None
    placements = {bundle.id: placement for bundle in cluster.bundles if (placement := _placed(bundle, cluster))}
    usable = [placement.bundle for placement in placements.values()]
    allocations = [item["resourceAllocation"] for item in runtime["containers"] if item["resourceAllocation"]]
    if any(value for allocation in allocations for value in allocation.values()):
        models = [contract.ResourceAllocation.model_construct(**_snake(allocation)) for allocation in allocations]
        inferred = contract.infer_bundle(models, [_as_contract(item) for item in placements.values()])
        if inferred is None:
            errors.append(
                Problem(
                    f"{_GROUP}.containers",
                    f"no bundle of cluster '{cluster.name}' holds what the containers ask for together; those that its "
                    f"pools can run: {_ids(usable)}",
                )
            )
            return None
        return placements[inferred.id].bundle
    # Nobody said anything. A service gets the least; for a NIM the kind of GPU is somebody's decision if there are two.
    wants_gpu = description.artifact_type == "nim"
    fitting = [bundle for bundle in usable if bool(bundle.gpus) == wants_gpu]
    if not fitting or (wants_gpu and len(fitting) > 1):
        errors.append(
            Problem(_BUNDLES, f"say what a replica gets: name one of {_ids(fitting or usable)}, or give allocations")
        )
        return None
    chosen = min(fitting, key=lambda bundle: (bundle.cpu, bundle.memory_bytes, bundle.id))
    warnings.append(Problem(_BUNDLES, f"nothing says what a replica gets: it runs on '{chosen.id}'; name a bundle"))
    return chosen


def _snake(allocation: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cpu": allocation["cpu"],
        "gpu": allocation["gpu"],
        "memory": allocation["memory"],
        "gpu_memory": allocation["gpuMemory"],
    }


def _as_contract(placement: Placement) -> contract.ResourceBundle:
    bundle = placement.bundle
    return contract.ResourceBundle.model_construct(
        id=bundle.id,
        name=bundle.id,
        cpu_count=bundle.cpu,
        memory_bytes=bundle.memory_bytes,
        gpu_count=bundle.gpus,
        gpu_memory_bytes=device_memory(placement),
    )


def _placed(bundle: ResourceBundle, cluster: Cluster) -> Placement | None:
    try:
        return placement_of(bundle, cluster)
    except PlacementError:
        return None


def _placement(bundle: ResourceBundle | None, cluster: Cluster, errors: list[Problem]) -> Placement | None:
    if bundle is None:
        return None
    try:
        return placement_of(bundle, cluster)
    except PlacementError as error:
        errors.append(Problem(_BUNDLES, str(error)))
        return None


def _ids(bundles: Sequence[ResourceBundle]) -> str:
    return ", ".join(bundle.id for bundle in bundles) or "none"
