"""How many pods of a bundle a node holds, and why it may hold none."""

from __future__ import annotations

import math

from ._bundles import ResourceBundle
from ._pools import GpuNodePool, NodePool
from ._quantities import gib, millicores


def misfit(bundle: ResourceBundle, pool: NodePool, *, named: bool) -> str | None:
    """Why a pool cannot take pods of a bundle, for people, or None.

    Args:
        bundle: the bundle.
        pool: the pool.
        named: whether the bundle names the pool; a named pool may be a spot pool, and may have GPUs that nobody asks
            for.
    """
    if pool.spot and not bundle.spot and not named:
        return "its nodes are spot nodes, which the bundle does not allow"
    if bundle.gpus:
        found = _gpu_misfit(bundle, pool)
        if found is not None:
            return found
    elif isinstance(pool, GpuNodePool) and not named:
        return "its nodes have GPUs, the bundle asks for none"
    if millicores(bundle.cpu) > node_millicores(pool):
        return f"a node has {pool.node_cpu:g} CPU, the bundle asks for {bundle.cpu:g}"
    if bundle.memory_bytes > pool.node_memory_bytes:
        return f"a node has {gib(pool.node_memory_bytes)} of memory, the bundle asks for {gib(bundle.memory_bytes)}"
    return None


def slots(bundle: ResourceBundle, pool: NodePool) -> int:
    """How many pods of a bundle fit on one empty node of a pool."""
    room = [node_millicores(pool) // millicores(bundle.cpu), pool.node_memory_bytes // bundle.memory_bytes]
    if bundle.gpus:
        room.append(devices(pool, bundle.resource_name) // bundle.gpus)
    return min(room)


def devices(pool: NodePool, resource_name: str) -> int:
    """How many devices of a resource each node of a pool offers."""
    return pool.gpus_per_node if isinstance(pool, GpuNodePool) and pool.resource_name == resource_name else 0


def _gpu_misfit(bundle: ResourceBundle, pool: NodePool) -> str | None:
    if not isinstance(pool, GpuNodePool):
        return "its nodes have no GPUs"
    if pool.resource_name != bundle.resource_name:
        return f"it offers {pool.resource_name}, the bundle asks for {bundle.resource_name}"
    if bundle.gpu is not None and pool.gpu != bundle.gpu:
        return f"it has {pool.gpu}, the bundle asks for {bundle.gpu}"
    if bundle.gpu_memory_bytes is not None and (pool.gpu_memory_bytes or 0) < bundle.gpu_memory_bytes:
        known = "an unknown amount" if pool.gpu_memory_bytes is None else gib(pool.gpu_memory_bytes)
        return f"its devices have {known} of memory, the bundle asks for {gib(bundle.gpu_memory_bytes)}"
    if bundle.gpus > pool.gpus_per_node:
        return f"a node has {pool.gpus_per_node} GPUs, the bundle asks for {bundle.gpus}"
    return None


def node_millicores(pool: NodePool) -> int:
    """Thousandths of a core that each node of a pool has for workloads."""
    return math.floor(round(pool.node_cpu * 1000, 3))
