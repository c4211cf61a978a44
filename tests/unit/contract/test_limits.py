"""Every field of a request has a bound, and what is larger is refused before a model reads it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, Field

import lockyard.contract as contract
from lockyard.contract import (
    LIMITS,
    MAX_PROBLEMS,
    MAX_SPEC_BYTES,
    ArtifactInput,
    ContractModel,
    Report,
    ValidationFailedError,
    oversized,
    parse,
    parse_artifact,
    parse_spec,
)
from lockyard.contract._bounds import Bound, bounds_of
from lockyard.contract._limits import DEFAULT_CHARACTERS, DEFAULT_ITEMS, MAX_DEPTH, MAX_UNKNOWN_KEYS, MAX_VALUES

MODELS = sorted(
    {
        model
        for model in (getattr(contract, name) for name in contract.__all__)
        if isinstance(model, type) and issubclass(model, ContractModel) and model is not ContractModel
    },
    key=lambda model: model.__name__,
)


def places(bound: Bound, path: tuple[Any, ...] = (), seen: tuple[Bound, ...] = ()) -> Iterator[tuple[tuple, Bound]]:
    """Every place of a document, with what bounds it."""
    yield path, bound
    if any(bound is one for one in seen):
        return
    for name, inner in bound.fields.items():
        yield from places(inner, (*path, name), (*seen, bound))
    if bound.item is not None:
        yield from places(bound.item, (*path, 0 if bound.kind == "list" else "key"), seen)


def around(path: tuple[Any, ...], value: Any) -> Any:
    """The document that has a value at a place, and nothing else."""
    for part in reversed(path):
        value = [value] if part == 0 else {part: value}
    return value


def of_size(bound: Bound, size: int) -> Any:
    if bound.kind == "text":
        return "x" * size
    return [None] * size if bound.kind == "list" else {f"k{number}": None for number in range(size)}


@pytest.mark.parametrize("model", MODELS)
def test_at_its_bound_a_field_passes_and_one_more_is_refused(model: type[BaseModel]) -> None:
    for path, bound in places(bounds_of(model)):
        if bound.kind not in ("text", "list", "map"):
            continue
        assert bound.most > 0
        assert oversized(model, around(path, of_size(bound, bound.most))) == []
        ((loc, problem),) = oversized(model, around(path, of_size(bound, bound.most + 1)))
        assert loc == path
        assert problem.path == ".".join(map(str, path))
        assert f"at most {bound.most} " in problem.message


def test_every_row_of_the_table_bounds_a_field() -> None:
    known = {f"{model.__name__}.{name}" for model in all_models() for name in bounds_of(model).fields}
    assert set(LIMITS) <= known


def all_models() -> set[type[BaseModel]]:
    found: set[type[BaseModel]] = set()
    waiting: list[type[BaseModel]] = [ContractModel]
    while waiting:
        for model in waiting.pop().__subclasses__():
            if model not in found:
                found.add(model)
                waiting.append(model)
    return found


def artifact(**fields: Any) -> dict[str, Any]:
    return {"name": "a", "spec": {}, **fields}


def containers(count: int, **fields: Any) -> dict[str, Any]:
    made = [{"name": f"c{number}", "imageUri": "r/e:1", "primary": not number, **fields} for number in range(count)]
    made[0]["port"] = 8080
    return {"spec": {"containerGroups": [{"containers": made}]}}


LARGE = {
    "containers": (artifact(**containers(150_000)), "spec.containerGroups.0.containers", "too_long"),
    "variables": (
        artifact(**containers(1, environmentVars=[{"name": "A", "value": "x"}] * 200_000)),
        "spec.containerGroups.0.containers.0.environmentVars",
        "too_long",
    ),
    "a text": (artifact(description="x" * 16_000_000), "description", "string_too_long"),
    "unknown keys": (artifact(**{f"k{number}": 1 for number in range(200_000)}), "", "too_long"),
    "a long key": (artifact(**{"k" * 1_000_000: 1}), "", "string_too_long"),
    "no object": ([1] * 1_000_000, "", "too_long"),
}


@pytest.mark.parametrize("name", LARGE)
def test_what_is_too_large_is_never_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    document, path, code = LARGE[name]
    read: list[object] = []
    whole = ArtifactInput.model_validate
    monkeypatch.setattr(ArtifactInput, "model_validate", lambda data, **how: (read.append(data), whole(data, **how))[1])
    started = time.process_time()
    with pytest.raises(ValidationFailedError) as caught:
        parse_artifact(document)
    assert time.process_time() - started < 1
    assert (path, code) in [(problem.path, problem.code) for problem in caught.value.problems]
    # What the model gets to see has nothing large in it any more.
    assert all(oversized(ArtifactInput, data) == [] for data in read)


def test_other_mistakes_are_told_with_it() -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse_artifact(artifact(description="x" * (DEFAULT_CHARACTERS + 1), type="x", spec={"a": 1}))
    assert [problem.path for problem in caught.value.problems] == ["description", "spec.a", "type"]


def test_a_spec_of_one_mebibyte() -> None:
    def of(size: int) -> dict[str, Any]:
        return artifact(**containers(1, environmentVars=[{"name": "A", "value": "x" * size}]))

    empty = len(contract.canonical_json(contract.compact(parse_artifact(of(1))))) - 1
    around_spec = len('{"name":"a","spec":}')
    fits = MAX_SPEC_BYTES - empty + around_spec
    assert parse_artifact(of(fits))
    with pytest.raises(ValidationFailedError) as caught:
        parse_artifact(of(fits + 1))
    (problem,) = caught.value.problems
    assert (problem.path, problem.code) == ("spec", "too_large")
    assert "at most 1048576 bytes" in problem.message


def test_what_is_stored_is_read_whatever_its_size() -> None:
    spec = containers(50)["spec"]
    assert len(parse_spec(spec, artifact_type="service").container_groups[0].containers) == 50
    with pytest.raises(ValidationFailedError):
        parse_spec(spec, artifact_type="service", bounded=True)


def test_the_number_of_values_is_bounded_in_all() -> None:
    replica = {"name": "r", "containers": [{"name": "c"}] * 50, "conditions": [{"type": "t", "value": True}] * 50}
    report = {"artifactId": "a", "phase": "ready", "observedAt": "2026-01-01T00:00:00Z", "replicas": [replica] * 1000}
    ((loc, problem),) = oversized(Report, report)
    assert (loc, problem.code) == ((), "too_many_values")
    assert str(MAX_VALUES) in problem.message


def test_depth_is_bounded() -> None:
    deep: Any = "x"
    for _ in range(MAX_DEPTH):
        deep = [deep]
    assert oversized(Tagged, {"any": deep})[0][1].code == "too_deep"
    assert oversized(Tagged, {"any": deep[0]}) == []


class Tagged(ContractModel):
    any: Any = None


def test_a_refusal_names_a_hundred_problems() -> None:
    unknown = {f"k{number}": 1 for number in range(MAX_UNKNOWN_KEYS)}
    with pytest.raises(ValidationFailedError) as caught:
        parse(ArtifactInput, artifact(**containers(20, **unknown)))
    *first, more = caught.value.problems
    assert len(first) == MAX_PROBLEMS
    assert more.code == "more_problems"


def test_a_field_that_nobody_bounded_has_the_default_of_its_kind() -> None:
    class New(ContractModel):
        text: str = ""
        items: list[str] = Field(default_factory=list[str])
        values: dict[str, str] = Field(default_factory=dict[str, str])

    fields = bounds_of(New).fields
    assert [fields[name].most for name in ("text", "items", "values")] == [DEFAULT_CHARACTERS, *[DEFAULT_ITEMS] * 2]
