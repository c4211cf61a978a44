"""Where the pods of a bundle may run, and what they ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ._bundles import ResourceBundle
from ._cluster import Cluster
from ._errors import PlacementError
from ._fit import misfit, slots
from ._overlap import may_land
from ._pools import GpuNodePool, NodePool
from ._quantities import cpu_quantity, gib, memory_quantity
from ._selectors import Requirement, requirements
from ._tolerations import tolerations_for


@dataclass(frozen=True, kw_only=True)
class Placement:
    """A bundle on a cluster: the scheduling part of a pod.

    All parts are plain Kubernetes values with camelCase keys; do not change them.

    Attributes:
        cluster: name of the cluster.
        bundle: the bundle.
        pools: the pools its pods may run on, in the cluster's order; never empty.
        node_selector: value of `nodeSelector`, or None.
        affinity: value of `affinity`, or None.
        tolerations: value of `tolerations`; may be empty.
        runtime_class: value of `runtimeClassName`, or None.
        requests: requests of the whole pod, as quantities.
        limits: limits of the whole pod; no cpu. Devices and memory equal the requests.
        shm_bytes: size of `/dev/shm`; part of the memory.
        spread: value of `topologySpreadConstraints`, to be completed with a `labelSelector`.
    """

    cluster: str = ""
    bundle: ResourceBundle
    pools: tuple[NodePool, ...]
    node_selector: dict[str, str] | None = field(default=None, hash=False)
    affinity: dict[str, Any] | None = field(default=None, hash=False)
    tolerations: list[dict[str, Any]] = field(default_factory=list, hash=False)
    runtime_class: str | None = None
    requests: dict[str, str] = field(default_factory=dict, hash=False)
    limits: dict[str, str] = field(default_factory=dict, hash=False)
    shm_bytes: int = 0
    spread: list[dict[str, Any]] = field(default_factory=list, hash=False)

    @property
    def capacity(self) -> int | None:
        """How many of its pods all pools together hold at their largest, if nothing else ran; None: no limit."""
        total = 0
        for pool in self.pools:
            if pool.max_nodes is None:
                return None
            total += slots(self.bundle, pool) * pool.max_nodes
        return total


def placement_of(bundle: ResourceBundle, cluster: Cluster, *, zonal_storage: bool = False) -> Placement:
    """Where the pods of a bundle may run on a cluster, and what they ask for.

    The selectors follow from the chosen pools alone: describing another pool rolls no workload unless it fits too.

    Args:
        bundle: the size of a replica.
        cluster: the cluster; its pools count, not its bundles.
        zonal_storage: whether the pods mount a volume of one zone: they are then not spread over zones.

    Raises:
        PlacementError: no pool can hold a replica, a pool that the bundle names cannot, the pools differ in what a
            pod has only one of, or pods could land on a pool that is not meant.
    """
    pools = _pools(bundle, cluster)
    node_selector, affinity = _selectors(pools)
    memory = memory_quantity(bundle.memory_bytes)
    devices = {bundle.resource_name: str(bundle.gpus)} if bundle.gpus else {}
    return Placement(
        cluster=cluster.name,
        bundle=bundle,
        pools=pools,
        node_selector=node_selector,
        affinity=affinity,
        tolerations=tolerations_for(pools),
        runtime_class=pools[0].runtime_class,
        requests={"cpu": cpu_quantity(bundle.cpu), "memory": memory, **devices},
        limits={"memory": memory, **devices},
        shm_bytes=bundle.shm_bytes,
        spread=_spread(zonal_storage),
    )


def _pools(bundle: ResourceBundle, cluster: Cluster) -> tuple[NodePool, ...]:
    known = cluster._chosen_pools
    if bundle not in known:
        what = f"bundle {bundle.id!r} on cluster {cluster.name!r}"
        try:
            pools = known[bundle] = _chosen(bundle, cluster, what)
            _refuse_strays(bundle, cluster, pools, what)
            _refuse_runtime_classes(pools, what)
        except PlacementError as error:
            known[bundle] = str(error)
    found = known[bundle]
    if isinstance(found, str):
        raise PlacementError(found)
    return found


def _chosen(bundle: ResourceBundle, cluster: Cluster, what: str) -> tuple[NodePool, ...]:
    if bundle.pools:
        pools = tuple(pool for pool in cluster.pools if pool.name in bundle.pools)
        for name in bundle.pools:
            found = misfit(bundle, cluster.pool(name), named=True)
            if found is not None:
                raise PlacementError(
                    f"{what} names pool {name!r}, which cannot hold it: {found}; take a smaller bundle or another pool"
                )
        return pools
    misfits = {pool.name: misfit(bundle, pool, named=False) for pool in cluster.pools}
    pools = tuple(pool for pool in cluster.pools if misfits[pool.name] is None)
    if not pools:
        reasons = "; ".join(f"{name}: {found}" for name, found in misfits.items() if found)
        raise PlacementError(
            f"{what} fits no pool ({reasons or 'the cluster has none'}): "
            f"take another bundle or add a pool with {_wanted(bundle)} per node"
        )
    return pools


def _wanted(bundle: ResourceBundle) -> str:
    devices = f"{bundle.gpus} x {bundle.gpu or bundle.resource_name}, " if bundle.gpus else ""
    return f"{devices}{bundle.cpu:g} CPU and {gib(bundle.memory_bytes)}"


def _refuse_strays(bundle: ResourceBundle, cluster: Cluster, pools: tuple[NodePool, ...], what: str) -> None:
    tolerations = tolerations_for(pools)
    for other in cluster.pools:
        # What an empty node has not enough of, the scheduler sees itself.
        if other in pools or not slots(bundle, other):
            continue
        for pool in pools:
            if may_land(pool, other, tolerations):
                why = misfit(bundle, other, named=bool(bundle.pools)) or "the bundle does not name it"
                hint = " such as nvidia.com/gpu=present:NoSchedule" if _tells_gpus(pools, other) else ""
                raise PlacementError(
                    f"{what}: its pods could land on pool {other.name!r} ({why}), whose nodes are not told from those "
                    f"of pool {pool.name!r}: give {pool.name!r} a label or instance_types of its own, or "
                    f"{other.name!r} a taint{hint}"
                )


def _tells_gpus(pools: Iterable[NodePool], other: NodePool) -> bool:
    return isinstance(other, GpuNodePool) and not any(isinstance(pool, GpuNodePool) for pool in pools)


def _selectors(pools: Iterable[NodePool]) -> tuple[dict[str, str] | None, dict[str, Any] | None]:
    terms = list(dict.fromkeys(requirements(pool) for pool in pools))
    selector: dict[str, str] = {}
    if len(terms) == 1:
        selector = {r.key: r.values[0] for r in terms[0] if _is_plain(r)}
        terms = [tuple(r for r in terms[0] if not _is_plain(r))]
    # One pool without any condition takes every pod; no term may stand for it.
    if not all(terms):
        return selector or None, None
    expressions = [{"matchExpressions": [r.expression() for r in term]} for term in terms]
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": expressions}}
    return selector or None, {"nodeAffinity": required}


def _is_plain(requirement: Requirement) -> bool:
    return requirement.operator == "In" and len(requirement.values) == 1


def _refuse_runtime_classes(pools: tuple[NodePool, ...], what: str) -> None:
    classes = {pool.runtime_class: pool.name for pool in pools}
    if len(classes) > 1:
        listed = ", ".join(f"{name} ({class_ or 'none'})" for class_, name in classes.items())
        raise PlacementError(
            f"{what}: its pools need different runtime classes, and a pod has one: {listed}; "
            "name the pools of one class in the bundle's pools"
        )


def _spread(zonal_storage: bool) -> list[dict[str, Any]]:
    # Soft: a hard rule turns the extra pod of a rollout into a deadlock when all nodes are taken (§2.13).
    keys = ["kubernetes.io/hostname", *([] if zonal_storage else ["topology.kubernetes.io/zone"])]
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway",
            "matchLabelKeys": ["pod-template-hash"],
        }
        for key in keys
    ]
