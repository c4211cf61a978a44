"""What Prometheus is told to scrape follows from ServiceMonitors, Services and their endpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
CHAT = {"app.kubernetes.io/instance": "chat"}

Json = dict[str, Any]


class FakeApi:
    """Answers lists by path, as the API server would."""

    def __init__(self, lists: dict[str, list[Json]]) -> None:
        self._lists = lists

    def get(self, path: str) -> tuple[int, Json]:
        return (200, {"items": self._lists[path]}) if path in self._lists else (404, {"message": "not found"})


def monitor(**spec: Any) -> Json:
    endpoints = [{"port": "api", "path": "/v1/metrics"}]
    return {
        "metadata": {"namespace": "models"},
        "spec": {"selector": {"matchLabels": CHAT}, "endpoints": endpoints, **spec},
    }


def slices(*pods: str, port: str = "api") -> list[Json]:
    endpoints = [{"addresses": [f"10.0.0.{n}"], "targetRef": {"name": pod}} for n, pod in enumerate(pods, 1)]
    return [{"ports": [{"name": port, "port": 8000}], "endpoints": endpoints}]


@pytest.fixture
def targets(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "toolchain"))
    from testcluster import discovery

    def found(monitors: list[Json], endpoints: list[Json], namespace: str = "models") -> list[Json]:
        selector = "app.kubernetes.io/instance%3Dchat"
        of_chat = "kubernetes.io/service-name%3Dchat"
        service = {"metadata": {"name": "chat", "namespace": namespace}}
        path = f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices?labelSelector={of_chat}"
        lists = {
            "/apis/monitoring.coreos.com/v1/servicemonitors": monitors,
            f"/api/v1/namespaces/{namespace}/services?labelSelector={selector}": [service],
            path: endpoints,
        }
        return discovery.targets(FakeApi(lists))  # type: ignore[arg-type]

    return found


def test_every_pod_of_a_selected_service(targets: Any) -> None:
    found = targets([monitor()], slices("chat-a", "chat-b"))

    assert [one["targets"] for one in found] == [["10.0.0.1:8000"], ["10.0.0.2:8000"]]
    labels = {
        "namespace": "models",
        "service": "chat",
        "endpoint": "api",
        "job": "chat",
        "__metrics_path__": "/v1/metrics",
    }
    assert [one["labels"] for one in found] == [{**labels, "pod": "chat-a"}, {**labels, "pod": "chat-b"}]


def test_a_port_of_another_name_is_not_scraped(targets: Any) -> None:
    assert targets([monitor()], slices("chat-a", port="http")) == []


def test_a_monitor_looks_only_where_it_says(targets: Any) -> None:
    elsewhere = monitor(namespaceSelector={"matchNames": ["other"]})

    assert targets([elsewhere], slices("chat-a")) == []
    assert len(targets([elsewhere], slices("chat-a"), namespace="other")) == 1


def test_without_monitors_or_pods_there_is_nothing(targets: Any) -> None:
    assert targets([], slices("chat-a")) == []
    assert targets([monitor()], [{"ports": None, "endpoints": None}]) == []
