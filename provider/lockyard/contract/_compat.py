"""Switches for the points where existing servers and clients of the Workload API behave differently."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from ._errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Compat:
    """Which of the contract's disputed rules are relaxed. All are off by default.

    Attributes:
        cascade_locked_delete: deleting a repository also deletes its unreferenced locked artifacts (D3, R60).
        agent_types: artifact types `agent` and `mcp` are accepted, and `a2aEnabled` on agents (D16, R68).
        loose_names: container and group names may be any text of 1 to 63 characters (D23).
    """

    cascade_locked_delete: bool = False
    agent_types: bool = False
    loose_names: bool = False

    @classmethod
    def from_names(cls, names: str) -> Compat:
        """Read the switches from a setting.

        Args:
            names: `"all"`, `""`, or switch names separated by commas: `"agent_types,loose_names"`.

        Raises:
            ConfigurationError: a name is not a switch.
        """
        known = [field.name for field in fields(cls)]
        wanted = {name.strip() for name in names.split(",") if name.strip()}
        if "all" in wanted:
            wanted = (wanted - {"all"}) | set(known)
        unknown = sorted(wanted - set(known))
        if unknown:
            raise ConfigurationError(
                f"compat has no switch {', '.join(map(repr, unknown))}: "
                f"use 'all' or a comma-separated choice of {', '.join(known)}"
            )
        return cls(**dict.fromkeys(wanted, True))


STRICT: Final = Compat()
ALL_COMPAT: Final = Compat(cascade_locked_delete=True, agent_types=True, loose_names=True)
