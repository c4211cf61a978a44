"""The replicas of a proton, and what events say of them (workload-api §12.4, §13.3)."""

from typing import Any

from lockyard.contract import Json

from ._rows import ProtonRow
from ._transaction import Transaction

_SHOWN_IN_EVENTS = ("name", "ready", "restartCount", "reason")


def proton_statuses(t: Transaction, proton: ProtonRow) -> Json | None:
    """What an event says of a proton that failed: its containers, by the proton's id; None when nothing is known."""
    replicas = replicas_of(t, proton)
    shown = [{"containers": [_in_event(container) for container in replica["containers"]]} for replica in replicas]
    return {proton.id: {"replicas": shown}} if shown else None


def replicas_of(t: Transaction, proton: ProtonRow) -> list[Json]:
    """A proton's replicas: as reported, or as the driver makes them up."""
    if t.reg.driver.takes_reports:
        return proton.replicas
    (group,) = proton.runtime["containerGroups"] or [{}]
    count = group.get("replicaCount") or (group.get("autoscaling") or {}).get("minReplicaCount") or 1
    return t.reg.driver.replicas(proton.status, count, proton.deployed_images, proton.updated_at)


def shown_replicas(replicas: list[Json], *, artifact_visible: bool) -> list[Json]:
    """Replicas as a caller may see them: which images run is the artifact's.

    Args:
        replicas: as they were reported.
        artifact_visible: the caller may see the artifact.
    """
    if artifact_visible:
        return replicas
    return [
        {**replica, "containers": [{**container, "image": ""} for container in replica["containers"]]}
        for replica in replicas
    ]


def _in_event(container: dict[str, Any]) -> Json:
    last = container.get("lastState")
    ended = last and {"reason": last.get("reason"), "exitCode": last.get("exitCode")}
    return {**{name: container.get(name) for name in _SHOWN_IN_EVENTS}, "lastState": ended}
