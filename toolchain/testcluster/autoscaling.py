"""What autoscaling needs beside Kubernetes: metrics-server, Prometheus and KEDA, as processes beside the control plane.

KEDA runs without its admission webhooks, and Prometheus without its operator (see `discovery`).
"""

from __future__ import annotations

import http.client
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolchain import HERE

from . import debian, programs
from .api import Api
from .certificates import add_identity
from .discovery import TARGETS
from .layout import Layout, free_ports

if TYPE_CHECKING:
    from .parts import Running

METRICS_SERVER, PROMETHEUS = "metrics-server", "prometheus"
KEDA_PORTS = ("keda-metrics", "keda-health", "keda-service", "keda-adapter", "keda-adapter-metrics")
KEDA_NAMESPACE = "keda"


def with_ports(*names: str) -> Any:
    """A part's preparation that chooses ports."""
    return lambda layout: replace(layout, ports={**layout.ports, **free_ports(names)})


# --- metrics-server --------------------------------------------------------------------------------------------------


def start_metrics_server(running: Running) -> None:
    """Start it, and wait until it answers through the API server."""
    layout = running.layout
    kubeconfig = _own_identity(layout, METRICS_SERVER)
    options = [
        *(f"--{kind}={kubeconfig}" for kind in ("kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig")),
        f"--secure-port={layout.ports[METRICS_SERVER]}",
        "--bind-address=127.0.0.1",
        f"--cert-dir={layout.run / METRICS_SERVER}",
        "--kubelet-insecure-tls",
        "--kubelet-preferred-address-types=InternalIP",
        "--metric-resolution=10s",  # the least it takes
        "--kubelet-request-timeout=5s",
        "--node-selector=type!=kwok",
    ]
    running.processes.start(METRICS_SERVER, [programs.program(METRICS_SERVER), *options])
    _register(running.api, "metrics.k8s.io", "v1beta1", layout.ports[METRICS_SERVER])
    running.wait("metrics-server", lambda: running.api.get("/apis/metrics.k8s.io/v1beta1")[0] == 200)


# --- Prometheus ------------------------------------------------------------------------------------------------------


def build_prometheus() -> None:
    """Get the program."""
    debian.unpacked(PROMETHEUS, PROMETHEUS)


def start_prometheus(running: Running) -> None:
    """Start it, and what tells it of the monitors."""
    layout = running.layout
    folder = layout.run / PROMETHEUS
    folder.mkdir(exist_ok=True)
    discovery = [sys.executable, HERE / "cluster.py", "discover", "--run-dir", layout.run]
    running.processes.start("prometheus-discovery", discovery)
    found = {"files": [str(folder / TARGETS)], "refresh_interval": "1s"}
    # A monitor of ours wants to be asked every 15 s; a test does not wait that long.
    often = {"scrape_interval": "2s", "scrape_timeout": "2s"}
    settings = {"global": often, "scrape_configs": [{"job_name": "monitors", "file_sd_configs": [found]}]}
    (folder / "prometheus.json").write_text(json.dumps(settings))
    port = layout.ports[PROMETHEUS]
    options = [
        f"--config.file={folder / 'prometheus.json'}",  # JSON is YAML
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={layout.address}:{port}",
        "--log.level=warn",
    ]
    running.processes.start(PROMETHEUS, [debian.unpacked(PROMETHEUS, PROMETHEUS), *options])
    running.wait("Prometheus", lambda: _answers(layout.address, port, "/-/ready"))


# --- KEDA ------------------------------------------------------------------------------------------------------------


def start_keda(running: Running) -> None:
    """Start its operator and its metrics adapter, and wait until the adapter answers through the API server."""
    layout, ports = running.layout, running.layout.ports
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": KEDA_NAMESPACE}}
    running.api.create("/api/v1/namespaces", namespace)
    # Operator and adapter talk to each other with this certificate on both sides.
    names = "DNS:localhost,IP:127.0.0.1"
    kubeconfig = _own_identity(layout, "keda", use="serverAuth,clientAuth", names=names)
    folder = _tls_folder(layout)
    environment = {
        "KUBECONFIG": str(kubeconfig),
        "WATCH_NAMESPACE": "",
        "POD_NAMESPACE": KEDA_NAMESPACE,
        "KEDA_CLUSTER_OBJECT_NAMESPACE": KEDA_NAMESPACE,
        "POD_NAME": "keda-operator",
        "OPERATOR_NAME": "keda-operator",
    }
    keda = programs.built(programs.KEDA)
    operator = [
        f"--metrics-bind-address=127.0.0.1:{ports['keda-metrics']}",
        f"--health-probe-bind-address=127.0.0.1:{ports['keda-health']}",
        f"--metrics-service-bind-address=127.0.0.1:{ports['keda-service']}",
        f"--cert-dir={folder}",
        "--kube-api-qps=1000",
        "--kube-api-burst=2000",
    ]
    running.processes.start("keda-operator", [keda / "operator", *operator], environment=environment)
    adapter = [
        f"--secure-port={ports['keda-adapter']}",
        "--bind-address=127.0.0.1",
        f"--port={ports['keda-adapter-metrics']}",
        f"--cert-dir={folder}",
        f"--tls-cert-file={folder / 'tls.crt'}",
        f"--tls-private-key-file={folder / 'tls.key'}",
        f"--client-ca-file={folder / 'ca.crt'}",
        f"--metrics-service-address=localhost:{ports['keda-service']}",
        *(f"--{kind}-kubeconfig={kubeconfig}" for kind in ("lister", "authentication", "authorization")),
    ]
    running.processes.start("keda-adapter", [keda / "adapter", *adapter], environment=environment)
    _register(running.api, "external.metrics.k8s.io", "v1beta1", ports["keda-adapter"])
    running.wait("KEDA's adapter", lambda: running.api.get("/apis/external.metrics.k8s.io/v1beta1")[0] == 200)


def _tls_folder(layout: Layout) -> Path:
    folder = layout.run / "keda"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    for target, source in (("ca.crt", "ca.crt"), ("tls.crt", "keda.crt"), ("tls.key", "keda.key")):
        shutil.copyfile(layout.certificates / source, folder / target)
    return folder


# --- Shared ----------------------------------------------------------------------------------------------------------


def _own_identity(layout: Layout, name: str, **more: str) -> Path:
    """A kubeconfig of its own. With all rights: what these programs may do is not what is tested."""
    return add_identity(layout, name, f"/O=system:masters/CN={name}", **more)


def _register(api: Api, group: str, version: str, port: int) -> None:
    """Make the API server pass an API on to a port of this machine."""
    name = f"{group.partition('.')[0]}-api"
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": "kube-system"},
        # Endpoints may not be loopback addresses, but a name may mean one.
        "spec": {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": port}]},
    }
    api.create("/api/v1/namespaces/kube-system/services", service)
    registration = {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": f"{version}.{group}"},
        "spec": {
            "group": group,
            "version": version,
            "groupPriorityMinimum": 100,
            "versionPriority": 100,
            "insecureSkipTLSVerify": True,
            "service": {"name": name, "namespace": "kube-system", "port": port},
        },
    }
    api.create("/apis/apiregistration.k8s.io/v1/apiservices", registration)


def _answers(address: str, port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(address, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
