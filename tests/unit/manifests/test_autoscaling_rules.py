"""What is refused in an autoscaling block, where, and what is only warned about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.manifests.cases import FULL as full_case
from tests.unit.manifests.cases import described
from tests.unit.manifests.worlds import FULL, KEDA, PATH, PLAIN, PROMETHEUS, block, policy

from lockyard.contract import ValidationFailedError, parse_workload, runtime_problems
from lockyard_components.manifests import plan_workload
from lockyard_components.manifests._autoscaling_rules import autoscaling_findings
from lockyard_components.placement import Cluster

CPU = policy("cpuAverageUtilization", 70)
HTTP = policy("httpRequestsConcurrency", 20)
CACHE = policy("gpuCacheUtilization", 70)
QUEUE = policy("gpuRequestQueueDepth", 5)
KEDA_ONLY = replace(PLAIN, keda=KEDA)


def findings(
    autoscaling: dict[str, Any], cluster: Cluster = FULL, kind: str = "nim", startup: int = 300
) -> tuple[list[str], list[str]]:
    """Errors and warnings as text, paths without the block's own."""
    errors, warnings = autoscaling_findings(
        autoscaling, artifact_type=kind, cluster=cluster, startup_seconds=startup, path=PATH
    )
    assert all(problem.path.startswith(f"{PATH}.") for problem in (*errors, *warnings))
    return [str(p).removeprefix(f"{PATH}.") for p in errors], [str(p).removeprefix(f"{PATH}.") for p in warnings]


@pytest.mark.parametrize(
    ("autoscaling", "kind", "path"),
    [
        (block(CPU, least=3, most=2), "nim", "minReplicaCount"),
        (block(CPU, least=0), "nim", "minReplicaCount"),
        (block(CPU, HTTP, least=0), "nim", "minReplicaCount"),
        (block(QUEUE, least=0), "nim", "minReplicaCount"),
        (block(CACHE), "service", "policies.0.scalingMetric"),
        (block(CPU, QUEUE), "service", "policies.1.scalingMetric"),
        (block(policy("vllm:num_requests_waiting", 3)), "service", "policies.0.scalingMetric"),
        ({**block(CPU), "maxReplicaCount": 0}, "nim", "maxReplicaCount"),
        ({**block(CPU), "minReplicaCount": None}, "nim", "minReplicaCount"),
    ],
)
def test_k29_what_the_contract_refuses_is_refused_with_its_path_and_its_words(
    autoscaling: dict[str, Any], kind: str, path: str
) -> None:
    bundle = "gpu.l4.small" if kind == "nim" else "cpu.small"
    runtime = {"containerGroups": [{"resourceBundles": [bundle], "autoscaling": autoscaling}]}
    body = {"name": "chat", "artifactId": "a" * 24, "runtime": runtime}
    try:
        read = parse_workload(body).runtime
        theirs = runtime_problems(read, artifact_type=kind, container_groups={"default": ["server"]})
    except ValidationFailedError as error:
        theirs = error.problems
    assert [problem.path for problem in theirs] == [f"{PATH}.{path}"]
    ours = plan_workload(described(artifact_type=kind, runtime=runtime), full_case)
    assert list(ours.errors) == list(theirs)


def test_k29_replica_count_and_autoscaling_together_are_refused() -> None:
    group = {"resourceBundles": ["cpu.small"], "replicaCount": 2, "autoscaling": block(CPU)}
    errors = plan_workload(described(runtime={"containerGroups": [group]}), full_case).errors
    assert [problem.path for problem in errors] == ["runtime.containerGroups.0.replicaCount"]


@pytest.mark.parametrize(
    ("autoscaling", "kind"),
    [
        (block(CPU), "service"),
        (block(HTTP, least=0), "service"),
        (block(HTTP, CACHE, QUEUE, least=0, most=1), "nim"),
        (block(CPU, CACHE, least=2, most=2), "nim"),
        (block(policy("vllm:num_requests_waiting", 0.5)), "nim"),
        (block(policy("gpuCacheUtilization", 0.7)), "nim"),
        (block(policy("gpuCacheUtilization", 90)), "nim"),
        (block(policy("vllm:kv_cache_usage_perc", 0.9)), "nim"),
        ({**block(policy("no such metric", 0), least=9, most=1), "minReplicaCount": 1, "enabled": False}, "nim"),
    ],
)
def test_k29_what_a_full_cluster_can_do_has_no_findings(autoscaling: dict[str, Any], kind: str) -> None:
    assert findings(autoscaling, kind=kind) == ([], [])


