"""A version that never becomes ready: what the registry and the cluster say, and what comes next.

The way back, a better version and the end, each under load, are in `node/test_story.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pulumi
import pytest
from tests.cluster.harness import TestCluster
from tests.cluster.scene import Scene
from tests.cluster.workloads import CPU_POOL, IMAGE, cluster_of, fixed, program
from tests.engine.harness import Project

pytestmark = pytest.mark.timeout(420)

BAD = "never-ready"
PATIENCE = 6
SECRET = "hunter-two-is-secret"


Version = Callable[[str], Callable[[], Any]]


@pytest.fixture
def serving(cluster: TestCluster, cluster_project: Project) -> Iterator[tuple[Scene, Version]]:
    """A locked version 1 that serves, with a secret in the environment, and how to make others."""
    with cluster.namespace("failed") as namespace, cluster.pools((CPU_POOL, 1)):
        where = cluster_of(namespace)

        def version(image: str) -> Callable[[], Any]:
            def main() -> Any:
                variables = [{"name": "DB_URL", "value": pulumi.Output.secret(f"{SECRET}-{image}")}]
                return program(where, image, status="locked", variables=variables, patience=PATIENCE)()

            return main

        cluster_project.up(version("1"))
        yield Scene(cluster_project, cluster, namespace), version


def fails(scene: Scene, bad: Callable[[], Any], serves: str) -> None:
    """An update to a version that never becomes ready: said once by the engine; the old one and its pods stay."""
    before = scene.record["artifactId"]
    run = scene.project.up(bad, fails=True)
    assert any("failed to fully initialize" in error for error in run.errors), run.errors
    record = scene.record
    assert (record["status"], record["artifactId"]) == ("running", before)
    replacement = record["replacement"]
    assert replacement["status"] == "errored"
    assert replacement["candidateArtifactId"] == scene.project.id("Artifact/chat") != before
    assert replacement["message"].startswith("Deployment chat: ") and "\n" not in replacement["message"]
    assert "timed out" in replacement["message"] and SECRET not in replacement["message"]
    assert scene.ready_images() == [IMAGE.format(serves)] * 2
    assert SECRET not in run.output


def test_revert(serving: tuple[Scene, Version]) -> None:
    """Going back gives the version of before, and its Secret is there when the failed one's is deleted."""
    scene, version = serving
    fails(scene, version(BAD), "1")
    scene.project.up(version("1"))
    assert scene.record["artifact"]["version"] == 1
    [secret] = scene.names("secret")
    used = scene.deployment["spec"]["template"]["spec"]["containers"][0]["env"]
    assert secret.removeprefix("secret/") in {
        one["valueFrom"]["secretKeyRef"]["name"] for one in used if "valueFrom" in one
    }
    settled(scene, "1")
    scene.project.destroy()


def test_what_only_was_slow_heals_with_the_next_update(serving: tuple[Scene, Version]) -> None:
    """The same program again: the engine waits once more, and the registry's replacement is reopened."""
    scene, version = serving
    fails(scene, version(BAD), "1")
    with healing(scene):
        scene.project.up(version(BAD))
    settled(scene, BAD)
    scene.project.destroy()
    assert scene.names("deployment,service,secret,replicaset") == []
    assert list(scene.project.registry.list_workloads()) == []


@contextmanager
def healing(scene: Scene) -> Iterator[None]:
    """Pods become ready after all, while the block runs."""
    over = threading.Event()

    def heal() -> None:
        while not over.wait(0.5):
            for pod in scene.pods():
                containers = [{**one, "ready": True} for one in pod["status"].get("containerStatuses", [])]
                ready = [{"type": kind, "status": "True"} for kind in ("Ready", "ContainersReady")]
                if BAD in pod["spec"]["containers"][0]["image"] and containers:
                    path = f"/api/v1/namespaces/{scene.namespace}/pods/{pod['metadata']['name']}/status"
                    with suppress(AssertionError):  # it may be gone meanwhile
                        status = {"status": {"conditions": ready, "containerStatuses": containers}}
                        scene.cluster.rest.patch(path, status, "application/strategic-merge-patch+json")

    thread = threading.Thread(target=heal, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=60)


def test_a_first_rollout_that_fails(cluster: TestCluster, cluster_project: Project) -> None:
    with cluster.namespace("failed") as namespace, cluster.pools((CPU_POOL, 1)):
        where = cluster_of(namespace)
        scene = Scene(cluster_project, cluster, namespace)
        cluster_project.up(program(where, BAD, patience=PATIENCE, runtime=fixed(1)), fails=True)
        assert scene.record["status"] == "errored"
        assert "Deployment chat" in scene.record["statusDetails"]["logTail"][0]
        cluster_project.up(program(where, "2", patience=PATIENCE, runtime=fixed(1)))
        scene.agree("2", replicas=1)
        cluster_project.destroy()


def test_another_object_that_fails(cluster: TestCluster, cluster_project: Project) -> None:
    """The namespace lets no Service in: the registry is told, although the pods are ready."""
    with cluster.namespace("failed") as namespace, cluster.pools((CPU_POOL, 1)):
        cluster.kubectl("create", "quota", "none", "--hard=services=0", "-n", namespace)
        scene = Scene(cluster_project, cluster, namespace)
        run = cluster_project.up(program(cluster_of(namespace), runtime=fixed(1)), fails=True)
        assert any("exceeded quota" in error for error in run.errors)
        assert scene.record["status"] == "errored"
        assert "Service chat" in scene.record["statusDetails"]["logTail"][0]
        cluster.kubectl("delete", "quota", "none", "-n", namespace)
        cluster_project.up(program(cluster_of(namespace), runtime=fixed(1)))
        scene.agree("1", replicas=1)
        cluster_project.destroy()


def settled(scene: Scene, version: str) -> None:
    """That version serves, nothing is left of the failed one, and nothing is left to do."""
    record = scene.record
    assert (record["status"], record["artifactId"]) == ("running", scene.project.id("Artifact/chat"))
    assert scene.active_proton()["status"] == "running"
    assert scene.images == {IMAGE.format(version)}
    assert len(scene.names("secret")) == 1
    scene.project.assert_empty_preview()
