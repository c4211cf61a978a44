"""KEDA's HTTP add-on: its InterceptorRoute, and the way to its proxy, which has to see every request."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, Final

from ._exposure import DNS_SUFFIX, exposed_host
from ._labels import API_PORT, object_metadata
from ._metrics import CONCURRENCY

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster

    from ._description import Manifest, WorkloadDescription, WorkloadPlan

PROXY_SERVICE: Final = "keda-add-ons-http-interceptor-proxy"
"""The add-on's Service that requests go to; counts them, and holds them while there is no replica."""
PROXY_PORT: Final = 8080


def uses_interceptor(plan: WorkloadPlan) -> bool:
    """Tell whether requests must pass the add-on's proxy."""
    policies = (plan.autoscaling or {}).get("policies") or ()
    return any(policy["scalingMetric"] == CONCURRENCY for policy in policies)


def proxy_name(description: WorkloadDescription) -> str:
    """Name of the Service in the workload's namespace that leads to the proxy."""
    return f"{description.name}-proxy"


def interceptor_route(description: WorkloadDescription, plan: WorkloadPlan, cluster: Cluster) -> Manifest:
    """Which hosts the proxy sends to the workload, and how much one replica takes.

    The object's CRD is not installed where Lockyard is tested: it is checked against a schema of ours only.
    """
    wait = plan.startup_seconds + plan.provisioning_seconds
    policy = next(p for p in (plan.autoscaling or {})["policies"] if p["scalingMetric"] == CONCURRENCY)
    return {
        "apiVersion": "http.keda.sh/v1beta1",
        "kind": "InterceptorRoute",
        "metadata": object_metadata(description),
        "spec": {
            "target": {"service": description.name, "portName": API_PORT},
            "rules": [{"hosts": _hosts(description, cluster)}],
            "scalingMetric": {"concurrency": {"targetValue": ceil(policy["target"])}},
            # The first request waits for a node and a start; a long answer is the normal case, so only its beginning
            # has a deadline.
            "timeouts": {"readiness": f"{wait}s", "request": "0s", "responseHeader": "600s"},
        },
    }


def proxy_service(description: WorkloadDescription, cluster: Cluster) -> Manifest:
    """A name in the workload's namespace for the add-on's proxy, for callers in the cluster and for an Ingress.

    Calls to the workload's own Service are neither counted nor do they wake it.
    """
    namespace = cluster.keda.namespace if cluster.keda else ""
    metadata = object_metadata(description, proxy_name(description))
    # Not `server`: monitors select Services by it.
    metadata["labels"]["app.kubernetes.io/component"] = "proxy"
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata,
        "spec": {
            "type": "ExternalName",
            "externalName": f"{PROXY_SERVICE}.{namespace}.{DNS_SUFFIX}",
            "ports": [{"name": API_PORT, "port": PROXY_PORT, "protocol": "TCP", "appProtocol": "http"}],
        },
    }


def _hosts(description: WorkloadDescription, cluster: Cluster) -> list[Any]:
    local = f"{proxy_name(description)}.{description.namespace}"
    hosts: list[Any] = [local, f"{local}.svc", f"{local}.{DNS_SUFFIX}"]
    exposed = exposed_host(description, cluster)
    return hosts if exposed is None else [exposed, *hosts]
