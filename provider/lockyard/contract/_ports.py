"""Rules for the primary container and ports (workload-api §4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ._errors import Problem
from ._unknown import is_unknown

MIN_PORT: Final = 1024
MAX_PORT: Final = 65535
"""A container's own port: 1024 to 65535, as containers run unprivileged (R23)."""


@dataclass(frozen=True, slots=True)
class PortFacts:
    """What the port rules look at in one container; UNKNOWN where it is not known."""

    primary: Any
    port: Any


def primary_problems(containers: Sequence[PortFacts], path: str = "containers") -> list[Problem]:
    """Exactly one container of a group is primary (R24, R25). An empty group is left to the lock and run rules."""
    primaries = [index for index, container in enumerate(containers) if container.primary is True]
    if len(primaries) > 1:
        return [
            Problem(
                f"{path}.{index}.primary",
                f"{path}.{primaries[0]} is already primary: exactly one container may be",
            )
            for index in primaries[1:]
        ]
    undecided = any(is_unknown(container.primary) for container in containers)
    if containers and not primaries and not undecided:
        return [Problem(path, "no container is primary: set primary to true on exactly one")]
    return []


def port_problems(containers: Sequence[PortFacts], path: str = "containers") -> list[Problem]:
    """The primary container needs a port (R21); the others must not have one (R22)."""
    problems: list[Problem] = []
    for index, container in enumerate(containers):
        if container.primary is True and container.port is None:
            problems.append(
                Problem(
                    f"{path}.{index}.port",
                    "Field required: the primary container needs a port",
                    "missing",
                )
            )
        elif container.primary is False and container.port is not None and not is_unknown(container.port):
            problems.append(Problem(f"{path}.{index}.port", "is only allowed on the primary container"))
    return problems
