"""What Prometheus is told to read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.manifests.worlds import FULL, PLAIN, PROMETHEUS, plan, workload

from lockyard_components.manifests import Metrics
from lockyard_components.manifests._monitor import metrics_problems, render_monitor

SELECTOR = {"matchLabels": {"app.kubernetes.io/instance": "chat", "app.kubernetes.io/component": "server"}}
GROUP: dict[str, Any] = {
    "containers": [{"name": "server", "port": 8000}, {"name": "exporter", "port": 9400}, {"name": "idle", "port": None}]
}


def monitor(cluster: Any = FULL, **fields: Any) -> dict[str, Any] | None:
    """The monitor of a workload, or None."""
    return render_monitor(workload(**fields), plan(), cluster).get("monitor")


def test_k41_a_nim_is_read_at_its_own_path_by_the_named_port() -> None:
    found = monitor()
    assert found is not None
    assert (found["apiVersion"], found["kind"]) == ("monitoring.coreos.com/v1", "ServiceMonitor")
    assert found["metadata"]["namespace"] == "models"
    assert found["metadata"]["labels"]["release"] == "stack"
    assert found["metadata"]["labels"]["lockyard.dev/workload-id"] == "a" * 24
    assert found["spec"] == {
        "selector": SELECTOR,
        "namespaceSelector": {"matchNames": ["models"]},
        "endpoints": [{"path": "/v1/metrics", "interval": "15s", "honorLabels": False, "port": "api"}],
    }


def test_k41_a_service_is_read_only_where_it_says_so() -> None:
    assert monitor(artifact_type="service") is None
    found = monitor(artifact_type="service", metrics=Metrics())
    assert found is not None
    assert found["spec"]["endpoints"][0]["path"] == "/metrics"


def test_k41_no_operator_no_monitor() -> None:
    assert monitor(PLAIN) is None
    assert monitor(PLAIN, metrics=Metrics()) is None
    assert monitor(replace(PLAIN, prometheus=PROMETHEUS)) is not None


def test_k41_disabled_is_removed() -> None:
    assert monitor(metrics=Metrics(enabled=False)) is None
    assert monitor(artifact_type="service", metrics=Metrics(enabled=False)) is None


def test_k41_a_port_that_the_service_does_not_have_is_read_from_the_pods() -> None:
    found = monitor(metrics=Metrics(port=9400, interval_seconds=30))
    assert found is not None
    assert found["kind"] == "PodMonitor"
    assert found["spec"] == {
        "selector": SELECTOR,
        "namespaceSelector": {"matchNames": ["models"]},
        "podMetricsEndpoints": [{"path": "/metrics", "interval": "30s", "honorLabels": False, "portNumber": 9400}],
    }
    same = monitor(metrics=Metrics(port=8000))
    assert same is not None
    assert same["kind"] == "ServiceMonitor"


@pytest.mark.parametrize(
    ("metrics", "paths"),
    [
        (None, []),
        (Metrics(), []),
        (Metrics(port=9400), []),
        (Metrics(port=1, enabled=False), []),
        (Metrics(port=9401), ["metrics.port"]),
        (Metrics(path="metrics", interval_seconds=0), ["metrics.path", "metrics.interval_seconds"]),
    ],
)
def test_k45_metrics_that_nobody_serves_are_refused(metrics: Metrics | None, paths: list[str]) -> None:
    found = metrics_problems(workload(metrics=metrics), GROUP)
    assert [problem.path for problem in found] == paths
    assert all("8000, 9400" in problem.message for problem in found if problem.path == "metrics.port")
