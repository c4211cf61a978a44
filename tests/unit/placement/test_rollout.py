"""K23, K24: the strategy table, and what a preview says about it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.placement.worlds import cluster, gpu_pool

from lockyard_components.placement import (
    ACCESS_MODES,
    Placement,
    PlacementError,
    ResourceBundle,
    Rollout,
    choose_strategy,
    feasibility,
    placement_of,
)

BUNDLE = ResourceBundle(id="gpu.l4.2", cpu=10, memory="40GiB", gpus=2, gpu="L4")


def placed(*max_nodes: int | None, **fields: Any) -> Placement:
    """Pools of four L4 per node: each node holds two pods."""
    return placement_of(
        BUNDLE, cluster(*(gpu_pool(f"l4-{i}", max_nodes=most, **fields) for i, most in enumerate(max_nodes)))
    )


TABLE = [
    # pools' nodes, minimum, maximum, claim -> kind, surge, unavailable, outage
    ((None,), 1, 1, None, "surge", 1, 0, False),
    ((None,), 1, 50, "ReadWriteMany", "surge", 1, 0, False),
    ((1,), 1, 1, None, "surge", 1, 0, False),
    ((1,), 2, 2, None, "in_place", 0, 1, False),
    ((1,), 1, 2, None, "in_place", 0, 1, True),
    ((1,), 0, 2, "ReadOnlyMany", "in_place", 0, 1, True),
    ((1, 1), 3, 3, None, "surge", 1, 0, False),
    ((1, None), 9, 9, None, "surge", 1, 0, False),
    ((1, 1), 4, 4, None, "in_place", 0, 1, False),
    ((None,), 1, 1, "ReadWriteOnce", "recreate", 0, 0, True),
    ((None,), 1, 1, "ReadWriteOncePod", "recreate", 0, 0, True),
    ((0,), 1, 1, None, "recreate", 0, 0, True),
    ((0,), 0, 0, None, "recreate", 0, 0, True),
]


@pytest.mark.parametrize(("nodes", "least", "most", "claim", "kind", "surge", "unavailable", "outage"), TABLE)
def test_k23_the_table(
    nodes: tuple[Any, ...], least: int, most: int, claim: Any, kind: str, surge: int, unavailable: int, outage: bool
) -> None:
    found = choose_strategy(placement=placed(*nodes), replicas_max=most, replicas_min=least, claim_mode=claim)
    assert (found.kind, found.max_surge, found.max_unavailable, found.announces_outage) == (
        kind,
        surge,
        unavailable,
        outage,
    )
    assert found.claim_mode == claim and found.reason


def test_a_single_full_pool_with_one_slot_recreates() -> None:
    placement = placement_of(BUNDLE, cluster(gpu_pool(gpus=2, max_nodes=1)))
    assert placement.capacity == 1
    found = choose_strategy(placement=placement, replicas_max=1, replicas_min=1)
    assert (found.kind, found.announces_outage) == ("recreate", True)


@given(
    nodes=st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=1, max_size=3),
    most=st.integers(0, 30),
    least=st.integers(0, 30),
    claim=st.sampled_from([None, *ACCESS_MODES]),
)
def test_never_both_zero_and_never_more_pods_than_there_is_room_for(
    nodes: list[int | None], most: int, least: int, claim: str | None
) -> None:
    placement = placed(*nodes)
    found = choose_strategy(placement=placement, replicas_max=most, replicas_min=min(least, most), claim_mode=claim)
    assert found.kind == "recreate" or found.max_surge + found.max_unavailable > 0
    if placement.capacity is not None and most <= placement.capacity:
        assert most + found.max_surge <= placement.capacity
    if claim in ("ReadWriteOnce", "ReadWriteOncePod"):
        assert found.kind == "recreate"
    # Serving goes on exactly where no outage is announced.
    left = 0 if found.kind == "recreate" else min(least, most) - found.max_unavailable
    if most and not found.announces_outage and min(least, most) > 0:
        assert left > 0 or found.max_surge > 0


@pytest.mark.parametrize(
    ("kind", "surge", "unavailable"),
    [("surge", 0, 0), ("surge", 1, 1), ("in_place", 0, 0), ("in_place", 1, 1), ("recreate", 1, 0), ("rolling", 1, 0)],
)
def test_numbers_that_do_not_belong_together_are_refused(kind: Any, surge: int, unavailable: int) -> None:
    with pytest.raises(PlacementError):
        Rollout(kind=kind, max_surge=surge, max_unavailable=unavailable, reason="", announces_outage=False)


def test_percentages_and_unknown_modes_are_refused() -> None:
    with pytest.raises(PlacementError, match="max_surge='25%' must be a whole number"):
        Rollout(kind="surge", max_surge="25%", max_unavailable=0, reason="", announces_outage=False)  # pyright: ignore
    with pytest.raises(PlacementError, match="claim_mode='RWO' must be one of"):
        choose_strategy(placement=placed(1), replicas_max=1, replicas_min=1, claim_mode="RWO")


def said(nodes: tuple[Any, ...], most: int, least: int | None = None, claim: str | None = None, **pool: Any) -> Any:
    placement = placed(*nodes, **pool)
    rollout = choose_strategy(
        placement=placement, replicas_max=most, replicas_min=most if least is None else least, claim_mode=claim
    )
    there = cluster(*placement.pools)
    found = feasibility(label="chat", placement=placement, rollout=rollout, replicas_max=most, cluster=there)
    assert all(text.startswith("chat: ") and "\n" not in text for text in (*found.errors, *found.warnings))
    return found


def test_nothing_to_say() -> None:
    for nodes, most in (((None,), 100), ((1,), 1), ((2, 1), 5)):
        found = said(nodes, most)
        assert (found.errors, found.warnings) == ([], [])


@pytest.mark.parametrize(
    ("nodes", "most", "text"),
    [
        ((1,), 3, "lower the replicas to 2, or raise max_nodes of pool 'l4-0' from 1 to 2"),
        ((1, 1), 9, "lower the replicas to 4, or raise max_nodes of pool 'l4-0' from 1 to 4"),
        ((0,), 1, "pool 'l4-0' holds 0 (0 nodes, 2 each): raise max_nodes of pool 'l4-0' from 0 to 1"),
    ],
)
def test_what_can_never_run_is_an_error(nodes: tuple[int, ...], most: int, text: str) -> None:
    (error,) = said(nodes, most).errors
    assert text in error
    assert said((*nodes, None), most).errors == []


def test_k24_a_missing_spare_slot_is_a_warning() -> None:
    (warning,) = said((1,), 2).warnings
    assert "takes one replica away before its successor serves" in warning
    assert "raise max_nodes of pool 'l4-0' from 1 to 2" in warning and "nothing serves meanwhile" not in warning
    assert said((2,), 2).warnings == []
    (warning,) = said((1,), 2, least=1).warnings
    assert "while it runs with one replica, nothing serves meanwhile" in warning


def test_k24_an_outage_is_announced() -> None:
    (warning,) = said((None,), 1, claim="ReadWriteOnce").warnings
    assert "every rollout is an outage for a full cold start" in warning and "leaves none serving" in warning
    assert "nimCache" in warning and "max_nodes" not in warning


def test_a_bundle_as_large_as_the_node_is_doubtful() -> None:
    (warning,) = said((None,), 1, node_memory="40GiB").warnings
    assert "takes all CPU or memory of a node of pool 'l4-0'" in warning and "Allocatable" in warning
    assert said((None,), 1, node_memory="41GiB").warnings == []
