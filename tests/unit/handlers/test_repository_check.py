"""Arguments and changes of repositories, and of the wait for a workload."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.handlers import generated
from tests.unit.handlers.examples import ARTIFACT, FULL_REPOSITORY, SERVER, offline, positions, repository, with_value

from lockyard.contract import ALL_COMPAT, UNKNOWN, Json
from lockyard.handlers import Change, Checked, check_ready, check_repository, diff_ready, diff_repository

quick = generated.few


def check(new: Json, old: Json | None = None, **options: Any) -> Checked:
    return check_repository(offline(**options), old or {}, new)


def paths(checked: Checked) -> list[str]:
    return sorted(problem.path for problem in checked.problems)


@pytest.mark.parametrize("path", [*positions(FULL_REPOSITORY)], ids=lambda path: ".".join(map(str, path)))
def test_an_unknown_at_any_position_is_skipped_and_kept(path: tuple[Any, ...]) -> None:
    inputs = with_value(FULL_REPOSITORY, path)
    checked = check(inputs, endpoint=SERVER)
    assert checked.problems == ()
    kept: Any = checked.inputs
    for key in path:
        kept = kept[key]
    assert kept is UNKNOWN
    assert check(checked.inputs) == check(inputs)
    diff_repository(check(FULL_REPOSITORY).inputs, checked.inputs)


def test_all_problems_come_at_once_each_with_its_path() -> None:
    wrong = repository(
        name="",
        type="agent",
        tags={"x;": "1"},
        adoptId="x",
        sharedRoles=[{"role": "OWNER", "shareRecipientType": "user"}, {"role": "KING", "shareRecipientType": "user"}],
        originIsDefault=True,
    )
    assert {"name", "type", "tags.x;", "adoptId", "origin", "sharedRoles.0.id", "sharedRoles.1.role"} <= set(
        paths(check(wrong, endpoint=SERVER))
    )
    assert "type" not in paths(check(wrong, compat=ALL_COMPAT))


def test_names_and_defaults() -> None:
    assert check({"name": "x"}).inputs == {"name": "x", "type": "service"}
    assert paths(check({})) == ["name"]
    assert paths(check(repository(name="x" * 5001))) == ["name"]


ROWS: dict[str, tuple[Json, Json, Change]] = {
    "nothing": (repository(), repository(), Change()),
    "renamed": (repository(), repository(name="b"), Change(("name",))),
    "tags": (repository(), repository(tags={"a": "b"}), Change(("tags",))),
    "roles": (repository(), repository(sharedRoles=[{"role": "OWNER"}]), Change(("sharedRoles",))),
    "force": (repository(), repository(forceDestroy=True), Change(("forceDestroy",))),
    "force left out": (repository(forceDestroy=None), repository(), Change()),
    "type": (repository(), repository(type="nim"), Change(("type",), ("type",))),
    "type left out": ({**repository(), "type": None}, repository(), Change()),
    "type and name": (repository(), repository(type="nim", name="b"), Change(("name", "type"), ("type",))),
    "unknown type": (repository(), repository(type=UNKNOWN), Change(("type",), ("type",))),
    "unknown name": (repository(), repository(name=UNKNOWN), Change(("name",))),
    "adoption and origin": (repository(), repository(adoptId=ARTIFACT, origin="x"), Change()),
    "empty tags": (repository(tags={}), repository(sharedRoles=[]), Change()),
}


@pytest.mark.parametrize(("old", "new", "change"), ROWS.values(), ids=ROWS)
def test_repository_table(old: Json, new: Json, change: Change) -> None:
    assert diff_repository(old, new) == change


@given(st.dictionaries(st.sampled_from([*FULL_REPOSITORY]), generated.anything(), max_size=3), generated.anything())
@quick
def test_any_value_gets_an_answer(state: Json, odd: Any) -> None:
    diff_repository(state, {"name": odd, "type": odd, "sharedRoles": odd})
    check(state, {"name": odd})


@pytest.mark.parametrize("seconds", [0, -1, "10", True, [], float("nan"), float("inf")])
def test_a_deadline_is_a_positive_number(seconds: Any) -> None:
    checked = check_ready(offline(), {}, {"workloadId": ARTIFACT, "timeoutSeconds": seconds})
    assert paths(checked) == ["timeoutSeconds"]


def test_a_wait_has_a_default_deadline_and_needs_a_workload() -> None:
    assert check_ready(offline(), {}, {"workloadId": UNKNOWN}).inputs["timeoutSeconds"] == 600
    assert paths(check_ready(offline(), {}, {"timeoutSeconds": UNKNOWN})) == ["workloadId"]


def test_a_new_artifact_content_or_runtime_waits_again() -> None:
    old = {
        "workloadId": ARTIFACT,
        "artifactId": "a",
        "artifactDigest": "v1:a",
        "runtimeDigest": "r",
        "timeoutSeconds": 9,
    }
    assert not diff_ready({**old, "status": "running", "readyAt": "now"}, old)
    for name in ("artifactId", "artifactDigest", "runtimeDigest", "timeoutSeconds"):
        assert diff_ready(old, {**old, name: "x"}) == Change((name,))
        assert diff_ready(old, {**old, name: UNKNOWN}) == Change((name,))
    assert diff_ready(old, {**old, "workloadId": UNKNOWN}) == Change(("workloadId",), ("workloadId",))
