"""The one autoscaler of a workload, and the InterceptorRoute before it."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.manifests.autoscaler import per_pod_replicas, quantity, targets, utilisation_replicas
from tests.unit.manifests.interceptor_schema import OUR_INTERCEPTOR_ROUTE_SCHEMA
from tests.unit.manifests.worlds import FULL, KEDA, PATH, PLAIN, PROMETHEUS, block, exposed, plan, policy, workload

from lockyard_components.manifests import Manifest, WorkloadDescription
from lockyard_components.manifests._autoscaling import render_autoscaler
from lockyard_components.manifests._autoscaling_rules import autoscaling_findings
from lockyard_components.manifests._metrics import quantity as rendered_quantity
from lockyard_components.placement import Cluster

CPU = policy("cpuAverageUtilization", 70)
HTTP = policy("httpRequestsConcurrency", 20)
CACHE = policy("gpuCacheUtilization", 70)
QUEUE = policy("gpuRequestQueueDepth", 5)
KEDA_PROMETHEUS = replace(PLAIN, keda=KEDA, prometheus=PROMETHEUS)
OUR_SCHEMA = jsonschema_rs.validator_for(OUR_INTERCEPTOR_ROUTE_SCHEMA)


def rendered(
    autoscaling: dict[str, Any] | None,
    cluster: Cluster = FULL,
    description: WorkloadDescription | None = None,
    **fields: Any,
) -> dict[str, Manifest]:
    """What a workload with this block has."""
    return render_autoscaler(description or workload(), plan(autoscaling, **fields), cluster)


def autoscaler(autoscaling: dict[str, Any], cluster: Cluster = FULL, **fields: Any) -> Manifest:
    """Its autoscaler."""
    return rendered(autoscaling, cluster, **fields)["autoscaler"]


def test_k33_without_autoscaling_there_is_no_autoscaler() -> None:
    assert rendered(None) == {}
    assert rendered(None, PLAIN) == {}


def test_k33_without_keda_it_is_an_hpa_with_every_policy() -> None:
    hpa = autoscaler(block(CPU, CACHE, QUEUE, least=2, most=5), PLAIN)
    assert (hpa["apiVersion"], hpa["kind"]) == ("autoscaling/v2", "HorizontalPodAutoscaler")
    assert hpa["metadata"]["name"] == "chat"
    spec = hpa["spec"]
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "chat"}
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 5)
    assert spec["metrics"] == [
        {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}},
        {
            "type": "Pods",
            "pods": {
                "metric": {"name": "gpu_cache_usage_perc"},
                "target": {"type": "AverageValue", "averageValue": "700m"},
            },
        },
        {
            "type": "Pods",
            "pods": {
                "metric": {"name": "num_requests_waiting"},
                "target": {"type": "AverageValue", "averageValue": "5"},
            },
        },
    ]


def test_k33_with_keda_it_is_a_scaled_object_with_every_policy() -> None:
    scaled = autoscaler(block(CPU, HTTP, CACHE, QUEUE, least=2, most=5))
    assert (scaled["apiVersion"], scaled["kind"]) == ("keda.sh/v1alpha1", "ScaledObject")
    spec = scaled["spec"]
    assert scaled["metadata"]["name"] == "chat"
    assert spec["scaleTargetRef"] == {"name": "chat"}
    assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == (2, 5)
    assert [trigger["type"] for trigger in spec["triggers"]] == ["cpu", "external-push", "prometheus", "prometheus"]
    assert spec["triggers"][0] == {"type": "cpu", "metricType": "Utilization", "metadata": {"value": "70"}}
    assert spec["triggers"][1]["metadata"] == {
        "scalerAddress": "keda-add-ons-http-external-scaler.scalers:9090",
        "interceptorRoute": "chat",
    }
    assert [trigger["metadata"]["serverAddress"] for trigger in spec["triggers"][2:]] == [PROMETHEUS.server_address] * 2
    assert spec["advanced"]["restoreToOriginalReplicaCount"] is False


@pytest.mark.parametrize("cluster", [PLAIN, FULL])
@pytest.mark.parametrize(
    ("startup", "minutes", "expected"),
    [
        (60, None, 300),
        (1200, None, 1200),
        (1200, 30, 1800),
        (60, 1, 300),
        (60, 6, 360),
        (7200, None, 3600),
        (9, 90, 3600),
    ],
)
def test_k33_replicas_come_two_a_minute_and_go_one_a_minute_after_a_while(
    cluster: Cluster, startup: int, minutes: int | None, expected: int
) -> None:
    found = autoscaler(block(CPU, cooldown=minutes), cluster, startup_seconds=startup)
    spec = found["spec"]
    behaviour = spec.get("behavior") or spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    assert behaviour["scaleUp"] == {
        "stabilizationWindowSeconds": 60,
        "policies": [{"type": "Pods", "value": 2, "periodSeconds": 60}],
    }
    assert behaviour["scaleDown"] == {
        "stabilizationWindowSeconds": expected,
        "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}],
    }


@pytest.mark.parametrize(
    ("metric", "target", "hpa", "keda"),
    [
        ("cpuAverageUtilization", 62.5, 63, "63"),
        ("gpuCacheUtilization", 70, "700m", "0.7"),
        ("gpuCacheUtilization", 0.7, "700m", "0.7"),
        ("gpuCacheUtilization", 1, "1", "1"),
        ("gpuCacheUtilization", 100, "1", "1"),
        ("gpuCacheUtilization", 33.34, "333m", "0.333"),
        ("gpuCacheUtilization", 0.0001, "1m", "0.001"),
        ("gpuRequestQueueDepth", 10, "10", "10"),
        ("gpuRequestQueueDepth", 2.5, "2500m", "2.5"),
        ("gpuRequestQueueDepth", 2000, "2k", "2000"),
        ("gpuRequestQueueDepth", 1500, "1500", "1500"),
        ("vllm:num_requests_running", 1e21, "1000E", "1000000000000000000000"),
    ],
)
def test_k32_targets_are_in_the_unit_of_the_metric(metric: str, target: float, hpa: Any, keda: str) -> None:
    found = autoscaler(block(policy(metric, target)), PLAIN)["spec"]["metrics"][0]
    source = found.get("resource") or found["pods"]
    assert source["target"].get("averageUtilization", source["target"].get("averageValue")) == hpa
    metadata = autoscaler(block(policy(metric, target)))["spec"]["triggers"][0]["metadata"]
    assert metadata.get("value", metadata.get("threshold")) == keda


def test_k32_the_query_gives_one_element_for_this_workload_and_goes_with_average_value() -> None:
    cache, queue = autoscaler(block(CACHE, QUEUE))["spec"]["triggers"]
    pods = '{namespace="models",pod=~"chat-[a-z0-9]+(-[a-z0-9]{5})?"}'
    assert cache["metadata"]["query"] == (
        f"sum(max by (pod) (gpu_cache_usage_perc{pods}) or max by (pod) (vllm:kv_cache_usage_perc{pods})"
        f" or max by (pod) (vllm:gpu_cache_usage_perc{pods}))"
    )
    assert queue["metadata"]["query"] == (
        f"sum(sum by (pod) (num_requests_waiting{pods}) or sum by (pod) (vllm:num_requests_waiting{pods}))"
    )
    assert cache["metricType"] == queue["metricType"] == "AverageValue"


def test_k32_a_metric_of_the_server_keeps_its_name_in_promql_and_loses_colons_in_the_metrics_api() -> None:
    custom = block(policy("vllm:num_requests_running", 8), policy("vllm:kv_cache_usage_perc", 0.8))
    running, cache = autoscaler(custom)["spec"]["triggers"]
    assert running["metadata"]["query"].startswith("sum(sum by (pod) (vllm:num_requests_running{")
    assert cache["metadata"]["query"].startswith("sum(max by (pod) (vllm:kv_cache_usage_perc{")
    names = [metric["pods"]["metric"]["name"] for metric in autoscaler(custom, PLAIN)["spec"]["metrics"]]
    assert names == ["vllm_num_requests_running", "vllm_kv_cache_usage_perc"]


@pytest.mark.parametrize(
    ("workload_name", "pod", "ours"),
    [
        ("chat", "chat-6f7d9c5b4-abcde", True),
        ("chat", "chat-large-6f7d9c5b4-abcde", False),
        ("chat", "other-chat-6f7d9c5b4-abcde", False),
        ("chat", "chat-0-6f7d9c5b4-abcde", False),
        # The server cuts a pod's name at 58 characters before it adds five letters.
        ("a" * 52, ("a" * 52 + "-6f7d9c5b4-")[:58] + "abcde", True),
        ("a" * 47, ("a" * 47 + "-6f7d9c5b4-")[:58] + "abcde", True),
        ("a" * 48, ("a" * 48 + "-6f7d9c5b4-")[:58] + "abcde", True),
    ],
)
def test_k32_the_query_takes_the_workloads_pods_and_no_other_workloads(
    workload_name: str, pod: str, ours: bool
) -> None:
    query = autoscaler(block(QUEUE), description=workload(workload_name))["spec"]["triggers"][0]["metadata"]["query"]
    patterns = re.findall(r'pod=~"([^"]*)"', query)
    assert patterns
    assert all((re.fullmatch(pattern, pod) is not None) is ours for pattern in patterns)


def test_k34_at_zero_replicas_the_route_comes_first_and_every_wait_covers_a_start() -> None:
    objects = rendered(block(HTTP, CACHE, least=0), startup_seconds=1800, provisioning_seconds=900)
    assert list(objects) == ["interceptor", "autoscaler"]
    assert objects["interceptor"]["spec"]["timeouts"] == {
        "readiness": "2700s",
        "request": "0s",
        "responseHeader": "600s",
    }
    spec = objects["autoscaler"]["spec"]
    assert (spec["minReplicaCount"], spec["pollingInterval"]) == (0, 15)
    assert (spec["cooldownPeriod"], spec["initialCooldownPeriod"]) == (2700, 2700)
    metadata = spec["triggers"][1]["metadata"]
    # No series is normal at zero replicas, and a gauge that idles above 0 keeps nothing awake.
    assert (metadata["ignoreNullValues"], metadata["activationThreshold"]) == ("true", metadata["threshold"])


def test_k34_a_longer_cooldown_of_the_user_is_kept() -> None:
    spec = autoscaler(block(HTTP, least=0, cooldown=90), startup_seconds=60, provisioning_seconds=60)["spec"]
    assert (spec["cooldownPeriod"], spec["initialCooldownPeriod"]) == (5400, 5400)


def test_k34_above_zero_replicas_no_series_is_a_fault_and_nothing_cools_down_to_zero() -> None:
    spec = autoscaler(block(HTTP, QUEUE, least=1))["spec"]
    assert not {"pollingInterval", "cooldownPeriod", "initialCooldownPeriod"} & set(spec)
    metadata = spec["triggers"][1]["metadata"]
    assert metadata["ignoreNullValues"] == "false"
    assert "activationThreshold" not in metadata


@pytest.mark.parametrize(("least", "replicas"), [(0, 1), (1, 1), (3, 3)])
def test_k36_a_metric_that_cannot_be_read_takes_no_replica_away(least: int, replicas: int) -> None:
    spec = autoscaler(block(HTTP, QUEUE, least=least))["spec"]
    assert spec["fallback"] == {
        "failureThreshold": 3,
        "replicas": replicas,
        "behavior": "currentReplicasIfHigher",
    }


def test_k36_keda_takes_no_fallback_for_cpu_alone() -> None:
    assert "fallback" not in autoscaler(block(CPU))["spec"]
    assert "fallback" in autoscaler(block(CPU, QUEUE))["spec"]


def test_k37_hpa_and_scaled_object_may_stand_side_by_side_for_a_moment() -> None:
    hpa, scaled = autoscaler(block(CPU), PLAIN), autoscaler(block(CPU), KEDA_PROMETHEUS)
    # KEDA's webhook looks away from this HPA, and KEDA's own HPA has another name, so either can come first.
    assert hpa["metadata"]["annotations"] == {"validations.keda.sh/hpa-ownership": "false"}
    assert "name" not in scaled["spec"]["advanced"]["horizontalPodAutoscalerConfig"]
    assert hpa["metadata"]["name"] == scaled["metadata"]["name"]


def test_k37_the_engine_waits_until_keda_has_taken_the_scaled_object() -> None:
    assert autoscaler(block(CPU))["metadata"]["annotations"] == {"pulumi.com/waitFor": "condition=Ready"}


def test_a_stopped_workload_has_no_hpa_and_its_scaled_object_holds_zero() -> None:
    stopped = workload(running=False)
    assert rendered(block(CPU), PLAIN, stopped) == {}
    objects = rendered(block(HTTP, least=1), description=stopped)
    assert list(objects) == ["autoscaler"]
    assert objects["autoscaler"]["metadata"]["annotations"]["autoscaling.keda.sh/paused-replicas"] == "0"
    assert objects["autoscaler"]["spec"] == autoscaler(block(HTTP, least=1))["spec"]


def test_the_interceptor_route_fits_our_schema_of_it() -> None:
    description = workload(exposure=exposed(host="chat.example.com"))
    route = rendered(block(policy("httpRequestsConcurrency", 12.5), least=0), description=description)["interceptor"]
    OUR_SCHEMA.validate(route)
    assert route["metadata"]["name"] == "chat"
    assert route["spec"]["target"] == {"service": "chat", "portName": "api"}
    assert route["spec"]["rules"] == [
        {
            "hosts": [
                "chat.example.com",
                "chat-proxy.models",
                "chat-proxy.models.svc",
                "chat-proxy.models.svc.cluster.local",
            ]
        }
    ]
    assert route["spec"]["scalingMetric"] == {"concurrency": {"targetValue": 13}}


@pytest.mark.parametrize(
    "broken",
    [
        {"target": {"service": "chat"}},
        {"target": {"service": "chat", "port": 80, "portName": "api"}},
        {"scalingMetric": {}},
        {"scalingMetric": {"concurrency": {"targetValue": 0}}},
        {"scalingMetric": {"concurrency": {"targetValue": 12.5}}},
        {"timeouts": {"readiness": "20 minutes"}},
        {"rules": [{"hosts": ["Chat.Example"]}]},
        {"replicas": {"min": 0}},
    ],
)
def test_our_schema_of_the_interceptor_route_refuses_what_is_wrong(broken: dict[str, Any]) -> None:
    route = rendered(block(HTTP))["interceptor"]
    OUR_SCHEMA.validate(route)
    assert not OUR_SCHEMA.is_valid({**route, "spec": {**route["spec"], **broken}})


NIM_METRICS = ("gpuCacheUtilization", "gpuRequestQueueDepth", "vllm:num_requests_running")


@st.composite
def blocks(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """Any autoscaling block that the contract allows, with its artifact's type."""
    kind = draw(st.sampled_from(["nim", "service"]))
    metrics = ["cpuAverageUtilization", "httpRequestsConcurrency", *(NIM_METRICS if kind == "nim" else ())]
    chosen = draw(st.lists(st.sampled_from(metrics), min_size=1, unique=True))
    percent = st.integers(1, 1000).map(lambda tenths: tenths / 10)
    most = draw(st.integers(1, 100))
    may_sleep = "httpRequestsConcurrency" in chosen and "cpuAverageUtilization" not in chosen
    least = draw(st.integers(0 if may_sleep else 1, most))
    cooldown = draw(st.none() | st.integers(0, 1000))
    return block(*(policy(m, draw(percent)) for m in chosen), least=least, most=most, cooldown=cooldown), kind


