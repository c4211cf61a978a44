import pytest
from tests.unit.registry.builders import REPOSITORY, Desk, spec

from lockyard.contract import ConflictError, NotFoundError, ValidationFailedError
from lockyard_registry import lifecycle

OTHER = "cd" * 12
HERE = {"artifactRepositoryId": REPOSITORY}


@pytest.fixture(autouse=True)
def repositories(desk: Desk) -> None:
    desk.put(REPOSITORY)
    desk.put(OTHER)


def test_draft_is_given_back_whatever_its_content(desk: Desk) -> None:
    first = desk.make("k", **HERE)
    assert (first.created, first.document["claim"]) == (True, 1)
    again = desk.make("k", name="other", spec=spec("registry.example/other:2"), **HERE)
    assert (again.created, again.document["id"], again.document["claim"]) == (False, first.document["id"], 2)
    assert again.document["name"] == "chat"


def test_draft_of_another_repository_or_user_is_another_one(desk: Desk) -> None:
    first = desk.make("k", **HERE).document
    desk.share("b", "EDITOR")
    assert desk.other("b").make("k", **HERE).document["id"] != first["id"]
    elsewhere = desk.make("k", artifactRepositoryId=OTHER)
    assert elsewhere.created
    assert elsewhere.document["id"] != first["id"]


def test_draft_gone_or_locked_makes_a_new_one(desk: Desk) -> None:
    first = desk.make("k", **HERE).document
    desk.patch(first["id"], status="locked")
    second = desk.make("k", **HERE)
    assert second.created
    lifecycle.delete_artifact(desk.reg, desk.caller, second.document["id"])
    third = desk.make("k", **HERE)
    assert third.created
    assert third.document["claim"] == 1


def test_locked_of_the_same_content_is_given_back(desk: Desk) -> None:
    first = desk.make("k", status="locked", **HERE).document
    edited = desk.make("k", status="locked", description="2", **HERE).document
    assert (first["version"], edited["version"]) == (1, 2)
    back = desk.make("k", status="locked", **HERE)
    assert (back.created, back.document["id"], back.document["claim"]) == (False, first["id"], 2)
    with_another_key = desk.make("other key", status="locked", **HERE)
    assert (with_another_key.created, with_another_key.document["claim"]) == (False, 3)
    assert desk.repository(REPOSITORY)["lastVersionNumber"] == 2
    elsewhere = desk.make("k", status="locked", artifactRepositoryId=OTHER)
    assert (elsewhere.created, elsewhere.document["version"]) == (True, 1)


def test_without_a_key_every_lock_makes_a_number(desk: Desk) -> None:
    versions = [desk.make(status="locked", **HERE).document["version"] for _ in range(3)]
    assert versions == [1, 2, 3]
    assert desk.make(status="locked", **HERE).document["claim"] == 0


def test_locked_after_a_lost_draft_locks_that_draft(desk: Desk) -> None:
    lost = desk.make("k", **HERE).document
    locked = desk.make("k", status="locked", description="edited", **HERE)
    assert not locked.created
    assert locked.document["id"] == lost["id"]
    assert (locked.document["version"], locked.document["description"]) == (1, "edited")
    assert (locked.document["claim"], locked.document["editKey"]) == (2, "k")
    assert desk.repository(REPOSITORY)["numArtifacts"] == 1


def test_keyed_without_a_repository(desk: Desk) -> None:
    first = desk.make("k", status="locked")
    again = desk.make("k", status="locked")
    assert (again.created, again.document["id"]) == (False, first.document["id"])
    edited = desk.make("k", status="locked", description="2")
    assert edited.created
    assert edited.document["artifactRepositoryId"] != first.document["artifactRepositoryId"]


def test_keys_of_the_two_kinds_do_not_meet(desk: Desk) -> None:
    draft = desk.make("k", **HERE).document
    assert desk.run(draft["id"], "k").created


def test_workload_is_given_back_while_it_exists(desk: Desk) -> None:
    draft = desk.artifact()
    first = desk.run(draft["id"], "k")
    assert (first.created, first.document["claim"]) == (True, 1)
    lifecycle.stop_workload(desk.reg, desk.caller, first.document["id"])
    again = desk.run("f" * 24, "k", name="other")
    assert (again.created, again.document["id"], again.document["claim"]) == (False, first.document["id"], 2)
    assert again.document["status"] == "stopped"
    lifecycle.delete_workload(desk.reg, desk.caller, first.document["id"])
    assert desk.run(draft["id"], "k").created


@pytest.mark.parametrize("key", ["", "x" * 256, "line\nbreak", "ü"])
def test_impossible_keys(desk: Desk, key: str) -> None:
    with pytest.raises(ValidationFailedError) as refused:
        desk.make(key)
    assert [problem.path for problem in refused.value.problems] == ["Idempotency-Key"]
    desk.make("x" * 255)


def test_an_older_claim_deletes_nothing(desk: Desk) -> None:
    draft = desk.make("a", **HERE).document
    locked = desk.make("b", status="locked", description="l", **HERE).document
    workload = desk.run(locked["id"], "w").document
    desk.make("a", **HERE)
    desk.make("b", status="locked", description="l", **HERE)
    desk.run(locked["id"], "w")
    opened = [desk.open("r").document for _ in range(2)]
    for delete, document in (
        (lifecycle.delete_artifact, draft),
        (lifecycle.delete_artifact, locked),
        (lifecycle.delete_workload, workload),
    ):
        delete(desk.reg, desk.caller, document["id"], claim=document["claim"])
    lifecycle.delete_repository(desk.reg, desk.caller, opened[0]["id"], claim=opened[0]["claim"])
    assert desk.repository(opened[0]["id"])["claim"] == 2
    assert desk.read(draft["id"])["claim"] == 2
    assert desk.read(locked["id"])["claim"] == 2
    assert desk.see(workload["id"])["claim"] == 2
    with pytest.raises(ConflictError):
        lifecycle.delete_artifact(desk.reg, desk.caller, locked["id"], claim=2)
    lifecycle.delete_artifact(desk.reg, desk.caller, draft["id"], claim=2)
    with pytest.raises(NotFoundError):
        desk.read(draft["id"])
