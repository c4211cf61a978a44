"""Clusters for the cluster tests: one for each test process and kind, started when first asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.register_assert_rewrite("tests.cluster.harness", "tests.engine.harness")

from tests.cluster.harness import Lane, TestCluster  # noqa: E402 - its asserts explain themselves only after that
from tests.engine.harness import Project  # noqa: E402
from tests.longest_first import longest_first  # noqa: E402

from lockyard.resources._registry import forget_registry_client  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]

REAL_NODE = "real-node"

#: How much the other workers give way.
_NICE = 5

#: The groups that take longest, in the order in which workers take them; the others follow.
LONGEST = (REAL_NODE, "scale", "test_failed_rollout", "test_autoscaler_switch", "test_nim_cache", "test_hpa_external")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Send the tests on the real node to one worker, since there is one; every other module goes where there is time.

    Each worker starts a cluster of its own for them. Not in `pytest_collection_modifyitems`: there xdist has read the
    groups already.
    """
    if item.get_closest_marker("xdist_group") is None:
        group = REAL_NODE if "node_cluster" in getattr(item, "fixturenames", ()) else item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first."""

    def group_of(item: pytest.Item) -> str:
        marker = item.get_closest_marker("xdist_group")
        return marker.args[0] if marker else ""

    longest_first(items, LONGEST, group_of)


_gives_way: bool | None = None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """The tests on the real node are the longest way to the end: other workers leave them the processor first."""
    global _gives_way
    if _gives_way is None:
        marker = item.get_closest_marker("xdist_group")
        _gives_way = bool(os.environ.get("PYTEST_XDIST_WORKER")) and (marker is None or marker.args[0] != REAL_NODE)
        if _gives_way:
            os.nice(_NICE)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestCluster]:
    """A control plane with kwok and the definitions of KEDA, Prometheus operator, Gateway API and Karpenter."""
    with Lane(tmp_path_factory.mktemp("cluster") / "run") as lane:
        running = TestCluster(lane.facts)
        yield running
        running.close()


@pytest.fixture(scope="session")
def kubernetes_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pulumi's own folder with the Kubernetes plugin in it, one for a test process."""
    home = tmp_path_factory.mktemp("pulumi-home")
    subprocess.run(
        [sys.executable, str(ROOT / "toolchain" / "toolchain.py"), "plugin", str(home)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return home


@pytest.fixture
def make_cluster_project(
    tmp_path: Path, kubernetes_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Project]]:
    """Makes projects whose Kubernetes is a given one: `make_cluster_project(cluster, folder=…)`."""
    made: list[Project] = []

    def make(cluster: TestCluster, *, variables: dict[str, str] | None = None, **options: Any) -> Project:
        settings = {"KUBECONFIG": str(cluster.kubeconfig), **(variables or {})}
        project = Project(tmp_path / f"project-{len(made)}", home=kubernetes_home, variables=settings, **options)
        made.append(project)
        # Hooks and look-ups run in the program, and that is this process: they must find the same registry.
        for name, value in project.environment.items():
            if name == "KUBECONFIG" or name.startswith("LOCKYARD_"):
                monkeypatch.setenv(name, value)
        forget_registry_client()
        return project

    yield make
    forget_registry_client()
    for project in made:
        project.close()


@pytest.fixture
def cluster_project(make_cluster_project: Callable[..., Project], cluster: TestCluster) -> Project:
    """A stack of its own on the cluster with fake nodes, and a registry of its own."""
    return make_cluster_project(cluster)