@given(drawn=blocks(), startup=st.integers(1, 10_000), provisioning=st.integers(0, 3000))
def test_k33_any_valid_block_is_exactly_one_autoscaler(
    drawn: tuple[dict[str, Any], str], startup: int, provisioning: int
) -> None:
    autoscaling, kind = drawn
    errors, _ = autoscaling_findings(autoscaling, artifact_type=kind, cluster=FULL, startup_seconds=startup, path=PATH)
    assert errors == []
    objects = rendered(
        autoscaling,
        description=workload(artifact_type=kind),
        startup_seconds=startup,
        provisioning_seconds=provisioning,
    )
    metrics = [each["scalingMetric"] for each in autoscaling["policies"]]
    assert list(objects) == (["interceptor", "autoscaler"] if "httpRequestsConcurrency" in metrics else ["autoscaler"])
    spec = objects["autoscaler"]["spec"]
    assert len(spec["triggers"]) == len(metrics)
    assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == (
        autoscaling["minReplicaCount"],
        autoscaling["maxReplicaCount"],
    )
    window = spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]["stabilizationWindowSeconds"]
    assert 300 <= window <= 3600
    assert window >= min(startup, 3600)
    assert all(isinstance(value, str) for trigger in spec["triggers"] for value in trigger["metadata"].values())
    if spec["minReplicaCount"] == 0:
        assert min(spec["cooldownPeriod"], spec["initialCooldownPeriod"]) >= startup + provisioning
    if "interceptor" in objects:
        OUR_SCHEMA.validate(objects["interceptor"])


