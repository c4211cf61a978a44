"""Arguments of a container's security settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import Input

from lockyard.resources._arguments import Arguments


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class CapabilitiesArgs(Arguments):
    """Linux capabilities to give to a container or to take from it.

    On a locked artifact a change replaces.
    """

    add: Input[Sequence[Input[str]]] | None = None
    """Capabilities to add, for example `NET_BIND_SERVICE`. Usually needs administrator rights. Default: none."""
    drop: Input[Sequence[Input[str]]] | None = None
    """Capabilities to drop, for example `ALL`. Default: none."""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class SeccompProfileArgs(Arguments):
    """Which system calls a container may make. On a locked artifact a change replaces."""

    type: Input[str]
    """`RuntimeDefault`, `Unconfined` (usually needs administrator rights) or `Localhost`."""
    localhost_profile: Input[str] | None = None
    """Path of a profile on the node. Only with the type `Localhost`."""


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class SecurityContextArgs(Arguments):
    """Security settings of a container. The user it runs as is decided by the platform: never root.

    On a locked artifact a change of any field replaces.
    """

    allow_privilege_escalation: Input[bool] | None = None
    """Whether a process may gain more rights than its parent. Default: the platform's."""
    read_only_root_filesystem: Input[bool] | None = None
    """Whether the container's own file system is read-only. Default: the platform's."""
    capabilities: Input[CapabilitiesArgs | Mapping[str, Any]] | None = None
    """Capabilities to add or drop. Default: the platform's."""
    seccomp_profile: Input[SeccompProfileArgs | Mapping[str, Any]] | None = None
    """System call filter. Default: the platform's."""
