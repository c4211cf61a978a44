"""Artifacts: what runs (workload-api §3)."""

from __future__ import annotations

from collections.abc import Container as Holds
from collections.abc import Iterable
from typing import Any

from pydantic import Field

from ._artifact_types import foreign_problems, source_build_problems, type_problems, without_foreign_nulls
from ._base import ContractModel, Json, RuleContext, as_object, compact, dump, parse
from ._canonical import canonical_json
from ._compat import STRICT, Compat
from ._container import ContainerGroup
from ._errors import Problem
from ._limits import MAX_SPEC_BYTES
from ._lock import lock_problems
from ._routes import refuse_routes
from ._storage import NimStorage
from ._types import (
    ArtifactStatus,
    ArtifactType,
    Identifier,
    NonEmptyText,
    ObjectName,
    Text,
)
from ._unknown import contains_unknown, is_unknown


def _absent(value: Any) -> bool:
    return value is None


def _off(value: Any) -> bool:
    return value is False


def _without_type(spec: object) -> Any:
    fields = as_object(spec)
    return {key: value for key, value in fields.items() if key != "type"} if "type" in fields else spec


def single_group_problems(groups: Any, path: str = "containerGroups") -> list[Problem]:
    """Only one container group is supported today (workload-api §3.3, §10.1)."""
    if is_unknown(groups):
        return []
    return [Problem(f"{path}.{index}", "only one container group is supported") for index in range(1, len(groups))]


class ArtifactSpec(ContractModel):
    """The content of an artifact; its fields depend on the artifact's type (workload-api §3.3).

    Attributes:
        container_groups: one group of containers; an empty list is a draft that cannot be locked or run yet.
        storage: where model weights are kept; `nim` only (R62, R65).
        template_id: the NIM template it came from; `nim` only.
        a2a_enabled: agent-to-agent calls; `agent` only (R68).
    """

    container_groups: list[ContainerGroup] = Field(default_factory=list[ContainerGroup])
    storage: NimStorage | None = Field(default=None, exclude_if=_absent)
    template_id: NonEmptyText | None = Field(default=None, exclude_if=_absent)
    a2a_enabled: bool = Field(default=False, alias="a2aEnabled", exclude_if=_off)

    @classmethod
    def wire_input(cls, data: Json, context: RuleContext) -> Json:
        """Null for a field of another type says nothing."""
        return without_foreign_nulls(context["artifact_type"], data) if context["artifact_type"] else data

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        problems = single_group_problems(self.container_groups)
        if context["bounded"]:
            problems += spec_size_problems(self)
        if context["artifact_type"]:
            problems += _type_problems(context["artifact_type"], self)
        return problems


def spec_size_problems(spec: ArtifactSpec) -> list[Problem]:
    """A spec has at most 1 MiB, as canonical JSON without defaults: the form that its digest is made of."""
    form = compact(spec)
    if contains_unknown(form):
        return []
    try:
        size = len(canonical_json(form))
    except ValueError:  # what has no canonical form is told where the digest is made
        return []
    if size <= MAX_SPEC_BYTES:
        return []
    return [Problem("", f"must have at most {MAX_SPEC_BYTES} bytes as canonical JSON, not {size}", "too_large")]


def _type_problems(artifact_type: Any, spec: ArtifactSpec) -> list[Problem]:
    return foreign_problems(artifact_type, spec) + source_build_problems(artifact_type, spec)


def spec_document(spec: ArtifactSpec, artifact_type: str) -> Json:
    """The spec as answers show it.

    Full, with its type inside and exactly the fields of that type (workload-api §24.1).
    """
    return {"type": artifact_type, **_with_fields_of_type(dump(spec), artifact_type)}


def _with_fields_of_type(spec: Json, artifact_type: Any) -> Json:
    # `dump` of a spec alone cannot know which of the typed fields belong there, so it shows only those that are set.
    if artifact_type == "nim":
        spec.setdefault("storage", None)
        spec.setdefault("templateId", None)
    elif artifact_type == "agent":
        spec.setdefault("a2aEnabled", False)
    return spec


