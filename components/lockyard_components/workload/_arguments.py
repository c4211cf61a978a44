"""What the plain arguments of `KubernetesWorkload` must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lockyard.resources._inputs import require_plain
from lockyard_components._arguments import (
    ANYTHING,
    CLUSTER,
    EXPOSURE,
    FLAG,
    METRICS,
    NETWORK,
    SECRET,
    SECURITY,
    TEXT,
    WHOLE,
    Kind,
    a,
    list_of,
    map_of,
    optional,
    require_kinds,
)
from lockyard_components.nim_cache import NimCache

_DECIDING: Final = ("cluster", "runtime", "namespace", "name", "running", "secrets", "labels", "callers")

_KINDS: Final[Mapping[str, Kind]] = {
    "resource_name": TEXT,
    "cluster": CLUSTER,
    "namespace": optional(TEXT),
    "name": optional(TEXT),
    "running": FLAG,
    "nim_cache": optional(a(NimCache)),
    "exposure": optional(EXPOSURE),
    "secrets": optional(map_of(SECRET)),
    "security": optional(SECURITY),
    "storage_class": optional(TEXT),
    "tolerations": list_of(map_of(ANYTHING)),
    "labels": optional(map_of(TEXT)),
    "callers": list_of(TEXT),
    "metrics": optional(METRICS),
    "network": optional(NETWORK),
    "restart_on": optional(map_of(ANYTHING)),
    "startup_seconds": optional(WHOLE),
    "drain_seconds": optional(WHOLE),
    "grace_seconds": optional(WHOLE),
    "provisioning_seconds": optional(WHOLE),
}


def require_arguments(label: str, **arguments: Any) -> None:
    """Refuses Outputs where the program needs the value, and what is of a wrong kind.

    Args:
        label: the component, for errors.
        arguments: the component's arguments by their names.

    Raises:
        InputError: an argument is wrong.
    """
    for name in _DECIDING:
        require_plain(arguments[name], argument=name, of=label, because="it decides which objects there are")
    require_kinds(label, _KINDS, **arguments)
