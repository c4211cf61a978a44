"""K13 to K18: selectors, tolerations, requests and spread of a bundle on each flavour."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.placement.worlds import GPU_TAINT, LARGE, cluster, cpu_pool, gpu_pool

from lockyard_components.placement import (
    DEFAULT_BUNDLES,
    GPU_PRODUCTS,
    PlacementError,
    ResourceBundle,
    Taint,
    placement_of,
)

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
DEFAULT_TOLERATIONS = [
    {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
    {"key": "sku", "operator": "Equal", "value": "gpu", "effect": "NoSchedule"},
]


def bundle(gpus: int = 1, **fields: Any) -> ResourceBundle:
    return ResourceBundle(**{"id": "b", "cpu": 4, "memory": "24GiB", "gpus": gpus, **fields})


def default(id: str) -> ResourceBundle:
    return next(bundle for bundle in DEFAULT_BUNDLES if bundle.id == id)


def conditions(placement: Any) -> dict[str, Any]:
    """All conditions of a placement on one kind of nodes, by label: values, or operator and values."""
    found: dict[str, Any] = {key: [value] for key, value in (placement.node_selector or {}).items()}
    if placement.affinity:
        (term,) = placement.affinity["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"][
            "nodeSelectorTerms"
        ]
        for e in term["matchExpressions"]:
            found[e["key"]] = e["values"] if e["operator"] == "In" else (e["operator"], e.get("values"))
    return found


G6_4 = ["g6.12xlarge", "g6.24xlarge"]
K15 = {
    ("gke", "L4", 4): {
        "cloud.google.com/gke-accelerator": ["nvidia-l4"],
        "cloud.google.com/gke-accelerator-count": ["4"],
        "cloud.google.com/gke-spot": ("NotIn", ["true"]),
    },
    ("eks", "L4", 4): {
        "node.kubernetes.io/instance-type": G6_4,
        "eks.amazonaws.com/capacityType": ("NotIn", ["SPOT"]),
    },
    ("karpenter", "L4", 4): {
        "karpenter.k8s.aws/instance-gpu-name": ["l4"],
        "karpenter.k8s.aws/instance-gpu-count": ["4"],
        "karpenter.sh/capacity-type": ("NotIn", ["spot"]),
    },
    ("eks-auto", "L4", 4): {
        "eks.amazonaws.com/instance-gpu-name": ["l4"],
        "eks.amazonaws.com/instance-gpu-count": ["4"],
        "karpenter.sh/capacity-type": ("NotIn", ["spot"]),
    },
    ("generic", "L4", 4): {"nvidia.com/gpu.product": ["NVIDIA-L4"], "nvidia.com/gpu.count": ["4"]},
    ("aks", "A100-80GB", 1): {
        "kubernetes.azure.com/accelerator": ["nvidia"],
        "node.kubernetes.io/instance-type": ["Standard_NC24ads_A100_v4"],
    },
    ("gke", "A100-80GB", 1): {
        "cloud.google.com/gke-accelerator": ["nvidia-a100-80gb"],
        "cloud.google.com/gke-accelerator-count": ["1"],
        "cloud.google.com/gke-spot": ("NotIn", ["true"]),
    },
    ("karpenter", "A100-80GB", 8): {
        "karpenter.k8s.aws/instance-gpu-name": ["a100"],
        "karpenter.k8s.aws/instance-gpu-memory": ["81920"],
        "karpenter.k8s.aws/instance-gpu-count": ["8"],
        "karpenter.sh/capacity-type": ("NotIn", ["spot"]),
    },
    ("karpenter", "A100-40GB", 8): {
        "karpenter.k8s.aws/instance-gpu-name": ["a100"],
        "karpenter.k8s.aws/instance-gpu-memory": ["40960"],
        "karpenter.k8s.aws/instance-gpu-count": ["8"],
        "karpenter.sh/capacity-type": ("NotIn", ["spot"]),
    },
    ("gke", "H100", 8): {
        "cloud.google.com/gke-accelerator": ["nvidia-h100-80gb", "nvidia-h100-mega-80gb"],
        "cloud.google.com/gke-accelerator-count": ["8"],
        "cloud.google.com/gke-spot": ("NotIn", ["true"]),
    },
    ("generic", "A100-80GB", 8): {
        "nvidia.com/gpu.product": ["NVIDIA-A100-SXM4-80GB", "NVIDIA-A100-80GB-PCIe"],
        "nvidia.com/gpu.count": ["8"],
    },
}


@pytest.mark.parametrize(("flavour", "product", "count"), K15)
def test_k15_the_same_bundle_on_each_flavour(flavour: Any, product: str, count: int) -> None:
    pool = gpu_pool(flavour=flavour, gpu=product, gpus=count)
    found = placement_of(bundle(gpu=product), cluster(pool))
    assert conditions(found) == K15[flavour, product, count]
    assert found.pools == (pool,) and found.cluster == "prod"


SPOT = {
    "gke": ("cloud.google.com/gke-spot", "true"),
    "eks": ("eks.amazonaws.com/capacityType", "SPOT"),
    "karpenter": ("karpenter.sh/capacity-type", "spot"),
    "eks-auto": ("karpenter.sh/capacity-type", "spot"),
    "aks": ("kubernetes.azure.com/scalesetpriority", "spot"),
}


@pytest.mark.parametrize("flavour", SPOT)
def test_k14_spot_only_where_allowed(flavour: Any) -> None:
    key, value = SPOT[flavour]
    spot = gpu_pool("spot", flavour, "A100-80GB", 8, spot=True)
    steady = gpu_pool("steady", flavour, "A100-80GB", 8)
    with pytest.raises(PlacementError, match="its nodes are spot nodes, which the bundle does not allow"):
        placement_of(bundle(), cluster(spot))
    alone = placement_of(bundle(), cluster(spot, steady))
    assert alone.pools == (steady,)
    assert alone.tolerations == DEFAULT_TOLERATIONS
    for allowed in (bundle(spot=True), bundle(pools=("spot",))):
        found = placement_of(allowed, cluster(spot))
        assert conditions(found)[key] == [value]
        extra = [t for t in found.tolerations if t not in DEFAULT_TOLERATIONS]
        if flavour in ("aks", "gke"):
            assert extra == [{"key": key, "operator": "Equal", "value": value, "effect": "NoSchedule"}]
        else:
            assert extra == []


def test_k14_tolerations() -> None:
    taints = (GPU_TAINT, Taint(key="team", value="ml"), Taint(key="x", effect="NoExecute"))
    found = placement_of(bundle(), cluster(gpu_pool(taints=taints)))
    assert found.tolerations == [
        *DEFAULT_TOLERATIONS,
        {"key": "team", "operator": "Equal", "value": "ml", "effect": "NoSchedule"},
        {"key": "x", "operator": "Exists", "effect": "NoExecute"},
    ]
    assert placement_of(bundle(0, memory="1GiB"), cluster(cpu_pool())).tolerations == []


def test_k13_requests_and_limits() -> None:
    found = placement_of(bundle(2, cpu=3.5, memory="40GiB"), cluster(gpu_pool()))
    assert found.requests == {"cpu": "3500m", "memory": "40Gi", "nvidia.com/gpu": "2"}
    assert found.limits == {"memory": "40Gi", "nvidia.com/gpu": "2"}
    assert found.shm_bytes == 16 * 1024**3
    small = placement_of(bundle(0, cpu=0.0001, memory="1000001KiB"), cluster(cpu_pool()))
    assert small.requests == {"cpu": "1m", "memory": "1000001Ki"} and small.limits == {"memory": "1000001Ki"}


def test_k13_slices_have_their_own_resource() -> None:
    sliced = gpu_pool("mig", "generic", "H100", 56, resource_name="nvidia.com/mig-1g.10gb")
    whole = gpu_pool("whole", "generic", "H100", 8)
    found = placement_of(bundle(resource_name="nvidia.com/mig-1g.10gb"), cluster(sliced, whole))
    assert found.pools == (sliced,)
    assert found.requests["nvidia.com/mig-1g.10gb"] == found.limits["nvidia.com/mig-1g.10gb"] == "1"
    # The node's count is that of whole GPUs.
    assert "nvidia.com/gpu.count" not in conditions(found)
    assert placement_of(bundle(), cluster(sliced, whole)).pools == (whole,)


def test_several_pools_of_different_kinds_are_terms() -> None:
    a = gpu_pool("a", "gke", "L4", 4)
    b = gpu_pool("b", "generic", "A10G", 4, labels={"team": "ml"}, taints=(Taint(key="team"),))
    found = placement_of(bundle(gpu_memory="20GiB"), cluster(a, b))
    assert found.pools == (a, b) and found.node_selector is None and found.affinity is not None
    terms = found.affinity["nodeAffinity"][REQUIRED]["nodeSelectorTerms"]
    assert [[e["key"] for e in term["matchExpressions"]] for term in terms] == [
        ["cloud.google.com/gke-accelerator", "cloud.google.com/gke-accelerator-count", "cloud.google.com/gke-spot"],
        ["team", "nvidia.com/gpu.product", "nvidia.com/gpu.count"],
    ]
    twins = placement_of(bundle(), cluster(gpu_pool("a"), gpu_pool("b")))
    assert len(twins.pools) == 2 and twins.node_selector is not None


def test_labels_and_types_of_the_pool_select() -> None:
    found = placement_of(
        bundle(), cluster(gpu_pool(flavour="eks", labels={"pool": "x"}, instance_types=("g6.12xlarge",)))
    )
    assert conditions(found) == {
        "pool": ["x"],
        "node.kubernetes.io/instance-type": ["g6.12xlarge"],
        "eks.amazonaws.com/capacityType": ("NotIn", ["SPOT"]),
    }
    own = gpu_pool(gpu="L40S", labels={"cloud.google.com/gke-accelerator": "nvidia-l40s"})
    assert conditions(placement_of(bundle(), cluster(own)))["cloud.google.com/gke-accelerator"] == ["nvidia-l40s"]
    unknown = gpu_pool(gpu="NVIDIA-GTX-9", flavour="generic")
    assert conditions(placement_of(bundle(), cluster(unknown)))["nvidia.com/gpu.product"] == ["NVIDIA-GTX-9"]


def test_cpu_pods_stay_off_gpu_nodes() -> None:
    web, gpu = cpu_pool(), gpu_pool()
    found = placement_of(default("cpu.small"), cluster(gpu, web))
    assert found.pools == (web,)
    assert conditions(found)["cloud.google.com/gke-accelerator"] == ("DoesNotExist", None)
    named = placement_of(bundle(0, memory="1GiB", pools=("gpu",)), cluster(gpu, web))
    assert named.pools == (gpu,) and named.tolerations == DEFAULT_TOLERATIONS and "nvidia.com/gpu" not in named.requests


def test_runtime_class() -> None:
    assert placement_of(bundle(), cluster(gpu_pool(runtime_class="nvidia"))).runtime_class == "nvidia"
    assert placement_of(bundle(), cluster(gpu_pool())).runtime_class is None
    with pytest.raises(PlacementError, match=r"different runtime classes.*a \(nvidia\), b \(none\)"):
        placement_of(bundle(), cluster(gpu_pool("a", runtime_class="nvidia"), gpu_pool("b")))


@pytest.mark.parametrize("zonal", [False, True])
def test_k18_spread_is_soft_and_not_over_zones_with_zonal_storage(zonal: bool) -> None:
    spread = placement_of(bundle(), cluster(gpu_pool()), zonal_storage=zonal).spread
    assert [s["topologyKey"] for s in spread] == [
        "kubernetes.io/hostname",
        *([] if zonal else ["topology.kubernetes.io/zone"]),
    ]
    for constraint in spread:
        assert constraint["whenUnsatisfiable"] == "ScheduleAnyway"
        assert constraint["maxSkew"] == 1 and constraint["matchLabelKeys"] == ["pod-template-hash"]


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (bundle(8, memory="100GiB", gpu="L4"), "l4: a node has 4 GPUs, the bundle asks for 8"),
        (bundle(1, gpu="H100"), "l4: it has L4, the bundle asks for H100"),
        (bundle(1, gpu_memory="40GiB"), "l4: its devices have 24 GiB of memory, the bundle asks for 40 GiB"),
        (bundle(1, cpu=100), "l4: a node has 90 CPU, the bundle asks for 100"),
        (bundle(1, memory="2000GiB"), "l4: a node has 1800 GiB of memory"),
        (bundle(1, resource_name="amd.com/gpu"), "l4: it offers nvidia.com/gpu, the bundle asks for amd.com/gpu"),
        (bundle(0, memory="30GiB"), "web: a node has 28 GiB of memory, the bundle asks for 30 GiB"),
        (bundle(1, pools=("web",)), "names pool 'web', which cannot hold it: its nodes have no GPUs"),
        (bundle(8, memory="100GiB", pools=("l4",)), "names pool 'l4', which cannot hold it: a node has 4 GPUs"),
    ],
)
def test_k16_what_fits_no_node_is_refused(wanted: ResourceBundle, text: str) -> None:
    there = cluster(gpu_pool("l4"), cpu_pool("web"))
    for _ in range(2):  # the second time from what is remembered
        with pytest.raises(PlacementError) as refused:
            placement_of(wanted, there)
        assert text in str(refused.value) and "\n" not in str(refused.value)


def test_k16_a_cluster_without_pools() -> None:
    with pytest.raises(PlacementError, match="the cluster has none"):
        placement_of(bundle(), cluster())


STRAYS = [
    (bundle(0, memory="1GiB"), cpu_pool("web", "eks"), gpu_pool("gpu", "eks"), "a taint such as nvidia.com/gpu"),
    (bundle(pools=("a",)), gpu_pool("a"), gpu_pool("b"), "the bundle does not name it"),
    (
        bundle(pools=("a",)),
        gpu_pool("a", "karpenter"),
        gpu_pool("b", "karpenter"),
        "label or instance_types of its own",
    ),
    (bundle(pools=("a",)), gpu_pool("a"), gpu_pool("b", taints=(GPU_TAINT,)), "the bundle does not name it"),
    (bundle(), gpu_pool("a", "generic"), gpu_pool("b", "generic", spot=True), "its nodes are spot nodes"),
]


@pytest.mark.parametrize(("wanted", "own", "other", "text"), STRAYS)
def test_pods_that_could_land_elsewhere_are_refused(wanted: ResourceBundle, own: Any, other: Any, text: str) -> None:
    with pytest.raises(PlacementError) as refused:
        placement_of(wanted, cluster(own, other))
    assert f"could land on pool {other.name!r}" in str(refused.value) and text in str(refused.value)


def test_what_the_error_recommends_helps() -> None:
    from dataclasses import replace

    for wanted, own, other, _ in STRAYS:
        taint = GPU_TAINT if not wanted.gpus else Taint(key="kept", value="b")
        assert placement_of(wanted, cluster(own, replace(other, taints=(taint,)))).pools == (own,)
        assert placement_of(wanted, cluster(replace(own, labels={"pool": "own"}), other)).pools[0].name == own.name


@pytest.mark.parametrize("wanted", [b for b in DEFAULT_BUNDLES if b.gpus], ids=lambda b: b.id)
def test_each_default_bundle_fits_the_nodes_it_is_for(wanted: ResourceBundle) -> None:
    pool = gpu_pool(flavour="generic", gpu=wanted.gpu or "", gpus=8, **LARGE)
    assert placement_of(wanted, cluster(pool)).pools == (pool,)


def test_every_product_is_offered_somewhere_and_known_by_feature_discovery() -> None:
    for product in GPU_PRODUCTS.values():
        assert product.gfd and product.karpenter and product.eks, product.name
    labels = [label for product in GPU_PRODUCTS.values() for label in product.gfd]
    types = [t for p in GPU_PRODUCTS.values() for table in (p.eks, p.aks) for ts in table.values() for t in ts]
    assert len(set(labels)) == len(labels) and len(set(types)) == len(types)
