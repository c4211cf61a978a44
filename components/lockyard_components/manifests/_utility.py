"""Containers of ours that run a few lines of shell beside a workload's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lockyard_components.placement import Cluster


def utility_container(
    name: str,
    script: str,
    cluster: Cluster,
    *,
    env: Mapping[str, str],
    resources: Mapping[str, Any],
    context: Mapping[str, Any],
) -> dict[str, Any]:
    """A container of the cluster's utility image.

    Args:
        name: its name.
        script: what `sh` runs.
        cluster: whose image it is.
        env: its variables.
        resources: its requests and limits.
        context: its security context.
    """
    return {
        "name": name,
        "image": cluster.utility_image,
        "imagePullPolicy": "IfNotPresent",
        "command": ["sh", "-c", script],
        "env": [{"name": key, "value": value} for key, value in env.items()],
        "resources": resources,
        "securityContext": context,
        "terminationMessagePolicy": "FallbackToLogsOnError",
    }
