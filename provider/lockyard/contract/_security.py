"""Security context of a container (workload-api §4.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from ._base import ContractModel, RuleContext
from ._errors import Problem
from ._types import NonEmptyText, NonEmptyTextItem
from ._unknown import is_unknown


class Capabilities(ContractModel):
    """Linux capabilities.

    Attributes:
        add: names to add; elevated right.
        drop: names to drop, or `ALL`.
    """

    add: list[NonEmptyTextItem] | None = None
    drop: list[NonEmptyTextItem] | None = None


def seccomp_problems(type_: Any, localhost_profile: Any) -> list[Problem]:
    """`localhostProfile` goes with type `Localhost`, and only with it (workload-api §4.4)."""
    if is_unknown(type_) or is_unknown(localhost_profile):
        return []
    if type_ == "Localhost" and localhost_profile is None:
        return [Problem("localhostProfile", "Field required when type is 'Localhost'", "missing")]
    if type_ != "Localhost" and localhost_profile is not None:
        return [Problem("localhostProfile", "is only allowed when type is 'Localhost'")]
    return []


class SeccompProfile(ContractModel):
    """Which system calls the container may make.

    Attributes:
        type: `RuntimeDefault`, `Unconfined` (elevated right) or `Localhost`.
        localhost_profile: file name of the node's profile, with `Localhost` only.
    """

    type: Literal["RuntimeDefault", "Unconfined", "Localhost"]
    localhost_profile: NonEmptyText | None = None

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        return seccomp_problems(self.type, self.localhost_profile)


class SecurityContext(ContractModel):
    """Rights of the container's processes; which user they run as is set by the platform.

    Attributes:
        allow_privilege_escalation: may a process gain more rights than its parent; elevated right.
        read_only_root_filesystem: mount the image read-only.
        capabilities: Linux capabilities.
        seccomp_profile: system call filter.
    """

    allow_privilege_escalation: bool | None = None
    read_only_root_filesystem: bool | None = None
    capabilities: Capabilities | None = None
    seccomp_profile: SeccompProfile | None = None
