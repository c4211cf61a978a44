"""Whether workloads fit before anything is applied."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Feasibility:
    """What is wrong with a plan; each text is one line: what, why, what to do.

    Attributes:
        errors: it can never run like this.
        warnings: it runs, but somebody should know.
    """

    errors: list[str] = field(default_factory=list, hash=False)
    warnings: list[str] = field(default_factory=list, hash=False)