class ArtifactInput(ContractModel):
    """Body of POST and PUT of an artifact.

    Attributes:
        name: 1 to 5000 characters, not unique (R12, R13).
        description: free text.
        type: fixed for the whole repository (R19, R57). Absent: `spec.type`, else `service`.
        status: `draft` (default) or `locked`; locked needs an image on every container (R14, R15).
        spec: the content.
        artifact_repository_id: the repository to join; None opens a new one (R16, R17).
    """

    name: ObjectName
    description: Text = ""
    type: ArtifactType = "service"
    status: ArtifactStatus = "draft"
    spec: ArtifactSpec
    artifact_repository_id: Identifier | None = None

    @classmethod
    def wire_input(cls, data: Json, context: RuleContext) -> Json:
        """`type` counts, `spec.type` only where `type` is absent; then it is dropped (workload-api §3.2)."""
        spec = as_object(data.get("spec"))
        artifact_type = data.get("type")
        if artifact_type is None:
            artifact_type = spec.get("type")
        if artifact_type is None:
            artifact_type = "service"
        if spec:
            data = {**data, "type": artifact_type, "spec": without_foreign_nulls(artifact_type, _without_type(spec))}
        return data

    def complete(self, document: Json) -> None:
        """A PATCH made of this must also unset what the stored spec may have, such as `storage` (R36)."""
        if not is_unknown(self.spec):
            _with_fields_of_type(document["spec"], self.type)

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        problems = type_problems(self.type, context["compat"])
        if not is_unknown(self.spec):
            problems += [problem.under("spec") for problem in _type_problems(self.type, self.spec)]
            if self.status == "locked":
                problems += lock_problems(self.spec)
        return problems


class ArtifactPatch(ContractModel):
    """Body of PATCH of a draft artifact. Only the keys in `model_fields_set` change (R35); in `spec` too.

    Attributes:
        name: new name.
        description: new description.
        status: `locked` locks, after the other changes (R38).
        spec: new content: each key given replaces the stored one as a whole (R36).
        artifact_repository_id: tolerated when it is the artifact's own repository; an artifact never moves.
    """

    name: ObjectName | None = None
    description: Text = ""
    status: ArtifactStatus | None = None
    spec: ArtifactSpec | None = None
    artifact_repository_id: Identifier | None = None

    @classmethod
    def wire_input(cls, data: Json, context: RuleContext) -> Json:
        """Null for a key that cannot be unset is the same as leaving it out; `spec.type` is ignored (R37, D6)."""
        kept = {key: value for key, value in data.items() if value is not None or key not in _NOT_CLEARABLE}
        if "spec" in kept:
            kept["spec"] = _without_type(kept["spec"])
        return kept


_NOT_CLEARABLE = frozenset({"name", "status", "spec", "artifactRepositoryId"})


class ArtifactClone(ContractModel):
    """Body of the clone call (R47, R48).

    Attributes:
        name: name of the new draft, 1 to 5000 characters.
    """

    name: ObjectName


def parse_artifact(
    data: object,
    compat: Compat = STRICT,
    *,
    prefix: str = "",
    stored_image_uris: Holds[object] = frozenset(),
    bounded: bool = True,
) -> ArtifactInput:
    """Read the body of POST or PUT of an artifact.

    Args:
        data: the body; not changed.
        compat: relaxed rules.
        prefix: path of this document inside the one the user knows (`artifact` in a workload).
        stored_image_uris: for PUT, the images stored for the artifact: they may stand beside a build configuration
            (D7).
        bounded: whether it must keep within `LIMITS`; what is stored already need not.

    Raises:
        ValidationFailedError: with all problems.
        ForbiddenError: a container has `routes`.
    """
    refuse_routes(data)
    return parse(
        ArtifactInput,
        data,
        compat=compat,
        prefix=prefix,
        stored_image_uris=stored_image_uris,
        bounded=bounded,
    )


def parse_artifact_patch(
    data: object,
    *,
    artifact_type: ArtifactType,
    compat: Compat = STRICT,
    stored_image_uris: Holds[object] = frozenset(),
) -> ArtifactPatch:
    """Read the body of PATCH of an artifact.

    Args:
        data: the body; not changed.
        artifact_type: type of the stored artifact, which decides what its spec may hold.
        compat: relaxed rules.
        stored_image_uris: images stored for the artifact: they may stand beside a build configuration (D7).

    Raises:
        ValidationFailedError: with all problems.
        ForbiddenError: a container has `routes`.
    """
    refuse_routes(data)
    return parse(ArtifactPatch, data, compat=compat, stored_image_uris=stored_image_uris, artifact_type=artifact_type)


def merge_spec(stored: ArtifactSpec, patch: ArtifactSpec) -> ArtifactSpec:
    """The stored spec with the keys that a PATCH carries; each replaces the stored value as a whole (R36)."""
    return stored.model_copy(update={name: getattr(patch, name) for name in patch.model_fields_set})


def parse_spec(
    data: object,
    *,
    artifact_type: ArtifactType,
    compat: Compat = STRICT,
    prefix: str = "spec",
    stored_image_uris: Holds[object] = frozenset(),
    bounded: bool = False,
) -> ArtifactSpec:
    """Read a spec alone, such as one that the registry stored, of any size unless `bounded`; its `type` is ignored.

    Raises:
        ValidationFailedError: with all problems, paths starting at `prefix`.
        ForbiddenError: a container has `routes`.
    """
    refuse_routes(data)
    return parse(
        ArtifactSpec,
        _without_type(data),
        compat=compat,
        prefix=prefix,
        stored_image_uris=stored_image_uris,
        artifact_type=artifact_type,
        bounded=bounded,
    )
