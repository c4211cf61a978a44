"""The reaper on a real API server: with exactly the rights that the DraftReaper component gives it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.batch_v1 import Job
from tests.cluster.harness import TestCluster, eventually

from lockyard_components.manifests import render_reaper
from lockyard_components.placement import Cluster, NodePool

POOL = NodePool(name="reaping", flavour="gke", node_cpu=32, node_memory="120GiB")
OVER, AHEAD = "2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z"
PAUSED = "autoscaling.keda.sh/paused-replicas"


@pytest.fixture(scope="module", autouse=True)
def _nodes(cluster: TestCluster) -> Iterator[None]:
    with cluster.pools((POOL, 1)):
        yield


@pytest.fixture
def place(cluster: TestCluster) -> Iterator[str]:
    """A namespace that enforces `restricted`."""
    with cluster.namespace("reap") as name:
        yield name


def apply(cluster: TestCluster, *objects: dict[str, Any]) -> None:
    cluster.kubectl("apply", "--server-side", "-f", "-", stdin=yaml.safe_dump_all(objects))


def draft(name: str, place: str, expires_at: str, *, replicas: int = 2, draft: str = "true") -> dict[str, Any]:
    restricted = {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    container = {"name": "main", "image": "registry.example/web:1", "securityContext": restricted}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": name,
            "namespace": place,
            "labels": {"lockyard.dev/draft": draft},
            "annotations": {"lockyard.dev/expires-at": expires_at},
        },
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}},
        },
    }


def scaled_object(name: str, place: str) -> dict[str, Any]:
    trigger = {"type": "cron", "metadata": {"timezone": "UTC", "start": "0 8 * * *", "end": "0 18 * * *"}}
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": name, "namespace": place},
        "spec": {"scaleTargetRef": {"name": name}, "minReplicaCount": 1, "triggers": [trigger]},
    }


def autoscaler(name: str, place: str) -> dict[str, Any]:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name, "namespace": place},
        "spec": {
            "scaleTargetRef": target,
            "minReplicas": 1,
            "maxReplicas": 5,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}},
                }
            ],
        },
    }


def reap(kubeconfig: Path, *words: str, code: int = 0) -> dict[str, Any]:
    command = [sys.executable, "-m", "lockyard.cli", "reap", "--json", "--kubeconfig", str(kubeconfig), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout) if done.stdout else {"said": done.stderr}


def said(outcome: dict[str, Any]) -> list[tuple[str, str]]:
    return [(action["kind"], action["name"]) for action in outcome["actions"]]


def pods(cluster: TestCluster, place: str, name: str) -> int:
    return len(cluster.pods(place, {"app": name}))


@pytest.fixture
def account(cluster: TestCluster, tmp_path: Path) -> Callable[..., Path]:
    """Installs the component's objects and answers a kubeconfig of its service account."""

    def install(place: str, *watched: str) -> Path:
        known = Cluster(name="test", pools=(POOL,), namespace=place)
        objects = render_reaper(
            cluster=known, namespace=place, image="registry.example/lockyard:0.1.0", name=place, watched=watched
        )
        apply(cluster, *objects.values())
        config = yaml.safe_load(cluster.kubeconfig.read_text())
        token = cluster.kubectl("create", "token", place, "-n", place).strip()
        config["users"] = [{"name": user["name"], "user": {"token": token}} for user in config["users"]]
        file = tmp_path / f"{place}.yaml"
        file.write_text(yaml.safe_dump(config))
        return file

    return install


def test_what_is_over_ends_and_nothing_else(cluster: TestCluster, place: str, account: Callable[..., Path]) -> None:
    kubeconfig = account(place, place)
    apply(
        cluster,
        draft("over", place, OVER),
        draft("ahead", place, AHEAD),
        draft("locked", place, OVER, draft="false"),
        draft("autoscaled", place, OVER),
        autoscaler("autoscaled", place),
        draft("keda", place, OVER),
        scaled_object("keda", place),
    )
    names = ("over", "ahead", "locked", "autoscaled", "keda")
    eventually(lambda: [pods(cluster, place, name) for name in names], lambda found: found == [2] * 5)

    assert reap(kubeconfig, "--namespace", place, "--dry-run")["lookedAt"] == 4
    assert sum(pods(cluster, place, name) for name in names) == 10
    outcome = reap(kubeconfig, "--namespace", place)

    assert said(outcome) == [
        ("scaled-to-zero", "autoscaled"),
        ("paused", "keda"),
        ("scaled-to-zero", "keda"),
        ("scaled-to-zero", "over"),
    ]
    eventually(lambda: [pods(cluster, place, name) for name in names], lambda found: found == [0, 2, 2, 0, 0])
    assert PAUSED in cluster.kubectl("get", "scaledobject", "keda", "-n", place, "-o", "yaml")
    # The HPA sees the zero and leaves it alone.
    eventually(
        lambda: cluster.kubectl("get", "hpa", "autoscaled", "-n", place, "-o", "yaml"),
        lambda text: "reason: ScalingDisabled" in text,
    )
    assert pods(cluster, place, "autoscaled") == 0
    # Nothing is deleted, and there is nothing left to do.
    assert len(list(cluster.client.list(Deployment, namespace=place))) == 5
    assert reap(kubeconfig, "--namespace", place)["actions"] == []

    apply(cluster, draft("keda", place, AHEAD))
    assert said(reap(kubeconfig, "--namespace", place)) == [("resumed", "keda")]
    assert "paused" not in cluster.kubectl("get", "scaledobject", "keda", "-n", place, "-o", "yaml")


def test_its_rights_end_at_its_namespaces_and_at_the_scale(
    cluster: TestCluster, place: str, account: Callable[..., Path]
) -> None:
    kubeconfig = account(place, place)
    apply(cluster, draft("over", place, OVER))

    outcome = reap(kubeconfig, code=1)
    assert "forbidden" in outcome["said"] and "all namespaces" in outcome["said"]
    assert len(outcome["said"].splitlines()) == 1
    may = [f"--as=system:serviceaccount:{place}:{place}", "-n", place]
    scale = cluster.kubectl("auth", "can-i", "patch", "deployments", "--subresource=scale", *may)
    assert scale.strip() == "yes"
    for verb, resource in [
        ("patch", "deployments"),
        ("delete", "deployments"),
        ("list", "secrets"),
        ("delete", "scaledobjects"),
        ("create", "pods"),
    ]:
        assert cluster.kubectl("auth", "can-i", verb, resource, *may, fails=True).strip() == "no", (verb, resource)


def test_all_namespaces_with_a_cluster_role(cluster: TestCluster, place: str, account: Callable[..., Path]) -> None:
    kubeconfig = account(place)
    with cluster.namespace("elsewhere") as elsewhere:
        apply(cluster, draft("over", elsewhere, OVER, replicas=1))
        outcome = reap(kubeconfig)
        assert {"kind": "scaled-to-zero", "namespace": elsewhere, "name": "over"}.items() <= outcome["actions"][
            0
        ].items()
    cluster.kubectl("delete", "clusterrole,clusterrolebinding", f"{place}-{place}")


def test_the_cron_job_runs_in_a_restricted_namespace(
    cluster: TestCluster, place: str, account: Callable[..., Path]
) -> None:
    account(place, place)
    cluster.kubectl("create", "job", "now", f"--from=cronjob/{place}", "-n", place)

    def completed() -> bool:
        status = cluster.client.get(Job, "now", namespace=place).status
        return any(one.type == "Complete" for one in (status and status.conditions) or [])

    eventually(completed)
