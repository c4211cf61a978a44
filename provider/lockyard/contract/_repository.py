"""Artifact repositories (workload-api §8; POST and PUT are our additions)."""

from __future__ import annotations

from collections.abc import Iterable

from ._artifact_types import type_problems
from ._base import ContractModel, RuleContext
from ._errors import Problem
from ._types import ArtifactType, ObjectName, Text


class RepositoryInput(ContractModel):
    """Body of POST and PUT of a repository.

    Attributes:
        name: 1 to 5000 characters; may change later.
        type: type of all its artifacts, fixed for ever (R57).
        origin: who made it; a PUT of another origin is refused.
    """

    name: ObjectName
    type: ArtifactType = "service"
    origin: Text | None = None

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        return type_problems(self.type, context["compat"])
