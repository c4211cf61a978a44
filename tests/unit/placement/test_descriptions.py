"""Pools, bundles and clusters that cannot be right are refused in one line that names field and value."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.placement.worlds import cluster, cpu_pool, gpu_pool

from lockyard import contract
from lockyard_components import placement
from lockyard_components.placement import (
    DEFAULT_BUNDLES,
    GPU_PRODUCTS,
    Cluster,
    Gateway,
    Ingress,
    Keda,
    PlacementError,
    PrometheusOperator,
    ResourceBundle,
    SecretReference,
    StorageClass,
    Taint,
    WorkloadDefaults,
    bundles_document,
    from_contract,
)

GIB = 1024**3


def bundle(**fields: Any) -> ResourceBundle:
    return ResourceBundle(**{"id": "b", "cpu": 4, "memory": "16GiB", **fields})


WRONG: list[tuple[Callable[[], Any], str]] = [
    (lambda: Taint(key="a b"), "key='a b'"),
    (lambda: Taint(key="a/b/c"), "key='a/b/c'"),
    (lambda: Taint(key="a", value="x y"), "value='x y'"),
    (lambda: Taint(key="a", effect="Never"), "effect='Never' must be one of NoSchedule"),  # pyright: ignore
    (lambda: cpu_pool("Web"), "name='Web'"),
    (lambda: cpu_pool("-web"), "name='-web'"),
    (lambda: cpu_pool("w" * 64), "name='www"),
    (lambda: cpu_pool(flavour="aws"), "flavour='aws' must be one of gke, eks, karpenter, eks-auto, aks, generic"),
    (lambda: cpu_pool(node_cpu=0), "node_cpu=0 must be a number greater than 0"),
    (lambda: cpu_pool(node_cpu=True), "node_cpu=True"),
    (lambda: cpu_pool(node_cpu=float("nan")), "node_cpu=nan"),
    (lambda: cpu_pool(node_memory="64Gi"), "node_memory='64Gi' has an ambiguous unit"),
    (lambda: cpu_pool(node_memory=0), "node_memory=0"),
    (lambda: cpu_pool(node_memory=None), "node_memory=None"),
    (lambda: cpu_pool(max_nodes=-1), "max_nodes=-1 must be a whole number of at least 0"),
    (lambda: cpu_pool(max_nodes=1.5), "max_nodes=1.5"),
    (lambda: cpu_pool(spot="yes"), "spot='yes'"),
    (lambda: cpu_pool(taints=("a",)), "taints[0]='a' must be a Taint"),
    (lambda: cpu_pool(labels={"a b": "c"}), "labels='a b'"),
    (lambda: cpu_pool(labels={"a": "b c"}), "labels['a']='b c'"),
    (lambda: cpu_pool(labels=[("a", "b")]), "labels=[('a', 'b')]"),
    (lambda: cpu_pool(labels={"cloud.google.com/gke-spot": "true"}), "spot=False contradicts the label"),
    (lambda: cpu_pool(instance_types="m7i.large"), "instance_types='m7i.large' must be a tuple"),
    (lambda: cpu_pool(instance_types=("",)), "instance_types=None"),
    (lambda: cpu_pool(runtime_class="Nvidia!"), "runtime_class='Nvidia!'"),
    (lambda: gpu_pool(gpus=0), "gpus_per_node=0 must be a whole number of at least 1"),
    (lambda: gpu_pool(gpu=""), "gpu=None"),
    (lambda: gpu_pool(gpu_memory="24 apples"), "gpu_memory='24 apples'"),
    (lambda: gpu_pool(resource_name="gpu"), "resource_name='gpu' must be of the form domain/name"),
    (lambda: gpu_pool(gpu="GTX-9"), "gpu='GTX-9' with gpus_per_node=4: how flavour 'gke' labels such nodes is not"),
    (lambda: gpu_pool(gpu="L40S"), "or take one of T4, L4, A100-40GB, A100-80GB, H100, H200, B200"),
    (lambda: gpu_pool(flavour="eks", gpus=2), "L4 (1, 4, 8 per node)"),
    (lambda: gpu_pool(flavour="aks"), "take one of T4 (1, 4 per node), A100-40GB (8 per node)"),
    (lambda: gpu_pool(flavour="karpenter", gpu="MI300X"), "gpu='MI300X'"),
    (lambda: bundle(id=""), "id=''"),
    (lambda: bundle(id="a b"), "id='a b'"),
    (lambda: bundle(cpu=0), "cpu=0"),
    (lambda: bundle(memory="16Gi"), "memory='16Gi' has an ambiguous unit"),
    (lambda: bundle(gpus=-1), "gpus=-1"),
    (lambda: bundle(gpus=0.5), "gpus=0.5 must be a whole number"),
    (lambda: bundle(gpu="L4"), "gpu='L4' needs gpus of at least 1"),
    (lambda: bundle(gpu_memory="24GiB"), "gpu_memory='24GiB' needs gpus of at least 1"),
    (lambda: bundle(pools=("a", "a")), "pools='a' is there twice"),
    (lambda: bundle(pools="a"), "pools='a' must be a tuple"),
    (lambda: bundle(shm_size="0"), "shm_size='0'"),
    (lambda: bundle(gpus=2), "memory='16GiB' leaves too little beside the 16384 MiB of /dev/shm"),
    (lambda: bundle(gpus=1, memory="4GiB"), "make it at least 5120 MiB, or set a smaller shm_size"),
    (lambda: bundle(resource_name="mig"), "resource_name"),
    (lambda: StorageClass(name="A"), "name='A'"),
    (lambda: StorageClass(name="a", access_modes=()), "access_modes=() must name at least one"),
    (lambda: StorageClass(name="a", access_modes=("RWX",)), "access_modes='RWX' must be one of"),  # pyright: ignore
    (lambda: StorageClass(name="a", zonal=1), "zonal=1"),  # pyright: ignore
    (lambda: Keda(namespace="a.b"), "namespace='a.b'"),
    (lambda: PrometheusOperator(server_address="prometheus:9090"), "must start with http:// or https://"),
    (lambda: Gateway(name="g", namespace="n", domain="a..b"), "domain='a..b'"),
    (lambda: Ingress(class_name="", domain="a", namespace="n"), "class_name=''"),
    (lambda: SecretReference(name="a", key=""), "key=None"),
    (lambda: WorkloadDefaults(grace_seconds=25), "grace_seconds=25 must be more than drain_seconds + 5 = 25"),
    (lambda: WorkloadDefaults(startup_seconds_cached=0), "startup_seconds_cached=0"),
    (lambda: WorkloadDefaults(dedicated_claim_size="100GiB"), "dedicated_claim_size='100GiB'"),
    (lambda: cluster(cpu_pool(), cpu_pool()), "pools='web' is there twice"),
    (lambda: cluster(cpu_pool(), bundles=(bundle(), bundle())), "bundles='b' is there twice"),
    (lambda: cluster(cpu_pool(), bundles=(bundle(pools=("gone",)),)), "pools[0]='gone' is no pool here; there are: w"),
    (lambda: cluster("web"), "pools[0]='web' must be a NodePool"),  # pyright: ignore
    (lambda: cluster(namespace="A"), "namespace='A'"),
    (lambda: cluster(pod_security="none"), "pod_security='none'"),
    (lambda: cluster(keda=True), "keda=True must be a Keda or None"),
    (lambda: cluster(pull_secrets=("A",)), "pull_secrets='A'"),
    (lambda: cluster(utility_image=""), "utility_image=''"),
    (lambda: cluster(defaults=None), "defaults=None must be a WorkloadDefaults"),
    (lambda: cluster(render_to=""), "render_to='' must be a folder's path"),
    (lambda: Cluster(name="A", pools=()), "name='A'"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "text"), WRONG, ids=[text for _, text in WRONG])
def test_refused_in_one_line(make: Callable[[], Any], text: str) -> None:
    with pytest.raises(PlacementError) as refused:
        make()
    assert text in str(refused.value) and "\n" not in str(refused.value)
    assert isinstance(refused.value, ValueError)


@pytest.mark.parametrize(
    "make",
    [
        lambda: cpu_pool("a" * 63, max_nodes=0, node_memory=1, node_cpu=0.1),
        lambda: gpu_pool(gpu="GTX-9", labels={"team": "a"}),
        lambda: gpu_pool(gpu="GTX-9", flavour="generic"),
        lambda: gpu_pool(gpu="GTX-9", flavour="eks", instance_types=("g9.large",)),
        lambda: gpu_pool(gpu="L40S", labels={"cloud.google.com/gke-accelerator": "nvidia-l40s"}),
        lambda: bundle(gpus=2, shm_size="1GiB"),
        lambda: bundle(memory="65MiB"),
        lambda: Taint(key="a"),
        lambda: cluster(),
    ],
)
def test_the_nearest_right_ones_are_accepted(make: Callable[[], Any]) -> None:
    made = make()
    assert made == replace(made) and hash(made) == hash(replace(made))


def test_products_by_any_spelling() -> None:
    assert {gpu_pool(gpu=spelling).gpu for spelling in ("a100-80", "A100-80gb", "A100-80GB")} == {"A100-80GB"}
    assert bundle(gpus=1, gpu="l4").gpu == "L4"


def test_memory_of_devices() -> None:
    assert gpu_pool().gpu_memory_bytes == 24 * GIB
    assert gpu_pool(gpu_memory="22GiB").gpu_memory_bytes == 22 * GIB
    assert gpu_pool(resource_name="nvidia.com/mig-1g.10gb", gpu="H100").gpu_memory_bytes == 10 * GIB
    assert gpu_pool(gpu="GTX-9", flavour="generic").gpu_memory_bytes is None


def test_k12_shared_memory() -> None:
    assert bundle().shm_bytes == 64 * 1024**2
    assert bundle(gpus=1).shm_bytes == GIB
    assert bundle(gpus=2, memory="40GiB").shm_bytes == 16 * GIB
    assert bundle(gpus=2, shm_size="8GiB").shm_bytes == 8 * GIB


def test_looking_up_says_what_there_is() -> None:
    there = cluster(
        cpu_pool(),
        gpu_pool(),
        bundles=(bundle(),),
        storage_classes=(StorageClass(name="fast"), StorageClass(name="slow")),
    )
    assert there.bundle("b").cpu == 4 and there.pool("gpu").name == "gpu"
    assert there.storage_class("ReadWriteOnce").name == "fast"
    for look, text in (
        (lambda: there.bundle("c"), "cluster 'prod' has no bundle 'c': there are: b"),
        (lambda: there.pool("c"), "cluster 'prod' has no pool 'c': there are: gpu, web"),
        (lambda: there.storage_class("ReadWriteMany"), "there are: fast (ReadWriteOnce), slow (ReadWriteOnce)"),
        (lambda: there.storage_class("RWX"), "access_mode='RWX' must be one of"),
    ):
        with pytest.raises(PlacementError) as refused:
            look()
        assert text in str(refused.value)


def test_a_cluster_is_easily_varied_and_cannot_be_changed() -> None:
    there = cluster(cpu_pool(labels={"team": "a"}))
    other = replace(there, namespace="staging", pools=(*there.pools, gpu_pool()))
    assert (other.namespace, len(other.pools), there.namespace) == ("staging", 2, "default")
    with pytest.raises(AttributeError):
        there.namespace = "x"  # pyright: ignore


def test_the_default_bundles_are_the_registrys() -> None:
    """One place: a cluster's default bundles and a new registry's are the same ids and sizes."""
    assert [(b.id, b.cpu, b.memory_bytes, b.gpus) for b in DEFAULT_BUNDLES] == [
        (b.id, b.cpu_count, b.memory_bytes, b.gpu_count) for b in contract.DEFAULT_BUNDLES
    ]
    for default in DEFAULT_BUNDLES:
        if default.gpus:
            product = GPU_PRODUCTS[default.gpu or ""]
            assert default.gpu_memory_bytes == product.memory_bytes, default.id
            assert default.memory_bytes - default.shm_bytes >= 4 * GIB, default.id


def test_a_clusters_bundles_become_the_registrys_file() -> None:
    own = (bundle(id="team.l4", gpus=1, gpu="l4", gpu_memory="24GiB"), bundle(id="team.cpu"))
    known = contract.parse_bundles(bundles_document(own))
    again = [from_contract(b) for b in known]
    assert [(b.id, b.cpu, b.memory_bytes, b.gpus, b.gpu, b.gpu_memory_bytes) for b in again] == [
        ("team.l4", 4, 16 * GIB, 1, "L4", 24 * GIB),
        ("team.cpu", 4, 16 * GIB, 0, None, None),
    ]
    assert contract.parse_bundles(bundles_document(DEFAULT_BUNDLES))


def test_public_names_are_there_and_sorted() -> None:
    names = placement.__all__
    assert names == sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert all(hasattr(placement, name) for name in names)


def test_a_refusal_is_an_error_of_the_program_where_there_is_one() -> None:
    """The engine shows a RunError as one line; without Pulumi the package works as well, and imports none."""
    import pulumi

    with pytest.raises(PlacementError, match="key='a b'") as caught:
        Taint(key="a b")
    assert isinstance(caught.value, pulumi.RunError) and isinstance(caught.value, ValueError)
    assert type(caught.value).__name__ == "PlacementError"
    code = """
import sys
from lockyard_components.placement import PlacementError, Taint
try:
    Taint(key="a b")
except PlacementError as error:
    print(type(error) is PlacementError, "pulumi" in sys.modules, error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("True False taint 'a b': key='a b'")
