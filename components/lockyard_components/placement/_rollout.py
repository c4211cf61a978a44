"""How a Deployment moves from one version to the next (kubernetes-serving §2.2, §2.8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """How new pods take over.

    Attributes:
        kind: `surge`: a new pod is ready before an old one goes; `in_place`: an old one goes first; `recreate`: all
            old ones go first.
        max_surge: pods beyond the replicas during a rollout; 0 for `recreate`.
        max_unavailable: pods that may be missing during a rollout; 0 for `recreate`, where all are.
        reason: why this one, for people.
        announces_outage: whether nothing serves for a while; the preview says so.
        claim_mode: access mode of the volume that decided with, or None.
    """

    kind: Literal["surge", "in_place", "recreate"]
    max_surge: int
    max_unavailable: int
    reason: str
    announces_outage: bool
    claim_mode: str | None = None
