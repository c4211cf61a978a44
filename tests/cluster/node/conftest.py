"""The cluster with a real node; on a machine that cannot have one its tests are skipped and say why."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cluster.harness import Lane

pytest.register_assert_rewrite("tests.cluster.node.harness")

from tests.cluster.node.harness import NodeCluster  # noqa: E402 - its asserts explain themselves only after that

sys.path.append(str(Path(__file__).resolve().parents[3] / "toolchain"))

from testcluster.node.packages import why_not  # noqa: E402 - the toolchain is no package of the distribution

#: A machine can have one real node; another test run may have it.
PATIENCE_SECONDS = 600.0


@pytest.fixture(scope="session")
def node_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeCluster]:
    """A control plane with a real node in a network of its own, images that were made here, and four fake GPUs."""
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    lane = _entered(tmp_path_factory)
    try:
        running = NodeCluster(lane.facts)
        yield running
        running.close()
    finally:
        lane.__exit__(None, None, None)


def _entered(tmp_path_factory: pytest.TempPathFactory) -> Lane:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        lane = Lane(tmp_path_factory.mktemp("node") / "run", "node")
        try:
            return lane.__enter__()
        except RuntimeError as error:
            if "runs already" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(2)
