"""What `check` refuses before anything happens, and the canonical form it gives the engine."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from tests.unit.handlers import generated
from tests.unit.handlers.examples import (
    FULL_ARTIFACT,
    OTHER_REPOSITORY,
    REPOSITORY,
    SERVER,
    SIDECAR,
    artifact,
    container,
    offline,
    positions,
    spec,
    with_value,
)

from lockyard.contract import ALL_COMPAT, UNKNOWN, Json, Problem, content_digest
from lockyard.handlers import Checked, check_artifact

quick = generated.few
FIRST = "spec.containerGroups.0.containers.0"


def check(new: Json, old: Json | None = None, **options: Any) -> Checked:
    return check_artifact(offline(**options), old or {}, new)


def paths(checked: Checked) -> list[str]:
    return sorted(problem.path for problem in checked.problems)


@given(generated.artifacts(), generated.artifacts())
@quick
def test_checking_twice_changes_nothing(first: Json, second: Json) -> None:
    old = check(first)
    assert old.problems == ()
    once = check(second, old.inputs)
    again = check(once.inputs, old.inputs)
    assert again.inputs == once.inputs
    assert check(old.inputs) == old


@given(generated.artifacts())
@quick
def test_the_digest_is_that_of_the_content(inputs: Json) -> None:
    content = {name: inputs[name] for name in ("name", "description", "type", "spec") if name in inputs}
    assert check(inputs).inputs["contentDigest"] == content_digest(**content)


def test_arguments_of_another_spelling_have_one_canonical_form() -> None:
    long_form = artifact(
        spec=spec(container(port=8000.0, entrypoint=None, environmentVars=[]), type="service"),
        description=None,
        tags=None,
    )
    assert check(long_form).inputs == check(artifact()).inputs
    assert check(artifact()).inputs["description"] == ""


@pytest.mark.parametrize("path", [*positions(FULL_ARTIFACT)], ids=lambda path: ".".join(map(str, path)))
def test_an_unknown_at_any_position_is_skipped_and_kept(path: tuple[Any, ...]) -> None:
    inputs = with_value(FULL_ARTIFACT, path)
    checked = check(inputs, old=check(FULL_ARTIFACT).inputs)
    assert check(inputs, endpoint=SERVER).problems == ()
    assert checked.problems == ()
    if path[0] == "contentDigest":
        return
    kept: Any = checked.inputs
    for key in path:
        kept = kept[key]
    assert kept is UNKNOWN
    content = path[0] in ("name", "description", "type", "spec")
    assert (checked.inputs["contentDigest"] is UNKNOWN) == content
    assert check(checked.inputs) == check(inputs), "checking twice changes nothing"


def test_all_problems_come_at_once_each_with_its_path() -> None:
    wrong = artifact(
        name="",
        artifactRepositoryId="not an id",
        adoptId="nor this",
        tags={"a;b": "c"},
        spec=spec(
            container(port=80, imageUri=None, livenessProbe={"port": 1}, imgeUri="x"),
            {**SIDECAR, "port": 9000, "name": "Upper"},
        ),
    )
    found = paths(check(wrong, endpoint=SERVER))
    second = "spec.containerGroups.0.containers.1"
    for expected in (
        "name",
        "artifactRepositoryId",
        "adoptId",
        "tags.a;b",
        f"{FIRST}.port",
        f"{FIRST}.imgeUri",
        f"{FIRST}.imageUri",
        f"{FIRST}.livenessProbe.path",
        f"{second}.port",
        f"{second}.name",
    ):
        assert expected in found


@pytest.mark.parametrize("odd", ["a string", [], 3, True, None, {"containerGroups": "x"}, {"containerGroups": [None]}])
def test_a_spec_of_the_wrong_shape_is_one_problem_at_its_path(odd: Any) -> None:
    found = paths(check({**artifact(), "spec": odd}))
    assert found and all(path.startswith("spec") for path in found)


@pytest.mark.parametrize("value", ["", "x" * 23, "g" * 24, "0" * 25, 3, ["a"]])
@pytest.mark.parametrize("name", ["artifactRepositoryId", "adoptId"])
def test_what_is_no_id_is_refused(name: str, value: Any) -> None:
    assert paths(check(artifact(**{name: value}))) == [name]


def test_an_id_may_be_in_upper_case_or_unknown() -> None:
    assert paths(check(artifact(artifactRepositoryId=REPOSITORY.upper(), adoptId=UNKNOWN))) == []


def test_a_repository_is_needed() -> None:
    inputs = artifact()
    del inputs["artifactRepositoryId"]
    assert check(inputs).problems == (Problem("artifactRepositoryId", "Field required", "missing"),)


def test_locking_needs_an_image() -> None:
    build = {"imageBuildConfig": {"codeRef": {"datarobot": {"catalogId": REPOSITORY, "catalogVersionId": REPOSITORY}}}}
    unbuilt = spec({**{k: v for k, v in container().items() if k != "imageUri"}, **build})
    assert paths(check(artifact(spec=unbuilt))) == []
    assert paths(check(artifact(spec=unbuilt, status="locked"))) == [f"{FIRST}.imageUri"]
    assert paths(check(artifact(spec=unbuilt, status=UNKNOWN))) == []
    assert paths(check(artifact(spec={"containerGroups": []}, status="locked"))) == ["spec.containerGroups"]


def test_each_lock_problem_is_said_once() -> None:
    checked = check(artifact(spec={"containerGroups": []}, status="locked"))
    assert len(checked.problems) == len(set(checked.problems)) == 1


@pytest.mark.parametrize("status", ["frozen", "", 1, None])
def test_only_the_two_statuses_are_taken(status: Any) -> None:
    assert paths(check({**artifact(), "status": status})) == ([] if status is None else ["status"])


def test_the_type_of_a_lineage_is_fixed() -> None:
    old = check(artifact()).inputs
    (problem,) = check(artifact(type="nim"), old).problems
    assert problem.path == "type"
    assert "this lineage holds 'service' artifacts, not 'nim'" in problem.message
    assert check(artifact(type="nim", artifactRepositoryId=OTHER_REPOSITORY), old).problems == ()
    assert check(artifact(type="nim", artifactRepositoryId=UNKNOWN), old).problems == ()
    assert check(artifact(type=UNKNOWN), old).problems == ()
    assert check(artifact(type="nim")).problems == (), "on a creation or a replacement there is no old type"


def test_types_behind_a_switch() -> None:
    assert paths(check(artifact(type="agent"))) == ["type"]
    assert paths(check(artifact(type="agent"), compat=ALL_COMPAT)) == []


def test_routes_are_refused_with_the_platforms_words() -> None:
    (problem,) = check(artifact(spec=spec(container(routes=[])))).problems
    assert (problem.path, problem.message) == ("spec", "Route configuration is disabled on this cluster")


def test_an_adopted_locked_version_is_not_adopted_twice() -> None:
    old = check(artifact(status="locked", adoptId=OTHER_REPOSITORY)).inputs
    edited = artifact(status="locked", adoptId=OTHER_REPOSITORY, description="new")
    (problem,) = check(edited, old).problems
    assert problem.path == "adoptId"
    assert "remove adopt_id to make a new version" in problem.message
    assert check({**edited, "description": ""}, old).problems == ()
    assert check(artifact(status="locked", description="new"), old).problems == (), "that is a new version"
    draft = check(artifact(adoptId=OTHER_REPOSITORY)).inputs
    assert check(artifact(adoptId=OTHER_REPOSITORY, description="new"), draft).problems == ()


def test_a_shared_registry_needs_an_origin_of_its_own() -> None:
    default = artifact(originIsDefault=True)
    assert paths(check(default, endpoint=SERVER)) == ["origin"]
    assert "pulumi config set lockyard:origin" in check(default, endpoint=SERVER).problems[0].message
    assert paths(check(default)) == []
    assert paths(check(artifact(), endpoint=SERVER)) == []


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("x", ["tags"]),
        (["x"], ["tags"]),
        ({"a": 1}, ["tags.a"]),
        ({"a": ""}, ["tags.a"]),
        ({"": "b"}, ["tags."]),
        ({"datarobot.x": "b"}, ["tags.datarobot.x"]),
        ({"a": "b" * 4097, "c": "d"}, ["tags.a"]),
        ({"a": None}, ["tags.a"]),
        (UNKNOWN, []),
        ({"a": UNKNOWN}, []),
        ({}, []),
    ],
)
def test_tags(tags: Any, expected: list[str]) -> None:
    assert paths(check(artifact(tags=tags))) == expected


@given(generated.anything())
@quick
def test_any_spec_gets_an_answer(odd: Any) -> None:
    check({**artifact(), "spec": odd})
    check(artifact(), {"spec": odd, "type": odd, "status": odd, "adoptId": odd, "artifactRepositoryId": odd})


def test_messages_never_repeat_a_refused_value() -> None:
    secret = "hunter2 hunter2"
    for path in positions(FULL_ARTIFACT):
        checked = check(with_value(FULL_ARTIFACT, path, secret), endpoint=SERVER)
        assert not any(secret in problem.message for problem in checked.problems), path
