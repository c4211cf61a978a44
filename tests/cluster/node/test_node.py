"""The real node itself: pods run, Services answer, GPUs are counted and handed out, volumes belong to who writes."""

from __future__ import annotations

from typing import Any

from lightkube.resources.core_v1 import PersistentVolumeClaim, Pod
from tests.cluster.harness import eventually
from tests.cluster.node.harness import IMAGES, NodeCluster

HERE = {"nodeSelector": {"test-node": "real"}}


def make_pod(cluster: NodeCluster, namespace: str, name: str, *, gpus: int = 0, **container: Any) -> None:
    limits = {"nvidia.com/gpu": str(gpus)} if gpus else {}
    main = {"name": "main", "image": f"{IMAGES.web}:1", "resources": {"limits": limits}, **container}
    spec = {"containers": [main], "terminationGracePeriodSeconds": 1, **HERE}
    cluster.client.create(Pod.from_dict({"metadata": {"name": name, "namespace": namespace}, "spec": spec}))


def test_an_image_that_is_not_here_cannot_be_had(node_cluster: NodeCluster) -> None:
    with node_cluster.namespace(pod_security=None) as namespace:
        make_pod(node_cluster, namespace, "missing", image=IMAGES.missing)

        eventually(
            lambda: node_cluster.kubectl("get", "pods", "-n", namespace),
            lambda text: "ErrImagePull" in text or "ImagePullBackOff" in text,
            seconds=30,
        )


def test_gpus_are_handed_out_once_and_broken_ones_are_noticed(node_cluster: NodeCluster) -> None:
    command = ["/bin/sh", "-c", "echo $NVIDIA_VISIBLE_DEVICES; sleep 60"]
    with node_cluster.namespace(pod_security=None) as namespace:
        for name, gpus in (("a", 1), ("b", 3), ("c", 1)):
            make_pod(node_cluster, namespace, name, gpus=gpus, image=IMAGES.utility, command=command)
        eventually(lambda: len(node_cluster.ready_pods(namespace)), lambda count: count == 2, seconds=30)
        logs = "".join(
            node_cluster.kubectl("logs", name, "-n", namespace) for name in node_cluster.ready_pods(namespace)
        )
        given = sorted(logs.replace("\n", ",").strip(",").split(","))
        pending = [pod.metadata.name for pod in node_cluster.pods(namespace) if pod.status.phase == "Pending"]  # type: ignore[union-attr]

        assert len(pending) == 1
        assert (
            len(set(given))
            == len(given)
            == sum({"a": 1, "b": 3, "c": 1}[n] for n in node_cluster.ready_pods(namespace))
        )

        try:
            node_cluster.break_gpus(3)
            assert len(node_cluster.ready_pods(namespace)) == 2  # what runs is left alone
        finally:
            node_cluster.break_gpus(4)


def test_a_volume_belongs_to_the_group_that_the_pod_says(node_cluster: NodeCluster) -> None:
    folder = node_cluster.volume()
    with node_cluster.namespace(pod_security=None) as namespace:
        claim = {"storageClassName": "test-node", "accessModes": ["ReadWriteOnce"]}
        claim["resources"] = {"requests": {"storage": "1Gi"}}  # type: ignore[assignment]
        metadata = {"name": "data", "namespace": namespace}
        node_cluster.client.create(PersistentVolumeClaim.from_dict({"metadata": metadata, "spec": claim}))
        spec = {
            "containers": [
                {
                    "name": "main",
                    "image": IMAGES.utility,
                    "command": ["/bin/sh", "-c", "id > /data/id && sleep 60"],
                    "volumeMounts": [{"name": "data", "mountPath": "/data"}],
                }
            ],
            "securityContext": {"runAsUser": 1000, "runAsGroup": 1000, "fsGroup": 1000},
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
            **HERE,
        }
        node_cluster.client.create(
            Pod.from_dict({"metadata": {"name": "writer", "namespace": namespace}, "spec": spec})
        )
        # The shell makes the file before the program writes.
        eventually(lambda: (folder / "id").exists() and (folder / "id").stat().st_size, seconds=30)

        assert "uid=1000" in (folder / "id").read_text()
        assert (folder / "id").stat().st_gid == 1000 == folder.stat().st_gid
