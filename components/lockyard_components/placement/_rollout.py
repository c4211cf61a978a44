"""How a Deployment moves from one version to the next (kubernetes-serving §2.2, §2.8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from . import _checks as check
from ._errors import PlacementError
from ._placement import Placement
from ._services import ACCESS_MODES

SHARED_MODES = ("ReadWriteMany", "ReadOnlyMany")
"""Access modes that let pods on several nodes use one volume."""


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """How new pods take over.

    Attributes:
        kind: `surge`: a new pod is ready before an old one goes; `in_place`: an old one goes first; `recreate`: all
            old ones go first.
        max_surge: pods beyond the replicas during a rollout; 0 unless `surge`.
        max_unavailable: pods that may be missing during a rollout; 0 unless `in_place`; `recreate` takes all away.
        reason: why this one, for people; what stands behind "because".
        announces_outage: whether nothing may serve for a while; the preview says so.
        claim_mode: access mode of the volume that its pods mount, or None.

    Raises:
        PlacementError: the numbers do not belong to the kind: a rollout that may neither add nor remove a pod never
            ends.
    """

    kind: Literal["surge", "in_place", "recreate"]
    max_surge: int
    max_unavailable: int
    reason: str
    announces_outage: bool
    claim_mode: str | None = None

    def __post_init__(self) -> None:
        """Checks that the numbers belong to the kind."""
        check.one_of("rollout", "kind", self.kind, ("surge", "in_place", "recreate"))
        for field in ("max_surge", "max_unavailable"):
            check.count("rollout", field, getattr(self, field))
        wanted = {"surge": (True, False), "in_place": (False, True), "recreate": (False, False)}[self.kind]
        if (self.max_surge > 0, self.max_unavailable > 0) != wanted:
            raise PlacementError(
                f"rollout: max_surge={self.max_surge} and max_unavailable={self.max_unavailable} do not belong to "
                f"kind={self.kind!r}: surge adds pods, in_place takes some away first, recreate has neither number"
            )


def choose_strategy(
    *, placement: Placement, replicas_max: int, replicas_min: int, claim_mode: str | None = None
) -> Rollout:
    """How a workload's pods are replaced by those of a new version.

    It never needs more pods than the pools hold at their largest: with a free slot a new pod comes first, without one
    an old pod goes first, and a single replica without a free slot, or on a volume that one node can use, has an
    outage. What other workloads take is not looked at here; see `CapacityBook`.

    Args:
        placement: where the pods run.
        replicas_max: most replicas at any time: the fixed count, or the autoscaler's maximum.
        replicas_min: fewest replicas while it runs: the fixed count, or the autoscaler's minimum.
        claim_mode: access mode of the one volume that all pods mount, such as `ReadWriteOnce`; None for none.

    Raises:
        PlacementError: no such access mode.
    """
    if claim_mode is not None:
        check.one_of("rollout", "claim_mode", claim_mode, ACCESS_MODES)
        if claim_mode not in SHARED_MODES:
            who = "one pod" if claim_mode == "ReadWriteOncePod" else "one node"
            return _recreate(f"its {claim_mode} volume can be used by {who} at a time", claim_mode)
    capacity = placement.capacity
    if capacity is None:
        return _surge(f"{_names(placement)} can grow", claim_mode)
    if replicas_max < capacity:
        return _surge(f"{_names(placement)} can hold {capacity} of its pods, one more than it may have", claim_mode)
    full = f"{_names(placement)} can hold {capacity} of its pods and it may have {replicas_max}"
    if replicas_max <= 1:
        return _recreate(full, claim_mode)
    return Rollout(
        kind="in_place",
        max_surge=0,
        max_unavailable=1,
        reason=full,
        # An autoscaler may have left one replica, which then goes before its successor is ready.
        announces_outage=replicas_min <= 1,
        claim_mode=claim_mode,
    )


def _surge(reason: str, claim_mode: str | None) -> Rollout:
    return Rollout(
        kind="surge", max_surge=1, max_unavailable=0, reason=reason, announces_outage=False, claim_mode=claim_mode
    )


def _recreate(reason: str, claim_mode: str | None) -> Rollout:
    return Rollout(
        kind="recreate", max_surge=0, max_unavailable=0, reason=reason, announces_outage=True, claim_mode=claim_mode
    )


def _names(placement: Placement) -> str:
    names = [pool.name for pool in placement.pools]
    return f"pool {names[0]!r}" if len(names) == 1 else f"pools {', '.join(map(repr, names))} together"
