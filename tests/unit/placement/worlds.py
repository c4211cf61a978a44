"""Pools, nodes as their providers make them, clusters and bundles for the tests."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import strategies as st
from tests.unit.placement.scheduler import Node

from lockyard_components.placement import (
    DEFAULT_BUNDLES,
    GPU_PRODUCTS,
    Cluster,
    GpuNodePool,
    NodePool,
    PlacementError,
    ResourceBundle,
    Taint,
)

GPU_TAINT = Taint(key="nvidia.com/gpu", value="true")
LARGE: dict[str, Any] = {"node_cpu": 90, "node_memory": "1800GiB"}


def gpu_pool(name: str = "gpu", flavour: Any = "gke", gpu: str = "L4", gpus: int = 4, **fields: Any) -> GpuNodePool:
    return GpuNodePool(name=name, flavour=flavour, gpu=gpu, gpus_per_node=gpus, **{**LARGE, **fields})


def cpu_pool(name: str = "web", flavour: Any = "gke", **fields: Any) -> NodePool:
    return NodePool(name=name, flavour=flavour, **{"node_cpu": 7.5, "node_memory": "28GiB", **fields})


def cluster(*pools: NodePool, **fields: Any) -> Cluster:
    return Cluster(name="prod", pools=pools, **fields)


_TYPES = {"gke": ("g2-standard-48",), "generic": ("metal-1", None)}


@st.composite
def nodes(draw: Any, pool: NodePool) -> Node:
    """A node of a pool, labelled as its provider does it (written down here a second time, on purpose)."""
    gpu = isinstance(pool, GpuNodePool)
    product = GPU_PRODUCTS.get(pool.gpu) if isinstance(pool, GpuNodePool) else None
    labels: dict[str, str | None] = {}
    taints = [
        {"key": t.key, **({"value": t.value} if t.value is not None else {}), "effect": t.effect} for t in pool.taints
    ]
    match pool.flavour:
        case "gke":
            if isinstance(pool, GpuNodePool):
                values = product.gke if product and product.gke else ("nvidia-other",)
                labels["cloud.google.com/gke-accelerator"] = draw(st.sampled_from(values))
                labels["cloud.google.com/gke-accelerator-count"] = str(pool.gpus_per_node)
                if draw(st.booleans()):
                    taints.append({"key": "nvidia.com/gpu", "value": "present", "effect": "NoSchedule"})
            if pool.spot:
                labels["cloud.google.com/gke-spot"] = "true"
        case "eks":
            if isinstance(pool, GpuNodePool) and product:
                types = product.eks.get(pool.gpus_per_node, ("p9.large",))
                labels["node.kubernetes.io/instance-type"] = draw(st.sampled_from(types))
                labels["k8s.amazonaws.com/accelerator"] = draw(st.sampled_from([None, "nvidia"]))
            labels["eks.amazonaws.com/capacityType"] = (
                "SPOT" if pool.spot else draw(st.sampled_from(["ON_DEMAND", "CAPACITY_BLOCK", None]))
            )
        case "karpenter" | "eks-auto":
            domain = "karpenter.k8s.aws" if pool.flavour == "karpenter" else "eks.amazonaws.com"
            if isinstance(pool, GpuNodePool):
                labels[f"{domain}/instance-gpu-name"] = product.karpenter if product else "other"
                labels[f"{domain}/instance-gpu-count"] = str(pool.gpus_per_node)
                labels[f"{domain}/instance-gpu-memory"] = str((product.memory_bytes if product else 1) >> 20)
            labels["karpenter.sh/nodepool"] = pool.name
            labels["karpenter.sh/capacity-type"] = (
                "spot" if pool.spot else draw(st.sampled_from(["on-demand", "reserved"]))
            )
        case "aks":
            if isinstance(pool, GpuNodePool):
                labels["kubernetes.azure.com/accelerator"] = "nvidia"
                types = product.aks.get(pool.gpus_per_node) if product else None
                labels["node.kubernetes.io/instance-type"] = draw(st.sampled_from(types or ("Standard_X",)))
            if pool.spot:
                labels["kubernetes.azure.com/scalesetpriority"] = "spot"
                taints.append({"key": "kubernetes.azure.com/scalesetpriority", "value": "spot", "effect": "NoSchedule"})
        case _:
            pass
    if gpu and (pool.flavour == "generic" or draw(st.booleans())):
        values = product.gfd if product else (pool.gpu,)
        labels["nvidia.com/gpu.product"] = draw(st.sampled_from(values))
        labels["nvidia.com/gpu.count"] = str(pool.gpus_per_node)
    if pool.instance_types:
        labels["node.kubernetes.io/instance-type"] = draw(st.sampled_from(pool.instance_types))
    elif not gpu:
        labels["node.kubernetes.io/instance-type"] = draw(st.sampled_from(["m7i.2xlarge", "c3-standard-8", None]))
    labels |= pool.labels
    allocatable = {"cpu": int(pool.node_cpu * 1000), "memory": pool.node_memory_bytes}
    if isinstance(pool, GpuNodePool):
        allocatable[pool.resource_name] = pool.gpus_per_node
    return Node(pool.name, {k: v for k, v in labels.items() if v is not None}, taints, allocatable)


_labels = st.dictionaries(st.sampled_from(["team", "tier"]), st.sampled_from(["a", "b"]), max_size=2)
TAINTS = (
    GPU_TAINT,
    Taint(key="dedicated", value="ml"),
    Taint(key="dedicated"),
    Taint(key="busy", effect="PreferNoSchedule"),
    Taint(key="drain", effect="NoExecute"),
)
_taints = st.lists(st.sampled_from(TAINTS), max_size=2, unique=True).map(tuple)
_max_nodes = st.one_of(st.none(), st.integers(0, 6))


def _offered(flavour: Any) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for product in GPU_PRODUCTS:
        for count in (1, 2, 4, 8):
            with suppress(PlacementError):
                gpu_pool("any", flavour, product, count)
                found.append((product, count))
    return found


FLAVOUR_NAMES = ["gke", "eks", "karpenter", "eks-auto", "aks", "generic"]
OFFERED = {flavour: _offered(flavour) for flavour in FLAVOUR_NAMES}


@st.composite
def pools(draw: Any, name: str, flavours: list[str]) -> NodePool:
    """A pool of one of the flavours; its product is one that the flavour offers."""
    common: dict[str, Any] = {
        "name": name,
        "flavour": draw(st.sampled_from(flavours)),
        "node_cpu": draw(st.sampled_from([3.5, 7.9, 47, 95, 190])),
        "node_memory": draw(st.sampled_from(["13GiB", "28GiB", "180GiB", "700GiB", "1900GiB"])),
        "max_nodes": draw(_max_nodes),
        "spot": draw(st.booleans()) and draw(st.booleans()),
        "labels": draw(_labels),
        "taints": draw(_taints),
    }
    if draw(st.integers(0, 3)) == 0:
        types = draw(st.sampled_from([(), ("m7i.2xlarge",), ("m7i.2xlarge", "m7i.4xlarge")]))
        return NodePool(**common, instance_types=types)
    product, count = draw(st.sampled_from(OFFERED[common["flavour"]]))
    resource = draw(st.sampled_from(["nvidia.com/gpu", "nvidia.com/gpu", "nvidia.com/gpu", "nvidia.com/mig-1g.10gb"]))
    if draw(st.booleans()):
        common["taints"] = (GPU_TAINT,)
    return GpuNodePool(**common, gpu=product, gpus_per_node=count, resource_name=resource)


@st.composite
def clusters(draw: Any) -> Cluster:
    """A cluster of one flavour, or of all of them mixed."""
    flavours = draw(st.sampled_from([[flavour] for flavour in FLAVOUR_NAMES] + [FLAVOUR_NAMES]))
    found = tuple(draw(pools(f"p{i}", flavours)) for i in range(draw(st.integers(1, 5))))
    return Cluster(name="prod", pools=found)


@st.composite
def bundles(draw: Any, of: Cluster) -> ResourceBundle:
    """A default bundle, one that names pools, one that may use spot, one of any product, or one of a slice."""
    gpus = draw(st.sampled_from([0, 1, 1, 2, 4, 8]))
    products = [pool.gpu for pool in of.pools if isinstance(pool, GpuNodePool)] or ["L4"]
    names = draw(st.lists(st.sampled_from([pool.name for pool in of.pools]), unique=True, max_size=2))
    own = ResourceBundle(
        id="own",
        cpu=draw(st.sampled_from([0.5, 2, 3.3])),
        memory="12GiB" if gpus <= 1 else "24GiB",
        gpus=gpus,
        gpu=draw(st.sampled_from([None, *products])) if gpus else None,
        pools=tuple(names) if draw(st.booleans()) else (),
        spot=draw(st.booleans()),
        resource_name=draw(st.sampled_from(["nvidia.com/gpu", "nvidia.com/gpu", "nvidia.com/mig-1g.10gb"])),
    )
    return draw(st.sampled_from([own, own, own, *DEFAULT_BUNDLES]))
