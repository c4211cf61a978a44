"""Destroy tells the truth: drafts go, locked versions stay and are named, what is in use is refused."""

from __future__ import annotations

import pytest
from tests.unit.handlers.examples import artifact, container, facts, repository, spec, workload
from tests.unit.handlers.stage import Held, Stage

from lockyard.contract import ConflictError, Json

TWO = spec(container(imageUri="registry.example/chat:2"))


def on(held: Held, **fields: object) -> Json:
    known = facts(status=held.state["status"])
    return workload(artifactId=held.id, artifactDigest=held.state["contentDigest"], artifactFacts=known, **fields)


@pytest.fixture
def home(stage: Stage) -> Held:
    return stage.up("repository", repository())


def test_a_stack_of_drafts_leaves_nothing(stage: Stage, home: Held) -> None:
    draft = stage.up("artifact", artifact(artifactRepositoryId=home.id))
    running = stage.up("workload", on(draft))
    for held in (running, draft, home):
        stage.delete(held)
    assert stage.said == []
    assert list(stage.client.list_repositories()) == list(stage.client.list_artifacts()) == []
    assert list(stage.client.list_workloads()) == []


def test_deleting_twice_is_success(stage: Stage, home: Held) -> None:
    draft = stage.up("artifact", artifact(artifactRepositoryId=home.id))
    running = stage.up("workload", on(draft))
    for held in (running, running, draft, draft, home, home):
        stage.delete(held)


def test_a_locked_version_stays_and_says_so(stage: Stage, home: Held) -> None:
    locked = stage.up("artifact", artifact(artifactRepositoryId=home.id, status="locked"))
    stage.delete(locked)
    (line,) = stage.said
    assert line.startswith(f"artifact 'chat-api' version 1 ({locked.id}) is locked: it stays in repository {home.id}")
    assert line.endswith("and only leaves this stack")
    assert stage.client.get_artifact(locked.id)["version"] == 1


def test_a_draft_locked_elsewhere_is_not_lost(stage: Stage, home: Held) -> None:
    draft = stage.up("artifact", artifact(artifactRepositoryId=home.id))
    stage.client.update_artifact(draft.id, {"status": "locked"})
    stage.delete(draft)
    assert "stays in repository" in stage.said[0]
    assert stage.client.get_artifact(draft.id)["status"] == "locked"


def test_a_repository_with_versions_stays_and_lists_them(stage: Stage, home: Held) -> None:
    first = stage.up("artifact", artifact(artifactRepositoryId=home.id, status="locked"))
    second = stage.up("artifact", artifact(artifactRepositoryId=home.id, status="locked", spec=TWO), first)
    stage.said.clear()
    stage.delete(home)
    (line,) = stage.said
    assert f"chat-api version 1 ({first.id}), chat-api version 2 ({second.id})" in line
    assert f"lockyard repositories delete {home.id} --force" in line
    assert "force_destroy=True" in line
    assert stage.client.get_repository(home.id)["id"] == home.id


def test_force_is_the_only_way_to_lose_them(stage: Stage, home: Held) -> None:
    stage.up("artifact", artifact(artifactRepositoryId=home.id, status="locked"))
    forced = stage.up("repository", repository(forceDestroy=True), home)
    stage.delete(forced)
    assert stage.said == []
    assert list(stage.client.list_artifacts()) == list(stage.client.list_repositories()) == []


def test_force_spares_what_a_workload_runs_and_names_it(stage: Stage, home: Held) -> None:
    locked = stage.up("artifact", artifact(artifactRepositoryId=home.id, status="locked"))
    running = stage.up("workload", on(locked))
    forced = stage.up("repository", repository(forceDestroy=True), home)
    with pytest.raises(ConflictError, match=running.id):
        stage.delete(forced)
    assert stage.client.get_artifact(locked.id)["id"] == locked.id


def test_a_draft_in_use_is_refused_naming_the_workload(stage: Stage, home: Held) -> None:
    draft = stage.up("artifact", artifact(artifactRepositoryId=home.id))
    running = stage.up("workload", on(draft, name="the shop"))
    with pytest.raises(ConflictError) as refused:
        stage.delete(draft)
    assert f"is in use by workload 'the shop' ({running.id})" in str(refused.value)
    assert "\n" not in str(refused.value)
    with pytest.raises(ConflictError, match=running.id):
        stage.delete(home)
    assert stage.client.get_artifact(draft.id)["id"] == draft.id


def test_a_draft_of_somebody_else_in_our_repository(stage: Stage, home: Held) -> None:
    stage.client.create_artifact({"name": "theirs", "spec": spec(), "artifactRepositoryId": home.id})
    stage.delete(home)
    assert list(stage.client.list_repositories()) == []


def test_tags_of_others_are_seen_and_taken_back_only_when_ours_are_declared(stage: Stage, home: Held) -> None:
    stage.client.replace_tags("artifactRepositories", home.id, [{"name": "by", "value": "hand"}])
    seen = stage.refresh(home)
    assert seen is not None and stage.diff(seen, home.inputs).changed == ("tags",)


# Claims: whoever took an object over last is the only one to delete it.


def test_the_delete_half_of_a_replacement_spares_what_the_create_half_got_back(stage: Stage, home: Held) -> None:
    draft = stage.up("artifact", artifact(artifactRepositoryId=home.id))
    again = stage.up("artifact", artifact(artifactRepositoryId=home.id))
    assert again.id == draft.id
    assert again.state["claim"] > draft.state["claim"]
    stage.delete(draft)
    assert stage.client.get_artifact(draft.id)["id"] == draft.id
    stage.delete(again)
    assert stage.refresh(again) is None


@pytest.mark.parametrize("status", ["draft", "locked"])
def test_an_artifact_replaced_by_itself_stays(stage: Stage, home: Held, status: str) -> None:
    """As `--target-replace` does: the same arguments, created before the old one is deleted."""
    held = stage.up("artifact", artifact(artifactRepositoryId=home.id, status=status))
    stage.said.clear()
    again = stage.up("artifact", artifact(artifactRepositoryId=home.id, status=status))
    stage.delete(held)
    assert stage.refresh(again) is not None
    assert stage.said == []
    assert len(list(stage.client.list_artifacts())) == 1


def test_a_repository_replaced_by_itself_stays(stage: Stage, home: Held) -> None:
    again = stage.up("repository", repository())
    stage.delete(home)
    assert stage.refresh(again) is not None
    stage.delete(again)
    assert stage.refresh(again) is None


def test_a_workload_replaced_by_itself_stays(stage: Stage, home: Held) -> None:
    draft = stage.up("artifact", artifact(artifactRepositoryId=home.id))
    held, again = stage.up("workload", on(draft)), stage.up("workload", on(draft))
    assert held.id == again.id
    stage.delete(held)
    assert stage.refresh(again) is not None
    stage.delete(again)
    assert stage.refresh(again) is None


def test_a_refresh_does_not_take_over_a_claim(stage: Stage, home: Held) -> None:
    seen_before = stage.up("repository", repository())
    stage.up("repository", repository())
    seen = stage.refresh(seen_before)
    assert seen is not None
    stage.delete(seen)
    assert stage.client.get_repository(home.id)["id"] == home.id


def test_a_repository_of_another_type_is_another_one(stage: Stage, home: Held) -> None:
    other = stage.up("repository", repository(type="nim"), home)
    assert stage.plan[-1] == "replace"
    assert other.id != home.id
    assert stage.client.get_repository(other.id)["type"] == "nim"
    assert stage.refresh(home) is None
