"""Several workloads on pools of bounded size."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.placement.scheduler import Node, put, schedulable
from tests.unit.placement.worlds import cluster, cpu_pool, gpu_pool

from lockyard_components.placement import (
    CapacityBook,
    Cluster,
    Feasibility,
    PlacementError,
    ResourceBundle,
    choose_strategy,
    node_labels,
    placement_of,
)


def bundle(gpus: int, product: str | None = "L4", **fields: Any) -> ResourceBundle:
    memory = "24GiB" if gpus > 1 else "6GiB"
    return ResourceBundle(
        **{"id": f"{product}.{gpus}", "cpu": 1, "memory": memory, "gpus": gpus, "gpu": product, **fields}
    )


def problems(there: Cluster, *wanted: tuple[ResourceBundle, int, int]) -> Feasibility:
    book = CapacityBook()
    for index, (asked, least, most) in enumerate(wanted):
        placement = placement_of(asked, there)
        rollout = choose_strategy(placement=placement, replicas_max=most, replicas_min=least)
        book.add(f"w{index}", placement, most, replicas_min=least, surge=rollout.max_surge)
    found = book.problems()
    assert all("\n" not in text for text in (*found.errors, *found.warnings))
    return found


FOUR = gpu_pool("l4", max_nodes=2)  # eight devices


def test_room_enough_says_nothing() -> None:
    assert problems(cluster(FOUR), (bundle(1), 2, 2), (bundle(2), 1, 2)) == Feasibility()
    assert CapacityBook().problems() == Feasibility()


def test_minima_beyond_the_pool_are_an_error() -> None:
    (error,) = problems(cluster(FOUR), (bundle(2), 2, 3), (bundle(1), 5, 5)).errors
    assert error == (
        "cluster 'prod': these workloads need 9 nvidia.com/gpu, pool 'l4' has 8 at most: w0 (2 x 2), w1 (5 x 1): "
        "lower the replicas or raise max_nodes"
    )


def test_maxima_beyond_the_pool_are_a_warning() -> None:
    found = problems(cluster(FOUR), (bundle(2), 1, 3), (bundle(1), 5, 5))
    assert found.errors == []
    (warning,) = found.warnings
    assert "at their most replicas these workloads need 11 nvidia.com/gpu" in warning


def test_a_rollout_without_room_for_its_pod_is_a_warning() -> None:
    """Each workload alone has a spare slot; together they leave none."""
    found = problems(cluster(FOUR), (bundle(1), 4, 4), (bundle(2), 2, 2))
    assert found.errors == [] and len(found.warnings) == 2
    assert "during a rollout of a workload of bundle 'L4.1' these workloads need 9 nvidia.com/gpu" in found.warnings[0]
    assert "the rollout does not end; raise max_nodes" in found.warnings[0]
    assert problems(cluster(FOUR), (bundle(1), 3, 3), (bundle(1), 4, 4)) == Feasibility()


def test_cpu_and_memory_run_out_too() -> None:
    web = cpu_pool(max_nodes=2, node_cpu=4, node_memory="16GiB")
    asked = ResourceBundle(id="c", cpu=2, memory="1GiB")
    (error,) = problems(cluster(web), (asked, 3, 3), (asked, 2, 2)).errors
    assert "need 10 CPU, pool 'web' has 8" in error
    large = ResourceBundle(id="m", cpu=0.5, memory="6GiB")
    (error,) = problems(cluster(web), (large, 3, 3), (large, 3, 3)).errors
    assert "need 36 GiB memory, pool 'web' has 32 GiB" in error


def test_gaps_on_nodes_count() -> None:
    """Three devices of a node of four: eight devices hold two such pods."""
    (error,) = problems(cluster(FOUR), (bundle(3), 1, 1), (bundle(3), 1, 1), (bundle(3), 0 + 1, 1)).errors
    assert "need 9 nvidia.com/gpu" in error
    wide = gpu_pool("l4", max_nodes=3)
    assert problems(cluster(wide), (bundle(3), 2, 2), (bundle(3), 1, 1)).errors == []
    (error,) = problems(cluster(wide), (bundle(3), 2, 2), (bundle(3), 2, 2)).errors
    assert "need 4 pods of bundle 'L4.3', pool 'l4' has 3" in error


def test_pools_are_shared_as_far_as_bundles_allow() -> None:
    l4, a10 = gpu_pool("l4", max_nodes=1), gpu_pool("a10", "generic", "A10G", 4, max_nodes=1)
    there = cluster(l4, a10)
    both = bundle(1, None, id="any")
    assert problems(there, (bundle(1), 4, 4), (both, 4, 4)).errors == []
    (error,) = problems(there, (bundle(1), 4, 4), (both, 5, 5)).errors
    assert "need 9 nvidia.com/gpu, pools 'a10', 'l4' have 8" in error
    (error,) = problems(there, (bundle(1), 5, 5), (both, 1, 1)).errors
    assert "need 5 nvidia.com/gpu, pool 'l4' has 4" in error
    grows = cluster(gpu_pool("l4"), a10)
    assert problems(grows, (bundle(1), 400, 400), (both, 400, 400)) == Feasibility()


def test_one_book_for_several_clusters() -> None:
    book = CapacityBook()
    for name in ("staging", "production"):
        there = Cluster(name=name, pools=(FOUR,))
        book.add(name, placement_of(bundle(2), there), 4)
    assert book.problems() == Feasibility()


def test_stopped_workloads_take_nothing_and_wrong_numbers_are_refused() -> None:
    book = CapacityBook()
    placement = placement_of(bundle(2), cluster(FOUR))
    book.add("running", placement, 4)
    book.add("stopped", placement, 0)
    assert book.problems() == Feasibility()
    for numbers in ({"replicas": -1}, {"replicas": 1, "replicas_min": 2}, {"replicas": 1, "surge": 0.5}):
        with pytest.raises(PlacementError):
            book.add("wrong", placement, **numbers)  # pyright: ignore


@settings(max_examples=100, deadline=None)
@given(
    nodes=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    wanted=st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(["L4", "A10G", None]), st.integers(1, 4)), min_size=1, max_size=5
    ),
)
def test_errors_are_certain(nodes: tuple[int, int], wanted: list[tuple[int, str | None, int]]) -> None:
    """What a scheduler did place, in whatever order, is never called impossible."""
    there = cluster(gpu_pool("l4", max_nodes=nodes[0]), gpu_pool("a10", "generic", "A10G", 4, max_nodes=nodes[1]))
    machines = [
        Node(pool.name, node_labels(pool), [], {"cpu": 90_000, "memory": pool.node_memory_bytes, "nvidia.com/gpu": 4})
        for pool in there.pools
        for _ in range(pool.max_nodes or 0)
    ]
    book = CapacityBook()
    for index, (gpus, product, replicas) in enumerate(wanted):
        placement = placement_of(bundle(gpus, product), there)
        placed = 0
        for _ in range(replicas):
            node = next((node for node in machines if schedulable(placement, node)), None)
            if node is not None:
                put(placement, node)
                placed += 1
        book.add(f"w{index}", placement, placed)
    found = book.problems()
    assert (found.errors, found.warnings) == ([], [])
