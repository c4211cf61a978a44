"""An `up` whose answer or call was lost, at every write, and the next `up`: it converges and leaves no twin."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.unit.handlers.examples import artifact, container, facts, repository, runtime, spec, workload
from tests.unit.handlers.stage import Held, Stage

from lockyard.client import EmbeddedRegistryClient
from lockyard.contract import ConnectionFailedError, Json, LockyardError
from lockyard.handlers import diff_artifact
from lockyard.handlers._origin import repository_key
from lockyard_registry import Registry
from lockyard_registry.lifecycle import LOCAL_USER_ID

SCHEMAS = Path(__file__).parents[1] / "registry" / "schemas"
ONE, TWO, THREE = (spec(container(imageUri=f"registry.example/chat:{n}")) for n in (1, 2, 3))


@dataclass(frozen=True)
class Scenario:
    """What is there, what the next `up` wants, and what it may want after a crash."""

    first: Json | None
    wanted: Json
    artifacts: int = 1
    """How many artifacts the repository holds in the end."""


SCENARIOS = {
    "create a draft": Scenario(None, artifact()),
    "create a draft with tags": Scenario(None, artifact(tags={"a": "b"})),
    "create a locked version": Scenario(None, artifact(status="locked")),
    "edit a draft": Scenario(artifact(), artifact(spec=TWO)),
    "edit a draft and its tags": Scenario(artifact(), artifact(spec=TWO, tags={"a": "b"})),
    "lock": Scenario(artifact(), artifact(status="locked")),
    "lock with an edit": Scenario(artifact(), artifact(status="locked", spec=TWO)),
    "a new version": Scenario(artifact(status="locked"), artifact(status="locked", spec=TWO), artifacts=2),
    "tags of a version": Scenario(artifact(status="locked"), artifact(status="locked", tags={"a": "b"})),
    "back to a draft": Scenario(artifact(status="locked"), artifact(), artifacts=2),
    "back to a draft with an edit": Scenario(artifact(status="locked"), artifact(spec=TWO), artifacts=2),
}


def crash(stage: Stage, write: int, before: bool, act: Callable[[], Held]) -> Held | None:
    """Loses one write of an act; the result when the act has no such write."""
    stage.lossy.calls.clear()
    stage.lossy.lose_write, stage.lossy.lose_before = write, before
    try:
        return act()
    except ConnectionFailedError:
        return None
    finally:
        stage.lossy.lose_write = None


def in_repository(stage: Stage, id: str) -> list[Json]:
    return list(stage.client.list_artifacts(repositoryId=id))


def is_as_declared(stage: Stage, held: Held, inputs: Json) -> None:
    checked = stage.check(held.kind, inputs, held)
    assert not stage.diff(held, checked)
    seen = stage.refresh(held)
    assert seen is not None
    assert not stage.diff(seen, checked)


@pytest.mark.parametrize("before", [False, True], ids=["answer lost", "call lost"])
@pytest.mark.parametrize("write", range(4))
@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_the_next_up_converges(stage: Stage, scenario: Scenario, write: int, before: bool) -> None:
    home = stage.up("repository", repository())
    at_home = {"artifactRepositoryId": home.id}
    old = stage.up("artifact", {**scenario.first, **at_home}) if scenario.first else None
    wanted = {**scenario.wanted, **at_home}

    def act() -> Held:
        return stage.up("artifact", wanted, old)

    held = crash(stage, write, before, act) or act()
    is_as_declared(stage, held, wanted)
    there = in_repository(stage, home.id)
    assert len(there) == scenario.artifacts
    assert held.id in [item["id"] for item in there]
    locked = sorted(item["version"] for item in there if item["status"] == "locked")
    assert locked == list(range(1, len(locked) + 1)), "no version number is lost or given twice"


EDITED_MEANWHILE = {
    "a draft": (None, artifact(), artifact(spec=TWO), 1),
    "a draft that is to be locked then": (None, artifact(), artifact(status="locked", spec=TWO), 1),
    "an edit": (artifact(), artifact(spec=TWO), artifact(spec=THREE), 1),
    "an edit, then a lock": (artifact(), artifact(spec=TWO), artifact(status="locked", spec=THREE), 1),
    "an edit taken back, then a lock": (artifact(), artifact(spec=TWO), artifact(status="locked"), 1),
}


@pytest.mark.parametrize("lost", range(2))
@pytest.mark.parametrize(("first", "lost_one", "wanted", "count"), EDITED_MEANWHILE.values(), ids=EDITED_MEANWHILE)
def test_our_own_lost_write_and_then_another_edit_converges(
    stage: Stage, first: Json | None, lost_one: Json, wanted: Json, count: int, lost: int
) -> None:
    home = stage.up("repository", repository())
    at_home = {"artifactRepositoryId": home.id}
    old = stage.up("artifact", {**first, **at_home}) if first else None
    for attempt in range(lost + 1):
        inputs = {**lost_one, **at_home, "description": f"attempt {attempt}"}
        assert crash(stage, 0, False, partial(stage.up, "artifact", inputs, old)) is None
    held = stage.up("artifact", {**wanted, **at_home}, old)
    is_as_declared(stage, held, {**wanted, **at_home})
    assert len(in_repository(stage, home.id)) == count


def test_an_edit_taken_back_after_its_answer_was_lost_shows_with_a_refresh(stage: Stage) -> None:
    home = stage.up("repository", repository())
    at_home = {"artifactRepositoryId": home.id}
    old = stage.up("artifact", artifact(**at_home))
    assert crash(stage, 0, False, lambda: stage.up("artifact", artifact(spec=TWO, **at_home), old)) is None
    seen = stage.refresh(old)
    assert seen is not None
    assert stage.diff(seen, old.inputs).changed == ("spec",)
    is_as_declared(stage, stage.up("artifact", artifact(**at_home), seen), artifact(**at_home))


def test_a_lost_lock_and_then_an_edit_is_refused_and_a_refresh_mends_it(stage: Stage) -> None:
    home = stage.up("repository", repository())
    at_home = {"artifactRepositoryId": home.id}
    draft = stage.up("artifact", artifact(**at_home))
    assert crash(stage, 0, False, lambda: stage.up("artifact", artifact(status="locked", **at_home), draft)) is None
    with pytest.raises(Exception, match="locked outside this stack as version 1"):
        stage.up("artifact", artifact(status="locked", spec=TWO, **at_home), draft)
    seen = stage.refresh(draft)
    assert seen is not None
    wanted = stage.check("artifact", artifact(status="locked", spec=TWO, **at_home), seen)
    assert diff_artifact(seen.state, wanted).replaces == ("spec",)
    assert stage.up("artifact", wanted, seen).state["version"] == 2


@pytest.mark.parametrize("write", range(3))
def test_a_repository_is_made_once(stage: Stage, write: int) -> None:
    roles = [{"shareRecipientType": "user", "username": "ada", "role": "READ_ONLY"}]
    inputs = repository(tags={"a": "b"}, sharedRoles=roles)
    held = crash(stage, write, False, lambda: stage.up("repository", inputs)) or stage.up("repository", inputs)
    is_as_declared(stage, held, inputs)
    assert [item["id"] for item in stage.client.list_repositories()] == [held.id]


def test_a_repository_is_renamed_once(stage: Stage) -> None:
    old = stage.up("repository", repository())
    inputs = repository(name="other", tags={"a": "b"})
    for _ in range(2):
        assert crash(stage, 0, False, lambda: stage.up("repository", inputs, old)) is None
    is_as_declared(stage, stage.up("repository", inputs, old), inputs)


def on(document: Json, **fields: Any) -> Json:
    """Arguments of a workload on an artifact."""
    groups = {"default": ["primary"]}
    known = facts(status=document["status"], containerGroups=groups)
    ids = {"artifactId": document["id"], "artifactDigest": document["contentDigest"]}
    return workload(artifactFacts=known, **ids, **fields)


def two_versions(stage: Stage) -> tuple[Json, Json]:
    first = stage.client.create_artifact({"name": "a", "status": "locked", "spec": ONE})
    home = first["artifactRepositoryId"]
    body = {"name": "a", "status": "locked", "spec": TWO, "artifactRepositoryId": home}
    return first, stage.client.create_artifact(body)


ROLES = [{"shareRecipientType": "user", "username": "ada", "role": "READ_ONLY"}]
WORKLOADS: dict[str, tuple[bool, Json, bool]] = {
    "create": (False, {}, False),
    "create with labels": (False, {"tags": {"a": "b"}, "sharedRoles": ROLES}, False),
    "create stopped": (False, {"running": False}, False),
    "another version": (True, {}, True),
    "another version and runtime": (True, {"runtime": runtime(replicaCount=5)}, True),
    "runtime": (True, {"runtime": runtime(replicaCount=5)}, False),
    "everything": (True, {"name": "b", "runtime": runtime(replicaCount=5), "tags": {"a": "b"}, "running": False}, True),
    "stop": (True, {"running": False}, False),
}


@pytest.mark.parametrize(("drive", "before"), [("external", False), ("simulated", False), ("simulated", True)])
@pytest.mark.parametrize("write", range(4))
@pytest.mark.parametrize(("exists", "fields", "moves"), WORKLOADS.values(), ids=WORKLOADS)
def test_the_next_up_brings_a_workload_to_the_inputs(
    make_registry: Callable[..., Registry],
    clock: Any,
    exists: bool,
    fields: Json,
    moves: bool,
    write: int,
    before: bool,
    drive: str,
) -> None:
    stage = Stage(EmbeddedRegistryClient(registry=make_registry(driver=drive)))
    stage.lossy.meanwhile = lambda: clock.advance(0.5)
    first, second = two_versions(stage)
    old = stage.up("workload", on(first)) if exists else None
    clock.advance(60)
    wanted = on(second if moves else first, **fields)

    def act() -> Held:
        return stage.up("workload", wanted, old)

    held = crash(stage, write, before, act) or act()
    clock.advance(60)
    is_as_declared(stage, held, wanted)
    (document,) = stage.client.list_workloads()
    assert (document["status"] == "stopped") == (not wanted["running"])
    assert (document["id"], document["artifactId"]) == (held.id, wanted["artifactId"])
    assert document["name"] == wanted["name"]
    assert len(list(stage.client.workload_history(held.id))) <= 1, "the rollout is made once"


def test_a_repository_is_made_once_however_often_its_answer_is_lost(stage: Stage) -> None:
    """Killed between the create and the snapshot: the next `up` finds the same repository, under a new name, too."""
    stage.lossy.lose_write = 0
    for name in ("chat-api", "renamed"):
        with pytest.raises(LockyardError, match="was lost"):
            stage.up("repository", repository(name=name))
        stage.lossy.calls.clear()
    stage.lossy.lose_write = None
    held = stage.up("repository", repository(name="renamed"))
    (document,) = stage.client.list_repositories()
    assert (document["id"], document["name"], document["claim"]) == (held.id, "renamed", held.state["claim"])
    assert stage.lossy.writes == ["create_repository", "put_repository"]
    # Another type is another repository: the type is fixed for ever.
    assert stage.up("repository", repository(type="nim")).id != held.id
    assert stage.up("repository", repository(origin="another")).id != held.id


def test_a_repository_of_an_earlier_version_goes_on(tmp_path: Path) -> None:
    """Its id was derived from its origin: a create finds it again, and it is edited and deleted as any other."""
    derived = repository_key("stack-a", "service")[:24]
    earlier = (SCHEMAS / "0006.sql").read_text()
    creator = re.findall(r"\"artifact_repositories\" VALUES\('ab.*?'([0-9a-f]{24})','", earlier, re.DOTALL)[0]
    path = tmp_path / "earlier.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(earlier.replace("ab" * 12, derived).replace(creator, LOCAL_USER_ID))
    client = EmbeddedRegistryClient(path)
    stage = Stage(client)
    before = client.get_repository(derived)
    held = stage.up("repository", repository(name=before["name"], origin="stack-a"))
    assert held.id == derived
    assert client.get_repository(derived) == {**before, "claim": before["claim"] + 1}
    assert not stage.diff(held, held.inputs)
    renamed = stage.up("repository", repository(name="renamed", origin="stack-a"), held)
    assert (stage.plan[-1], renamed.id) == ("update", derived)
    assert client.get_repository(derived)["name"] == "renamed"
    stage.delete(renamed)
    assert "stays on the registry with its locked versions" in stage.said[-1]
    client.close()
