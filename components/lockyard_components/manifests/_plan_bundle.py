"""Which bundle a workload runs on, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from lockyard import contract
from lockyard.contract import Problem
from lockyard_components.placement import Placement, PlacementError, ResourceBundle, placement_of

from ._resources import device_memory

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster

    from ._description import WorkloadDescription

_GROUP: Final = "runtime.containerGroups.0"
_BUNDLES: Final = f"{_GROUP}.resourceBundles"


def choose_bundle(
    description: WorkloadDescription,
    cluster: Cluster,
    runtime: Mapping[str, Any],
    errors: list[Problem],
    warnings: list[Problem],
) -> ResourceBundle | None:
    """The bundle that the runtime names, or the smallest that holds its allocations, or the least there is.

    Args:
        description: the workload.
        cluster: the cluster.
        runtime: the runtime's group, full.
        errors: gets why there is none.
        warnings: gets that nobody chose.
    """
    if runtime["resourceBundles"]:
        try:
            named = cluster.bundle(runtime["resourceBundles"][0])
        except PlacementError as error:
            errors.append(Problem(f"{_BUNDLES}.0", str(error)))
            return None
        if description.artifact_type == "nim" and not named.gpus and description.device_claims is None:
            warnings.append(
                Problem(f"{_BUNDLES}.0", f"'{named.id}' has no GPU, and most NIMs do not start without one")
            )
        return named
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


def place_bundle(bundle: ResourceBundle | None, cluster: Cluster, errors: list[Problem]) -> Placement | None:
    """Where the pods of a bundle go; None, and why in `errors`, if they cannot."""
    if bundle is None:
        return None
    try:
        return placement_of(bundle, cluster)
    except PlacementError as error:
        errors.append(Problem(_BUNDLES, str(error)))
        return None


def _ids(bundles: Sequence[ResourceBundle]) -> str:
    return ", ".join(bundle.id for bundle in bundles) or "none"
