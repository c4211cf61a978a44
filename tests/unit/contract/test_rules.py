"""Rules that stand alone: lock, replacement, metrics, names of a runtime, repository types, bundles."""

from typing import Any

import pytest

from lockyard.contract import (
    ALL_COMPAT,
    ANY_STORED_IMAGE,
    DEFAULT_BUNDLES,
    LOCKED_DELETE_MESSAGE,
    LOCKED_UPDATE_MESSAGE,
    STRICT,
    UNKNOWN,
    BadRequestError,
    ResourceAllocation,
    ValidationFailedError,
    allowed_types,
    bundle_problems,
    compact,
    container_names,
    infer_bundle,
    lock_problems,
    parse,
    parse_runtime,
    parse_spec,
    replacement_refusal,
    repository_type_message,
    runtime_problems,
)


def spec(*containers: Any) -> Any:
    return parse_spec(
        {"containerGroups": [{"containers": list(containers)}]},
        artifact_type="service",
        stored_image_uris=ANY_STORED_IMAGE,
    )


IMAGE = {"imageUri": "i", "port": 8080, "primary": True}
BUILD = {"imageBuildConfig": {}, "port": 8080, "primary": True}


def test_r42_lock_needs_images() -> None:
    (problem,) = lock_problems(spec(BUILD, {"name": "b", "imageUri": "i"}))
    assert problem.path == "spec.containerGroups.0.containers.0.imageUri"
    assert problem.message == (
        "Cannot lock artifact: imageBuildConfig is set but imageUri is not populated. "
        "Trigger and complete an image build before locking."
    )
    assert lock_problems(spec(BUILD), prefix="artifact.spec")[0].path.startswith("artifact.spec.containerGroups")


def test_r42_lock_with_images() -> None:
    assert lock_problems(spec(IMAGE)) == []
    assert lock_problems(spec(BUILD | {"imageUri": "built"})) == []


@pytest.mark.parametrize(
    "document", [{}, {"containerGroups": []}, {"containerGroups": [{}]}, {"containerGroups": [{"containers": []}]}]
)
def test_lock_needs_containers(document: dict[str, Any]) -> None:
    (problem,) = lock_problems(parse_spec(document, artifact_type="service"))
    assert problem.path == "spec.containerGroups"


@pytest.mark.parametrize(
    "document",
    [
        {"containerGroups": UNKNOWN},
        {"containerGroups": [UNKNOWN]},
        {"containerGroups": [{"containers": UNKNOWN}]},
        {"containerGroups": [{"containers": [UNKNOWN]}]},
        {"containerGroups": [{"containers": [BUILD | {"imageUri": UNKNOWN}]}]},
        {"containerGroups": [{"containers": [{"imageBuildConfig": UNKNOWN, "port": 8080}]}]},
    ],
)
def test_lock_of_what_is_not_known(document: dict[str, Any]) -> None:
    assert lock_problems(parse_spec(document, artifact_type="service")) == []


def test_r39_r51_sentences() -> None:
    assert LOCKED_UPDATE_MESSAGE == "Cannot update artifact: artifact is locked"
    assert LOCKED_DELETE_MESSAGE == "Cannot delete locked artifact"


@pytest.mark.parametrize(
    ("current", "candidate", "same", "expected"),
    [
        ("draft", "draft", True, None),
        ("draft", "draft", False, None),
        ("locked", "locked", False, None),
        ("locked", "locked", True, ValidationFailedError),
        ("draft", "locked", True, BadRequestError),
        ("draft", "locked", False, BadRequestError),
        ("locked", "draft", True, BadRequestError),
        ("locked", "draft", False, BadRequestError),
    ],
)
def test_r110_r111_replacement_matrix(current: str, candidate: str, same: bool, expected: type | None) -> None:
    refusal = replacement_refusal("a", current, "a" if same else "b", candidate)
    assert type(refusal) is (expected or type(None))
    if expected is BadRequestError:
        assert refusal is not None
        assert str(refusal).startswith("Artifact status mismatch")
    if expected is ValidationFailedError:
        assert refusal is not None
        assert refusal.body() == {
            "detail": ["Cannot replace with the same artifact — candidate artifact ID matches current artifact."]
        }


