"""What a workload's `check` refuses: the contract's rules, the facts of its artifact, and moves between statuses."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from tests.unit.handlers import generated
from tests.unit.handlers.examples import (
    ARTIFACT,
    FULL_WORKLOAD,
    OTHER_ARTIFACT,
    SERVER,
    facts,
    offline,
    positions,
    runtime,
    with_value,
    workload,
)

from lockyard.contract import UNKNOWN, Json
from lockyard.handlers import Checked, check_workload

quick = generated.few
GROUP = "runtime.containerGroups.0"


def check(new: Json, old: Json | None = None, **options: Any) -> Checked:
    return check_workload(offline(**options), old or {}, new)


def paths(checked: Checked) -> list[str]:
    return sorted(problem.path for problem in checked.problems)


def scaled(metric: str) -> Json:
    policies = [{"scalingMetric": metric, "target": 1}]
    return {"containerGroups": [{"autoscaling": {"minReplicaCount": 1, "maxReplicaCount": 2, "policies": policies}}]}


@given(generated.workloads(), generated.workloads())
@quick
def test_checking_twice_changes_nothing(first: Json, second: Json) -> None:
    old = check(first)
    assert old.problems == ()
    once = check(second, old.inputs)
    assert check(once.inputs, old.inputs).inputs == once.inputs
    assert check(old.inputs) == old


@pytest.mark.parametrize("path", [*positions(FULL_WORKLOAD)], ids=lambda path: ".".join(map(str, path)))
def test_an_unknown_at_any_position_is_skipped_and_kept(path: tuple[Any, ...]) -> None:
    inputs = with_value(FULL_WORKLOAD, path)
    checked = check(inputs, old=check(FULL_WORKLOAD).inputs, endpoint=SERVER)
    assert checked.problems == ()
    kept: Any = checked.inputs
    for key in path:
        kept = kept[key]
    assert kept is UNKNOWN
    assert check(checked.inputs) == check(inputs)


def test_all_problems_come_at_once_each_with_its_path() -> None:
    wrong = workload(
        name="",
        importance="urgent",
        artifactId="x",
        adoptId="y",
        running="yes",
        originIsDefault=True,
        tags={"a": ""},
        sharedRoles=[{"role": "KING"}],
        runtime=runtime(replicaCount=0, containers=[{"name": "ghost"}], other=1),
    )
    found = set(paths(check(wrong, endpoint=SERVER)))
    assert {"name", "importance", "artifactId", "adoptId", "running", "origin", "tags.a"} <= found
    assert {f"{GROUP}.replicaCount", f"{GROUP}.other", "sharedRoles.0.role"} <= found


def test_containers_are_those_of_the_artifact() -> None:
    ghost = workload(runtime=runtime(containers=[{"name": "ghost"}]))
    assert paths(check(ghost)) == [f"{GROUP}.containers.0.name"]
    assert paths(check(workload(runtime=runtime(name="other")))) == [f"{GROUP}.name"]
    assert paths(check(workload(runtime=runtime(containers=[{"name": "primary"}])))) == []


@pytest.mark.parametrize(
    "known",
    [
        None,
        UNKNOWN,
        facts(containerGroups=UNKNOWN),
        facts(containerGroups={"default": UNKNOWN}),
        facts(containerGroups={"default": [UNKNOWN, "primary"]}),
        {"type": "service", "status": "draft"},
        {"status": "draft"},
        {},
        "x",
    ],
    ids=repr,
)
def test_what_is_not_known_of_the_artifact_is_left_to_the_server(known: Any) -> None:
    inputs = workload(runtime=runtime(containers=[{"name": "ghost"}]), artifactFacts=known)
    assert paths(check(inputs)) == []


def test_metrics_of_nim_need_a_nim_artifact() -> None:
    inputs = workload(runtime=scaled("gpuCacheUtilization"))
    assert paths(check(inputs)) == [f"{GROUP}.autoscaling.policies.0.scalingMetric"]
    assert paths(check({**inputs, "artifactFacts": facts(type="nim")})) == []
    assert paths(check(workload(runtime=scaled("httpRequestsConcurrency")))) == []


MOVES = {
    "draft to another draft": ("draft", ARTIFACT, "draft", OTHER_ARTIFACT, True),
    "locked to another version": ("locked", ARTIFACT, "locked", OTHER_ARTIFACT, True),
    "lock in place": ("draft", ARTIFACT, "locked", ARTIFACT, True),
    "draft to another, locked one": ("draft", ARTIFACT, "locked", OTHER_ARTIFACT, False),
    "locked to a draft": ("locked", ARTIFACT, "draft", OTHER_ARTIFACT, False),
    "locked to a draft not made yet": ("locked", ARTIFACT, "draft", UNKNOWN, False),
    "draft to a version not made yet": ("draft", ARTIFACT, "locked", UNKNOWN, False),
    "unlocked in place": ("locked", ARTIFACT, "draft", ARTIFACT, False),
    "status not known yet": ("draft", ARTIFACT, UNKNOWN, OTHER_ARTIFACT, True),
    "no facts": ("draft", ARTIFACT, None, OTHER_ARTIFACT, True),
}


@pytest.mark.parametrize(("before", "old_id", "after", "new_id", "allowed"), MOVES.values(), ids=MOVES)
def test_moves_between_drafts_and_locked_versions(
    before: str, old_id: str, after: Any, new_id: Any, allowed: bool
) -> None:
    old = check(workload(artifactId=old_id, artifactFacts=facts(status=before))).inputs
    known = None if after is None else facts(status=after)
    checked = check(workload(artifactId=new_id, artifactFacts=known), old)
    assert paths(checked) == ([] if allowed else ["artifactId"])
    if not allowed:
        assert f"a workload on a {before} artifact cannot move" in checked.problems[0].message


def test_a_draft_that_was_locked_elsewhere_may_get_its_next_version() -> None:
    """The old facts still say draft and the new version has another id: its origin tells that it is the same one."""
    old = check(workload(artifactFacts={**facts(status="draft"), "origin": "team::Artifact::chat"})).inputs
    for origin, allowed in (("team::Artifact::chat", True), ("team::Artifact::other", False)):
        known = {**facts(status="locked"), "origin": origin}
        assert (paths(check(workload(artifactId=UNKNOWN, artifactFacts=known), old)) == []) is allowed
    for status in ("draft", "locked"):
        before = check(workload(artifactFacts={**facts(status="locked"), "origin": "team::Artifact::chat"})).inputs
        known = {**facts(status=status), "origin": "team::Artifact::chat"}
        assert (paths(check(workload(artifactId=UNKNOWN, artifactFacts=known), before)) == []) is (status == "locked")


@pytest.mark.parametrize("odd", ["x", 3, [], {"containerGroups": 1}, {"containerGroups": ["x"]}, {"group": 1}])
def test_a_runtime_of_the_wrong_shape_is_a_problem_at_its_path(odd: Any) -> None:
    found = paths(check(workload(runtime=odd)))
    assert found and all(path.split(".")[0] == "runtime" for path in found)


def test_units_are_brought_to_bytes_once() -> None:
    allocation = {"name": "primary", "resourceAllocation": {"memory": "1GiB"}}
    checked = check(workload(runtime=runtime(containers=[allocation])))
    (group,) = checked.inputs["runtime"]["containerGroups"]
    assert group["containers"][0]["resourceAllocation"]["memory"] == 1073741824


def test_an_artifact_is_needed() -> None:
    inputs = workload()
    del inputs["artifactId"]
    assert paths(check(inputs)) == ["artifactId"]


@given(generated.anything())
@quick
def test_any_value_gets_an_answer(odd: Any) -> None:
    for name in ("runtime", "artifactFacts", "sharedRoles", "tags", "running", "name", "artifactId", "importance"):
        check({**workload(), name: odd})
        check(workload(), {**workload(), name: odd})


def test_messages_never_repeat_a_refused_value() -> None:
    secret = "hunter2 hunter2"
    for path in positions({k: v for k, v in FULL_WORKLOAD.items() if k != "artifactFacts"}):
        checked = check(with_value(FULL_WORKLOAD, path, secret), endpoint=SERVER)
        assert not any(secret in problem.message for problem in checked.problems), path
