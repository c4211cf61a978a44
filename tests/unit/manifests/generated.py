"""Generated workloads: any artifact and runtime of the contract, on clusters of every flavour."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from hypothesis import strategies as st
from tests.strategies import runtimes, specs

from lockyard_components.manifests import Exposure, PodSecurity, WorkloadDescription
from lockyard_components.placement import (
    Cluster,
    Gateway,
    GpuNodePool,
    Ingress,
    Keda,
    NodePool,
    PrometheusOperator,
    ResourceBundle,
    SecretReference,
    StorageClass,
)

BUNDLES = (
    ResourceBundle(id="cpu.small", cpu=1, memory="512MiB"),
    ResourceBundle(id="cpu.xlarge", cpu=8, memory="32GiB"),
    ResourceBundle(id="gpu.l4.small", cpu=4, memory="16GiB", gpus=1, gpu="L4"),
    ResourceBundle(id="gpu.l4.pair", cpu=8, memory="48GiB", gpus=2, gpu="L4"),
)
SECRETS = {
    "c1": SecretReference(name="first", key="unused"),
    "nobody has it": SecretReference(name="second", key="unused"),
    "api-key": SecretReference(name="token", key="token"),
}


@cache
def clusters() -> st.SearchStrategy[Cluster]:
    """Clusters of every flavour, with and without what may be installed."""

    def made(
        flavour: Any, nodes: Any, classes: Any, level: Any, keda: Any, monitored: bool, way_in: Any, spot: bool
    ) -> Cluster:
        labels = {"pool": "cpu"}
        pools = (
            NodePool(name="cpu", flavour=flavour, node_cpu=16, node_memory="64GiB", labels=labels),
            GpuNodePool(
                name="l4", flavour=flavour, node_cpu=32, node_memory="120GiB", gpu="L4", gpus_per_node=4,
                max_nodes=nodes, labels={"pool": "l4"}, instance_types=("g6.12xlarge",),
            ),
        )  # fmt: skip
        return Cluster(
            name="generated",
            pools=pools,
            bundles=BUNDLES,
            storage_classes=classes,
            namespace="models",
            pod_security=level,
            keda=keda,
            prometheus=PrometheusOperator(server_address="http://prometheus:9090") if monitored else None,
            gateway=way_in if isinstance(way_in, Gateway) else None,
            ingress=way_in if isinstance(way_in, Ingress) else None,
            ngc_secret=SecretReference(name="ngc", key="NGC_API_KEY") if spot else None,
            pull_secrets=("pull",) if spot else (),
        )

    one = StorageClass(name="one", zonal=True)
    many = StorageClass(name="many", access_modes=("ReadWriteOnce", "ReadWriteMany"))
    return st.builds(
        made,
        flavour=st.sampled_from(["gke", "eks", "karpenter", "eks-auto", "aks", "generic"]),
        nodes=st.sampled_from([None, 100, 5]),
        classes=st.sampled_from([(many,), (one, many), (one,)]),
        level=st.sampled_from(["restricted", "baseline"]),
        keda=st.sampled_from([Keda(http_add_on=True), Keda(http_add_on=True), Keda(), None]),
        monitored=st.booleans(),
        way_in=st.sampled_from(
            [
                None,
                Gateway(name="public", namespace="gateways", domain="models.example"),
                Ingress(class_name="nginx", domain="models.example", namespace="ingress"),
            ]
        ),
        spot=st.booleans(),
    )


def tamed(spec: dict[str, Any]) -> dict[str, Any]:
    """The spec with what the contract allows and Kubernetes refuses made acceptable."""
    spec = copy.deepcopy(spec)
    for container in spec["containerGroups"][0]["containers"]:
        for index, variable in enumerate(container.get("environmentVars", ())):
            if "name" in variable:
                variable["name"] = f"VARIABLE_{index}"
        for name in ("startupProbe", "livenessProbe", "readinessProbe"):
            probe = container.get(name, {})
            if "httpHeaders" in probe:
                probe["httpHeaders"] = {f"X-{i}": value for i, value in enumerate(probe["httpHeaders"].values())}
            if name != "readinessProbe":
                probe.pop("successThreshold", None)
        context = container.get("securityContext", {})
        context.pop("allowPrivilegeEscalation", None)
        context.get("capabilities", {}).pop("add", None)
        if context.get("seccompProfile", {}).get("type") == "Unconfined":
            del context["seccompProfile"]
    return spec


@st.composite
def workloads(draw: st.DrawFn, *, wild: bool = False) -> tuple[WorkloadDescription, Cluster]:
    """A workload and a cluster.

    Args:
        draw: given by hypothesis.
        wild: leave in what Kubernetes refuses, and ask for more than there may be.
    """
    artifact_type = draw(st.sampled_from(["service", "nim"]))
    spec = draw(specs(artifact_type=artifact_type, lockable=True))
    group = spec["containerGroups"][0]
    names = tuple(container["name"] for container in group["containers"]) if wild else ()
    runtime = draw(runtimes(group=group.get("name"), container_names=names, artifact_type=artifact_type))
    cluster = draw(clusters())
    if not wild:
        spec = tamed(spec)
        _tame_runtime(runtime["containerGroups"][0], artifact_type, cluster)
        if len(cluster.storage_classes) == 1 and cluster.storage_classes[0].name == "one" and artifact_type == "nim":
            spec["storage"] = {}
            runtime["containerGroups"][0].pop("autoscaling", None)
            runtime["containerGroups"][0]["replicaCount"] = 1
    shared = spec.get("storage", {}) is not None and spec.get("storage", {}).get("mode") == "nimCache"
    draft = draw(st.booleans())
    return (
        WorkloadDescription(
            name=draw(st.sampled_from(["chat", "a", "w" * 52, "m-" + "n" * 50])),
            namespace="models",
            workload_id="6" * 24,
            artifact_id="a" * 24,
            artifact_digest="v1:" + "d" * 64,
            runtime_digest="v1:" + "e" * 64,
            version="0123456789ab",
            artifact_type=artifact_type,
            draft=draft,
            expires_at="2026-11-21T18:00:00Z" if draft else None,
            spec=spec,
            runtime=runtime,
            running=draw(st.booleans()),
            secrets=SECRETS,
            cache_claim="nim-cache-0123456789abcdef" if shared else None,
            cache_subfolder="all" if shared else None,
            exposure=Exposure() if cluster.gateway or cluster.ingress else None,
            security=draw(st.sampled_from([PodSecurity(), PodSecurity(run_as_user=None, run_as_group=None)])),
            labels=draw(st.sampled_from([{}, {"team": "search"}])),
        ),
        cluster,
    )


def _tame_runtime(group: dict[str, Any], artifact_type: str, cluster: Cluster) -> None:
    group["resourceBundles"] = ["gpu.l4.small" if artifact_type == "nim" else "cpu.xlarge"]
    if group.get("replicaCount", 1) > 10:
        group["replicaCount"] = 10
    scaling = group.get("autoscaling")
    if scaling and "policies" in scaling:
        seen: dict[str, Any] = {}
        for policy in scaling["policies"]:
            metric = policy["scalingMetric"]
            needs = cluster.keda is not None and (
                cluster.keda.http_add_on if metric == "httpRequestsConcurrency" else cluster.prometheus is not None
            )
            if metric != "cpuAverageUtilization" and not needs:
                metric = "cpuAverageUtilization"
            seen.setdefault(metric, {"scalingMetric": metric, "target": 0.5 if ":" in metric else 50})
        scaling["policies"] = list(seen.values())