def scaled(*metrics: Any, **group: Any) -> Any:
    policies = [{"scalingMetric": metric, "target": 1} for metric in metrics]
    scaling = {"minReplicaCount": 1, "maxReplicaCount": 2, "policies": policies}
    return parse_runtime({"containerGroups": [{"autoscaling": scaling, **group}]})


NIM_METRICS = ("gpuCacheUtilization", "gpuRequestQueueDepth", "vllm:kv_cache_usage_perc")


@pytest.mark.parametrize("metric", NIM_METRICS)
def test_r67_nim_metrics(metric: str) -> None:
    names = {"default": ["main"]}
    runtime = scaled("cpuAverageUtilization", metric)
    assert runtime_problems(runtime, artifact_type="nim", container_groups=names) == []
    assert runtime_problems(runtime, artifact_type=UNKNOWN, container_groups=names) == []
    for other in ("service", "agent", "mcp"):
        (problem,) = runtime_problems(runtime, artifact_type=other, container_groups=names)
        assert problem.path == "runtime.containerGroups.0.autoscaling.policies.1.scalingMetric"


@pytest.mark.parametrize("metric", ["cpuAverageUtilization", "httpRequestsConcurrency", UNKNOWN])
def test_r67_common_metrics(metric: object) -> None:
    assert runtime_problems(scaled(metric), artifact_type="service", container_groups={"default": []}) == []


@pytest.mark.parametrize(
    ("group", "names", "paths"),
    [
        ({"name": "g", "containers": [{"name": "a"}]}, {"g": ["a", "b"]}, []),
        ({"name": "g", "containers": [{"name": "b"}, {"name": "x"}]}, {"g": ["a", "b"]}, ["containers.1.name"]),
        ({"name": "h", "containers": [{"name": "a"}]}, {"g": ["a"]}, ["name"]),
        ({}, {"g": ["a"]}, ["name"]),
        ({}, {}, ["name"]),
        ({}, {"default": []}, []),
        ({"containers": [{"name": "a"}]}, {"default": []}, ["containers.0.name"]),
        ({"name": UNKNOWN, "containers": [{"name": "a"}]}, {"g": ["b"]}, []),
        ({"name": "h"}, UNKNOWN, []),
        ({"name": "h"}, {UNKNOWN: ["a"]}, []),
        ({"name": "g", "containers": [{"name": "x"}]}, {"g": UNKNOWN}, []),
        ({"name": "g", "containers": [{"name": "x"}]}, {"g": ["a", UNKNOWN]}, []),
        ({"name": "g", "containers": [{"name": UNKNOWN}, UNKNOWN]}, {"g": ["a"]}, []),
        ({"name": "g", "containers": UNKNOWN}, {"g": ["a"]}, []),
    ],
)
def test_r101_names(group: dict[str, Any], names: Any, paths: list[str]) -> None:
    runtime = parse_runtime({"containerGroups": [group]})
    found = runtime_problems(runtime, artifact_type="service", container_groups=names)
    assert [problem.path for problem in found] == [f"runtime.containerGroups.0.{path}" for path in paths]


@pytest.mark.parametrize("groups", [UNKNOWN, [UNKNOWN], []])
def test_r101_nothing_to_say(groups: object) -> None:
    runtime = parse_runtime({"containerGroups": groups})
    assert runtime_problems(runtime, artifact_type="service", container_groups={}) == []
    assert runtime_problems(UNKNOWN, artifact_type="service", container_groups={}) == []  # type: ignore[arg-type]


