"""Workload bodies and replacements (R77, R79, R83 to R86, R113)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import strategies

from lockyard.contract import (
    ALL_COMPAT,
    STRICT,
    Compat,
    ForbiddenError,
    ReplacementInput,
    SettingsPatch,
    ValidationFailedError,
    WorkloadPatch,
    compact,
    dump,
    parse,
    parse_runtime,
    parse_workload,
)

ARTIFACT = {"name": "a", "spec": {"containerGroups": [{"containers": [{"imageUri": "i", "port": 8080}]}]}}


def workload(**fields: Any) -> dict[str, Any]:
    return {"name": "w", "artifactId": "a1", **fields}


def problems(document: object, compat: Compat = STRICT) -> dict[str, str]:
    try:
        parse_workload(document, compat)
    except ValidationFailedError as error:
        return {problem.path: problem.code for problem in error.problems}
    return {}


def test_r79_defaults() -> None:
    parsed = parse_workload(workload())
    assert (parsed.importance, parsed.description) == ("low", "")
    assert dump(parsed.runtime) == {"containerGroups": []}
    nulls = workload(artifact=None, description=None, importance=None, runtime=None, useCaseId=None)
    assert parse_workload(nulls) == parsed
    assert dump(parsed) == {
        "name": "w",
        "description": "",
        "importance": "low",
        "artifactId": "a1",
        "artifact": None,
        "runtime": {"containerGroups": []},
    }


def test_r77_neither() -> None:
    assert problems({"name": "w"}) == {"artifactId": "missing"}
    assert problems({"name": "w", "artifactId": None, "artifact": None}) == {"artifactId": "missing"}


def test_r77_both() -> None:
    assert set(problems(workload(artifact=ARTIFACT))) == {"artifact"}


def test_r80_inline_artifact() -> None:
    parsed = parse_workload({"name": "w", "artifact": ARTIFACT | {"spec": ARTIFACT["spec"] | {"type": "nim"}}})
    assert parsed.artifact is not None
    assert parsed.artifact.type == "nim"
    assert set(problems({"name": "w", "artifact": {"name": "", "spec": {"storage": {}}}})) == {
        "artifact.name",
        "artifact.spec.storage",
    }


@pytest.mark.parametrize("importance", ["critical", "high", "moderate", "low"])
def test_r83_accepted(importance: str) -> None:
    assert parse_workload(workload(importance=importance)).importance == importance


@pytest.mark.parametrize("importance", ["urgent", "", "HIGH", 1, ["low"]])
def test_r83_refused(importance: object) -> None:
    assert set(problems(workload(importance=importance))) == {"importance"}


def test_what_is_not_there_is_said() -> None:
    assert set(problems(workload(useCaseId="u", tags=[]))) == {"useCaseId", "tags"}


def test_r84_r85_patch() -> None:
    patch = parse(WorkloadPatch, {"description": "", "name": None, "importance": None})
    assert patch.model_fields_set == {"description"}
    assert parse(WorkloadPatch, {"description": None}).model_fields_set == {"description"}
    assert parse(WorkloadPatch, {"name": "n", "importance": "high"}).model_fields_set == {"name", "importance"}


@pytest.mark.parametrize(
    "body", [{"artifactId": "x"}, {"runtime": {}}, {"tags": []}, {"name": ""}, {"importance": "urgent"}]
)
def test_r86_patch_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(WorkloadPatch, body)
    assert [problem.path for problem in caught.value.problems] == list(body)


def test_settings_need_a_runtime() -> None:
    assert parse(SettingsPatch, {"runtime": {}}).runtime.container_groups == []
    for body in ({}, {"runtime": None}, {"runtime": {}, "strategy": "rolling"}):
        with pytest.raises(ValidationFailedError):
            parse(SettingsPatch, body)


def test_r113_replacement() -> None:
    replacement = parse(ReplacementInput, {"artifactId": "a", "config": None, "runtime": None})
    assert dump(replacement) == {
        "artifactId": "a",
        "strategy": "rolling",
        "config": {"warmupDurationMinutes": 0, "keepOldVersionMinutes": 0},
        "runtime": None,
    }


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "artifactId"),
        ({"artifactId": "a", "strategy": "blueGreen"}, "strategy"),
        ({"artifactId": "a", "config": {"warmupDurationMinutes": -1}}, "config.warmupDurationMinutes"),
        ({"artifactId": "a", "config": {"keepOldVersionMinutes": 0.5}}, "config.keepOldVersionMinutes"),
        (
            {"artifactId": "a", "runtime": {"containerGroups": [{"replicaCount": 0}]}},
            "runtime.containerGroups.0.replicaCount",
        ),
        ({"artifactId": "a", "candidateArtifactId": "a"}, "candidateArtifactId"),
    ],
)
def test_r113_replacement_refused(body: dict[str, Any], path: str) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(ReplacementInput, body)
    assert [problem.path for problem in caught.value.problems] == [path]


@given(strategies.workloads() | strategies.workloads(artifact_id="a1"))
def test_valid_workloads_round_trip(document: dict[str, Any]) -> None:
    parsed = parse_workload(document)
    assert parse_workload(compact(parsed)) == parsed
    assert parse_workload(dump(parsed)) == parsed


@pytest.mark.parametrize("rule", sorted(strategies.WORKLOAD_MISTAKES))
@settings(max_examples=3)
@given(data=st.data())
def test_every_known_mistake(rule: str, data: st.DataObject) -> None:
    allocation = data.draw(strategies.allocations())
    document = workload(
        runtime={"containerGroups": [{"containers": [{"name": "main", "resourceAllocation": allocation}]}]}
    )
    assert problems(document) == {}
    changed = strategies.mistaken(document, strategies.WORKLOAD_MISTAKES[rule], rule)
    assert changed.path in problems(changed.document)


@given(strategies.invalid_workloads())
def test_known_mistakes_are_reported_at_their_path(invalid: strategies.Invalid) -> None:
    assert invalid.path in problems(invalid.document), invalid.rule


@given(strategies.json_values(max_leaves=40), st.sampled_from([STRICT, ALL_COMPAT]))
def test_reading_is_total(data: Any, compat: Compat) -> None:
    for call in (
        lambda: parse_workload(data, compat),
        lambda: parse_workload({"name": "w", "artifact": data}, compat),
        lambda: parse_runtime(data, compat),
        lambda: parse_runtime({"containerGroups": [data]}, compat),
        lambda: parse_runtime({"containerGroups": [{"autoscaling": data}]}, compat),
    ):
        try:
            call()
        except (ValidationFailedError, ForbiddenError) as error:
            assert isinstance(error.body(), dict)
