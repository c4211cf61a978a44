"""Waits until a Deployment that takes all its pods away first has its new ones.

The engine's own waiting ends too early there. While the old pods go, the ReplicaSet of the old revision is still the
newest one: it wants no pods, has none, and so counts as complete; the conditions are still those of the old pods.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lightkube import Client
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import Pod

from lockyard.contract import LockyardError

from ._live import ClusterError, Credentials, call

_PAUSE_SECONDS: Final = 1.0
_PATIENCE: Final = 10
"""Calls in a row that may fail before the cluster counts as out of reach."""


class RolloutError(LockyardError):
    """The new pods did not come up."""


def wait_for_new_pods(credentials: Credentials, namespace: str, name: str, seconds: float) -> None:
    """Waits until a Deployment has the pods that it is to have, and no others.

    Args:
        credentials: the way to the cluster.
        namespace: namespace of the Deployment.
        name: its name.
        seconds: how long at most.

    Raises:
        RolloutError: they did not come up.
        ClusterError: the cluster cannot be asked.
    """
    client = credentials.connect()
    try:
        _wait(client, namespace, name, time.monotonic() + seconds, seconds)
    finally:
        client.close()


def _wait(client: Client, namespace: str, name: str, deadline: float, seconds: float) -> None:
    failures = 0
    while True:
        try:
            found = _deployment(client, namespace, name)
            failures = 0
        except ClusterError:
            failures += 1
            if failures >= _PATIENCE:
                raise
        else:
            if is_settled(found):
                return
            reason = _given_up(found)
            if reason is None and time.monotonic() > deadline:
                reason = f"its pods were not ready after {seconds:g} s"
            if reason is not None:
                raise RolloutError("; ".join([reason, *_complaints(client, namespace, found)]))
        time.sleep(_PAUSE_SECONDS)


def is_settled(deployment: Mapping[str, Any]) -> bool:
    """Whether a Deployment, as the cluster has it, runs just the pods that it is to run."""
    spec, status = deployment["spec"], deployment.get("status") or {}
    wanted = spec.get("replicas", 1)
    seen = [status.get(name) or 0 for name in ("replicas", "updatedReplicas", "availableReplicas")]
    return status.get("observedGeneration", 0) >= deployment["metadata"]["generation"] and seen == [wanted] * 3


def _given_up(deployment: Mapping[str, Any]) -> str | None:
    """What the cluster says when it has given the rollout up."""
    status = deployment.get("status") or {}
    if status.get("observedGeneration", 0) < deployment["metadata"]["generation"]:
        return None
    for condition in status.get("conditions") or []:
        if condition["type"] == "Progressing" and condition["status"] == "False":
            return f"[{condition.get('reason')}] {condition.get('message')}"
    return None


def _deployment(client: Client, namespace: str, name: str) -> dict[str, Any]:
    found = call(lambda: client.get(Deployment, name, namespace=namespace).to_dict())
    if found is None:
        raise RolloutError("it is gone")
    return found


def _complaints(client: Client, namespace: str, deployment: Mapping[str, Any]) -> Iterator[str]:
    """Why containers wait, each reason once."""
    labels = deployment["spec"]["selector"]["matchLabels"]
    try:
        pods = call(lambda: [pod.to_dict() for pod in client.list(Pod, namespace=namespace, labels=labels)])
    except ClusterError:
        return
    waiting = {
        f"container {status['name']}: {why.get('reason')}"
        for pod in pods or []
        for status in (pod.get("status") or {}).get("containerStatuses") or []
        if (why := (status.get("state") or {}).get("waiting"))
    }
    yield from sorted(waiting)
