"""What tells Prometheus to read a workload's metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lockyard.contract import Problem

from ._labels import API_PORT, object_metadata, selector_labels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lockyard_components.placement import Cluster

    from ._description import Manifest, WorkloadDescription, WorkloadPlan


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """Where a workload's metrics are.

    Attributes:
        path: path of the endpoint.
        port: number of the container port that serves it, when it is another container's or another port than the one
            that requests go to; None is that one.
        interval_seconds: seconds between two readings; 15 is how often autoscalers look.
        enabled: False reads none, also of a NIM.
    """

    path: str = "/metrics"
    port: int | None = None
    interval_seconds: int = 15
    enabled: bool = True


NIM_METRICS: Final = Metrics(path="/v1/metrics")


def metrics_of(description: WorkloadDescription) -> Metrics | None:
    """Where the metrics are: what the workload says, else a NIM's own path; None if it has none."""
    metrics = description.metrics
    if metrics is None and description.artifact_type == "nim":
        metrics = NIM_METRICS
    return metrics if metrics is not None and metrics.enabled else None


def monitors(description: WorkloadDescription, cluster: Cluster) -> bool:
    """Tell whether there is a monitor."""
    return cluster.prometheus is not None and metrics_of(description) is not None


def metrics_problems(description: WorkloadDescription, group: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with `metrics`.

    Args:
        description: the workload.
        group: the artifact's container group; a port must be one of its containers'.
    """
    metrics = description.metrics
    if metrics is None or not metrics.enabled:
        return []
    problems: list[Problem] = []
    if not metrics.path.startswith("/"):
        problems.append(Problem("metrics.path", "must start with '/'"))
    if metrics.interval_seconds < 1:
        problems.append(Problem("metrics.interval_seconds", "must be at least 1"))
    ports = [container["port"] for container in group["containers"] if container["port"] is not None]
    if metrics.port is not None and metrics.port not in ports:
        known = ", ".join(str(port) for port in ports) or "none"
        problems.append(Problem("metrics.port", f"must be a port of the artifact's containers; they have: {known}"))
    return problems


def render_monitor(description: WorkloadDescription, plan: WorkloadPlan, cluster: Cluster) -> dict[str, Manifest]:
    """A ServiceMonitor, or a PodMonitor for a port that the Service does not have.

    Never through the HTTP add-on's proxy, which would count the readings as requests.

    Args:
        description: the workload.
        plan: what was decided for it; without errors.
        cluster: the cluster; without the Prometheus operator there is no monitor, as its kinds do not exist then.

    Returns:
        `monitor`, or nothing.
    """
    metrics = metrics_of(description)
    if metrics is None or cluster.prometheus is None:
        return {}
    endpoint: dict[str, Any] = {
        "path": metrics.path,
        "interval": f"{metrics.interval_seconds}s",
        "honorLabels": False,
    }
    on_service = metrics.port is None or metrics.port == plan.port
    endpoint |= {"port": API_PORT} if on_service else {"portNumber": metrics.port}
    metadata = object_metadata(description)
    metadata["labels"] = {**metadata["labels"], **cluster.prometheus.labels}
    return {
        "monitor": {
            "apiVersion": "monitoring.coreos.com/v1",
            "kind": "ServiceMonitor" if on_service else "PodMonitor",
            "metadata": metadata,
            "spec": {
                "selector": {"matchLabels": selector_labels(description)},
                "namespaceSelector": {"matchNames": [description.namespace]},
                "endpoints" if on_service else "podMetricsEndpoints": [endpoint],
            },
        }
    }