@given(drawn=blocks(), replicas=st.integers(1, 50), load=st.fractions(0, 5000, max_denominator=1000))
def test_k32_the_controllers_arithmetic_gives_load_over_target(
    drawn: tuple[dict[str, Any], str], replicas: int, load: Fraction
) -> None:
    autoscaling, kind = drawn
    policies = [each for each in autoscaling["policies"] if each["scalingMetric"] != "httpRequestsConcurrency"]
    asked = {**autoscaling, "policies": policies, "minReplicaCount": max(1, autoscaling["minReplicaCount"])}
    for cluster in (PLAIN, KEDA_PROMETHEUS) if policies else ():
        found = targets(autoscaler(asked, cluster, description=workload(artifact_type=kind)))
        for each, target in zip(policies, found, strict=True):
            metric, wanted = each["scalingMetric"], Fraction(str(each["target"]))
            if metric == "cpuAverageUtilization":
                # A whole percentage is all that the API takes; the next one keeps a little less in reserve.
                assert wanted <= target < wanted + 1
                assert utilisation_replicas(2 * target, target, replicas) == 2 * replicas
                continue
            in_unit = wanted / 100 if metric == "gpuCacheUtilization" and wanted > 1 else wanted
            exact = per_pod_replicas(load, in_unit, replicas)
            if (in_unit * 1000).denominator == 1:
                assert target == in_unit
                assert per_pod_replicas(load, target, replicas) == exact
            else:
                assert abs(target - in_unit) <= Fraction(1, 2000)


@given(st.decimals(min_value="0.001", max_value=10**9, places=3))
def test_k32_quantities_are_exact_and_as_the_api_server_writes_them(value: Any) -> None:
    text = rendered_quantity(value)
    assert quantity(text) == Fraction(value)
    # Canonical: thousandths only for fractions, and the largest unit that leaves no fraction.
    number, unit = (text[:-1], text[-1]) if text[-1].isalpha() else (text, "")
    assert (unit == "m") == (value != int(value))
    assert unit == "m" or int(number) % 1000 != 0 or unit == "E"
