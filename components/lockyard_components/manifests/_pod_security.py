"""Security contexts that the Pod Security level `restricted` admits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._description import PodSecurity


def pod_security_context(security: PodSecurity) -> dict[str, Any]:
    """`securityContext` of a pod: never root, system calls filtered, volumes owned by the processes' group."""
    context: dict[str, Any] = {"runAsNonRoot": True}
    group = security.run_as_group if security.run_as_group is not None else security.run_as_user
    if security.run_as_user is not None:
        context["runAsUser"] = security.run_as_user
    if group is not None:
        context["runAsGroup"] = group
        context["fsGroup"] = group
        # The default walks the whole volume, hundreds of GiB, at every start.
        context["fsGroupChangePolicy"] = "OnRootMismatch"
    context["seccompProfile"] = {"type": "RuntimeDefault"}
    return context


def container_security_context(given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """`securityContext` of a container: what the artifact says, over no escalation and no capabilities.

    Args:
        given: the artifact's context in the full wire form.
    """
    context: dict[str, Any] = {"allowPrivilegeEscalation": False, "privileged": False}
    capabilities: dict[str, Any] = {"drop": ["ALL"]}
    if given:
        if given["allowPrivilegeEscalation"] is not None:
            context["allowPrivilegeEscalation"] = given["allowPrivilegeEscalation"]
        if given["readOnlyRootFilesystem"] is not None:
            context["readOnlyRootFilesystem"] = given["readOnlyRootFilesystem"]
        asked = given["capabilities"] or {}
        if asked.get("add"):
            capabilities["add"] = list(asked["add"])
        # `restricted` wants ALL among them, so it is always there.
        capabilities["drop"] = [*(name for name in asked.get("drop") or () if name != "ALL"), "ALL"]
        profile = given["seccompProfile"]
        if profile is not None:
            context["seccompProfile"] = {key: value for key, value in profile.items() if value is not None}
    context["capabilities"] = capabilities
    return context
