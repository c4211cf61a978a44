"""What the simulated driver says of replicas: nothing runs, so it follows from the proton's status alone."""

from collections.abc import Mapping
from typing import Any

_WAITING = {"provisioning": "ContainerCreating", "launching": "PodInitializing", "initializing": "PodInitializing"}
CRASH_LOOP = "CrashLoopBackOff"


def simulated_replicas(
    status: str, count: int, images: Mapping[str, str], crashing: str | None, since: str
) -> list[dict[str, Any]]:
    """Replicas in the form of workload-api §12.4; none before they are placed and after they stopped.

    Args:
        status: the proton's status.
        count: how many replicas it has.
        images: the image of each container.
        crashing: the image that crashes, if one does.
        since: when the proton reached its status.
    """
    if status in ("submitted", "stopped", "unknown"):
        return []
    return [
        {
            "name": f"simulated-{number}",
            "status": "pending" if status in _WAITING else "running",
            "address": "",
            "nodeAddress": "",
            "startedAt": since,
            "conditions": _conditions(ready=status not in _WAITING and status != "errored", since=since),
            "containers": [_container(name, image, status, image == crashing, since) for name, image in images.items()],
        }
        for number in range(count)
    ]


def _conditions(*, ready: bool, since: str) -> list[dict[str, Any]]:
    values = {"PodScheduled": True, "Initialized": True, "ContainersReady": ready, "Ready": ready}
    return [
        {"type": name, "value": value, "lastTransitionTime": since, "reason": "", "message": ""}
        for name, value in values.items()
    ]


def _container(name: str, image: str, status: str, crashing: bool, since: str) -> dict[str, Any]:
    failed = status == "errored" and crashing
    waiting = CRASH_LOOP if failed else _WAITING.get(status)
    return {
        "name": name,
        "status": "waiting" if waiting else "running",
        "ready": waiting is None and status != "errored",
        "restartCount": 1 if failed else 0,
        "image": image,
        "startedAt": None if waiting else since,
        "reason": waiting,
        "message": None,
        "exitCode": None,
        "lastState": _crashed(since) if failed else None,
    }


def _crashed(since: str) -> dict[str, Any]:
    return {
        "status": "terminated",
        "reason": "Error",
        "message": None,
        "exitCode": 1,
        "startedAt": since,
        "finishedAt": since,
    }
