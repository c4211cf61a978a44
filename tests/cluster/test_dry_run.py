"""Every object that is rendered is one that a real API server takes, with every field, and without a warning."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.cluster.combinations import (
    FLAVOURS,
    KINDS,
    SCALINGS,
    SERVICES,
    combination,
    combinations,
    gpu_pool,
    impossible,
)
from tests.cluster.harness import TestCluster

from lockyard_components.manifests import plan_workload, render_nim_cache, render_reaper, render_workload
from lockyard_components.placement import SecretReference, render_karpenter_node_pool

Json = dict[str, Any]

#: Its definition cannot be had; it is checked against a schema of ours in the unit tests.
UNCHECKED = ("InterceptorRoute",)

#: All of it, other tests beside it or not.
SECONDS = 60.0


@pytest.fixture(scope="module")
def models(cluster: TestCluster) -> Iterator[str]:
    """The namespace of the workloads, which enforces and warns at `restricted`, and those that others must name."""
    levels = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn")}
    labels = {"models": levels, "keda": {}, "gateways": {}}
    for name, wanted in labels.items():
        cluster.rest.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": wanted}})
    # A pod needs the account that it names; a dry run does not make one.
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "chat", "namespace": "models"}}
    cluster.rest.create(account)
    handler = {
        "apiVersion": "node.k8s.io/v1",
        "kind": "RuntimeClass",
        "metadata": {"name": "nvidia"},
        "handler": "nvidia",
    }
    cluster.rest.create(handler)
    yield "models"
    cluster.rest.delete("/apis/node.k8s.io/v1/runtimeclasses/nvidia")
    for name in labels:
        cluster.remove_namespace(name)


def refusal(cluster: TestCluster, manifest: Json) -> str | None:
    """What the API server has against an object."""
    code, answer, warnings = cluster.rest.try_create(manifest, namespace="models", dry_run=True)
    # The account that is there already was taken by the API server before.
    if code == 409 and manifest["kind"] == "ServiceAccount":
        return None
    if code != 201:
        return f"{code} {answer.get('message')}"
    return f"warns: {warnings}" if warnings else None


def pod_of(deployment: Json) -> Json:
    """The pod that a Deployment would make: Pod Security refuses pods only."""
    template = deployment["spec"]["template"]
    metadata = {"name": "chat-pod", "namespace": "models", **template["metadata"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}


def test_every_combination_is_accepted(
    cluster: TestCluster, models: str, record_property: pytest.RecordProperty
) -> None:
    started = time.monotonic()
    seen: dict[str, tuple[str, Json]] = {}
    count, kinds = 0, Counter[str]()
    for one in combinations():
        count += 1
        objects = list(render_workload(one.description, one.cluster).values())
        objects += [pod_of(manifest) for manifest in objects if manifest["kind"] == "Deployment"]
        kinds.update(manifest["kind"] for manifest in objects)
        for manifest in objects:
            if manifest["kind"] not in UNCHECKED:
                seen.setdefault(json.dumps(manifest, sort_keys=True), (one.label, manifest))
    rendered = time.monotonic() - started
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda entry: (entry, refusal(cluster, entry[1])), seen.values()))
    took = time.monotonic() - started
    refused = [f"{label}: {manifest['kind']}: {reason}" for (label, manifest), reason in answers if reason]
    for name, value in (("combinations", count), ("objects", kinds.total()), ("different", len(seen))):
        record_property(name, value)
    record_property("seconds", round(took, 1))
    print(f"{count} combinations, {kinds.total()} objects, {len(seen)} different ones: {rendered:.1f} + {took:.1f} s")

    assert refused == []
    assert count >= 300
    assert {"ScaledObject", "HorizontalPodAutoscaler", "ServiceMonitor", "HTTPRoute", "Ingress", "Pod"} <= set(kinds)
    assert took < SECONDS


def test_what_the_rules_refuse_is_refused_when_planned() -> None:
    found = [
        (services, scaling, kind)
        for services in SERVICES
        for scaling in SCALINGS
        for kind in KINDS
        for one in [combination(kind, scaling, "gke", services)]
        if bool(plan_workload(one.description, one.cluster).errors) != impossible(kind, scaling, services)
    ]

    assert found == []


def test_a_dry_run_finds_what_is_wrong(cluster: TestCluster, models: str) -> None:
    """The check itself: unknown fields, values that are not allowed, and pods against the policy are told."""
    one = combination("NIM, claim for many nodes", "GPU cache and queue", "gke", "full")
    objects = render_workload(one.description, one.cluster)
    for name, wrong in (
        ("autoscaler", {"spec": {**objects["autoscaler"]["spec"], "maxReplicas": 5}}),
        ("monitor", {"spec": {**objects["monitor"]["spec"], "endpoints": [{"interval": "often"}]}}),
        ("route", {"spec": {**objects["route"]["spec"], "hostnames": ["NO HOST"]}}),
    ):
        assert refusal(cluster, objects[name]) is None
        assert (refusal(cluster, {**objects[name], **wrong}) or "").startswith(("400", "422")), name
    pod = pod_of(objects["deployment"])
    pod["spec"] = {**pod["spec"], "hostNetwork": True}
    assert "violates PodSecurity" in (refusal(cluster, pod) or "")


@pytest.mark.parametrize("protocol", ["download-to-cache", "create-model-store", "engine"])
@pytest.mark.parametrize("flavour", list(FLAVOURS))
def test_cache_is_accepted(cluster: TestCluster, models: str, flavour: str, protocol: Any) -> None:
    one = combination("NIM, shared cache", "one replica", flavour, "full")
    objects = render_nim_cache(
        image=one.description.spec["containerGroups"][0]["containers"][0]["imageUri"],
        cluster=one.cluster,
        namespace="models",
        size="200Gi",
        profiles=("vllm-fp8-tp1",),
        protocol=protocol,
        ngc_secret=SecretReference(name="ngc", key="NGC_API_KEY"),
    )
    account = {"serviceAccountName": "chat"}
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "job"},
            "spec": {**one_object["spec"]["template"]["spec"], **account},
        }
        for one_object in objects.values()
        if one_object["kind"] == "Job"
    ]

    assert pods
    assert [found for manifest in [*objects.values(), *pods] if (found := refusal(cluster, manifest))] == []


@pytest.mark.parametrize("watched", [(), ("models",), ("models", "keda")])
def test_reaper_is_accepted(cluster: TestCluster, models: str, watched: tuple[str, ...]) -> None:
    one = combination("plain service", "one replica", "gke", "full")
    objects = render_reaper(
        cluster=one.cluster, namespace="models", image="registry.example/lockyard:1", watched=watched
    )

    assert [found for manifest in objects.values() if (found := refusal(cluster, manifest))] == []


@pytest.mark.parametrize("spot", [False, True])
@pytest.mark.parametrize("flavour", ["karpenter", "eks-auto"])
def test_karpenter_pool_is_accepted(cluster: TestCluster, flavour: Any, spot: bool) -> None:
    pool = gpu_pool(flavour, "L40S", 4, spot=spot, max_nodes=10)

    assert refusal(cluster, render_karpenter_node_pool(pool, node_class="default")) is None
