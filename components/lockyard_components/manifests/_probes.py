"""Probes of a container: the artifact's one to one, and what the platform adds for those that it leaves out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ._labels import API_PORT
from ._timing import READINESS_PERIOD, STARTUP_PERIOD

if TYPE_CHECKING:
    from ._description import WorkloadPlan

_TIMEOUT: Final = 5
_NIM_READY: Final = {"httpGet": {"path": "/v1/health/ready", "port": API_PORT}}
_NIM_LIVE: Final = {"httpGet": {"path": "/v1/health/live", "port": API_PORT}}
# All that is known of a service without probes is its port.
_OPEN_PORT: Final = {"tcpSocket": {"port": API_PORT}}


def render_probes(plan: WorkloadPlan, container: Mapping[str, Any], artifact_type: str) -> dict[str, Any]:
    """`startupProbe`, `livenessProbe` and `readinessProbe` of a container, those that it has.

    The primary container always has a startup and a readiness probe, a NIM's a liveness probe too. A missing startup
    probe asks what the artifact's readiness or liveness probe asks; its failure threshold holds the startup budget.

    Args:
        plan: what was decided.
        container: the container, full.
        artifact_type: `service` or `nim`.
    """
    probes: dict[str, Any] = {
        name: _own(container[name], container)
        for name in ("startupProbe", "livenessProbe", "readinessProbe")
        if container[name] is not None
    }
    if not container["primary"]:
        return probes
    nim = artifact_type == "nim"
    if "startupProbe" not in probes:
        model = probes.get("readinessProbe") or probes.get("livenessProbe")
        handler = {"httpGet": model["httpGet"]} if model else _NIM_READY if nim else _OPEN_PORT
        probes["startupProbe"] = {
            **handler,
            "periodSeconds": STARTUP_PERIOD,
            "timeoutSeconds": max(_TIMEOUT, model["timeoutSeconds"]) if model else _TIMEOUT,
            "failureThreshold": math.ceil(plan.startup_seconds / STARTUP_PERIOD),
        }
    if nim and "livenessProbe" not in probes:
        # A restart costs loading the model again: slow to kill.
        probes["livenessProbe"] = {
            **_NIM_LIVE,
            "periodSeconds": 15,
            "timeoutSeconds": _TIMEOUT,
            "failureThreshold": 5,
        }
    if "readinessProbe" not in probes:
        probes["readinessProbe"] = {
            **(_NIM_READY if nim else _OPEN_PORT),
            "periodSeconds": READINESS_PERIOD,
            "timeoutSeconds": _TIMEOUT,
            "failureThreshold": 2,
        }
    return probes


def _own(probe: Mapping[str, Any], container: Mapping[str, Any]) -> dict[str, Any]:
    get: dict[str, Any] = {
        "path": probe["path"],
        # By name, so that a changed port stays in one place.
        "port": API_PORT if probe["port"] == container["port"] else probe["port"],
        "scheme": probe["scheme"],
    }
    host = probe["host"]
    if host is not None and not (type(host) is str and host == ""):
        get["host"] = host
    if probe["httpHeaders"]:
        get["httpHeaders"] = [{"name": name, "value": value} for name, value in probe["httpHeaders"].items()]
    return {
        "httpGet": get,
        "initialDelaySeconds": probe["initialDelaySeconds"],
        "periodSeconds": probe["periodSeconds"],
        "timeoutSeconds": probe["timeoutSeconds"],
        "failureThreshold": probe["failureThreshold"],
        "successThreshold": probe["successThreshold"],
    }
