"""Probes' budget, rollout deadline and the engine's timeout: all from one number (kubernetes-serving §2.7, item 20)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lockyard.contract import Problem
from lockyard_components.placement._services import STOP_MARGIN_SECONDS

if TYPE_CHECKING:
    from lockyard_components.placement import Rollout, WorkloadDefaults

    from ._description import WorkloadDescription

STARTUP_PERIOD: Final = 10
READINESS_PERIOD: Final = 5

_MARGIN: Final = 300
_MOST_STARTUP: Final = 86_400
_LONGEST_GRACE: Final = 600


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Seconds; see `WorkloadPlan`."""

    startup_seconds: int
    progress_seconds: int
    drain_seconds: int
    grace_seconds: int
    provisioning_seconds: int


def probe_budget(probe: Mapping[str, Any]) -> int:
    """How long a container may take until a startup probe gives up, seconds."""
    return probe["initialDelaySeconds"] + probe["periodSeconds"] * probe["failureThreshold"]


def plan_timing(
    description: WorkloadDescription,
    containers: list[Mapping[str, Any]],
    defaults: WorkloadDefaults,
    *,
    storage: str,
    errors: list[Problem],
    warnings: list[Problem],
) -> Timing:
    """All times of a workload.

    Args:
        description: the workload; what it says wins over the cluster's defaults.
        containers: the artifact's containers, full.
        defaults: the cluster's.
        storage: `none`, `dedicatedPvc` or `nimCache`.
        errors: gets what cannot be.
        warnings: gets what will hurt.
    """
    startup = _startup(description, containers, defaults, storage, errors)
    drain = defaults.drain_seconds if description.drain_seconds is None else description.drain_seconds
    grace = defaults.grace_seconds if description.grace_seconds is None else description.grace_seconds
    provisioning = description.provisioning_seconds
    if provisioning is None:
        provisioning = defaults.provisioning_seconds
    if drain < 0:
        errors.append(Problem("drain_seconds", "must not be negative"))
    if provisioning < 0:
        errors.append(Problem("provisioning_seconds", "must not be negative"))
    if grace <= drain + STOP_MARGIN_SECONDS:
        errors.append(
            Problem(
                "grace_seconds",
                f"must be more than drain_seconds + {STOP_MARGIN_SECONDS} = {drain + STOP_MARGIN_SECONDS}, or the "
                "server is killed while it answers its last requests",
            )
        )
    elif grace > _LONGEST_GRACE:
        warnings.append(
            Problem("grace_seconds", f"a cluster autoscaler waits at most {_LONGEST_GRACE} s before it removes a node")
        )
    return Timing(
        startup_seconds=startup,
        # Where an old pod goes first, its end is part of the wait. Node and image come before the probes begin.
        progress_seconds=startup + _readiness(containers) + provisioning + grace,
        drain_seconds=drain,
        grace_seconds=grace,
        provisioning_seconds=provisioning,
    )


def await_seconds(progress_seconds: int, rollout: Rollout | None, replicas: int) -> int:
    """How long a whole rollout may take: every wave of pods has the deadline of one.

    Larger than the Deployment's own deadline, so that the Deployment says what is wrong before the engine gives up.
    """
    width = replicas if rollout is None or rollout.kind == "recreate" else rollout.max_surge + rollout.max_unavailable
    waves = math.ceil(max(1, replicas) / max(1, width))
    return progress_seconds * waves + _MARGIN


def _startup(
    description: WorkloadDescription,
    containers: list[Mapping[str, Any]],
    defaults: WorkloadDefaults,
    storage: str,
    errors: list[Problem],
) -> int:
    own = [probe_budget(probe) for container in containers if (probe := container["startupProbe"]) is not None]
    primary_has_one = any(container["primary"] and container["startupProbe"] is not None for container in containers)
    asked = description.startup_seconds
    if asked is not None and not 0 < asked <= _MOST_STARTUP:
        errors.append(Problem("startup_seconds", f"must be between 1 and {_MOST_STARTUP}"))
    if primary_has_one:
        if asked is not None:
            errors.append(
                Problem(
                    "startup_seconds",
                    "does nothing: the artifact's own startupProbe of the primary container says how long it may take; "
                    "leave one of the two out",
                )
            )
        return max(own)
    if asked is None:
        if storage == "none":
            asked = defaults.startup_seconds_service
        else:
            # A dedicated volume is empty at the first start.
            cached = storage == "nimCache"
            asked = defaults.startup_seconds_cached if cached else defaults.startup_seconds_uncached
    return max([asked, *own])


def _readiness(containers: list[Mapping[str, Any]]) -> int:
    """How long after its start a container may take until it counts as ready."""
    delays = [
        probe["initialDelaySeconds"] + probe["periodSeconds"] * probe["successThreshold"]
        for container in containers
        if (probe := container["readinessProbe"]) is not None
    ]
    return max([READINESS_PERIOD, *delays])
