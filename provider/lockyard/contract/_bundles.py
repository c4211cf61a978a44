"""Which resource bundle a runtime gets, and which it may name (workload-api §10.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

from ._base import as_object, parse
from ._bundle import BundleFile, ResourceBundle
from ._bundle_catalogue import DEFAULT_BUNDLES
from ._errors import Problem
from ._runtime import ResourceAllocation, WorkloadRuntime
from ._unknown import contains_unknown, is_unknown


def parse_bundles(document: object) -> tuple[ResourceBundle, ...]:
    """The bundles of a registry from an operator's document.

    Args:
        document: a list of bundles as the API lists them (`id`, `cpuCount`, `memoryBytes`, `gpuCount`, ...), which then
            are the only ones; or `{"extend": true, "bundles": [...]}`, which adds them to the default ones. Amounts of
            memory may be text such as `48GiB`; `name` is the id when absent.

    Raises:
        ValidationFailedError: with all problems, each with its path.
    """
    whole: object = {"bundles": cast("list[Any]", document)} if isinstance(document, list) else document
    listed = as_object(whole).get("bundles")
    if isinstance(listed, list):
        whole = {**as_object(whole), "bundles": [_named(item) for item in cast("list[Any]", listed)]}
    file = parse(BundleFile, whole, bounded=False)
    if not file.extend:
        return tuple(file.bundles)
    return tuple(({bundle.id: bundle for bundle in DEFAULT_BUNDLES} | {b.id: b for b in file.bundles}).values())


def _named(item: Any) -> Any:
    bundle = as_object(item)
    return {"name": bundle["id"], **bundle} if "id" in bundle else item


def _size(bundle: ResourceBundle) -> tuple[float, ...]:
    return (bundle.gpu_count, bundle.cpu_count, bundle.memory_bytes, bundle.gpu_memory_bytes or 0)


def infer_bundle(
    allocations: Iterable[ResourceAllocation],
    bundles: Sequence[ResourceBundle] = DEFAULT_BUNDLES,
) -> ResourceBundle | None:
    """The smallest bundle that holds all containers of a group (R102).

    Smallest by devices, then cores, then memory. Containers that ask for no device never get a GPU bundle.

    Args:
        allocations: what the containers of the group ask for.
        bundles: what there is.

    Returns:
        The bundle; None when nothing was asked for, nothing fits, or something is not known yet.
    """
    asked = [allocation for allocation in allocations if not is_unknown(allocation)]
    if any(contains_unknown(allocation.__dict__) for allocation in asked):
        return None
    cpu = sum(allocation.cpu or 0 for allocation in asked)
    memory = sum(allocation.memory or 0 for allocation in asked)
    gpu = sum(allocation.gpu or 0 for allocation in asked)
    gpu_memory = sum(allocation.gpu_memory or 0 for allocation in asked)
    if not (cpu or memory or gpu or gpu_memory):
        return None
    fitting = [
        bundle
        for bundle in bundles
        if bundle.cpu_count >= cpu
        and bundle.memory_bytes >= memory
        and (bundle.gpu_count >= gpu if gpu or gpu_memory else bundle.gpu_count == 0)
        and bundle.gpu_count * (bundle.gpu_memory_bytes or 0) >= gpu_memory
    ]
    return min(
        fitting,
        key=_size,
        default=None,
    )


_FEW: Final = 10
"""Ids that an error lists."""


def bundle_problems(
    runtime: WorkloadRuntime, bundles: Sequence[ResourceBundle], prefix: str = "runtime"
) -> list[Problem]:
    """A runtime may only name bundles that there are (R128, workload-api §10.5)."""
    known = [bundle.id for bundle in bundles]
    return [
        Problem(
            f"{prefix}.containerGroups.{g}.resourceBundles.{index}",
            f"there is no resource bundle of this id{_near(bundle, known)}",
        )
        for g, group in enumerate(runtime.container_groups if not is_unknown(runtime.container_groups) else ())
        if not is_unknown(group) and not is_unknown(group.resource_bundles)
        for index, bundle in enumerate(group.resource_bundles)
        if not is_unknown(bundle) and bundle not in known
    ]


def _near(id: str, known: Sequence[str]) -> str:
    family = f"{id.rpartition('.')[0]}."
    like = [other for other in known if other.startswith(family)]
    if len(known) <= _FEW:
        there = f"; there are: {', '.join(known) or 'none'}"
    elif like:
        there = f"; like it there are: {', '.join(like[:_FEW])}"
    else:
        there = f"; GET /mlops/compute/bundles lists all {len(known)}"
    return f"{there}; the operator can add one: lockyard serve --bundles FILE, or LOCKYARD_BUNDLES=FILE"
