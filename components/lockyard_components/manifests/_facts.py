"""Artifact and runtime in their full form: read by the contract's models, opaque leaves back in their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from lockyard.contract import (
    ANY_STORED_IMAGE,
    UNKNOWN,
    ForbiddenError,
    Problem,
    ValidationFailedError,
    container_names,
    dump,
    parse_runtime,
    parse_spec,
    runtime_problems,
)

from ._plain import NotPlainError, is_opaque

if TYPE_CHECKING:
    from ._description import WorkloadDescription

Path = tuple[str | int, ...]

_PROBES: Final = frozenset({"readinessProbe", "livenessProbe", "startupProbe"})
_UNREAD: Final = frozenset({"description", "imageBuildConfig", "build"})
_CONTAINER_DEPTH: Final = 4  # containerGroups, its index, containers, its index


@dataclass(frozen=True, kw_only=True, eq=False)
class Facts:
    """What artifact and runtime say.

    Attributes:
        errors: what the contract refuses.
        group: the artifact's container group; empty with errors.
        storage: the artifact's storage block, or None.
        runtime: the runtime's group; empty with errors.
    """

    errors: list[Problem]
    group: Mapping[str, Any]
    storage: Mapping[str, Any] | None
    runtime: Mapping[str, Any]


def read_facts(description: WorkloadDescription) -> Facts:
    """Read the artifact's spec and the runtime as the registry would.

    Raises:
        NotPlainError: a value that decides which objects there are is opaque.
    """
    opaque: dict[Path, Any] = {}
    spec = description.spec if _is_json(description.spec) else _masked(description.spec, (), opaque)
    not_plain = [_dotted("spec", path) for path in opaque if not _may_be_opaque(path)]
    runtime_opaque: dict[Path, Any] = {}
    runtime = description.runtime if _is_json(description.runtime) else _masked(description.runtime, (), runtime_opaque)
    not_plain += [_dotted("runtime", path) for path in runtime_opaque]
    if not_plain:
        raise NotPlainError(not_plain)

    errors: list[Problem] = []
    artifact_type: Any = description.artifact_type
    spec_model = runtime_model = None
    try:
        spec_model = parse_spec(spec, artifact_type=artifact_type, stored_image_uris=ANY_STORED_IMAGE)
    except ValidationFailedError as error:
        errors += error.problems
    except ForbiddenError as error:
        errors.append(Problem("spec", str(error)))
    try:
        runtime_model = parse_runtime(runtime)
    except ValidationFailedError as error:
        errors += error.problems
    if spec_model is None or runtime_model is None:
        return Facts(errors=errors, group={}, storage=None, runtime={})
    if not any(group.containers for group in spec_model.container_groups):
        errors.append(Problem("spec.containerGroups", "there is no container to run: add one to the artifact"))
        return Facts(errors=errors, group={}, storage=None, runtime={})
    errors += runtime_problems(runtime_model, artifact_type=artifact_type, container_groups=container_names(spec_model))
    document = dump(spec_model)
    for path, value in opaque.items():
        _put_back(document, path, value)
    group = document["containerGroups"][0]
    groups = dump(runtime_model)["containerGroups"] or dump(parse_runtime({"containerGroups": [{}]}))["containerGroups"]
    if errors:
        return Facts(errors=errors, group={}, storage=None, runtime={})
    return Facts(errors=[], group=group, storage=document.get("storage"), runtime=groups[0])


_SCALARS: Final = frozenset({str, int, float, bool, type(None)})


def _is_json(value: Any) -> bool:
    """Whether it is made of exactly what the contract's models read, as nearly every spec and runtime is."""
    kind = type(value)
    if kind in _SCALARS:
        return True
    if kind is dict:
        return all(map(_is_json, value.values()))
    return kind is list and all(map(_is_json, value))


def _masked(value: Any, path: Path, opaque: dict[Path, Any]) -> Any:
    """A copy with UNKNOWN, which the contract's models let through, in the place of everything opaque."""
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if is_opaque(value):
        opaque[path] = value
        return UNKNOWN
    if issubclass(kind, Mapping):
        return {key: _masked(item, (*path, key), opaque) for key, item in value.items()}
    if issubclass(kind, (list, tuple)):
        return [_masked(item, (*path, index), opaque) for index, item in enumerate(value)]
    return value


def _may_be_opaque(path: Path) -> bool:
    """Whether a value of the spec decides nothing about the objects, so that it need not be known."""
    if path == ("templateId",):
        return True
    if len(path) <= _CONTAINER_DEPTH or path[0] != "containerGroups" or path[2] != "containers":
        return False
    match path[_CONTAINER_DEPTH:]:
        case ("imageUri",) | ("entrypoint",) | ("entrypoint", _):
            return True
        case ("environmentVars", _, "value" | "key"):
            return True
        case (probe, "path" | "host") | (probe, "httpHeaders", _) if probe in _PROBES:
            return True
        case ("securityContext", "seccompProfile", "localhostProfile"):
            return True
        case (field, *_):
            return field in _UNREAD
    return False


def _put_back(document: Any, path: Path, value: Any) -> None:
    if len(path) > _CONTAINER_DEPTH and path[_CONTAINER_DEPTH] in _UNREAD:
        return  # nothing renders these
    for step in path[:-1]:
        document = document[step]
    cast("Any", document)[path[-1]] = value


def _dotted(prefix: str, path: Path) -> str:
    return ".".join((prefix, *map(str, path)))
