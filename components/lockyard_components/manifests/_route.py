"""The way from outside the cluster to a workload: an HTTPRoute, or an Ingress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._exposure import Exposed, exposed_host
from ._interceptor import PROXY_PORT, PROXY_SERVICE, proxy_name, proxy_service, uses_interceptor
from ._labels import API_PORT, SERVICE_PORT, object_metadata

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lockyard_components.placement import Cluster

    from ._description import Manifest, WorkloadDescription, WorkloadPlan


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
    backend: dict[str, Any] = {"name": description.name, "port": SERVICE_PORT}
    if through_proxy and cluster.keda is not None:
        backend = {"name": PROXY_SERVICE, "namespace": cluster.keda.namespace, "port": PROXY_PORT}
        if cluster.gateway is not None:
            objects["grant"] = _reference_grant(description, cluster)
    # An Ingress reaches only Services of its own namespace.
    service = proxy_name(description) if through_proxy else description.name
    route = route_to(description, cluster, object_metadata(description), backend=backend, service=service)
    return objects if route is None else {**objects, "route": route}


def route_to(
    exposed: Exposed,
    cluster: Cluster,
    metadata: dict[str, Any],
    *,
    backend: Mapping[str, Any],
    service: str,
    more_hosts: Sequence[str] = (),
) -> Manifest | None:
    """The HTTPRoute or Ingress that leads to a Service; None where the cluster has no way in, or none is asked for.

    Args:
        exposed: what it leads to.
        cluster: the cluster; its gateway goes before its ingress.
        metadata: of the route.
        backend: what an HTTPRoute leads to.
        service: name of the Service that an Ingress leads to, by its port `api`.
        more_hosts: further names of it.
    """
    exposure, hosts = exposed.exposure, [exposed_host(exposed, cluster), *more_hosts]
    if exposure is None:
        return None
    if cluster.gateway is not None:
        rule = {"matches": [{"path": {"type": "PathPrefix", "value": exposure.path}}], "backendRefs": [dict(backend)]}
        return {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "HTTPRoute",
            "metadata": metadata,
            "spec": {
                "parentRefs": [{"name": cluster.gateway.name, "namespace": cluster.gateway.namespace}],
                "hostnames": hosts,
                "rules": [rule],
            },
        }
    if cluster.ingress is None:
        return None
    to = {"service": {"name": service, "port": {"name": API_PORT}}}
    paths = [{"path": exposure.path, "pathType": "Prefix", "backend": to}]
    spec: dict[str, Any] = {
        "ingressClassName": cluster.ingress.class_name,
        "rules": [{"host": host, "http": {"paths": paths}} for host in hosts],
    }
    if exposure.tls_secret is not None:
        spec["tls"] = [{"hosts": hosts, "secretName": exposure.tls_secret}]
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


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
