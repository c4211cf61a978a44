"""Who may call a workload's pods, and what they may call (kubernetes-serving §2.15)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from lockyard.contract import Problem, is_dns_label

from ._interceptor import uses_interceptor
from ._labels import API_PORT, object_metadata, selector_labels
from ._monitor import metrics_of

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster

    from ._description import Manifest, WorkloadDescription, WorkloadPlan

Egress = Literal["dns", "https", "open"]

# Cloud metadata services hand out credentials of the node; link-local addresses hold them and nothing else of use.
_METADATA_V4: Final = ["169.254.0.0/16"]
_METADATA_V6: Final = ["fe80::/10", "fd00:ec2::254/128", "fd20:ce::254/128"]
_NODE_LOCAL_DNS: Final = "169.254.20.10/32"
# OpenShift's DNS pods listen on 5353; policies see the pod's port, not the Service's.
_DNS_PORTS: Final = [{"protocol": protocol, "port": port} for port in (53, 5353) for protocol in ("UDP", "TCP")]


@dataclass(frozen=True, kw_only=True)
class Network:
    """What a workload's pods may talk to.

    Attributes:
        policy: False leaves the NetworkPolicy out: everybody may call, everything may be called.
        egress: `dns`: name service only; `https`: also port 443 anywhere; `open`: also everything else. None: `dns`
            for a NIM whose weights are cached, `https` for one that downloads them, `open` for a service, whose code
            decides what it calls.
        metadata: whether the cloud's metadata service may be called, which pods with a cloud identity need.
        address_blocks: CIDRs that may call the port: load balancers outside the cluster that send to pods directly.
    """

    policy: bool = True
    egress: Egress | None = None
    metadata: bool = False
    address_blocks: tuple[str, ...] = ()


def network_problems(description: WorkloadDescription) -> list[Problem]:
    """What is wrong with `network` and `callers`."""
    problems = [
        Problem(f"callers.{index}", "must be the name of a namespace: lower-case letters, digits and '-'")
        for index, namespace in enumerate(description.callers)
        if not is_dns_label(namespace)
    ]
    if description.network.egress not in (None, *get_args(Egress)):
        problems.append(Problem("network.egress", f"must be one of {', '.join(get_args(Egress))}, or None"))
    for index, block in enumerate(description.network.address_blocks):
        try:
            ip_network(block)
        except ValueError:
            problems.append(
                Problem(f"network.address_blocks.{index}", "must be a CIDR such as 10.0.0.0/8, without host bits")
            )
    return problems


def render_network_policy(
    description: WorkloadDescription, plan: WorkloadPlan, cluster: Cluster
) -> dict[str, Manifest]:
    """The NetworkPolicy of a workload's pods.

    The kubelet's probes are let in by the network plugin. Ports go by name, so that during a rollout which changes the
    port both generations are reached.

    Args:
        description: the workload.
        plan: what was decided for it; without errors.
        cluster: where gateway, HTTP add-on and Prometheus run.

    Returns:
        `networkPolicy`, or nothing when the workload opts out.
    """
    if not description.network.policy:
        return {}
    return {
        "networkPolicy": {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": object_metadata(description),
            "spec": {
                "podSelector": {"matchLabels": selector_labels(description)},
                "policyTypes": ["Ingress", "Egress"],
                "ingress": _ingress(description, plan, cluster),
                "egress": _egress(description, plan),
            },
        }
    }


def in_namespace(name: str) -> dict[str, Any]:
    """Every pod of a namespace, as a peer."""
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def tcp(port: int | str) -> list[dict[str, Any]]:
    """One TCP port, by number or name."""
    return [{"protocol": "TCP", "port": port}]


def _ingress(description: WorkloadDescription, plan: WorkloadPlan, cluster: Cluster) -> list[dict[str, Any]]:
    namespaces = list(description.callers)
    if uses_interceptor(plan):
        # Requests from outside come through the proxy too, so that the gateway has no business here.
        if cluster.keda is not None:
            namespaces.append(cluster.keda.namespace)
    elif description.exposure is not None:
        way_in = cluster.gateway or cluster.ingress
        if way_in is not None:
            namespaces.append(way_in.namespace)
    rules: list[dict[str, Any]] = []
    metrics = metrics_of(description)
    if metrics is not None and cluster.prometheus is not None:
        if metrics.port is None or metrics.port == plan.port:
            namespaces.append(cluster.prometheus.namespace)
        else:
            rules.append({"from": [in_namespace(cluster.prometheus.namespace)], "ports": tcp(metrics.port)})
    sources: list[dict[str, Any]] = [{"podSelector": {"matchLabels": selector_labels(description)}}]
    sources += [in_namespace(name) for name in dict.fromkeys(namespaces)]
    sources += [{"ipBlock": {"cidr": block}} for block in description.network.address_blocks]
    return [{"from": sources, "ports": tcp(API_PORT)}, *rules]


def name_service() -> dict[str, Any]:
    """The rule that lets pods look names up."""
    return {
        "to": [
            in_namespace("kube-system"),
            in_namespace("openshift-dns"),
            {"ipBlock": {"cidr": _NODE_LOCAL_DNS}},
        ],
        "ports": [dict(port) for port in _DNS_PORTS],
    }


def anywhere(*, metadata: bool = False) -> list[dict[str, Any]]:
    """Every pod and address.

    Args:
        metadata: also the cloud's metadata service.
    """
    # Some network plugins never match pods by their addresses.
    pods: dict[str, Any] = {"namespaceSelector": {}}
    blocks = (("0.0.0.0/0", _METADATA_V4), ("::/0", _METADATA_V6))
    return [
        pods,
        *(
            {"ipBlock": {"cidr": block} if metadata else {"cidr": block, "except": list(kept)}}
            for block, kept in blocks
        ),
    ]


def _egress(description: WorkloadDescription, plan: WorkloadPlan) -> list[dict[str, Any]]:
    egress = description.network.egress or _default_egress(description, plan)
    if egress == "dns":
        return [name_service()]
    peers = anywhere(metadata=description.network.metadata)
    return [name_service(), {"to": peers, "ports": tcp(443)} if egress == "https" else {"to": peers}]


def _default_egress(description: WorkloadDescription, plan: WorkloadPlan) -> Egress:
    if description.artifact_type != "nim":
        return "open"
    return "dns" if plan.storage == "nimCache" else "https"
