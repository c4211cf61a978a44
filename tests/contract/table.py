"""The table of rules: which function shows which rule, on which lanes and with which drivers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

EMBEDDED, POSTGRES, SOCKET, COMPAT, PLAIN = "embedded", "postgresql", "socket", "socket-compat", "no-additions"
LANES = (EMBEDDED, POSTGRES, SOCKET, COMPAT, PLAIN)
OVER_HTTP = (SOCKET, COMPAT, PLAIN)
WITH_ADDITIONS = (EMBEDDED, POSTGRES, SOCKET, COMPAT)

SIMULATED, EXTERNAL = "simulated", "external"


@dataclass(frozen=True)
class Case:
    """One rule on one lane with one driver."""

    rule: str
    lane: str
    driver: str
    show: Callable[[Any], None]

    @property
    def name(self) -> str:
        return f"{self.rule}-{self.lane}-{self.driver}"


CASES: list[Case] = []
TITLES: dict[str, str] = {}


def rule(
    *names: str, lanes: tuple[str, ...] = LANES, drivers: tuple[str, ...] = (SIMULATED,)
) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Register a function that shows rules. Its docstring is the rules' sentence.

    Args:
        names: The rules it shows: R-numbers of the contract, or A-numbers of our additions.
        lanes: Where it is shown.
        drivers: Who runs the workloads. Reports are an addition, so the plain lane has the simulated driver only.
    """

    def register(show: Callable[[Any], None]) -> Callable[[Any], None]:
        for name in names:
            if name in TITLES:
                raise ValueError(f"{name} is shown twice")
            TITLES[name] = (show.__doc__ or "").strip().partition("\n")[0]
            CASES.extend(
                Case(name, lane, driver, show)
                for lane in lanes
                for driver in drivers
                if not (lane == PLAIN and driver == EXTERNAL)
            )
        return show

    return register
