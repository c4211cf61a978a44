"""Pods land on the nodes of their pools and on no other: placements against generated nodes of all pools."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.placement.scheduler import Node, put, room, schedulable, selected, tolerated
from tests.unit.placement.worlds import (
    FLAVOUR_NAMES,
    GPU_TAINT,
    bundles,
    cluster,
    clusters,
    cpu_pool,
    gpu_pool,
    nodes,
    pools,
)

from lockyard_components.placement import (
    FLAVOURS,
    GpuNodePool,
    PlacementError,
    ResourceBundle,
    Taint,
    node_labels,
    node_taints,
    placement_of,
)

SLOW = settings(max_examples=150, deadline=None)


@SLOW
@given(st.data())
def test_a_pod_fits_exactly_the_nodes_of_its_pools(data: st.DataObject) -> None:
    there = data.draw(clusters())
    bundle = data.draw(bundles(there))
    try:
        placement = placement_of(bundle, there)
    except PlacementError as refused:
        assert "\n" not in str(refused)
        return
    assert placement.pools
    for pool in there.pools:
        for node in (data.draw(nodes(pool)), data.draw(nodes(pool))):
            if pool in placement.pools:
                assert selected(placement, node), (pool, node)
                assert tolerated(placement.tolerations, node), (pool, node)
                assert room(placement, node), (pool, node)
            else:
                assert not schedulable(placement, node), (pool, node)


@SLOW
@given(st.data())
def test_capacity_is_what_the_scheduler_can_place(data: st.DataObject) -> None:
    there = data.draw(clusters())
    try:
        placement = placement_of(data.draw(bundles(there)), there)
    except PlacementError:
        return
    if placement.capacity is None or placement.capacity > 60:
        return
    made = [(pool, data.draw(nodes(pool))) for pool in there.pools]
    machines = [replace(node, used={}) for pool, node in made for _ in range(pool.max_nodes or 0)]
    placed = 0
    while node := next((node for node in machines if schedulable(placement, node)), None):
        put(placement, node)
        placed += 1
    assert placed == placement.capacity


@SLOW
@given(st.data())
def test_a_pods_placement_does_not_follow_from_other_pools(data: st.DataObject) -> None:
    """Describing another pool rolls no workload, unless the bundle fits there too."""
    there = data.draw(clusters())
    bundle = data.draw(bundles(there))
    try:
        before = placement_of(bundle, there)
        after = placement_of(bundle, cluster(*there.pools, data.draw(pools("extra", FLAVOUR_NAMES))))
    except PlacementError:
        return
    assert after.pools != before.pools or (after.node_selector, after.affinity, after.tolerations) == (
        before.node_selector,
        before.affinity,
        before.tolerations,
    )


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("spot", [False, True])
def test_made_nodes_are_found(flavour: Any, spot: bool) -> None:
    """`node_labels` and `node_taints` make nodes that the pool's workloads run on."""
    pool = gpu_pool("gpu", flavour, "A100-80GB", 8, spot=spot, taints=(GPU_TAINT, Taint(key="x")), labels={"team": "a"})
    web = cpu_pool("web", flavour, spot=spot)
    there = cluster(pool, web)
    for bundle, own in (
        (ResourceBundle(id="gpu", cpu=1, memory="8GiB", gpus=1, spot=True), pool),
        (ResourceBundle(id="cpu", cpu=1, memory="1GiB", spot=True), web),
    ):
        placement = placement_of(bundle, there)
        assert placement.pools == (own,)
        for made in (pool, web):
            node = Node(
                made.name,
                node_labels(made),
                node_taints(made),
                {"cpu": 8000, "memory": 1 << 35, **({"nvidia.com/gpu": 8} if isinstance(made, GpuNodePool) else {})},
            )
            assert schedulable(placement, node) is (made is own)
