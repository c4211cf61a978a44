"""The catalogue of bundles, which one is inferred, what a bundles file may say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lockyard.contract import (
    DEFAULT_BUNDLES,
    ResourceAllocation,
    ValidationFailedError,
    bundle_problems,
    dump,
    infer_bundle,
    parse,
    parse_bundles,
    parse_runtime,
)
from lockyard.contract._bundle import ResourceBundle

GIB = 1024**3
BY_ID = {bundle.id: bundle for bundle in DEFAULT_BUNDLES}
SMALL: dict[str, Any] = {
    "id": "gpu.l40s.1",
    "cpuCount": 8,
    "memoryBytes": "48GiB",
    "gpuCount": 1,
    "gpuTypeLabel": "L40S",
}


def test_the_platforms_bundles_keep_ids_and_sizes() -> None:
    sizes = {
        "cpu.micro": (0.5, 256 * 1024**2),
        "cpu.small": (1.0, 536_870_912),
        "cpu.medium": (1.0, GIB),
        "cpu.large": (2.0, 1536 * 1024**2),
        "cpu.xlarge": (2.0, 2_147_483_648),
        "gpu.t4.small": (4.0, 16 * GIB),
        "gpu.l4.small": (4.0, 16 * GIB),
        "gpu.a10g.medium": (8.0, 32 * GIB),
    }
    assert {id: (BY_ID[id].cpu_count, BY_ID[id].memory_bytes) for id in sizes} == sizes
    assert [bundle.id for bundle in DEFAULT_BUNDLES[: len(sizes)]] == list(sizes)


def test_the_catalogue_is_systematic() -> None:
    products = {"t4", "l4", "a10g", "l40s", "a100-40", "a100-80", "h100", "h200", "b200"}
    systematic = {
        id: bundle for id, bundle in BY_ID.items() if id.startswith("gpu.") and id.rpartition(".")[2].isdigit()
    }
    assert {id.split(".")[1] for id in systematic} == products
    for id, bundle in systematic.items():
        assert bundle.gpu_count == int(id.rpartition(".")[2]), id
        assert bundle.gpu_maker == "nvidia" and bundle.gpu_type_label and bundle.gpu_memory_bytes, id
    for product in products:
        same = [bundle for id, bundle in systematic.items() if id.split(".")[1] == product]
        sizes = [(b.gpu_count, b.cpu_count, b.memory_bytes) for b in same]
        assert sizes == sorted(sizes) and sizes[0][0] == 1 and len(sizes) >= 3, product
        assert len({(b.gpu_type_label, b.gpu_memory_bytes) for b in same}) == 1, product
    assert len(BY_ID) == len(DEFAULT_BUNDLES)


@pytest.mark.parametrize("bundle", DEFAULT_BUNDLES, ids=lambda bundle: bundle.id)
def test_each_default_bundle_is_a_valid_document(bundle: ResourceBundle) -> None:
    assert parse(ResourceBundle, dump(bundle)) == bundle
    assert parse_bundles([dump(bundle)]) == (bundle,)


@pytest.mark.parametrize(
    ("allocation", "bundle"),
    [
        ({"cpu": 0.25, "memory": 256_000_000}, "cpu.micro"),
        ({"cpu": 0.5, "memory": 512_000_000}, "cpu.small"),
        ({"cpu": 1, "memory": 2 * GIB}, "cpu.xlarge"),
        ({"cpu": 3}, "cpu.2xlarge"),
        ({"memory": 20 * GIB}, "cpu.8xlarge"),
        ({"cpu": 17}, None),
        ({"gpu": 1}, "gpu.t4.small"),
        ({"gpu": 1, "gpu_memory": 20 * GIB}, "gpu.l4.small"),
        ({"gpu": 1, "gpu_memory": 40 * GIB}, "gpu.l40s.1"),
        ({"gpu": 1, "gpu_memory": 80 * GIB}, "gpu.a100-80.1"),
        ({"gpu": 2}, "gpu.t4.2"),
        ({"gpu": 8, "gpu_memory": 8 * 80 * GIB}, "gpu.a100-80.8"),
        ({"gpu": 9}, None),
        ({}, None),
    ],
)
def test_r102_inferred(allocation: dict[str, Any], bundle: str | None) -> None:
    found = infer_bundle([ResourceAllocation.model_construct(**allocation)])
    assert (found and found.id) == bundle


_amounts = st.fixed_dictionaries(
    {},
    optional={
        "cpu": st.floats(0.1, 100, allow_nan=False),
        "memory": st.integers(1, 3000 * GIB),
        "gpu": st.integers(1, 9),
        "gpu_memory": st.integers(1, 1500 * GIB),
    },
)


@given(st.lists(_amounts, min_size=1, max_size=3))
def test_r102_the_inferred_bundle_holds_everything_and_none_smaller_does(amounts: list[dict[str, Any]]) -> None:
    asked = {key: sum(amount.get(key, 0) for amount in amounts) for key in ("cpu", "memory", "gpu", "gpu_memory")}
    found = infer_bundle([ResourceAllocation.model_construct(**amount) for amount in amounts])

    def holds(bundle: ResourceBundle) -> bool:
        devices = bundle.gpu_count >= asked["gpu"] if asked["gpu"] or asked["gpu_memory"] else not bundle.gpu_count
        memory = bundle.gpu_count * (bundle.gpu_memory_bytes or 0)
        return (
            devices
            and bundle.cpu_count >= asked["cpu"]
            and bundle.memory_bytes >= asked["memory"]
            and memory >= asked["gpu_memory"]
        )

    holding = [bundle for bundle in DEFAULT_BUNDLES if holds(bundle)] if any(asked.values()) else []
    if found is None:
        assert not holding
    else:
        assert found in holding
        assert all((b.gpu_count, b.cpu_count) >= (found.gpu_count, found.cpu_count) for b in holding)


def test_a_list_replaces_the_default_bundles() -> None:
    (bundle,) = parse_bundles([SMALL])
    assert (bundle.id, bundle.name, bundle.memory_bytes) == ("gpu.l40s.1", "gpu.l40s.1", 48 * GIB)
    assert parse_bundles({"bundles": [SMALL]}) == (bundle,)


def test_extending_adds_and_overrides() -> None:
    found = {b.id: b for b in parse_bundles({"extend": True, "bundles": [SMALL, {**SMALL, "id": "team.large"}]})}
    assert found.keys() == BY_ID.keys() | {"team.large"}
    assert found["gpu.l40s.1"].cpu_count == 8 != BY_ID["gpu.l40s.1"].cpu_count
    assert found["cpu.small"] == BY_ID["cpu.small"]


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        ({}, {"bundles"}),
        ([], {"bundles"}),
        ("cpu.small", {""}),
        ([{**SMALL, "id": ""}], {"bundles.0.id", "bundles.0.name"}),
        ([{**SMALL, "id": "a b"}], {"bundles.0.id"}),
        ([{"cpuCount": 1, "memoryBytes": 1}], {"bundles.0.id", "bundles.0.name"}),
        ([{**SMALL, "cpuCount": 0}], {"bundles.0.cpuCount"}),
        ([{**SMALL, "memoryBytes": "48Gi"}], {"bundles.0.memoryBytes"}),
        ([{**SMALL, "memoryBytes": 0}], {"bundles.0.memoryBytes"}),
        ([{**SMALL, "gpuCount": 0.5}], {"bundles.0.gpuCount"}),
        ([{**SMALL, "gpuCount": 0}], {"bundles.0.gpuTypeLabel"}),
        ([{**SMALL, "gpus": 1}], {"bundles.0.gpus"}),
        ([SMALL, SMALL], {"bundles.1.id"}),
        ([{**SMALL, "cpuCount": -1, "memoryBytes": True}], {"bundles.0.cpuCount", "bundles.0.memoryBytes"}),
        ({"extend": "yes", "bundles": [SMALL]}, {"extend"}),
        ({"extend": True, "bundles": [SMALL], "more": 1}, {"more"}),
    ],
)  # fmt: skip
def test_a_wrong_bundles_document_is_refused_with_every_path(document: Any, paths: set[str]) -> None:
    with pytest.raises(ValidationFailedError) as refused:
        parse_bundles(document)
    assert {problem.path for problem in refused.value.problems} == paths


def _message(id: str, known: tuple[ResourceBundle, ...]) -> str:
    runtime = parse_runtime({"containerGroups": [{"replicaCount": 1, "resourceBundles": [id]}]})
    (problem,) = bundle_problems(runtime, known)
    assert problem.path == "runtime.containerGroups.0.resourceBundles.0"
    assert "\n" not in problem.message
    return problem.message


def test_r128_an_unknown_bundle_is_refused_with_what_to_do() -> None:
    message = _message("gpu.l4.9", DEFAULT_BUNDLES)
    assert "like it there are: gpu.l4.small, gpu.l4.1, gpu.l4.2, gpu.l4.4, gpu.l4.8;" in message
    assert "lockyard serve --bundles FILE" in message and "LOCKYARD_BUNDLES=FILE" in message
    assert f"lists all {len(DEFAULT_BUNDLES)}" in _message("team.large", DEFAULT_BUNDLES)
    assert "there are: gpu.l40s.1" in _message("cpu.small", parse_bundles([SMALL]))
