"""Execution environments: the base images that generated Dockerfiles may start from (workload-api §18)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Final, cast

from pydantic import Field

from ._account import EnvironmentUse
from ._base import ContractModel, RuleContext, as_object, parse
from ._errors import Problem
from ._naming import duplicate_problems
from ._times import Time
from ._types import ImageUri, NonEmptyText, ObjectId, Text
from ._unknown import is_unknown


class EnvironmentVersion(ContractModel):
    """One version of an environment.

    Attributes:
        id: 24 hexadecimal digits.
        label: short name, such as `3.12`.
        docker_image: the image.
        description: free text.
        created: since when there is this version.
    """

    id: ObjectId
    label: NonEmptyText
    docker_image: ImageUri
    description: Text = ""
    created: Time = Field(default_factory=lambda: datetime(2026, 1, 1, tzinfo=UTC))


class ExecutionEnvironment(ContractModel):
    """An environment.

    Attributes:
        id: 24 hexadecimal digits.
        name: name for people.
        description: free text.
        programming_language: such as `python`.
        is_public: True (default): for everybody.
        use_cases: what it is for.
        versions: oldest first; at least one.
    """

    id: ObjectId
    name: NonEmptyText
    description: Text = ""
    programming_language: NonEmptyText = "other"
    is_public: bool = True
    use_cases: list[EnvironmentUse] = Field(default_factory=list[EnvironmentUse])
    versions: Annotated[list[EnvironmentVersion], Field(min_length=1)]


class EnvironmentsFile(ContractModel):
    """What an operator says of the environments of a registry.

    Attributes:
        extend: True: beside the default ones, an id that is there already is replaced; False (default): instead of
            them.
        environments: the environments.
    """

    extend: bool = False
    environments: list[ExecutionEnvironment]

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        """Each id is there once."""
        if is_unknown(self.environments):
            return []
        ids = [None if is_unknown(e) or is_unknown(e.id) else e.id for e in self.environments]
        return duplicate_problems(ids, "environments", field="id")


def _python(number: int, version: str) -> ExecutionEnvironment:
    environment, image = f"1e{number:022x}", f"1f{number:022x}"
    return ExecutionEnvironment(
        id=environment,
        name=f"Python {version}",
        description=f"Python {version} on Debian, without any library",
        programming_language="python",
        use_cases=["customApplication", "customJob"],
        versions=[EnvironmentVersion(id=image, label=version, docker_image=f"docker.io/library/python:{version}-slim")],
    )


def default_environments() -> tuple[ExecutionEnvironment, ...]:
    """The environments of a new registry: plain Python images."""
    return tuple(_python(number, version) for number, version in enumerate(_VERSIONS, 1))


_VERSIONS: Final = ("3.11", "3.12", "3.13")


def parse_environments(document: object) -> tuple[ExecutionEnvironment, ...]:
    """The environments of a registry from an operator's document.

    Args:
        document: a list of environments, which then are the only ones; or `{"extend": true, "environments": [...]}`,
            which adds them to the default ones.

    Raises:
        ValidationFailedError: with all problems, each with its path.
    """
    whole = {"environments": cast("list[Any]", document)} if isinstance(document, list) else as_object(document)
    file = parse(EnvironmentsFile, whole, bounded=False)
    if not file.extend:
        return tuple(file.environments)
    known = {environment.id: environment for environment in default_environments()}
    return tuple((known | {environment.id: environment for environment in file.environments}).values())
