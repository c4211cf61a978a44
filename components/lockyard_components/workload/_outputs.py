"""What the program may know of the objects once they are applied."""

from __future__ import annotations

from typing import Any

import pulumi


def name_of(resource: Any) -> pulumi.Output[str]:
    """The name of an object on the cluster, which the engine may have given."""
    return resource.metadata.apply(lambda metadata: metadata.name)


def replicas(deployment: Any) -> pulumi.Output[int | None]:
    """The replicas that the Deployment wants."""
    return deployment.spec.apply(lambda spec: _number(getattr(spec, "replicas", None)))


def ready_replicas(deployment: Any) -> pulumi.Output[int | None]:
    """The replicas that were ready when the engine last saw the Deployment; None where it never did."""
    return deployment.status.apply(
        lambda status: None if status is None else _number(getattr(status, "ready_replicas", None)) or 0
    )


def _number(value: Any) -> int | None:
    return None if value is None else int(value)
