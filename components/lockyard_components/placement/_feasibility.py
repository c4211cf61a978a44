"""Whether one workload fits before anything is applied (checklist 16, 24)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from ._cluster import Cluster
from ._fit import slots
from ._placement import Placement
from ._pools import NodePool
from ._rollout import SHARED_MODES, Rollout


@dataclass(frozen=True, kw_only=True)
class Feasibility:
    """What is wrong with a plan; each text is one line: what, why, what to do.

    Attributes:
        errors: it can never run like this.
        warnings: it runs, but somebody should know.
    """

    errors: list[str] = field(default_factory=list, hash=False)
    warnings: list[str] = field(default_factory=list, hash=False)


def feasibility(
    *, label: str, placement: Placement, rollout: Rollout, replicas_max: int, cluster: Cluster
) -> Feasibility:
    """Whether a workload fits the pools of its bundle, alone; for all workloads of a program see `CapacityBook`.

    How many replicas a volume allows is not looked at here: that is the storage's rule.

    Args:
        label: the workload in messages, such as `workload 'chat-api'`.
        placement: where its pods run.
        rollout: how they are replaced.
        replicas_max: most replicas at any time.
        cluster: the cluster, for messages.

    Returns:
        Errors where it can never run as asked; warnings where a rollout costs capacity or is an outage, and where a
        replica takes all of a node.
    """
    found = Feasibility()
    capacity = placement.capacity
    if capacity is not None and replicas_max > capacity:
        # A workload has one replica at least.
        fewer = f"lower the replicas to {capacity}, or " if capacity else ""
        found.errors.append(
            f"{label}: up to {replicas_max} replicas of bundle {placement.bundle.id!r} do not fit cluster "
            f"{cluster.name!r}, where {_rooms(placement)}: {fewer}{_grow(placement, replicas_max)}"
        )
    else:
        found.warnings.extend(_rollout_warnings(label, placement, rollout, replicas_max))
    found.warnings.extend(_full_nodes(label, placement))
    return found


def _rollout_warnings(label: str, placement: Placement, rollout: Rollout, replicas_max: int) -> list[str]:
    room = f"{_grow(placement, replicas_max + 1)} for a rollout with a spare pod"
    if rollout.kind == "in_place":
        outage = "; while it runs with one replica, nothing serves meanwhile" if rollout.announces_outage else ""
        return [
            f"{label}: a rollout takes one replica away before its successor serves, because {rollout.reason}"
            f"{outage}: {room}"
        ]
    if rollout.kind == "recreate":
        if rollout.claim_mode is not None and rollout.claim_mode not in SHARED_MODES:
            room = "use storage mode nimCache or a storage class with ReadWriteMany for a rollout without outage"
        return [
            f"{label}: every rollout is an outage for a full cold start, and a version that fails leaves none serving, "
            f"because {rollout.reason}: {room}"
        ]
    return []


def _full_nodes(label: str, placement: Placement) -> list[str]:
    bundle = placement.bundle
    full = [
        pool.name
        for pool in placement.pools
        if bundle.memory_bytes == pool.node_memory_bytes or bundle.cpu == pool.node_cpu
    ]
    if not full:
        return []
    return [
        f"{label}: bundle {bundle.id!r} takes all CPU or memory of a node of pool {', '.join(map(repr, full))}: it is "
        "never scheduled if node_cpu or node_memory is the nominal size; give what `kubectl describe node` shows as "
        "Allocatable less what DaemonSets request"
    ]


def _rooms(placement: Placement) -> str:
    return " and ".join(
        f"pool {pool.name!r} holds {slots(placement.bundle, pool) * (pool.max_nodes or 0)} "
        f"({pool.max_nodes} nodes, {slots(placement.bundle, pool)} each)"
        for pool in placement.pools
    )


def _grow(placement: Placement, pods: int) -> str:
    """The change that makes room for so many pods: more nodes for the pool with the most room on each."""
    pool: NodePool = max(placement.pools, key=lambda pool: slots(placement.bundle, pool))
    missing = pods - (placement.capacity or 0)
    nodes = (pool.max_nodes or 0) + math.ceil(missing / slots(placement.bundle, pool))
    return f"raise max_nodes of pool {pool.name!r} from {pool.max_nodes} to {nodes}"
