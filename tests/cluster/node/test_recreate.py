"""One replica on a volume of one node: the old pod goes before the new one comes, and the engine's word may be early.

Whether it is depends on what the engine sees first; either way the update fails and the registry knows.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.cluster.node.harness import NodeCluster, platform
from tests.cluster.node.test_storage import nim
from tests.cluster.scene import Scene
from tests.engine.harness import Project

from lockyard_components.placement import StorageClass, WorkloadDefaults

pytestmark = pytest.mark.timeout(240)

#: How long the engine waits where it does.
PATIENCE = 15

#: Short times, so that what never becomes ready fails soon.
IMPATIENT = WorkloadDefaults(
    startup_seconds_cached=5,
    startup_seconds_uncached=5,
    provisioning_seconds=1,
    drain_seconds=1,
    grace_seconds=7,
    dedicated_claim_size="1Gi",
)


def test_a_version_that_fails_is_told_so_and_the_next_update_mends_it(
    node_cluster: NodeCluster, make_cluster_project: Callable[..., Project]
) -> None:
    project = make_cluster_project(node_cluster)
    node_cluster.volume(modes=("ReadWriteOnce",))
    with node_cluster.namespace("recreate") as namespace:
        where = platform(namespace, storage_classes=(StorageClass(name="test-node"),), defaults=IMPATIENT)
        scene = Scene(project, node_cluster, namespace)
        project.up(nim(where, "1"))
        first = scene.record["artifactId"]

        bad = nim(where, "2", load_seconds=600, patience=PATIENCE)
        project.up(bad, fails=True)

        record = scene.record
        assert record["artifactId"] == first and record["replacement"]["status"] == "errored"
        assert "startup budget" in record["replacement"]["message"]

        # Fails again: the engine may have nothing to do to the Deployment, yet nobody says that it serves.
        project.up(bad, fails=True)
        assert scene.record["artifactId"] == first

        project.up(nim(where, "3"))
        assert scene.record["replacement"] is None or scene.record["replacement"]["status"] == "completed"
        assert scene.record["artifactId"] == project.id("Artifact/chat") != first
        assert scene.deployment["status"]["availableReplicas"] == 1
