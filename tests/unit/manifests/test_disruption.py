"""PodDisruptionBudgets let nodes drain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.manifests.worlds import FULL, block, plan, policy, workload

from lockyard_components.manifests._disruption import render_disruption_budget

CPU = policy("cpuAverageUtilization", 70)
HTTP = policy("httpRequestsConcurrency", 10)


def test_k28_two_replicas_drain_one_at_a_time_and_failing_pods_never_block() -> None:
    objects = render_disruption_budget(workload(), plan(replicas=2), FULL)
    assert list(objects) == ["disruptionBudget"]
    budget = objects["disruptionBudget"]
    assert (budget["apiVersion"], budget["kind"], budget["metadata"]["name"]) == (
        "policy/v1",
        "PodDisruptionBudget",
        "chat",
    )
    assert budget["spec"] == {
        "maxUnavailable": 1,
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
        "selector": {"matchLabels": {"app.kubernetes.io/instance": "chat", "app.kubernetes.io/component": "server"}},
    }


@pytest.mark.parametrize(
    ("least", "most", "expected"), [(0, 1, False), (1, 1, False), (0, 2, True), (1, 2, True), (2, 2, True)]
)
def test_k28_the_most_replicas_decide(least: int, most: int, expected: bool) -> None:
    scaled = plan(block(HTTP if least == 0 else CPU, least=least, most=most))
    assert bool(render_disruption_budget(workload(), scaled, FULL)) is expected


@given(st.integers(1, 100))
def test_k28_never_a_least_number_available(replicas: int) -> None:
    objects = render_disruption_budget(workload(), plan(replicas=replicas), FULL)
    assert all("minAvailable" not in budget["spec"] for budget in objects.values())
    assert bool(objects) is (replicas >= 2)


def test_k28_a_stop_leaves_the_budget_in_place() -> None:
    running, stopped = (
        render_disruption_budget(workload(running=state), plan(replicas=2), FULL) for state in (True, False)
    )
    assert running == stopped
