"""Taking over what exists: compared, never changed, then the stack's own."""

from __future__ import annotations

import pytest
from tests.unit.handlers.examples import FULL_CONTAINER, artifact, container, repository, runtime, spec, workload
from tests.unit.handlers.stage import Stage

from lockyard.contract import Json, LockyardError, NotFoundError

MISSING = "0" * 24


def existing(stage: Stage, **fields: object) -> Json:
    """An artifact that somebody else made."""
    return stage.client.create_artifact({"name": "chat-api", "spec": spec(FULL_CONTAINER), **fields})


def declared(document: Json, **fields: object) -> Json:
    home = document["artifactRepositoryId"]
    return artifact(artifactRepositoryId=home, adoptId=document["id"], spec=spec(FULL_CONTAINER), **fields)


@pytest.mark.parametrize("status", ["draft", "locked"])
def test_an_equal_artifact_is_adopted_untouched(stage: Stage, status: str) -> None:
    document = existing(stage, status=status)
    held = stage.up("artifact", declared(document, status=status))
    assert held.id == document["id"]
    assert stage.lossy.writes == []
    assert stage.client.get_artifact(held.id) == document
    seen = stage.refresh(held)
    assert seen is not None and not stage.diff(seen, held.inputs)


def test_an_adopted_draft_behaves_as_if_created(stage: Stage) -> None:
    document = existing(stage)
    held = stage.up("artifact", declared(document))
    edited = stage.up("artifact", declared(document, description="new"), held)
    assert stage.client.get_artifact(edited.id)["description"] == "new"
    locked = stage.up("artifact", declared(document, description="new", status="locked"), edited)
    assert locked.state["version"] == 1


@pytest.mark.parametrize("fields", [{"description": "x"}, {"name": "x"}, {"status": "locked"}, {"spec": spec()}])
def test_a_different_artifact_is_refused_by_the_names_that_differ(stage: Stage, fields: Json) -> None:
    document = existing(stage)
    with pytest.raises(LockyardError, match=f"cannot adopt artifact {document['id']} .*: {next(iter(fields))} differ"):
        stage.up("artifact", {**declared(document), **fields})
    assert stage.client.get_artifact(document["id"]) == document


def test_a_refusal_never_shows_values(stage: Stage) -> None:
    document = existing(stage)
    secret = spec(container(environmentVars=[{"name": "TOKEN", "value": "hunter2"}]))
    with pytest.raises(LockyardError) as refused:
        stage.up("artifact", {**declared(document), "spec": secret, "description": "hunter2"})
    assert "hunter2" not in str(refused.value)


def test_what_is_not_there_cannot_be_adopted(stage: Stage) -> None:
    with pytest.raises(NotFoundError):
        stage.up("artifact", artifact(adoptId=MISSING))
    with pytest.raises(NotFoundError):
        stage.up("repository", repository(adoptId=MISSING))
    with pytest.raises(NotFoundError):
        stage.up("workload", workload(adoptId=MISSING))


def test_adding_and_removing_the_argument_changes_nothing(stage: Stage) -> None:
    document = existing(stage, status="locked")
    held = stage.up("artifact", declared(document, status="locked"))
    without = {key: value for key, value in declared(document, status="locked").items() if key != "adoptId"}
    kept = stage.up("artifact", without, held)
    assert (kept.id, stage.plan[-1]) == (held.id, "same")
    stage.up("artifact", declared(document, status="locked"), kept)
    assert stage.plan[-1] == "same"


def test_a_new_version_of_an_adopted_one_needs_the_argument_gone(stage: Stage) -> None:
    document = existing(stage, status="locked")
    held = stage.up("artifact", declared(document, status="locked"))
    with pytest.raises(AssertionError, match="remove adopt_id to make a new version"):
        stage.check("artifact", declared(document, status="locked", description="new"), held)
    inputs = {key: value for key, value in declared(document, status="locked").items() if key != "adoptId"}
    made = stage.up("artifact", {**inputs, "description": "new"}, held)
    assert made.state["version"] == 2
    assert stage.client.get_artifact(document["id"])["version"] == 1


def test_a_repository_is_adopted_and_then_managed(stage: Stage) -> None:
    document = stage.client.get_repository(existing(stage)["artifactRepositoryId"])
    held = stage.up("repository", repository(name=document["name"], adoptId=document["id"]))
    assert held.id == document["id"]
    renamed = stage.up("repository", repository(name="other", adoptId=document["id"], tags={"a": "b"}), held)
    assert renamed.id == held.id
    assert stage.client.get_repository(held.id)["name"] == "other"


@pytest.mark.parametrize("fields", [{"name": "other"}, {"type": "nim"}])
def test_a_different_repository_is_refused(stage: Stage, fields: Json) -> None:
    document = stage.client.get_repository(existing(stage)["artifactRepositoryId"])
    with pytest.raises(LockyardError, match=f"cannot adopt artifact repository .*{next(iter(fields))} differ"):
        stage.up("repository", {**repository(name=document["name"], adoptId=document["id"]), **fields})


def test_a_workload_is_adopted_with_what_the_server_filled_in(stage: Stage) -> None:
    artifact_id = existing(stage, status="locked")["id"]
    body = {"name": "chat", "artifactId": artifact_id, "runtime": runtime()}
    document = stage.client.create_workload(body)
    inputs = workload(artifactId=artifact_id, artifactDigest=None, artifactFacts=None, adoptId=document["id"])
    held = stage.up("workload", inputs)
    assert held.id == document["id"]
    assert stage.lossy.writes == []
    seen = stage.refresh(held)
    assert seen is not None and not stage.diff(seen, held.inputs)
    with pytest.raises(LockyardError, match="runtime differ from the program"):
        stage.up("workload", {**inputs, "runtime": runtime(replicaCount=7)})
    with pytest.raises(LockyardError, match="importance differ from the program"):
        stage.up("workload", {**inputs, "importance": "high"})


def test_another_stacks_repository_is_refused_naming_the_ways_out(stage: Stage) -> None:
    held = stage.up("repository", repository())
    foreign = stage.lossy

    class Renamed:
        def __getattr__(self, name: str) -> object:
            if name == "put_repository":
                return lambda id, body: foreign.put_repository(id, {**body, "origin": "somebody else"})
            return getattr(foreign, name)

    stage.context.connect = lambda _: Renamed()  # type: ignore[assignment,return-value]
    stage.context._client = None
    with pytest.raises(LockyardError, match=f"take it over with adopt_id='{held.id}', otherwise .*lockyard:origin"):
        stage.up("repository", repository(name="renamed"), held)
