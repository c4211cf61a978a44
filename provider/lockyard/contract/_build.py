"""How an image is built from source (workload-api §4.6)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field

from ._base import ContractModel, RuleContext
from ._errors import Problem
from ._types import Identifier, NonEmptyText, NonEmptyTextItem
from ._unknown import is_unknown

_VARIANT_FIELDS = {
    "provided": ("path",),
    "generated": (
        "executionEnvironmentId",
        "executionEnvironmentVersionId",
        "entrypoint",
    ),
}


def dockerfile_problems(source: Any, fields: dict[str, Any]) -> list[Problem]:
    """A generated Dockerfile needs both environment ids and an entrypoint (R32, R33).

    Each source allows only its own fields.

    Args:
        source: `provided` or `generated`.
        fields: wire name -> value of the other fields; None is absent.
    """
    if is_unknown(source):
        return []
    problems: list[Problem] = []
    for variant, names in _VARIANT_FIELDS.items():
        for name in names:
            value = fields[name]
            if variant == source and value is None:
                problems.append(Problem(name, f"Field required when source is '{source}'", "missing"))
            elif variant != source and value is not None and not is_unknown(value):
                problems.append(Problem(name, f"is not allowed when source is '{source}'"))
    return problems


def _absent(value: Any) -> bool:
    return value is None


class CodeLocation(ContractModel):
    """A version of uploaded files.

    Attributes:
        catalog_id: id of the upload.
        catalog_version_id: id of its version.
    """

    catalog_id: Identifier
    catalog_version_id: Identifier


class CodeRef(ContractModel):
    """Which source code to build.

    Attributes:
        type: always `datarobot`.
        provider: always `datarobot`.
        datarobot: the uploaded version.
    """

    type: Literal["datarobot"] = "datarobot"
    provider: Literal["datarobot"] = "datarobot"
    datarobot: CodeLocation


class Dockerfile(ContractModel):
    """Where the Dockerfile comes from.

    Attributes:
        source: `provided` (a file in the code, default) or `generated` (made from an execution environment).
        path: file in the code, for `provided`; `./Dockerfile` by default (R33).
        execution_environment_id: base environment, for `generated` (R32).
        execution_environment_version_id: version of the base environment, for `generated`.
        entrypoint: command of the image, at least one word, for `generated`.
    """

    source: Literal["provided", "generated"] = "provided"
    path: NonEmptyText | None = Field(default=None, exclude_if=_absent)
    execution_environment_id: Identifier | None = Field(default=None, exclude_if=_absent)
    execution_environment_version_id: Identifier | None = Field(default=None, exclude_if=_absent)
    entrypoint: Annotated[list[NonEmptyTextItem], Field(min_length=1)] | None = Field(default=None, exclude_if=_absent)

    def normalise(self, context: RuleContext) -> None:
        if self.source == "provided" and self.path is None:
            self.path = "./Dockerfile"

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        fields = {
            "path": self.path,
            "executionEnvironmentId": self.execution_environment_id,
            "executionEnvironmentVersionId": self.execution_environment_version_id,
            "entrypoint": self.entrypoint,
        }
        return dockerfile_problems(self.source, fields)


def _provided() -> Dockerfile:
    return Dockerfile(path="./Dockerfile")


class ImageBuildConfig(ContractModel):
    """A recipe for the container's image; not for `nim` artifacts.

    Attributes:
        code_ref: the source code; may be set later, but before the build and the lock (R71).
        dockerfile: the Dockerfile; `provided` at `./Dockerfile` by default (R33).
    """

    code_ref: CodeRef | None = None
    dockerfile: Dockerfile = Field(default_factory=_provided)
