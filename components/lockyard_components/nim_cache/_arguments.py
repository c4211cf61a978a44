"""What the plain arguments of `NimCache` must be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lockyard_components._arguments import (
    ANYTHING,
    CLUSTER,
    FLAG,
    SECRET,
    SECURITY,
    TEXT,
    WHOLE,
    Kind,
    either,
    list_of,
    map_of,
    optional,
)

PLACE: Final[Mapping[str, Kind]] = {
    "image": TEXT,
    "cluster": CLUSTER,
    "namespace": optional(TEXT),
    "profiles": list_of(TEXT),
}
"""What says which claim it is."""

SETTINGS: Final[Mapping[str, Kind]] = {
    "size": TEXT,
    "protocol": TEXT,
    "storage_class": optional(TEXT),
    "ngc_secret": optional(SECRET),
    "env": optional(map_of(ANYTHING)),
    "throughput": either(TEXT, WHOLE),
    "fatal_exit_codes": list_of(WHOLE),
    "memory": TEXT,
    "security": optional(SECURITY),
    "allow_deletion": FLAG,
    "labels": optional(map_of(TEXT)),
}
"""Everything else."""
