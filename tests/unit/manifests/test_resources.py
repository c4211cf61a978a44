"""Who gets what of the bundle: cores, memory, devices, /dev/shm; and which bundle."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.manifests.cases import (
    CLUSTER,
    CPU_POOL,
    GPU_POOL,
    container,
    described,
    errors_of,
    nim,
    planned,
    pod,
    runtime,
    server,
    spec,
    warnings_of,
)

from lockyard_components.placement import GpuNodePool, ResourceBundle

PATH = "runtime.containerGroups.0"
SIDECAR = {"name": "proxy", "imageUri": "envoy:1"}
SECOND = {"name": "logs", "imageUri": "fluent:1"}


def resources(bundle: str, *allocations: tuple[str, dict[str, Any]], spec_: Any = None, cluster: Any = CLUSTER) -> Any:
    """Resources by container."""
    overrides = [{"name": name, "resourceAllocation": allocation} for name, allocation in allocations]
    group = {"containers": overrides} if overrides else {}
    if bundle:
        group["resourceBundles"] = [bundle]
    description = described(spec=spec_ or spec(), runtime=runtime(**group))
    return dict(planned(description, cluster).resources)


def refusals(bundle: str, *allocations: tuple[str, dict[str, Any]], spec_: Any = None) -> list[str]:
    """What is wrong with such allocations."""
    overrides = [{"name": name, "resourceAllocation": allocation} for name, allocation in allocations]
    group = {"containers": overrides, "resourceBundles": [bundle]} if bundle else {"containers": overrides}
    return errors_of(described(spec=spec_ or spec(), runtime=runtime(**group)))


def sized(cpu: str, memory: str, gpu: str | None = None) -> dict[str, Any]:
    """Kubernetes resources."""
    named = {"nvidia.com/gpu": gpu} if gpu else {}
    return {"requests": {"cpu": cpu, "memory": memory, **named}, "limits": {"memory": memory, **named}}


@pytest.mark.parametrize(
    ("bundle", "expected"),
    [
        ("cpu.small", sized("1", "512Mi")),
        ("cpu.large", sized("4", "8Gi")),
        ("gpu.l4.small", sized("4", "16Gi", gpu="1")),
        ("gpu.l4.pair", sized("8", "48Gi", gpu="2")),
    ],
)
def test_k13_one_container_gets_the_bundle_and_devices_are_limit_and_request(bundle: str, expected: Any) -> None:
    assert resources(bundle) == {"server": expected}


def test_k13_slices_of_a_device_have_their_own_name() -> None:
    slices = GpuNodePool(
        name="mig", flavour="generic", node_cpu=15, node_memory="60GiB", gpu="H100", gpus_per_node=7,
        resource_name="nvidia.com/mig-1g.10gb", labels={"pool": "mig"},
    )  # fmt: skip
    bundle = ResourceBundle(id="mig", cpu=2, memory="8GiB", gpus=1, resource_name="nvidia.com/mig-1g.10gb")
    cluster = replace(CLUSTER, pools=(CPU_POOL, slices), bundles=(bundle,))
    found = resources("mig", cluster=cluster)["server"]
    assert found["limits"] == {"memory": "8Gi", "nvidia.com/mig-1g.10gb": "1"}
    assert found["requests"]["nvidia.com/mig-1g.10gb"] == "1"


def test_k13_there_is_no_limit_of_cores() -> None:
    for bundle in CLUSTER.bundles:
        assert "cpu" not in resources(bundle.id)["server"]["limits"]


@pytest.mark.parametrize(
    ("allocations", "expected"),
    [
        ((), {"server": sized("3900m", "8064Mi"), "proxy": sized("100m", "128Mi")}),
        (
            (("proxy", {"cpu": 1, "memory": "2GiB"}),),
            {"server": sized("3", "6Gi"), "proxy": sized("1", "2Gi")},
        ),
        (
            (("server", {"cpu": 2, "memory": "4GiB"}),),
            {"server": sized("2", "4Gi"), "proxy": sized("100m", "128Mi")},
        ),
        (
            (("server", {"cpu": 0.25, "memory": "1000MB"}), ("proxy", {"cpu": 0.0005, "memory": 1})),
            {"server": sized("250m", "1000000000"), "proxy": sized("1m", "1")},
        ),
        ((("server", {"cpu": 4}),), {"server": sized("4", "8064Mi"), "proxy": sized("0", "128Mi")}),
        ((("server", {"cpu": 0, "memory": 0}),), {"server": sized("3900m", "8064Mi"), "proxy": sized("100m", "128Mi")}),
    ],
)
def test_what_an_allocation_says_counts_and_the_rest_is_the_primarys(allocations: Any, expected: Any) -> None:
    assert resources("cpu.large", *allocations, spec_=spec(container(), SIDECAR)) == expected


def test_sidecars_take_at_most_a_quarter_of_a_small_bundle() -> None:
    cluster = replace(CLUSTER, bundles=(ResourceBundle(id="tiny", cpu=0.2, memory="256MiB"),))
    found = resources("tiny", spec_=spec(container(), SIDECAR, SECOND), cluster=cluster)
    assert found == {"server": sized("150m", "192Mi"), "proxy": sized("25m", "32Mi"), "logs": sized("25m", "32Mi")}


def test_devices_go_to_the_primary_unless_somebody_says_otherwise() -> None:
    both = spec(container(), SIDECAR)
    found = resources("gpu.l4.pair", ("proxy", {"gpu": 1}), spec_=both)
    assert found["server"]["limits"]["nvidia.com/gpu"] == found["proxy"]["limits"]["nvidia.com/gpu"] == "1"
    found = resources("gpu.l4.pair", spec_=both)
    assert found["server"]["limits"]["nvidia.com/gpu"] == "2"
    assert "nvidia.com/gpu" not in found["proxy"]["limits"]


def test_k13_a_fraction_of_a_device_is_refused() -> None:
    (found,) = refusals("gpu.l4.pair", ("server", {"gpu": 0.5}))
    assert found.startswith(f"{PATH}.containers.0.resourceAllocation.gpu: must be a whole number")


@pytest.mark.parametrize(
    ("bundle", "allocation", "path", "text"),
    [
        ("cpu.small", {"cpu": 2}, "containers", "ask for 2 cores together, bundle 'cpu.small' has 1"),
        ("cpu.small", {"memory": "1GiB"}, "containers", "bytes of memory together, bundle 'cpu.small' has"),
        ("cpu.small", {"gpu": 1}, "containers.0.resourceAllocation.gpu", "1 GPUs together, bundle 'cpu.small' has 0"),
        ("gpu.l4.small", {"gpu": 2}, "containers.0.resourceAllocation.gpu", "2 GPUs together"),
        ("gpu.l4.small", {"gpuMemory": "48GiB"}, "containers", "48Gi of GPU memory together"),
        ("cpu.small", {"gpuMemory": "1GiB"}, "containers", "1Gi of GPU memory together"),
    ],
)
def test_more_than_the_bundle_has_is_refused(bundle: str, allocation: Any, path: str, text: str) -> None:
    (found,) = refusals(bundle, ("server", allocation))
    assert found.startswith(f"{PATH}.{path}: ") and text in found


def test_memory_of_devices_that_nobody_knows_is_not_judged() -> None:
    custom = GpuNodePool(
        name="new", flavour="gke", node_cpu=15, node_memory="60GiB", gpu="X1", gpus_per_node=2, labels={"pool": "new"}
    )
    either = ResourceBundle(id="gpu.any", cpu=4, memory="16GiB", gpus=1)
    cluster = replace(CLUSTER, pools=(CPU_POOL, GPU_POOL, custom), bundles=(either,))
    overrides = [{"name": "server", "resourceAllocation": {"gpuMemory": "48GiB"}}]
    asked = nim(runtime=runtime(resourceBundles=["gpu.any"], containers=overrides))
    assert errors_of(asked, cluster) == []
    assert len(errors_of(asked, replace(cluster, pools=(CPU_POOL, GPU_POOL)))) == 1


def test_a_sidecar_for_which_nothing_is_left_is_named() -> None:
    (found,) = refusals("cpu.small", ("server", {"memory": "512MiB"}), spec_=spec(container(), SIDECAR))
    assert "is left for container 'proxy'" in found


def test_devices_that_nobody_uses_are_pointed_out() -> None:
    overrides = [{"name": "server", "resourceAllocation": {"gpu": 1}}]
    found = warnings_of(nim(runtime=runtime(resourceBundles=["gpu.l4.pair"], containers=overrides)))
    assert any("use 1 of the 2 GPUs of bundle 'gpu.l4.pair'" in text for text in found)


@pytest.mark.parametrize(
    ("bundle", "size"),
    [("cpu.small", "64Mi"), ("cpu.large", "64Mi"), ("gpu.l4.small", "1Gi"), ("gpu.l4.pair", "16Gi")],
)
def test_k12_shared_memory_is_bounded_and_part_of_the_memory(bundle: str, size: str) -> None:
    description = described(runtime=runtime(resourceBundles=[bundle]))
    assert {"name": "dshm", "emptyDir": {"medium": "Memory", "sizeLimit": size}} in pod(description)["volumes"]
    assert {"name": "dshm", "mountPath": "/dev/shm"} in server(description)["volumeMounts"]
    plan = planned(description)
    assert plan.bundle is not None
    limit = plan.resources["server"]["limits"]["memory"]
    assert limit == resources(bundle)["server"]["limits"]["memory"]
    assert plan.shm_bytes < plan.bundle.memory_bytes


def test_k12_shared_memory_follows_a_small_container_without_gpus() -> None:
    overrides = [{"name": "server", "resourceAllocation": {"memory": "64MiB"}}]
    plan = planned(described(runtime=runtime(resourceBundles=["cpu.small"], containers=overrides)))
    assert plan.shm_bytes == 32 * 1024**2


def test_k45_shared_memory_without_headroom_is_refused() -> None:
    overrides = [{"name": "server", "resourceAllocation": {"memory": "16GiB"}}]
    (found,) = errors_of(nim(runtime=runtime(resourceBundles=["gpu.l4.pair"], containers=overrides)))
    assert "include the 16Gi of /dev/shm of bundle 'gpu.l4.pair' and leave nothing" in found
    overrides = [{"name": "server", "resourceAllocation": {"memory": "18GiB"}}]
    found = warnings_of(nim(runtime=runtime(resourceBundles=["gpu.l4.pair"], containers=overrides)))
    assert any("has 2Gi of memory beside /dev/shm" in text for text in found)


@pytest.mark.parametrize(
    ("allocation", "bundle"),
    [
        ({"cpu": 0.5, "memory": "256MiB"}, "cpu.small"),
        ({"cpu": 1.5}, "cpu.large"),
        ({"memory": "8GiB"}, "cpu.large"),
        ({"gpu": 1}, "gpu.l4.small"),
        ({"gpu": 2}, "gpu.l4.pair"),
        ({"gpuMemory": "48GiB"}, "gpu.l4.pair"),
    ],
)
def test_a_bundle_is_found_for_allocations(allocation: Any, bundle: str) -> None:
    overrides = [{"name": "server", "resourceAllocation": allocation}]
    plan = planned(described(runtime=runtime(containers=overrides)))
    assert plan.bundle is not None and plan.bundle.id == bundle


def test_a_bundle_that_no_pool_runs_is_not_found() -> None:
    cluster = replace(
        CLUSTER, bundles=(ResourceBundle(id="a.h100", cpu=1, memory="16GiB", gpus=1, gpu="H100"), *CLUSTER.bundles)
    )
    overrides = [{"name": "server", "resourceAllocation": {"gpu": 1}}]
    plan = planned(described(runtime=runtime(containers=overrides)), cluster)
    assert plan.bundle is not None and plan.bundle.id == "gpu.l4.small"


def test_allocations_that_no_bundle_holds_are_refused() -> None:
    (found,) = refusals("", ("server", {"cpu": 64}))
    assert found.startswith(f"{PATH}.containers: no bundle of cluster 'prod' holds")
    assert "cpu.small, cpu.large, gpu.l4.small, gpu.l4.pair" in found


def test_a_service_that_says_nothing_gets_the_least() -> None:
    description = described(runtime={"containerGroups": []})
    plan = planned(description)
    assert plan.bundle is not None and plan.bundle.id == "cpu.small"
    (found,) = warnings_of(description)
    assert found.startswith(f"{PATH}.resourceBundles: nothing says what a replica gets: it runs on 'cpu.small'")


def test_a_nim_without_a_gpu_is_pointed_out() -> None:
    (found,) = warnings_of(nim(runtime=runtime(resourceBundles=["cpu.large"])))
    assert found.startswith("runtime.containerGroups.0.resourceBundles.0: 'cpu.large' has no GPU")
    assert warnings_of(nim(runtime=runtime(resourceBundles=["gpu.l4.small"]))) == []


def test_a_nim_that_says_nothing_gets_the_only_gpu_there_is() -> None:
    one = replace(CLUSTER, bundles=CLUSTER.bundles[:3])
    plan = planned(nim(runtime=runtime()), one)
    assert plan.bundle is not None and plan.bundle.id == "gpu.l4.small"
    (found,) = errors_of(nim(runtime=runtime()))
    assert found.startswith(f"{PATH}.resourceBundles: say what a replica gets: name one of gpu.l4.small, gpu.l4.pair")


def test_k16_an_unknown_bundle_and_two_bundles_are_refused() -> None:
    (found,) = errors_of(nim(runtime=runtime(resourceBundles=["gpu.h100.1"])))
    assert found.startswith(f"{PATH}.resourceBundles.0: ") and "gpu.l4.small" in found
    (found,) = errors_of(nim(runtime=runtime(resourceBundles=["gpu.l4.small", "gpu.l4.pair"])))
    assert found.startswith(f"{PATH}.resourceBundles.1: only one")


def test_k16_more_devices_than_any_node_has_are_refused() -> None:
    eight = ResourceBundle(id="gpu.l4.8", cpu=8, memory="48GiB", gpus=8, gpu="L4")
    found = errors_of(nim(runtime=runtime(resourceBundles=["gpu.l4.8"])), replace(CLUSTER, bundles=(eight,)))
    assert found and all(text.startswith(f"{PATH}.resourceBundles: ") for text in found)
    assert GPU_POOL.name in found[0]
