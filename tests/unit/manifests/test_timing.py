"""Startup budget, deadlines and draining: all from one number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.manifests.cases import (
    CLUSTER,
    ONLY_RWO,
    cached,
    container,
    described,
    errors_of,
    nim,
    planned,
    pod,
    rendered,
    runtime,
    server,
    spec,
    warnings_of,
)

from lockyard_components.manifests._timing import await_seconds
from lockyard_components.placement import Rollout, WorkloadDefaults

THREE = runtime(resourceBundles=["gpu.l4.small"], replicaCount=3)


def budget(probe: dict[str, Any]) -> int:
    """How long a startup probe waits."""
    return probe.get("initialDelaySeconds", 0) + probe["periodSeconds"] * probe["failureThreshold"]


@pytest.mark.parametrize(
    ("description", "seconds"), [(described(), 600), (cached(), 1200), (nim(), 3600), (nim(startup_seconds=95), 95)]
)
def test_k20_all_times_follow_from_the_startup_budget(description: Any, seconds: int) -> None:
    plan = planned(description)
    assert plan.startup_seconds == seconds
    assert seconds <= budget(server(description)["startupProbe"]) < seconds + 10
    deadline = rendered(description)["deployment"]["spec"]["progressDeadlineSeconds"]
    assert deadline == plan.progress_seconds >= seconds + plan.provisioning_seconds
    assert plan.await_seconds > deadline


def test_k20_one_number_moves_all_three() -> None:
    less, more = planned(nim(startup_seconds=600)), planned(nim(startup_seconds=4000))
    assert more.progress_seconds - less.progress_seconds == 3400
    assert more.await_seconds - less.await_seconds == 3400


def test_k20_the_defaults_are_the_clusters_and_the_workloads_own_win() -> None:
    defaults = WorkloadDefaults(
        startup_seconds_service=11, startup_seconds_cached=22, startup_seconds_uncached=33, provisioning_seconds=44
    )
    cluster = replace(CLUSTER, defaults=defaults)
    assert [planned(one(), cluster).startup_seconds for one in (described, cached, nim)] == [11, 22, 33]
    assert planned(nim(), cluster).provisioning_seconds == 44
    plan = planned(nim(provisioning_seconds=55, startup_seconds=66), cluster)
    assert (plan.provisioning_seconds, plan.startup_seconds) == (55, 66)


def test_k20_the_artifacts_own_startup_probe_is_the_budget() -> None:
    probe = {"path": "/up", "port": 8000, "initialDelaySeconds": 7, "periodSeconds": 11, "failureThreshold": 13}
    plan = planned(nim(spec=spec(container(startupProbe=probe))))
    assert plan.startup_seconds == 7 + 11 * 13
    (found,) = errors_of(nim(spec=spec(container(startupProbe=probe)), startup_seconds=4000))
    assert found.startswith("startup_seconds: does nothing: ")


def test_k20_the_slowest_container_counts() -> None:
    probe = {"path": "/up", "port": 9000, "periodSeconds": 100, "failureThreshold": 50, "initialDelaySeconds": 0}
    sidecar = {"name": "proxy", "imageUri": "envoy:1", "startupProbe": probe}
    assert planned(described(spec=spec(container(), sidecar))).startup_seconds == 5000


def test_k20_a_late_readiness_probe_is_waited_for() -> None:
    probe = {"path": "/up", "port": 8000, "initialDelaySeconds": 1000, "periodSeconds": 100, "successThreshold": 3}
    late, early = planned(nim(spec=spec(container(readinessProbe=probe)))), planned(nim())
    assert late.progress_seconds - early.progress_seconds == 1300 - 5


def test_k20_a_rollout_in_waves_may_take_all_of_them() -> None:
    one, three = planned(nim()), planned(nim(runtime=THREE))
    assert three.await_seconds - three.progress_seconds * 3 == one.await_seconds - one.progress_seconds
    recreated = planned(nim(), ONLY_RWO)
    assert recreated.await_seconds == recreated.progress_seconds + 300


@pytest.mark.parametrize(
    ("kind", "surge", "unavailable", "waves"),
    [("recreate", 0, 0, 1), ("surge", 1, 0, 5), ("surge", 2, 0, 3), ("in_place", 0, 1, 5)],
)
def test_k20_waves_are_as_wide_as_the_strategy(kind: Any, surge: int, unavailable: int, waves: int) -> None:
    rollout = Rollout(kind=kind, max_surge=surge, max_unavailable=unavailable, reason="", announces_outage=False)
    assert await_seconds(100, rollout, 5) == 100 * waves + 300


@pytest.mark.parametrize("seconds", [0, -1, 86_401])
def test_a_budget_that_cannot_be_meant_is_refused(seconds: int) -> None:
    (found,) = errors_of(nim(startup_seconds=seconds))
    assert found == "startup_seconds: must be between 1 and 86400"


def test_k26_the_server_stops_after_the_pause_and_before_the_kill() -> None:
    description = described(spec=spec(container(), {"name": "proxy", "imageUri": "envoy:1"}))
    for found in pod(description)["containers"]:
        assert found["lifecycle"] == {"preStop": {"sleep": {"seconds": 20}}}
    assert pod(description)["terminationGracePeriodSeconds"] == 120
    description = described(drain_seconds=30, grace_seconds=36)
    assert server(description)["lifecycle"]["preStop"]["sleep"]["seconds"] == 30
    assert pod(description)["terminationGracePeriodSeconds"] == 36
    assert "lifecycle" not in server(described(drain_seconds=0))


@pytest.mark.parametrize(("drain", "grace"), [(30, 35), (115, None), (None, 25), (100, 10)])
def test_k26_a_kill_during_the_pause_is_refused(drain: int | None, grace: int | None) -> None:
    (found,) = errors_of(described(drain_seconds=drain, grace_seconds=grace))
    assert found.startswith("grace_seconds: must be more than drain_seconds + 5")


def test_a_longer_end_than_autoscalers_of_nodes_wait_for_is_pointed_out() -> None:
    (found,) = warnings_of(described(grace_seconds=601))
    assert found.startswith("grace_seconds: ")
    assert warnings_of(described(grace_seconds=600)) == []


@pytest.mark.parametrize("field", ["drain_seconds", "provisioning_seconds"])
def test_negative_times_are_refused(field: str) -> None:
    (found,) = errors_of(described(**{field: -1}))
    assert found == f"{field}: must not be negative"
