"""Workloads, their settings and replacements (workload-api §9 to §11)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from ._artifact import ArtifactInput
from ._base import ContractModel, Json, RuleContext, as_object, parse
from ._compat import STRICT, Compat
from ._errors import Problem
from ._routes import refuse_routes
from ._runtime import WorkloadRuntime
from ._types import Count, Identifier, Importance, ObjectName, Text
from ._unknown import is_unknown


def artifact_choice_problems(artifact_id: Any, artifact: Any) -> list[Problem]:
    """A workload names an artifact or brings one inline, not both and not neither (R77); null is absent."""
    if artifact_id is None and artifact is None:
        return [
            Problem(
                "artifactId",
                "Field required: give either artifactId or artifact",
                "missing",
            )
        ]
    known = not is_unknown(artifact_id) and not is_unknown(artifact)
    if known and artifact_id is not None and artifact is not None:
        return [Problem("artifact", "must not be given together with artifactId")]
    return []


def _no_use_cases(value: Any) -> None:
    if value is not None:
        raise PydanticCustomError("invalid", "use cases are not available on this server: leave it out")


class WorkloadInput(ContractModel):
    """Body of POST of a workload.

    Attributes:
        name: 1 to 5000 characters, not unique (R82).
        description: free text.
        importance: `critical`, `high`, `moderate` or `low` (default) (R79, R83).
        artifact_id: the artifact to run. Exactly one of this and `artifact` (R77).
        artifact: an artifact to create first, as a draft in its own repository (R80).
        runtime: how it runs.
        use_case_id: only null; use cases are not available.
    """

    name: ObjectName
    description: Text = ""
    importance: Importance = "low"
    artifact_id: Identifier | None = None
    artifact: ArtifactInput | None = None
    runtime: WorkloadRuntime = Field(default_factory=WorkloadRuntime)
    use_case_id: Annotated[None, BeforeValidator(_no_use_cases)] = Field(
        default=None, exclude_if=lambda value: value is None
    )

    def complete(self, document: Json) -> None:
        """The inline artifact in its own full form."""
        if self.artifact is not None and not is_unknown(self.artifact):
            self.artifact.complete(document["artifact"])

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        return artifact_choice_problems(self.artifact_id, self.artifact)


class WorkloadPatch(ContractModel):
    """Body of PATCH of a workload: only the keys in `model_fields_set` change; nothing restarts (R84 to R86).

    Attributes:
        name: new name.
        description: new description; empty clears it.
        importance: new importance.
    """

    name: ObjectName | None = None
    description: Text = ""
    importance: Importance | None = None

    @classmethod
    def wire_input(cls, data: Json, context: RuleContext) -> Json:
        """Null for a key that cannot be unset is the same as leaving it out."""
        return {key: value for key, value in data.items() if value is not None or key not in ("name", "importance")}


class SettingsPatch(ContractModel):
    """Body of PATCH of a workload's settings: the whole new runtime (R104, R105).

    Attributes:
        runtime: replaces the present runtime and rolls the workload, even when nothing in it changed.
    """

    runtime: WorkloadRuntime


class ReplacementConfig(ContractModel):
    """Timing of a replacement.

    Attributes:
        warmup_duration_minutes: how long the candidate runs before it gets traffic.
        keep_old_version_minutes: accepted; how long the old generation stays is a setting of the cluster (D22).
    """

    warmup_duration_minutes: Count = 0
    keep_old_version_minutes: Count = 0


class ReplacementInput(ContractModel):
    """Body of POST of a replacement (workload-api §11.2).

    Attributes:
        artifact_id: the artifact that should run.
        strategy: always `rolling` (R113).
        config: timing.
        runtime: runtime of the new generation; None keeps the present one.
    """

    artifact_id: Identifier
    strategy: Literal["rolling"] = "rolling"
    config: ReplacementConfig = Field(default_factory=ReplacementConfig)
    runtime: WorkloadRuntime | None = None


def parse_workload(data: object, compat: Compat = STRICT) -> WorkloadInput:
    """Read the body of POST of a workload.

    Raises:
        ValidationFailedError: with all problems.
        ForbiddenError: a container of the inline artifact has `routes`.
    """
    refuse_routes(as_object(data).get("artifact"))
    return parse(WorkloadInput, data, compat=compat)


def parse_runtime(
    data: object, compat: Compat = STRICT, *, prefix: str = "runtime", bounded: bool = False
) -> WorkloadRuntime:
    """Read a runtime alone, such as one that the registry stored, of any size unless `bounded`.

    Raises:
        ValidationFailedError: with all problems, paths starting at `prefix`.
    """
    return parse(WorkloadRuntime, data, compat=compat, prefix=prefix, bounded=bounded)
