"""The cache that NIMs of one image share: its Job may be killed and runs once; nobody reads too early (K9, K10)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lightkube.codecs import from_dict
from lightkube.core.exceptions import ApiError
from lightkube.resources.batch_v1 import Job
from lightkube.resources.core_v1 import Pod
from tests.cluster.harness import eventually
from tests.cluster.node.harness import IMAGES, ONE, NodeCluster, ask, platform, runtime, workload

from lockyard_components.manifests import Manifest, cache_names, render_nim_cache

IMAGE = f"{IMAGES.nim}:1"
PROFILE = "profile-a"
NAMES = cache_names(IMAGE, [PROFILE])


def cache(namespace: str, *, seconds: int) -> dict[str, Manifest]:
    """The claim and the Job of a cache that takes so long to fill."""
    return render_nim_cache(
        image=IMAGE,
        cluster=platform(namespace),
        namespace=namespace,
        size="1Gi",
        profiles=[PROFILE],
        memory="128Mi",
        env={"STANDIN_DOWNLOAD_SECONDS": str(seconds), "STANDIN_DOWNLOAD_BYTES": "2000000"},
    )


def downloads(folder: Path) -> list[str]:
    """What the stand-in noted of its downloads, `start` and `end`, one word each."""
    log = folder / NAMES.subfolder / PROFILE / "downloads.log"
    return [line.split()[0] for line in log.read_text().splitlines()] if log.exists() else []


def complete(cluster: NodeCluster, namespace: str) -> bool:
    job = cluster.client.get(Job, NAMES.job, namespace=namespace)
    return any(one.type == "Complete" and one.status == "True" for one in (job.status and job.status.conditions) or [])


def nim_spec() -> dict[str, Any]:
    """A stand-in NIM that ends with code 3 when it finds half of the weights, or none."""
    settings = {"STANDIN_WEIGHTS": "needed", "STANDIN_DRAIN_SECONDS": "1"}
    container = {
        "name": "server",
        "imageUri": IMAGE,
        "primary": True,
        "port": 8000,
        "environmentVars": [{"name": name, "value": value} for name, value in settings.items()],
        "startupProbe": {
            "path": "/v1/health/ready",
            "port": 8000,
            "periodSeconds": 1,
            "initialDelaySeconds": 0,
            "timeoutSeconds": 5,
            "failureThreshold": 30,
        },
    }
    return {"containerGroups": [{"name": "main", "containers": [container]}], "storage": {"mode": "nimCache"}}


def test_k9_a_download_that_was_killed_is_done_again_and_k10_nobody_reads_half_of_it(node_cluster: NodeCluster) -> None:
    folder = node_cluster.volume()
    marker = folder / f"{NAMES.subfolder}.complete"
    with node_cluster.namespace() as namespace:
        for manifest in cache(namespace, seconds=4).values():
            node_cluster.client.create(from_dict(manifest))
        server = workload(
            node_cluster,
            namespace,
            kind="nim",
            cache_claim=NAMES.claim,
            cache_subfolder=NAMES.subfolder,
            profiles=(PROFILE,),
        )
        server.apply(nim_spec(), runtime(1, ONE), "1")
        # The server is there from the start, and waits.
        weights = folder / NAMES.subfolder / PROFILE / "weights.bin"
        eventually(lambda: weights.exists() and weights.stat().st_size > 200_000, seconds=40, what="half a download")
        first = node_cluster.pods(namespace, {"app.kubernetes.io/component": "cache"})
        assert len(first) == 1
        assert first[0].metadata is not None and first[0].metadata.name is not None
        node_cluster.client.delete(Pod, first[0].metadata.name, namespace=namespace, grace_period=0)
        assert not marker.exists()
        eventually(lambda: downloads(folder).count("start") == 2, seconds=40, what="a second try")
        assert node_cluster.ready_pods(namespace) == [], "the server still waits"
        eventually(lambda: complete(node_cluster, namespace), seconds=40, what="the Job")
        eventually(lambda: node_cluster.ready_pods(namespace), seconds=40, what="the server to start")

        assert downloads(folder) == ["start", "start", "end"], "one complete copy"
        assert f"image={IMAGE}" in marker.read_text()
        assert node_cluster.restarts(namespace) == 0, "the server never met half of the weights"
        assert ask(f"{server.url}/v1/health/ready")[0] == 200


def test_k9_two_who_want_the_same_cache_make_one_copy(node_cluster: NodeCluster) -> None:
    folder = node_cluster.volume()
    with node_cluster.namespace() as namespace:
        for manifest in cache(namespace, seconds=1).values():
            node_cluster.client.create(from_dict(manifest))
        second = cache(namespace, seconds=1)
        with pytest.raises(ApiError, match="already exists"):
            node_cluster.client.create(from_dict(second["job"]))
        eventually(lambda: complete(node_cluster, namespace), seconds=40, what="the Job")
        assert downloads(folder) == ["start", "end"]

        # Somebody deletes the finished Job and makes it again: it finds the weights and downloads nothing.
        node_cluster.client.delete(Job, NAMES.job, namespace=namespace)
        node_cluster.kubectl("wait", "--for=delete", f"job/{NAMES.job}", "-n", namespace, "--timeout=30s")
        node_cluster.client.create(from_dict(second["job"]))
        eventually(lambda: complete(node_cluster, namespace), seconds=40, what="the Job")

        assert downloads(folder) == ["start", "end"]
