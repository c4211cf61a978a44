"""The whole story of a workload on the real node, under load from its first rollout to its end.

Draft, edit, lock, new version, and three bad versions: one followed by the way back, one by a better version, one by
the end. After each step the registry's records and the cluster's objects are compared, and no request ever fails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.cluster.harness import eventually
from tests.cluster.node.harness import NodeCluster, platform
from tests.cluster.node.harness.programs import Program, chat
from tests.cluster.scene import Scene
from tests.engine.harness import Project

#: Seconds that the engine waits for a version that never becomes ready.
PATIENCE = 6


class Story:
    """What the steps share.

    Args:
        scene: Registry and cluster side by side.
    """

    def __init__(self, scene: Scene) -> None:
        self.scene, self.project = scene, scene.project
        self.where = platform(scene.namespace)

    def version(self, version: str, **more: Any) -> Program:
        return chat(self.where, version, **more)

    def agrees(self, version: str) -> None:
        """The registry says that the program's artifact runs, and the cluster runs just that."""
        record, notes = self.scene.record, self.scene.deployment["metadata"]["annotations"]
        assert record["status"] == "running"
        assert record["artifactId"] == notes["lockyard.dev/artifact-id"] == self.project.id("Artifact/chat")
        assert record["artifactDigest"] == notes["lockyard.dev/content-digest"]
        assert record["runtimeDigest"] == notes["lockyard.dev/runtime-digest"]
        assert self.scene.active_proton()["status"] == "running"
        eventually(self.serving, lambda served: served == [version, version], seconds=40)

    def serving(self) -> list[str]:
        """Versions of all pods, those on their way out too."""
        return sorted(
            variable["value"]
            for pod in self.scene.pods()
            for variable in pod["spec"]["containers"][0]["env"]
            if variable["name"] == "VERSION"
        )

    def fails(self, version: str) -> None:
        """A version that is never ready: the registry says why, and the old pods go on."""
        before, served = self.scene.record["artifactId"], [one for one in self.serving() if one != version]
        run = self.project.up(
            self.version(version, settings={"READY_AFTER_SECONDS": -1}, patience=PATIENCE), fails=True
        )
        record = self.scene.record
        assert (record["status"], record["artifactId"]) == ("running", before), run.output
        assert record["replacement"]["status"] == "errored"
        assert record["replacement"]["candidateArtifactId"] == self.project.id("Artifact/chat") != before
        assert record["replacement"]["message"].startswith("Deployment chat: ")
        assert [one for one in self.serving() if one != version] == served


def test_the_whole_story_under_load(node_cluster: NodeCluster, make_cluster_project: Callable[..., Project]) -> None:
    project = make_cluster_project(node_cluster)
    with node_cluster.namespace("story") as namespace:
        story = Story(Scene(project, node_cluster, namespace))
        scene = story.scene
        project.up(story.version("1", status="draft"))
        story.agrees("1")
        draft = scene.record
        assert draft["expiresAt"] is not None
        uid = scene.deployment["metadata"]["uid"]

        with node_cluster.load(f"{node_cluster.address(namespace, 'chat')}/work?ms=10", rate=30) as load:
            project.up(story.version("2", status="draft"))
            story.agrees("2")
            assert scene.record["artifactId"] == draft["artifactId"], "an edited draft is the same artifact"

            pods = set(scene.names("pods"))
            project.up(story.version("2"))
            story.agrees("2")
            assert set(scene.names("pods")) == pods, "a lock rolls nothing"
            assert scene.record["expiresAt"] is None and scene.record["artifact"]["version"] == 1

            project.up(story.version("3"))
            story.agrees("3")
            third = scene.record["artifactId"]
            assert scene.record["artifact"]["version"] == 2 and third != draft["artifactId"]

            story.fails("bad-1")
            project.up(story.version("3"))
            story.agrees("3")
            assert scene.record["artifactId"] == third, "the way back is the version of before"

            story.fails("bad-2")
            project.up(story.version("4"))
            story.agrees("4")
            project.assert_empty_preview()

            story.fails("bad-3")
            result = load.stop()
        assert scene.deployment["metadata"]["uid"] == uid, "one Deployment all the time"
        assert scene.record["endpoint"] == draft["endpoint"]
        project.destroy()

        assert result.failed == 0, result
        assert result.order == ["1", "2", "3", "4"], "no bad version ever answered"
        assert scene.names("deployment,replicaset,service,pod,networkpolicy,poddisruptionbudget") == []
        assert list(project.registry.list_workloads()) == []
        kept = sorted(one["version"] for one in project.registry.list_artifacts())
        assert kept == [1, 2, 3, 4, 5, 6], "what was locked stays in the registry"
