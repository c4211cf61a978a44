"""Query strings of the lists (workload-api §1.5, §3.4, §8.2, §9.3)."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import BeforeValidator, ConfigDict, Field

from ._base import ContractModel, Json, RuleContext, parse
from ._errors import Problem, ValidationFailedError
from ._types import ArtifactStatus, ArtifactType, Importance, Text, WorkloadStatus
from ._unknown import Unknown


def number(value: Any) -> Any:
    # Digits only: int() would also take "1_0", " 1" and digits of other scripts.
    if isinstance(value, str) and value.isascii() and value.removeprefix("-").isdigit() and len(value) < 20:
        return int(value)
    return int(value) if type(value) is float and value.is_integer() else value


def boolean(value: Any) -> Any:
    return {"true": True, "false": False}.get(value.lower(), value) if isinstance(value, str) else value


class Query(ContractModel):
    """A query string. Keys that a call does not know are ignored, as the platform does."""

    model_config = ConfigDict(extra="ignore")

    @classmethod
    def wire_input(cls, data: Json, context: RuleContext) -> Json:
        """A single value of a list-valued parameter is a list of one."""
        return {
            key: [value] if key in _lists(cls) and not isinstance(value, (list, Unknown)) else value
            for key, value in data.items()
            if value is not None
        }


class ListQuery(Query):
    """What every list takes.

    Attributes:
        offset: records to skip.
        limit: records to answer, 1 to 100 (R5).
    """

    offset: Annotated[int, Field(ge=0, le=2**53 - 1), BeforeValidator(number)] = 0
    limit: Annotated[int, Field(ge=1, le=100), BeforeValidator(number)] = 10


def _lists(cls: type[Query]) -> frozenset[str]:
    cached = _LIST_KEYS.get(cls)
    if cached is None:
        cached = _LIST_KEYS[cls] = frozenset(
            field.alias or name
            for name, field in cls.model_fields.items()
            if typing.get_origin(field.annotation) is list
        )
    return cached


_LIST_KEYS: dict[type[Query], frozenset[str]] = {}


class FilteredQuery(ListQuery):
    """Filters that all three object lists share.

    Attributes:
        created_by: id of the creator.
        ids: only these ids.
        search: part of name, description or id, any case (R55); at most 100 characters.
        tag_keys: objects with any of these tag names.
        tag_values: objects with any of these tag values.
    """

    created_by: Text | None = None
    ids: list[Text] = Field(default_factory=list[Text])
    search: Annotated[Text, Field(max_length=100)] | None = None
    tag_keys: list[Text] = Field(default_factory=list[Text])
    tag_values: list[Text] = Field(default_factory=list[Text])


class ArtifactQuery(FilteredQuery):
    """Query of the artifact list (R54).

    Attributes:
        order_by: field to order by, `-` for descending; newest first by default.
        type: only this artifact type.
        status: only drafts or only locked ones.
        repository_id: only this lineage.
    """

    order_by: Literal[
        "name",
        "-name",
        "createdAt",
        "-createdAt",
        "updatedAt",
        "-updatedAt",
        "status",
        "-status",
    ] = "-createdAt"
    type: ArtifactType | None = None
    status: ArtifactStatus | None = None
    repository_id: Text | None = None


class RepositoryQuery(FilteredQuery):
    """Query of the repository list.

    Attributes:
        order_by: field to order by, `-` for descending; newest first by default.
        type: only this artifact type.
    """

    order_by: Literal["name", "-name", "createdAt", "-createdAt", "updatedAt", "-updatedAt"] = "-createdAt"
    type: ArtifactType | None = None


class WorkloadQuery(FilteredQuery):
    """Query of the workload list; different filters combine with AND, repeated values with OR (R95).

    Attributes:
        order_by: field to order by, `-` for descending; `importance` starts with the least important. Newest first by
            default.
        type: only workloads on this artifact type.
        status: any of these statuses.
        artifact_status: active artifact in any of these statuses.
        importance: any of these.
        artifact_id: this active artifact.
        repository_id: active artifact of this lineage.
        service_stats: also answer request statistics.
        enclave: name of an Enclave; there are none here, so it matches nothing.
    """

    order_by: Literal[
        "name",
        "-name",
        "createdAt",
        "-createdAt",
        "updatedAt",
        "-updatedAt",
        "status",
        "-status",
        "importance",
        "-importance",
    ] = "-createdAt"
    type: ArtifactType | None = None
    status: list[WorkloadStatus] = Field(default_factory=list[WorkloadStatus])
    artifact_status: list[ArtifactStatus] = Field(default_factory=list[ArtifactStatus])
    importance: list[Importance] = Field(default_factory=list[Importance])
    artifact_id: Text | None = None
    repository_id: Text | None = None
    service_stats: Annotated[bool, BeforeValidator(boolean)] = False
    enclave: Text | None = None


QueryT = TypeVar("QueryT", bound=Query)


def parse_query(model: type[QueryT], query: Mapping[str, Any] | Iterable[tuple[str, Any]]) -> QueryT:
    """Read a query string.

    Args:
        model: the query's model.
        query: parameters as a mapping (values plain or lists), or as pairs in which list-valued names repeat.

    Raises:
        ValidationFailedError: with all problems; the path is the parameter's name. A single-valued one that is there
            more than once is one: which of its values was meant cannot be told.
    """
    if isinstance(query, Mapping):
        return parse(model, dict(cast("Mapping[str, Any]", query)))
    values: dict[str, list[Any]] = {}
    for key, value in query:
        values.setdefault(key, []).append(value)
    lists = _lists(model)
    known = {field.alias or name for name, field in model.model_fields.items()} - lists
    repeated = [repeated_problem(key) for key in values if key in known and len(values[key]) > 1]
    if repeated:
        raise ValidationFailedError(problems=repeated)
    return parse(model, {key: found if key in lists else found[0] for key, found in values.items()})


def repeated_problem(name: str) -> Problem:
    """What is wrong with a single-valued parameter that is there more than once."""
    return Problem(name, "is given more than once: give it one value", "multiple_values")
