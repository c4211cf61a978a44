"""What a proof found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

What = Literal["changed", "rewritten", "truncated", "added", "removed", "broken", "forged"]
"""How something is not what the log or a checkpoint says; `broken` is a log or checkpoint that contradicts itself."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        what: how.
        where: kind and id of what is wrong, such as `artifacts 6abd…` or `checkpoint 7`.
        text: a sentence.
    """

    what: What
    where: str
    text: str


@dataclass(slots=True)
class Proof:
    """The whole result.

    Attributes:
        registry_id: the registry.
        chains: how many chains were recomputed.
        records: how many records.
        objects: how many objects were compared with what the log says last.
        checkpoints: how many checkpoints were checked.
        proved_until: when the newest valid checkpoint was made; None without one.
        unproved_records: how many records no checkpoint speaks for.
        unproved_since: when the first of them was written.
        findings: what is wrong.
        notes: what cannot be proved, and why.
    """

    registry_id: str
    chains: int = 0
    records: int = 0
    objects: int = 0
    checkpoints: int = 0
    proved_until: str | None = None
    unproved_records: int = 0
    unproved_since: str | None = None
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def add(self, what: What, where: str, text: str) -> None:
        """Adds a finding."""
        self.findings.append(Finding(what, where, text))
