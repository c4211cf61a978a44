"""The whole story of a workload, with the registry's records and the cluster's objects compared at each step."""

from __future__ import annotations

import pytest
from tests.cluster.harness import TestCluster
from tests.cluster.scene import Scene
from tests.cluster.workloads import CPU_POOL, cluster_of, program
from tests.engine.harness import Project

pytestmark = pytest.mark.timeout(420)


def test_the_whole_story(cluster: TestCluster, cluster_project: Project) -> None:
    project = cluster_project
    with cluster.namespace("story") as namespace, cluster.pools((CPU_POOL, 2)):
        where = cluster_of(namespace)
        scene = Scene(project, cluster, namespace)

        project.up(program(where, "1"))
        scene.agree("1")
        draft, uid = scene.record["artifactId"], scene.deployment["metadata"]["uid"]
        project.assert_empty_preview()

        # An edit of the draft: the same artifact, a rollout.
        run = project.up(program(where, "2"))
        assert [(step.op, step.kind) for step in run.changes] == [
            ("update", "Artifact"),
            ("update", "Deployment"),
            ("update", "NetworkPolicy"),
            ("update", "PodDisruptionBudget"),
            ("update", "RolloutReport"),
            ("update", "Service"),
            ("update", "ServiceAccount"),
            ("update", "Workload"),
        ]
        scene.agree("2")
        assert scene.record["artifactId"] == draft
        generation = scene.deployment["metadata"]["annotations"]["deployment.kubernetes.io/revision"]

        # The lock: nothing rolls, the end of the draft goes.
        project.up(program(where, "2", status="locked"))
        scene.agree("2")
        assert scene.record["expiresAt"] is None and scene.record["artifact"]["version"] == 1
        assert scene.deployment["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == generation

        # A new version: another artifact, the same workload, a rollout.
        shown = project.preview(program(where, "3", status="locked"))
        artifact = shown.change("Artifact", "chat")
        assert artifact and (artifact.op, artifact.replaces) == ("replace", ("spec",))
        deployment = shown.change("Deployment", "chat")
        assert deployment and deployment.op == "update"
        project.up()
        scene.agree("3")
        assert scene.record["artifact"]["version"] == 2 and scene.record["artifactId"] != draft
        assert scene.deployment["metadata"]["uid"] == uid
        project.assert_empty_preview()
        assert project.refresh().refreshed == []
        [*_, last] = project.registry.workload_history(scene.record["id"])
        assert scene.record["artifactId"] in str(last)

        project.destroy()
        assert cluster.kubectl("get", "deployment,service,networkpolicy,pdb", "-n", namespace).startswith(
            "No resources"
        )
        locked = list(project.registry.list_artifacts())
        assert sorted(one["version"] for one in locked) == [1, 2]
        assert list(project.registry.list_workloads()) == []
