from collections.abc import Callable

import pytest
from tests.unit.registry.builders import REPOSITORY, Desk

from lockyard.contract import (
    Compat,
    ConflictError,
    NotFoundError,
    RepositoryInput,
    RepositoryQuery,
    ValidationFailedError,
)
from lockyard_registry import Registry, lifecycle


def test_a_key_makes_one_repository_and_claims_it(office: Desk) -> None:
    made = office.open("k", origin="o")
    assert made.created
    id = made.document["id"]
    assert made.document == {
        "id": id,
        "name": "team",
        "type": "service",
        "lastVersionNumber": 0,
        "numArtifacts": 0,
        "tags": [],
        "permissions": ["CAN_VIEW", "CAN_UPDATE", "CAN_DELETE", "CAN_SHARE"],
        "creator": made.document["creator"],
        "createdAt": "2026-09-30T15:26:54.349000+00:00",
        "updatedAt": "2026-09-30T15:26:54.349000+00:00",
        "claim": 1,
    }
    office.clock.advance(1)
    again = office.open("k", origin="o", name="renamed")
    assert not again.created
    # As it is now: what it is called is for PUT to say.
    assert again.document == {**made.document, "claim": 2}
    assert office.repository(id) == again.document
    others = [
        office.open("l"),
        office.open("k", type="nim"),
        office.other("ben").open("k"),
        office.open(),
        office.open(),
    ]
    assert all(other.created for other in others)
    assert len({id, *(other.document["id"] for other in others)}) == 6
    assert office.open("k").created, "the key names the one of the other type now"


def test_a_key_whose_repository_is_gone_makes_another(office: Desk) -> None:
    first = office.open("k").document["id"]
    lifecycle.delete_repository(office.reg, office.caller, first)
    again = office.open("k")
    assert again.created
    assert again.document["id"] != first


@pytest.mark.parametrize("key", ["", "k" * 256, "schlüssel", "a\nb"])
def test_what_is_no_key_makes_nothing(desk: Desk, key: str) -> None:
    with pytest.raises(ValidationFailedError) as refused:
        desk.open(key)
    assert [problem.path for problem in refused.value.problems] == ["Idempotency-Key"]
    assert lifecycle.list_repositories(desk.reg, desk.caller, RepositoryQuery()).total == 0


def test_put_renames(desk: Desk) -> None:
    made = desk.put(origin="o").document
    desk.clock.advance(1)
    again = desk.put(origin="o", name="renamed").document
    assert again == {**made, "name": "renamed", "updatedAt": again["updatedAt"]}
    assert again["updatedAt"] > made["updatedAt"]
    assert desk.repository(REPOSITORY) == again


def test_put_of_another_origin_or_type(desk: Desk) -> None:
    desk.put(origin="o")
    with pytest.raises(ConflictError, match="adopt") as refused:
        desk.put(origin="p")
    assert "lockyard:origin" in refused.value.message
    with pytest.raises(ValidationFailedError) as wrong:
        desk.put(origin="o", type="nim")
    assert [problem.path for problem in wrong.value.problems] == ["type"]
    assert desk.repository(REPOSITORY)["claim"] == 1
    assert desk.put(name="adopted").document["name"] == "adopted"
    with pytest.raises(ConflictError):
        desk.put(origin="p")


def test_put_makes_none_whatever_the_id_names(office: Desk) -> None:
    body = RepositoryInput(name="mine")
    draft, ben = office.artifact(), office.other("ben")
    workload = office.workload(draft["id"])
    ids = ["", "abc", "\x00", "ef" * 12, draft["id"], workload["id"], office.reg.registry_id, office.caller.user_id]
    for desk, id in [*((desk, id) for id in ids for desk in (office, ben)), (ben, draft["artifactRepositoryId"])]:
        with pytest.raises(NotFoundError, match=r"^Artifact repository not found\.$"):
            lifecycle.put_repository(desk.reg, desk.caller, id, body)
    assert lifecycle.list_repositories(office.reg, office.alone().caller, RepositoryQuery()).total == 1


def test_explicit_repository_stays_when_empty(desk: Desk) -> None:
    desk.put()
    draft = desk.artifact(artifactRepositoryId=REPOSITORY)
    lifecycle.delete_artifact(desk.reg, desk.caller, draft["id"])
    assert desk.repository(REPOSITORY)["numArtifacts"] == 0


def test_put_makes_an_implicit_repository_stay(desk: Desk) -> None:
    draft = desk.artifact()
    desk.put(draft["artifactRepositoryId"], origin="o")
    lifecycle.delete_artifact(desk.reg, desk.caller, draft["id"])
    assert desk.repository(draft["artifactRepositoryId"])["name"] == "team"


def test_delete_cascades_over_drafts(desk: Desk) -> None:
    desk.put()
    drafts = [desk.artifact(artifactRepositoryId=REPOSITORY) for _ in range(3)]
    lifecycle.delete_repository(desk.reg, desk.caller, REPOSITORY)
    for draft in drafts:
        with pytest.raises(NotFoundError):
            desk.read(draft["id"])
    with pytest.raises(NotFoundError, match=r"^Artifact repository not found\.$"):
        lifecycle.delete_repository(desk.reg, desk.caller, REPOSITORY)


def test_delete_keeps_locked_versions_unless_forced(desk: Desk) -> None:
    desk.put()
    locked = desk.artifact(artifactRepositoryId=REPOSITORY, status="locked")
    with pytest.raises(ConflictError, match=r"locked version\(s\) 1"):
        lifecycle.delete_repository(desk.reg, desk.caller, REPOSITORY)
    workload = desk.workload(locked["id"])
    with pytest.raises(ConflictError, match=workload["id"]):
        lifecycle.delete_repository(desk.reg, desk.caller, REPOSITORY, force=True)
    assert desk.read(locked["id"]) == locked
    lifecycle.delete_workload(desk.reg, desk.caller, workload["id"])
    lifecycle.delete_repository(desk.reg, desk.caller, REPOSITORY, force=True)
    with pytest.raises(NotFoundError):
        desk.read(locked["id"])


def test_delete_with_the_compat_switch(open_it: Callable[..., Registry], desk: Desk) -> None:
    cascading = Desk(open_it(compat=Compat(cascade_locked_delete=True)), desk.caller, desk.clock)
    locked = cascading.artifact(status="locked")
    lifecycle.delete_repository(cascading.reg, cascading.caller, locked["artifactRepositoryId"])
    with pytest.raises(NotFoundError):
        cascading.read(locked["id"])


def test_list(desk: Desk) -> None:
    desk.put(name="Alpha")
    desk.clock.advance(1)
    nim = desk.artifact(name="beta", type="nim")["artifactRepositoryId"]

    def listed(**query: object) -> list[str]:
        page = lifecycle.list_repositories(desk.reg, desk.caller, RepositoryQuery.model_validate(query))
        assert page.total >= len(page.items)
        return [item["id"] for item in page.items]

    assert listed() == [nim, REPOSITORY]
    assert listed(order_by="createdAt") == [REPOSITORY, nim]
    assert listed(order_by="name") == [REPOSITORY, nim]
    assert listed(type="nim") == [nim]
    assert listed(search="ALPH") == [REPOSITORY]
    assert listed(search=REPOSITORY[3:9].upper()) == [REPOSITORY]
    assert listed(created_by=desk.caller.user_id) == [nim, REPOSITORY]
    assert listed(created_by="somebody") == []
    items = lifecycle.list_repositories(desk.reg, desk.caller, RepositoryQuery(ids=[nim])).items
    assert [item["numArtifacts"] for item in items] == [1]
