"""Whether and under which name a workload is reached from outside the cluster."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from lockyard.contract import Problem

if TYPE_CHECKING:
    from lockyard_components.placement import Cluster

    from ._description import Exposure


class Exposed(Protocol):
    """What can be reached through a Service: a workload, or a registry server."""

    @property
    def name(self) -> str:
        """Name of the Service."""
        ...

    @property
    def namespace(self) -> str:
        """Its namespace."""
        ...

    @property
    def exposure(self) -> Exposure | None:
        """The way in from outside; None for none."""
        ...


DNS_SUFFIX: Final = "svc.cluster.local"
"""What follows a Service's name and namespace in its full name."""

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*", re.ASCII)
# What a path prefix may hold in an Ingress and an HTTPRoute alike.
_PATH = re.compile(r"(/[-A-Za-z0-9._~!$&'()*+,;=:@%]+)*/?", re.ASCII)


def exposed_host(description: Exposed, cluster: Cluster) -> str | None:
    """The host name from outside: the one asked for, else `<name>.<namespace>.<domain>`; None if not exposed."""
    if description.exposure is None:
        return None
    if description.exposure.host is not None:
        return description.exposure.host
    way_in = cluster.gateway or cluster.ingress
    return f"{description.name}.{description.namespace}.{way_in.domain}" if way_in else None


def exposure_problems(description: Exposed, cluster: Cluster) -> list[Problem]:
    """What is wrong with `exposure` on this cluster."""
    exposure = description.exposure
    if exposure is None:
        return []
    if cluster.gateway is None and cluster.ingress is None:
        return [
            Problem(
                "exposure",
                f"cluster '{cluster.name}' has no way in: give it gateway=Gateway(...) or ingress=Ingress(...), or "
                "leave exposure out",
            )
        ]
    problems: list[Problem] = []
    host = exposed_host(description, cluster) or ""
    if _HOST.fullmatch(host) is None:
        problems.append(
            Problem("exposure.host", "must be a DNS name: lower-case labels of at most 63 characters, joined by dots")
        )
    if not exposure.path.startswith("/") or _PATH.fullmatch(exposure.path) is None or "//" in exposure.path:
        problems.append(Problem("exposure.path", "must be a path prefix such as '/' or '/v1'"))
    if exposure.tls_secret is not None and _HOST.fullmatch(exposure.tls_secret) is None:
        problems.append(Problem("exposure.tls_secret", "must be the name of a Secret"))
    elif exposure.tls_secret is not None and cluster.gateway is not None:
        problems.append(
            Problem(
                "exposure.tls_secret",
                f"is for an Ingress: gateway '{cluster.gateway.name}' of cluster '{cluster.name}' ends TLS itself; "
                "leave it out",
            )
        )
    return problems
