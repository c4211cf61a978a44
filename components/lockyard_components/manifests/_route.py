"""The way from outside the cluster to a workload: an HTTPRoute, or an Ingress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._exposure import exposed_host
from ._interceptor import PROXY_PORT, PROXY_SERVICE, proxy_name, proxy_service, uses_interceptor
from ._labels import API_PORT, SERVICE_PORT, object_metadata

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster, Gateway, Ingress

    from ._description import Exposure, Manifest, WorkloadDescription, WorkloadPlan


def render_route(description: WorkloadDescription, plan: WorkloadPlan, cluster: Cluster) -> dict[str, Manifest]:
    """What exposes the workload, and what leads to the HTTP add-on's proxy where that counts its requests.

    Args:
        description: the workload.
        plan: what was decided for it; without errors.
        cluster: the cluster; its gateway goes before its ingress.

    Returns:
        `proxy` (a Service in the workload's namespace that leads to the add-on's proxy), `grant` (ReferenceGrant that
        lets the HTTPRoute use the proxy in its namespace) and `route` (HTTPRoute or Ingress), as far as there are.
    """
    objects: dict[str, Manifest] = {}
    through_proxy = uses_interceptor(plan)
    if through_proxy:
        objects["proxy"] = proxy_service(description, cluster)
    if description.exposure is None:
        return objects
    if cluster.gateway is not None:
        if through_proxy:
            objects["grant"] = _reference_grant(description, cluster)
        objects["route"] = _http_route(description, description.exposure, cluster, cluster.gateway, through_proxy)
    elif cluster.ingress is not None:
        objects["route"] = _ingress(description, description.exposure, cluster, cluster.ingress, through_proxy)
    return objects


def _http_route(
    description: WorkloadDescription, exposure: Exposure, cluster: Cluster, gateway: Gateway, through_proxy: bool
) -> Manifest:
    backend: dict[str, Any] = {"name": description.name, "port": SERVICE_PORT}
    if through_proxy and cluster.keda is not None:
        backend = {"name": PROXY_SERVICE, "namespace": cluster.keda.namespace, "port": PROXY_PORT}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": object_metadata(description),
        "spec": {
            "parentRefs": [{"name": gateway.name, "namespace": gateway.namespace}],
            "hostnames": [exposed_host(description, cluster)],
            "rules": [
                {"matches": [{"path": {"type": "PathPrefix", "value": exposure.path}}], "backendRefs": [backend]}
            ],
        },
    }


def _reference_grant(description: WorkloadDescription, cluster: Cluster) -> Manifest:
    """A route may use a Service of another namespace only if that namespace says so."""
    metadata = object_metadata(description, f"{description.namespace}.{description.name}")
    metadata["namespace"] = cluster.keda.namespace if cluster.keda else ""
    return {
        "apiVersion": "gateway.networking.k8s.io/v1beta1",
        "kind": "ReferenceGrant",
        "metadata": metadata,
        "spec": {
            "from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": description.namespace}],
            "to": [{"group": "", "kind": "Service", "name": PROXY_SERVICE}],
        },
    }


def _ingress(
    description: WorkloadDescription, exposure: Exposure, cluster: Cluster, ingress: Ingress, through_proxy: bool
) -> Manifest:
    host = exposed_host(description, cluster)
    # An Ingress reaches only Services of its own namespace.
    service = proxy_name(description) if through_proxy else description.name
    spec: dict[str, Any] = {
        "ingressClassName": ingress.class_name,
        "rules": [
            {
                "host": host,
                "http": {
                    "paths": [
                        {
                            "path": exposure.path,
                            "pathType": "Prefix",
                            "backend": {"service": {"name": service, "port": {"name": API_PORT}}},
                        }
                    ]
                },
            }
        ],
    }
    if exposure.tls_secret is not None:
        spec["tls"] = [{"hosts": [host], "secretName": exposure.tls_secret}]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": object_metadata(description),
        "spec": spec,
    }