def test_names_of_an_artifact() -> None:
    assert container_names(spec(IMAGE, {"imageUri": "j"})) == {"default": ["primary", "container-1"]}
    for document, expected in (
        ({"containerGroups": [UNKNOWN]}, {UNKNOWN: UNKNOWN}),
        ({"containerGroups": [{"name": "g", "containers": UNKNOWN}]}, {"g": UNKNOWN}),
        ({"containerGroups": [{"containers": [UNKNOWN]}]}, {"default": [UNKNOWN]}),
    ):
        assert container_names(parse_spec(document, artifact_type="service")) == expected


def test_r19_r57_repository_type() -> None:
    assert repository_type_message("service", "service") is None
    assert (
        repository_type_message("nim", "service")
        == "Artifact repository type 'nim' does not match artifact type 'service'"
    )


def test_d16_types() -> None:
    assert allowed_types(STRICT) == ("service", "nim")
    assert allowed_types(ALL_COMPAT) == ("service", "nim", "agent", "mcp")


@pytest.mark.parametrize(
    ("allocations", "bundle"),
    [
        ([{"cpu": 0.25, "memory": 256_000_000}], "cpu.micro"),
        ([{"cpu": 0.5, "memory": 512_000_000}], "cpu.small"),
        ([{"cpu": 1, "memory": 2_147_483_648}], "cpu.xlarge"),
        ([{"memory": "1GiB"}], "cpu.medium"),
        ([{"cpu": 0.5, "memory": "256MiB"}, {"cpu": 1.5}], "cpu.large"),
        ([{"gpu": 1}], "gpu.t4.small"),
        ([{"gpu": 1, "cpu": 8}], "gpu.a10g.medium"),
        ([{"gpuMemory": "20GiB"}], "gpu.l4.small"),
        ([{"gpu": 2}], "gpu.t4.2"),
        ([{"cpu": 64}], None),
        ([{"cpu": 3}], "cpu.2xlarge"),
        ([], None),
        ([{}], None),
        ([{"cpu": 0, "memory": 0}], None),
        ([{"cpu": UNKNOWN}], None),
    ],
)
def test_r102_inferred_bundle(allocations: list[dict[str, Any]], bundle: str | None) -> None:
    found = infer_bundle([parse(ResourceAllocation, allocation) for allocation in allocations], DEFAULT_BUNDLES)
    assert (found.id if found else None) == bundle


def test_bundles_of_a_new_registry() -> None:
    assert [bundle.id for bundle in DEFAULT_BUNDLES][:8] == [
        "cpu.micro",
        "cpu.small",
        "cpu.medium",
        "cpu.large",
        "cpu.xlarge",
        "gpu.t4.small",
        "gpu.l4.small",
        "gpu.a10g.medium",
    ]
    small = next(bundle for bundle in DEFAULT_BUNDLES if bundle.id == "cpu.small")
    assert (small.cpu_count, small.memory_bytes) == (1, 536_870_912)
    # They are made without validation, at import; so hold them to their own model here.
    for bundle in DEFAULT_BUNDLES:
        assert parse(type(bundle), compact(bundle)) == bundle


def test_r128_bundles_that_there_are() -> None:
    fine = parse_runtime({"containerGroups": [{"resourceBundles": ["cpu.small"]}]})
    assert bundle_problems(fine, DEFAULT_BUNDLES) == []
    wrong = parse_runtime({"containerGroups": [{"resourceBundles": ["cpu.huge"]}]})
    (problem,) = bundle_problems(wrong, DEFAULT_BUNDLES)
    assert problem.path == "runtime.containerGroups.0.resourceBundles.0"
    assert "cpu.small" in problem.message
    for groups in (UNKNOWN, [UNKNOWN], [{"resourceBundles": UNKNOWN}], [{"resourceBundles": [UNKNOWN]}]):
        assert bundle_problems(parse_runtime({"containerGroups": groups}), DEFAULT_BUNDLES) == []
