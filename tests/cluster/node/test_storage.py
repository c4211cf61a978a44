"""A dedicated volume: who writes it, what survives a replacement, how it grows, and in which order all goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
from tests.cluster.harness import eventually
from tests.cluster.node.harness import IMAGES, ONE, NodeCluster, ask, platform
from tests.cluster.scene import Scene
from tests.cluster.workloads import impatient
from tests.engine.harness import Project

import lockyard
from lockyard_components import KubernetesWorkload
from lockyard_components.placement import Cluster, StorageClass


def nim(
    where: Cluster, version: str, *, size: str = "1Gi", load_seconds: int = 0, patience: int | None = None
) -> Callable[[], Any]:
    """A stand-in NIM that downloads its weights when its volume has none."""

    def main() -> KubernetesWorkload:
        settings = {
            "STANDIN_VERSION": version,
            "STANDIN_LOAD_SECONDS": str(load_seconds),
            "STANDIN_WEIGHTS": "fetched",
            "STANDIN_DOWNLOAD_BYTES": "100000",
        }
        server = {
            "name": "server",
            "image_uri": f"{IMAGES.nim}:1",
            "port": 8000,
            "primary": True,
            "environment_vars": [{"name": name, "value": value} for name, value in settings.items()],
        }
        artifact = lockyard.Artifact(
            "chat",
            repository=lockyard.ArtifactRepository("chat", type="nim"),
            type="nim",
            status="locked",
            spec={
                "container_groups": [{"containers": [server]}],
                "storage": {"mode": "dedicatedPvc", "pvc_size": size},
            },
        )
        runtime = {"container_groups": [{"replica_count": 1, "resource_bundles": [ONE]}]}
        options = pulumi.ResourceOptions(transformations=[impatient(patience)] if patience else None)
        return KubernetesWorkload("chat", artifact=artifact, cluster=where, runtime=runtime, opts=options)

    return main


def downloads(folder: Path) -> list[str]:
    return [line.split()[0] for line in (folder / "default" / "downloads.log").read_text().splitlines()]


def test_a_dedicated_volume_from_first_write_to_destroy(
    node_cluster: NodeCluster, make_cluster_project: Callable[..., Project]
) -> None:
    project = make_cluster_project(node_cluster)
    folder = node_cluster.volume(modes=("ReadWriteOnce",))
    with node_cluster.namespace("storage") as namespace:
        # A disk: one node at a time, so the old server goes before the new one comes.
        where = platform(namespace, storage_classes=(StorageClass(name="test-node"),))
        scene = Scene(project, node_cluster, namespace)
        project.up(nim(where, "1"))
        weights = folder / "default" / "weights.bin"
        assert (weights.stat().st_uid, weights.stat().st_gid) == (1000, 1000), "written by a server that is not root"
        assert downloads(folder) == ["start", "end"]

        shown = project.preview(nim(where, "2"))
        claim = shown.change("PersistentVolumeClaim", "chat")
        assert claim is None or claim.op == "update", "its labels at most"
        assert any("outage" in text or "full cold start" in text for text in shown.warnings), shown.output
        with node_cluster.load(f"{node_cluster.address(namespace, 'chat')}/v1/health/ready", rate=20) as load:
            project.up(nim(where, "2"))
            eventually(lambda: len(scene.pods()) == 1, seconds=30)
            result = load.stop(after=1)
        assert result.order == ["1", "2"] and result.failed > 0, result
        assert downloads(folder) == ["start", "end"], "the weights survived the replacement"
        assert ask(f"{node_cluster.address(namespace, 'chat')}/v1/health/ready")[0] == 200

        grown = project.preview(nim(where, "2", size="2Gi")).change("PersistentVolumeClaim", "chat")
        assert grown is not None and (grown.op, grown.replaces) == ("update", ()), "in place"

        gone = [step.kind for step in project.destroy().steps if step.op == "delete"]
        order = [kind for kind in gone if kind in ("Service", "Deployment", "PersistentVolumeClaim", "Artifact")]
        assert order.index("Service") < order.index("Deployment") < order.index("PersistentVolumeClaim")
        assert scene.names("deployment,service,pvc,pod") == []
        assert weights.exists(), "what becomes of the data is the storage class's matter; this one retains it"
