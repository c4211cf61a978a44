"""A stand-in for the metrics APIs that an adapter or KEDA serves: it answers whatever load a test sets.

Everything else is real: the API server's aggregation, the autoscaler's controller, its arithmetic and its limits.
"""

from __future__ import annotations

import json
import ssl
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from .cluster import TestCluster
from .waiting import eventually

Json = dict[str, Any]

CUSTOM, EXTERNAL = "custom.metrics.k8s.io/v1beta2", "external.metrics.k8s.io/v1beta1"


class FakeMetricsApi:
    """The custom and the external metrics API of a cluster, while the `with` block runs.

    Args:
        cluster: The cluster.

    Attributes:
        load: Sum over all pods, by the metric's name. Custom metrics tell each pod an equal part of it.
        asked: Paths that the autoscaler asked for.
    """

    def __init__(self, cluster: TestCluster) -> None:
        self._cluster = cluster
        self.load: dict[str, float] = {}
        self.asked: set[str] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        certificates = cluster.kubeconfig.parent / "certificates"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates / "apiserver.crt", certificates / "apiserver.key")
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        rest, port = self._cluster.rest, self._server.server_address[1]
        # A Service cannot point at a loopback address, but at a name.
        spec = {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": port}]}
        metadata = {"name": "fake-metrics", "namespace": "kube-system"}
        rest.create({"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec})
        for served in (CUSTOM, EXTERNAL):
            rest.create(_registration(served, port))
        for served in (CUSTOM, EXTERNAL):
            name = _registration_name(served)
            path = f"/apis/apiregistration.k8s.io/v1/apiservices/{name}"
            eventually(lambda path=path: rest.get(path)["status"].get("conditions", []), _available, what=name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        rest = self._cluster.rest
        for served in (CUSTOM, EXTERNAL):
            rest.delete(f"/apis/apiregistration.k8s.io/v1/apiservices/{_registration_name(served)}")
        rest.delete("/api/v1/namespaces/kube-system/services/fake-metrics")
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def answer(self, path: str, selector: str) -> Json | None:
        """What is served at a path; None for nothing."""
        for served in (CUSTOM, EXTERNAL):
            if path == f"/apis/{served}":
                return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": served, "resources": []}
        self.asked.add(unquote(path))
        parts = [unquote(part) for part in path.removeprefix("/apis/").split("/")]
        served, metric = "/".join(parts[:2]), parts[-1]
        if metric not in self.load:
            return None
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if served == EXTERNAL:
            values = [{"metricName": metric, "metricLabels": {}, "timestamp": now, "value": _milli(self.load[metric])}]
            return {"kind": "ExternalMetricValueList", "apiVersion": served, "metadata": {}, "items": values}
        namespace = parts[3]
        pods = self._cluster.rest.items(f"/api/v1/namespaces/{namespace}/pods", labelSelector=selector)
        ready = [pod["metadata"]["name"] for pod in pods if pod["status"].get("phase") == "Running"]
        each = _milli(self.load[metric] / max(1, len(ready)))
        items = [_of_pod(namespace, name, metric, now, each) for name in ready]
        return {"kind": "MetricValueList", "apiVersion": served, "metadata": {}, "items": items}


def _of_pod(namespace: str, name: str, metric: str, now: str, value: str) -> Json:
    described = {"kind": "Pod", "namespace": namespace, "name": name, "apiVersion": "/v1"}
    return {"describedObject": described, "metric": {"name": metric}, "timestamp": now, "value": value}


def _milli(value: float) -> str:
    return f"{round(value * 1000)}m"


def _available(conditions: list[Json]) -> bool:
    return any(one["type"] == "Available" and one["status"] == "True" for one in conditions)


def _registration_name(served: str) -> str:
    group, version = served.split("/")
    return f"{version}.{group}"


def _registration(served: str, port: int) -> Json:
    group, version = served.split("/")
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": _registration_name(served)},
        "spec": {
            "group": group,
            "version": version,
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "insecureSkipTLSVerify": True,
            "service": {"name": "fake-metrics", "namespace": "kube-system", "port": port},
        },
    }


def _handler(api: FakeMetricsApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            found = api.answer(asked.path, parse_qs(asked.query).get("labelSelector", [""])[0])
            body = json.dumps(found or {"kind": "Status", "code": 404, "message": "no such metric"}).encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the API server asks all the time."""

    return Handler