def test_k29_zero_replicas_and_concurrency_need_the_http_add_on() -> None:
    for cluster in (PLAIN, KEDA_ONLY, replace(KEDA_ONLY, prometheus=PROMETHEUS)):
        errors, _ = findings(block(HTTP, least=0), cluster)
        assert [error.split(":")[0] for error in errors] == ["minReplicaCount", "policies.0.scalingMetric"]
        assert all(
            "HTTP add-on" in error and "'bare'" in error and "Keda(http_add_on=True)" in error for error in errors
        )
        errors, _ = findings(block(CPU, HTTP), cluster)
        assert [error.split(":")[0] for error in errors] == ["policies.1.scalingMetric"]


@pytest.mark.parametrize("metric", [CACHE, QUEUE, policy("vllm:num_requests_running", 8)])
def test_k29_metrics_of_the_model_server_need_prometheus_beside_keda(metric: dict[str, Any]) -> None:
    errors, _ = findings(block(CPU, metric), KEDA_ONLY)
    assert [error.split(":")[0] for error in errors] == ["policies.1.scalingMetric"]
    assert "prometheus=PrometheusOperator(server_address=...)" in errors[0]
    assert findings(block(CPU, metric), replace(KEDA_ONLY, prometheus=PROMETHEUS)) == ([], [])


@pytest.mark.parametrize("metric", [CACHE, QUEUE])
def test_metrics_of_the_model_server_without_keda_need_an_adapter_that_nobody_can_see_from_here(
    metric: dict[str, Any],
) -> None:
    errors, warnings = findings(block(metric), PLAIN)
    assert errors == []
    assert [warning.split(":")[0] for warning in warnings] == ["policies.0.scalingMetric"]
    assert "adapter" in warnings[0]
    assert findings(block(CPU), PLAIN) == ([], [])


@pytest.mark.parametrize(
    ("policies", "path", "word"),
    [
        ((), "policies", "at least one policy"),
        ((CPU, QUEUE, policy("cpuAverageUtilization", 50)), "policies.2.scalingMetric", "policies.0"),
        ((policy("cpuAverageUtilization", 0),), "policies.0.target", "greater than 0"),
        ((policy("gpuRequestQueueDepth", 0.0),), "policies.0.target", "greater than 0"),
        ((policy("gpuCacheUtilization", 100.5),), "policies.0.target", "greater than 100"),
        ((policy("vllm:kv_cache_usage_perc", 70),), "policies.0.target", "0.7"),
        ((policy("queue depth", 3),), "policies.0.scalingMetric", "Prometheus series"),
        ((policy("1st", 3),), "policies.0.scalingMetric", "Prometheus series"),
        ((policy('up"}', 3),), "policies.0.scalingMetric", "Prometheus series"),
    ],
)
def test_k45_a_policy_that_cannot_work_is_an_error(policies: tuple[dict[str, Any], ...], path: str, word: str) -> None:
    errors, _ = findings(block(*policies))
    assert [error.split(":")[0] for error in errors] == [path]
    assert word in errors[0]


@pytest.mark.parametrize("target", [90.5, 100, 0.95])
def test_k45_a_target_beyond_the_reach_of_a_gauge_is_told(target: float) -> None:
    errors, warnings = findings(block(policy("gpuCacheUtilization", target)))
    assert errors == []
    assert [warning.split(":")[0] for warning in warnings] == ["policies.0.target"]
    assert findings(block(policy("gpuCacheUtilization", target), QUEUE)) == ([], [])


@pytest.mark.parametrize(
    ("minutes", "startup", "told"),
    [
        (None, 1200, None),
        (4, 60, "5 minutes are used"),
        (5, 60, None),
        (5, 1200, "20 minutes are used"),
        (20, 1200, None),
        (60, 1200, None),
        (61, 1200, "60 minutes are used"),
    ],
)
def test_k45_a_cooldown_that_is_not_kept_is_told(minutes: int | None, startup: int, told: str | None) -> None:
    errors, warnings = findings(block(CPU, cooldown=minutes), startup=startup)
    assert errors == []
    if told is None:
        assert warnings == []
    else:
        assert len(warnings) == 1
        assert warnings[0].startswith(f"cooldownPeriodMinutes: {told}")


def test_several_mistakes_are_told_at_once() -> None:
    errors, _ = findings(
        block(HTTP, policy("gpuRequestQueueDepth", 0), policy("x y", 1), least=0), PLAIN, kind="service"
    )
    assert [error.split(":")[0] for error in errors] == [
        "policies.1.scalingMetric",
        "policies.2.scalingMetric",
        "policies.1.target",
        "policies.2.scalingMetric",
        "minReplicaCount",
        "policies.0.scalingMetric",
    ]
    assert all("\n" not in error for error in errors)
