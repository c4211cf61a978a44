"""One cluster for these tests: a real node, metrics-server, Prometheus and KEDA. Too dear for every run."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytest.register_assert_rewrite("tests.cluster.harness", "tests.cluster.node.harness")

from tests.cluster.harness import Lane  # noqa: E402 - its asserts explain themselves only after that
from tests.cluster.node.harness import NodeCluster  # noqa: E402

sys.path.append(str(Path(__file__).resolve().parents[2] / "toolchain"))

from testcluster.node.packages import why_not  # noqa: E402 - the toolchain is no package of the distribution


@pytest.fixture(scope="session")
def scaling_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeCluster]:
    """A cluster with a real node and everything that scales."""
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    with Lane(tmp_path_factory.mktemp("scaling") / "run", "node", "metrics-server", "prometheus", "keda") as lane:
        running = NodeCluster(lane.facts)
        yield running
        running.close()


@pytest.fixture(scope="session")
def prometheus(scaling_cluster: NodeCluster) -> str:
    """URL of Prometheus."""
    facts = scaling_cluster.facts
    return f"http://{urlsplit(facts['server']).hostname}:{facts['ports']['prometheus']}"
