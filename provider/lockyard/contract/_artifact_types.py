"""Which artifact types there are and what each type's spec may hold (D16, R19, R20, R65, R68)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from ._base import Json
from ._compat import Compat
from ._errors import Problem
from ._unknown import is_unknown

if TYPE_CHECKING:
    from ._artifact import ArtifactSpec

_TYPE_OF_FIELD: Final = {
    "storage": ("storage", "nim"),
    "template_id": ("templateId", "nim"),
    "a2a_enabled": ("a2aEnabled", "agent"),
}


def allowed_types(compat: Compat) -> tuple[str, ...]:
    """The artifact types that are accepted: `service` and `nim`, with `agent_types` also `agent` and `mcp` (D16)."""
    return ("service", "nim", "agent", "mcp") if compat.agent_types else ("service", "nim")


def type_problems(artifact_type: Any, compat: Compat) -> list[Problem]:
    """A type outside the accepted ones is refused (R20, D16)."""
    allowed = allowed_types(compat)
    if is_unknown(artifact_type) or artifact_type in allowed:
        return []
    return [Problem("type", f"must be one of {', '.join(map(repr, allowed))}")]


def foreign_problems(artifact_type: Any, spec: ArtifactSpec) -> list[Problem]:
    """A spec field of another type is an unknown field (R65, R68). null is the same as absent."""
    if is_unknown(artifact_type):
        return []
    problems: list[Problem] = []
    for name, (wire, owner) in _TYPE_OF_FIELD.items():
        value = getattr(spec, name)
        given = name in spec.model_fields_set and value is not None and not is_unknown(value)
        if owner != artifact_type and given:
            message = f"unknown field: only artifacts of type '{owner}' have it"
            problems.append(Problem(wire, message, "extra_forbidden"))
    return problems


def without_foreign_nulls(artifact_type: Any, spec: Json) -> Json:
    """A spec document without null keys that its type does not have, since null says the same as leaving them out."""
    foreign = {wire for wire, owner in _TYPE_OF_FIELD.values() if owner != artifact_type and spec.get(wire, 0) is None}
    return {key: value for key, value in spec.items() if key not in foreign} if foreign else spec


def source_build_problems(artifact_type: Any, spec: ArtifactSpec) -> list[Problem]:
    """A `nim` artifact is never built from source (workload-api §5.1)."""
    if artifact_type != "nim" or is_unknown(spec.container_groups):
        return []
    problems: list[Problem] = []
    for g, group in enumerate(spec.container_groups):
        if is_unknown(group) or is_unknown(group.containers):
            continue
        for c, container in enumerate(group.containers):
            if (
                is_unknown(container)
                or is_unknown(container.image_build_config)
                or container.image_build_config is None
            ):
                continue
            path = f"containerGroups.{g}.containers.{c}.imageBuildConfig"
            problems.append(Problem(path, "is not allowed on artifacts of type 'nim': give imageUri"))
    return problems


def repository_type_message(repository_type: str, artifact_type: str) -> str | None:
    """Why an artifact of one type cannot join a repository of another, or None (R19, R57).

    Args:
        repository_type: type of the repository, fixed by its first artifact.
        artifact_type: type of the artifact.
    """
    if repository_type == artifact_type:
        return None
    return f"Artifact repository type '{repository_type}' does not match artifact type '{artifact_type}'"
