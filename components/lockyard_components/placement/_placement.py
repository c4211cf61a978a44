"""Where the pods of a bundle may run, and what they ask for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ._bundles import ResourceBundle
from ._pools import NodePool


@dataclass(frozen=True, kw_only=True)
class Placement:
    """A bundle on a cluster: the scheduling part of a pod.

    All parts are plain Kubernetes values with camelCase keys; do not change them.

    Attributes:
        bundle: the bundle.
        pools: the pools its pods may run on, in the cluster's order; never empty.
        node_selector: value of `nodeSelector`, or None.
        affinity: value of `affinity`, or None.
        tolerations: value of `tolerations`; may be empty.
        runtime_class: value of `runtimeClassName`, or None.
        requests: requests of the whole pod, as quantities.
        limits: limits of the whole pod; no cpu. Devices and memory equal the requests.
        shm_bytes: size of `/dev/shm`; part of the memory.
        spread: value of `topologySpreadConstraints`, to be completed with a `labelSelector`.
    """

    bundle: ResourceBundle
    pools: tuple[NodePool, ...]
    node_selector: dict[str, str] | None = field(default=None, hash=False)
    affinity: dict[str, Any] | None = field(default=None, hash=False)
    tolerations: list[dict[str, Any]] = field(default_factory=list, hash=False)
    runtime_class: str | None = None
    requests: dict[str, str] = field(default_factory=dict, hash=False)
    limits: dict[str, str] = field(default_factory=dict, hash=False)
    shm_bytes: int = 0
    spread: list[dict[str, Any]] = field(default_factory=list, hash=False)
