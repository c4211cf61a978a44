"""Times the rendering of a thousand workloads to Kubernetes objects, as far as it is ours: no engine, no cluster."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import scenario

from lockyard_components.manifests import Exposure, WorkloadDescription, plan_workload, render_workload

WORKLOADS, REPEATS = 1000, 5
AIM_SECONDS = 1.0


@dataclass(frozen=True)
class Step:
    """One step for all workloads.

    Attributes:
        name: What is done.
        wall: Best seconds on the clock.
        cpu: Best seconds of processor time.
        aim: Upper bound in seconds, None if there is none.
    """

    name: str
    wall: float
    cpu: float
    aim: float | None = None


def measure() -> list[Step]:
    """The best of some runs; the first workload of each kind is rendered before, which builds the validators."""
    described = [description(index) for index in range(WORKLOADS)]
    for sample in described[:2]:
        render_workload(sample, scenario.CLUSTER)
    objects = sum(len(render_workload(each, scenario.CLUSTER)) for each in described)
    plans = [plan_workload(each, scenario.CLUSTER) for each in described]
    pairs = list(zip(described, plans, strict=True))
    return [
        _best("check and plan", lambda: [plan_workload(each, scenario.CLUSTER) for each in described]),
        _best("objects from plans", lambda: [render_workload(d, scenario.CLUSTER, plan) for d, plan in pairs]),
        _best(
            f"both: {WORKLOADS:,} workloads, {objects:,} objects",
            lambda: [render_workload(each, scenario.CLUSTER) for each in described],
            AIM_SECONDS,
        ),
    ]


def description(index: int, **fields: Any) -> WorkloadDescription:
    """What is known of a workload before it is rendered.

    Args:
        index: Which workload.
        fields: Other values than the usual ones.
    """
    given: dict[str, Any] = {
        "name": f"bench-{index}",
        "namespace": scenario.CLUSTER.namespace,
        "workload_id": f"{index:024x}",
        "artifact_id": f"{index:024x}",
        "artifact_digest": f"v1:{index:064x}",
        "runtime_digest": f"v1:{index:064x}",
        "version": f"{index:012x}",
        "artifact_type": scenario.artifact_type(index),
        "draft": False,
        "spec": scenario.spec(index),
        "runtime": scenario.runtime(index),
        "exposure": Exposure(),
    }
    return WorkloadDescription(**given | fields)


def _best(name: str, call: Callable[[], Any], aim: float | None = None) -> Step:
    walls, cpus = [], []
    for _ in range(REPEATS):
        wall, cpu = time.perf_counter(), time.process_time()
        call()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Step(name, min(walls), min(cpus), aim)
