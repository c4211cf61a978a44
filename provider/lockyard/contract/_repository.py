"""Artifact repositories (workload-api §8; the PUT is our addition)."""

from __future__ import annotations

from collections.abc import Iterable

from ._artifact_types import type_problems
from ._base import ContractModel, RuleContext
from ._errors import Problem
from ._types import ArtifactType, ObjectName, Text


class RepositoryInput(ContractModel):
    """Body of PUT of a repository under an id that the client chose.

    Attributes:
        name: 1 to 5000 characters; may change later.
        type: type of all its artifacts, fixed for ever (R57).
        origin: who made it; another origin's id is refused.
    """

    name: ObjectName
    type: ArtifactType = "service"
    origin: Text | None = None

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        return type_problems(self.type, context["compat"])
