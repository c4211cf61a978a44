"""What happens on the cluster by itself is no change of the program: the preview stays empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pulumi
import pytest
from lightkube import KubeConfig
from tests.cluster.harness import TestCluster
from tests.cluster.scene import Scene
from tests.cluster.workloads import CPU_POOL, SMALL, autoscaled, cluster_of, fixed, program
from tests.engine.harness import Project, Server

import lockyard
from lockyard_components.manifests import Exposure
from lockyard_components.placement import (
    Gateway,
    GpuNodePool,
    NodePool,
    PrometheusOperator,
    ResourceBundle,
    SecretReference,
    StorageClass,
    Taint,
)
from lockyard_components.reaper import reap
from lockyard_components.reaper._live import LiveCluster
from lockyard_components.workload import KubernetesWorkload

pytestmark = pytest.mark.timeout(420)

NINE_HOURS = timedelta(hours=9)


def test_an_expired_and_reaped_draft(
    cluster: TestCluster, make_cluster_project: Callable[..., Project], tmp_path: Path
) -> None:
    """Nothing to do until somebody asks the registry; then one `up` starts it again, with a new end."""
    with (
        Server(tmp_path / "server" / "registry.db") as server,
        cluster.namespace("expiry") as namespace,
        cluster.pools((CPU_POOL, 1)),
    ):
        project = make_cluster_project(cluster, variables=server.variables)
        project.configure({"lockyard:origin": "team-search"})
        scene = Scene(project, cluster, namespace, registry=server.client)
        draft = program(cluster_of(namespace), runtime=autoscaled(2, 4))
        project.up(draft)
        scene.agree("1")
        first = scene.record["expiresAt"]

        server.clock.advance(NINE_HOURS.total_seconds())
        live = LiveCluster(KubeConfig.from_file(str(cluster.kubeconfig)).get())
        outcome = reap(live, namespace=namespace, now=lambda: datetime.now(UTC) + NINE_HOURS)
        live.close()
        assert [(action.kind, action.replicas) for action in outcome.actions] == [("scaled-to-zero", 2)]
        assert scene.deployment["spec"]["replicas"] == 0 and scene.record["status"] == "stopped"
        project.assert_empty_preview()

        project.refresh()
        shown = project.preview()
        assert {step.kind for step in shown.changes} >= {"Workload", "RolloutReport"}
        assert {step.op for step in shown.changes} == {"update"}
        project.up()
        assert scene.record["expiresAt"] > first
        scene.agree("1")
        project.assert_empty_preview()
        project.destroy()


def test_defaults_of_the_server_and_moved_replicas(cluster: TestCluster, cluster_project: Project) -> None:
    """One of every object: nothing is left to do after the first update, after a refresh, and after scaling."""
    project = cluster_project
    cpu = NodePool(name="plain", flavour="gke", node_cpu=16, node_memory="64GiB")
    gpu = GpuNodePool(
        name="l4", flavour="gke", node_cpu=15, node_memory="60GiB", gpu="L4", gpus_per_node=4, taints=(Taint(key="x"),)
    )
    with cluster.namespace("defaults") as namespace, cluster.pools((cpu, 1), (gpu, 2)):
        where = cluster_of(
            namespace,
            pools=(cpu, gpu),
            bundles=(SMALL, ResourceBundle(id="gpu.l4.1", cpu=3, memory="12GiB", gpus=1, gpu="L4")),
            storage_classes=(StorageClass(name="test-rwx", access_modes=("ReadWriteMany",)),),
            prometheus=PrometheusOperator(server_address="http://prometheus:9090"),
            gateway=Gateway(name="public", namespace="gateways", domain="example.com"),
            ngc_secret=SecretReference(name="ngc", key="NGC_API_KEY"),
        )

        def main(key: str = "hush-hush") -> None:
            program(
                where,
                status="locked",
                runtime=fixed(2),
                variables=[{"name": "DB_URL", "value": pulumi.Output.secret(key)}],
                exposure=Exposure(path="/chat"),
            )()
            image = "nvcr.example/nim/llama@sha256:" + "a1" * 32
            nim = lockyard.Artifact(
                "llama",
                repository=lockyard.ArtifactRepository("llama", type="nim"),
                status="locked",
                spec={
                    "container_groups": [{"containers": [{"name": "nim", "image_uri": image, "port": 8000}]}],
                    "storage": {"mode": "dedicatedPvc", "pvc_size": "10Gi"},
                },
            )
            scaling = {
                "min_replica_count": 1,
                "max_replica_count": 3,
                "policies": [{"scaling_metric": "gpuCacheUtilization", "target": 80}],
            }
            runtime: dict[str, Any] = {"container_groups": [{"autoscaling": scaling, "resource_bundles": ["gpu.l4.1"]}]}
            KubernetesWorkload("llama", artifact=nim, cluster=where, runtime=runtime, exposure=Exposure())

        project.up(main)
        scene = Scene(project, cluster, namespace)
        kinds = {name.partition("/")[0] for name in scene.names("pvc,hpa,httproute,servicemonitor,secret,pdb")}
        assert len(kinds) == 6, kinds
        project.assert_empty_preview()
        project.refresh()
        project.assert_empty_preview()

        cluster.kubectl("scale", "deployment", "llama", "--replicas=3", "-n", namespace)
        project.assert_empty_preview()
        project.refresh()
        project.assert_empty_preview()
        assert scene.deployment_of("llama")["spec"]["replicas"] == 3

        # Another key is another Secret, and a rollout of who uses it: never another Deployment.
        rotated = project.preview(lambda: main("hush-again"))
        assert "hush" not in rotated.output
        shown = {(step.kind, step.name, step.op) for step in rotated.changes}
        assert {("Secret", "chat-env", "replace"), ("Deployment", "chat", "update")} <= shown
        assert not any(name == "llama" or (kind, op) == ("Deployment", "replace") for kind, name, op in shown)
        project.destroy()
        assert scene.names("deployment,pvc,secret,hpa,httproute,servicemonitor") == []
