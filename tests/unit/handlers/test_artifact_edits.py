"""Edits and locks of an artifact on a real registry, by us and by others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.unit.handlers.examples import artifact, container, facts, repository, spec, workload
from tests.unit.handlers.stage import Held, Stage

from lockyard.client import EmbeddedRegistryClient
from lockyard.contract import ALL_COMPAT, Json, LockyardError
from lockyard.handlers import check_artifact, update_artifact
from lockyard_registry import Registry

TWO = spec(container(imageUri="registry.example/chat:2"))
THREE = spec(container(imageUri="registry.example/chat:3"))


@pytest.fixture
def home(stage: Stage) -> Json:
    """The argument that puts an artifact into a repository of its own."""
    return {"artifactRepositoryId": stage.up("repository", repository()).id}


def settled(stage: Stage, held: Held, inputs: Json) -> None:
    checked = stage.check(held.kind, inputs, held)
    assert not stage.diff(held, checked)
    seen = stage.refresh(held)
    assert seen is not None and not stage.diff(seen, checked)


UNSET = {
    "storage": ({"storage": {"mode": "dedicatedPvc", "pvcSize": "150Gi"}}, {}),
    "storage by default": ({"storage": {}}, {}),
    "template": ({"templateId": "t"}, {}),
    "storage instead of a template": ({"templateId": "t"}, {"storage": {"mode": "nimCache"}}),
}


@pytest.mark.parametrize(("before", "after"), UNSET.values(), ids=UNSET)
@pytest.mark.parametrize("status", ["draft", "locked"])
def test_what_the_program_no_longer_says_is_unset(stage: Stage, before: Json, after: Json, status: str) -> None:
    home = {"artifactRepositoryId": stage.up("repository", repository(type="nim")).id}
    old = stage.up("artifact", artifact(type="nim", spec=spec(**before), **home))
    wanted = artifact(type="nim", spec=spec(**after), status=status, **home)
    held = stage.up("artifact", wanted, old)
    assert held.id == old.id
    settled(stage, held, wanted)


def test_fields_of_a_container_are_unset(stage: Stage, home: Json) -> None:
    full = container(description="x", entrypoint=["a"], environmentVars=[{"name": "A", "value": "1"}])
    old = stage.up("artifact", artifact(description="d", spec=spec(full), tags={"a": "b"}, **home))
    held = stage.up("artifact", artifact(**home), old)
    settled(stage, held, artifact(**home))
    document = stage.client.get_artifact(held.id)
    assert (document["description"], document["tags"]) == ("", [])
    assert document["spec"]["containerGroups"][0]["containers"][0]["entrypoint"] is None


def test_agents_lose_their_agent_calls(make_registry: Callable[..., Registry]) -> None:
    from lockyard.client import Settings

    client = EmbeddedRegistryClient(registry=make_registry(compat=ALL_COMPAT), compat=ALL_COMPAT)
    stage = Stage(client, Settings(compat=ALL_COMPAT))
    home = {"artifactRepositoryId": stage.up("repository", repository(type="agent")).id}
    old = stage.up("artifact", artifact(type="agent", spec=spec(a2aEnabled=True), **home))
    held = stage.up("artifact", artifact(type="agent", spec=spec(), **home), old)
    assert stage.client.get_artifact(held.id)["spec"]["a2aEnabled"] is False
    settled(stage, held, artifact(type="agent", spec=spec(), **home))


def test_a_foreign_edit_is_refused_and_loses_nothing(stage: Stage, home: Json) -> None:
    held = stage.up("artifact", artifact(**home))
    stage.client.update_artifact(held.id, {"description": "theirs"})
    before = stage.client.get_artifact(held.id)
    for wanted in (
        artifact(spec=TWO, **home),
        artifact(status="locked", **home),
        artifact(spec=TWO, status="locked", **home),
    ):
        with pytest.raises(
            LockyardError, match="edited by somebody else since this stack last saw it; nothing was written"
        ):
            stage.up("artifact", wanted, held)
    assert stage.client.get_artifact(held.id) == before


def test_after_a_refresh_the_foreign_edit_is_undone_knowingly(stage: Stage, home: Json) -> None:
    held = stage.up("artifact", artifact(**home))
    stage.client.update_artifact(held.id, {"description": "theirs"})
    seen = stage.refresh(held)
    assert seen is not None
    assert stage.diff(seen, held.inputs).changed == ("description",)
    settled(stage, stage.up("artifact", artifact(spec=TWO, **home), seen), artifact(spec=TWO, **home))


def test_a_foreign_edit_to_what_we_want_is_success(stage: Stage, home: Json) -> None:
    held = stage.up("artifact", artifact(**home))
    stage.client.update_artifact(held.id, {"description": "wanted"})
    again = stage.up("artifact", artifact(description="wanted", **home), held)
    settled(stage, again, artifact(description="wanted", **home))
    assert again.state["etag"] == stage.client.get_artifact(held.id)["etag"]


def test_a_foreign_write_that_changed_nothing_is_no_edit(stage: Stage, home: Json) -> None:
    held = stage.up("artifact", artifact(**home))
    stage.client.update_artifact(held.id, {"description": "x"})
    stage.client.update_artifact(held.id, {"description": ""})
    settled(stage, stage.up("artifact", artifact(spec=TWO, **home), held), artifact(spec=TWO, **home))


@pytest.mark.parametrize(
    "wanted", [artifact(spec=TWO), artifact(spec=TWO, status="locked")], ids=["edit", "edit and lock"]
)
def test_a_foreign_lock_is_refused_with_the_way_out(stage: Stage, home: Json, wanted: Json) -> None:
    held = stage.up("artifact", artifact(**home))
    stage.client.update_artifact(held.id, {"status": "locked"})
    with pytest.raises(
        LockyardError, match="locked outside this stack as version 1: set status='locked', or run `pulumi"
    ):
        stage.up("artifact", wanted | home, held)
    seen = stage.refresh(held)
    assert seen is not None and seen.state["status"] == "locked"
    made = stage.up("artifact", wanted | home, seen)
    assert stage.plan[-1] == "replace"
    assert made.id != held.id
    assert stage.client.get_artifact(held.id)["status"] == "locked"


def test_a_foreign_lock_with_our_content_is_taken_over(stage: Stage, home: Json) -> None:
    held = stage.up("artifact", artifact(**home))
    stage.client.update_artifact(held.id, {"status": "locked"})
    locked = stage.up("artifact", artifact(status="locked", **home), held)
    assert locked.id == held.id
    assert locked.state["version"] == 1
    settled(stage, locked, artifact(status="locked", **home))


def test_back_to_an_earlier_content_is_that_version_again(stage: Stage, home: Json) -> None:
    first = stage.up("artifact", artifact(status="locked", **home))
    second = stage.up("artifact", artifact(status="locked", spec=TWO, **home), first)
    third = stage.up("artifact", artifact(status="locked", **home), second)
    assert (third.id, third.state["version"]) == (first.id, 1)
    assert stage.up("artifact", artifact(status="locked", spec=THREE, **home), third).state["version"] == 3
    versions = [item["version"] for item in stage.client.list_artifacts(repositoryId=home["artifactRepositoryId"])]
    assert sorted(versions) == [1, 2, 3]


def test_an_edit_of_a_locked_artifact_is_never_sent(stage: Stage, home: Json) -> None:
    held = stage.up("artifact", artifact(status="locked", **home))
    inputs = check_artifact(stage.context, {}, artifact(status="locked", spec=TWO, name="b", **home)).inputs
    stage.lossy.calls.clear()
    with pytest.raises(LockyardError, match="is locked: name, spec can only change by a replacement"):
        update_artifact(stage.context, held.id, held.state, inputs)
    assert stage.lossy.writes == []


def test_a_draft_under_a_running_workload_is_promoted(simulated: Stage, clock: object) -> None:
    home = {"artifactRepositoryId": simulated.up("repository", repository()).id}
    held = simulated.up("artifact", artifact(**home))
    known = {"artifactId": held.id, "artifactDigest": held.state["contentDigest"], "artifactFacts": facts()}
    running = simulated.up("workload", workload(**known))
    simulated.lossy.calls.clear()
    locked = simulated.up("artifact", artifact(status="locked", **home), held)
    assert simulated.lossy.writes == ["promote_workload"]
    settled(simulated, locked, artifact(status="locked", **home))
    after = {**known, "artifactFacts": facts(status="locked")}
    assert not simulated.diff(running, simulated.check("workload", workload(**after), running)), "nothing rolls"
    assert simulated.client.get_workload(running.id)["expiresAt"] is None


def test_tags_are_written_under_any_status_and_only_when_they_differ(stage: Stage, home: Json) -> None:
    held = stage.up("artifact", artifact(status="locked", tags={"a": "b"}, **home))
    stage.lossy.calls.clear()
    held = stage.up("artifact", artifact(status="locked", tags={"a": "c"}, **home), held)
    assert stage.lossy.writes == ["replace_tags"]
    assert held.state["version"] == 1
    settled(stage, held, artifact(status="locked", tags={"a": "c"}, **home))
