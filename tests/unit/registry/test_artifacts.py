from collections.abc import Callable

import pytest
from tests.unit.registry.builders import REPOSITORY, Desk, artifact, spec

from lockyard.contract import (
    ALL_COMPAT,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    PreconditionFailedError,
    ValidationFailedError,
    content_digest,
    parse_artifact,
)
from lockyard_registry import Registry, lifecycle

BUILD = {"imageBuildConfig": {"codeRef": None}, "imageUri": None}


def test_document_has_the_contracts_shape(desk: Desk) -> None:
    made = desk.make(name="chat", description="d")
    document = made.document
    assert made.created
    assert document == {
        "id": document["id"],
        "name": "chat",
        "description": "d",
        "type": "service",
        "status": "draft",
        "version": None,
        "spec": document["spec"],
        "artifactRepositoryId": document["artifactRepositoryId"],
        "tags": [],
        "permissions": ["CAN_VIEW", "CAN_UPDATE", "CAN_DELETE", "CAN_SHARE"],
        "creator": {
            "id": desk.caller.user_id,
            "fullName": None,
            "email": None,
            "username": "ada",
            "userhash": None,
        },
        "createdAt": "2026-09-30T15:26:54.349000+00:00",
        "updatedAt": "2026-09-30T15:26:54.349000+00:00",
        "etag": '"1"',
        "editKey": None,
        "contentDigest": content_digest(name="chat", description="d", spec=spec()),
        "claim": 0,
    }
    assert document["spec"]["type"] == "service"
    assert desk.read(document["id"]) == document
    assert len(document["id"]) == 24
    int(document["id"], 16)


def test_implicit_repository_takes_name_and_type_and_goes_with_its_last_artifact(desk: Desk) -> None:
    first = desk.artifact(name="llm", type="nim")
    home = first["artifactRepositoryId"]
    found = desk.repository(home)
    assert (found["name"], found["type"], found["numArtifacts"], found["lastVersionNumber"]) == ("llm", "nim", 1, 0)
    second = desk.artifact(name="llm", type="nim", artifactRepositoryId=home)
    assert desk.repository(home)["numArtifacts"] == 2
    lifecycle.delete_artifact(desk.reg, desk.caller, first["id"])
    assert desk.repository(home)["numArtifacts"] == 1
    lifecycle.delete_artifact(desk.reg, desk.caller, second["id"])
    with pytest.raises(NotFoundError):
        desk.repository(home)


def test_unknown_repository_and_other_type(desk: Desk) -> None:
    with pytest.raises(NotFoundError, match=r"^Artifact repository not found\.$"):
        desk.make(artifactRepositoryId="f" * 24)
    home = desk.artifact()["artifactRepositoryId"]
    with pytest.raises(
        ValidationFailedError, match="Artifact repository type 'service' does not match artifact type 'nim'"
    ):
        desk.make(type="nim", artifactRepositoryId=home)
    assert desk.repository(home)["numArtifacts"] == 1


def test_versions_count_up_per_repository_and_are_never_used_again(desk: Desk) -> None:
    desk.put()
    first = desk.artifact(artifactRepositoryId=REPOSITORY, status="locked")
    draft = desk.artifact(artifactRepositoryId=REPOSITORY)
    assert first["version"] == 1
    assert draft["version"] is None
    second = desk.patch(draft["id"], status="locked", description="edited")
    assert (second["version"], second["description"], second["status"]) == (2, "edited", "locked")
    assert desk.repository(REPOSITORY)["lastVersionNumber"] == 2
    lifecycle.delete_repository(desk.reg, desk.caller, REPOSITORY, force=True)
    desk.put()
    assert desk.artifact(artifactRepositoryId=REPOSITORY, status="locked")["version"] == 1


@pytest.mark.parametrize(
    "data", [{"status": "locked"}, {"status": "draft"}, {"name": "x"}, {"name": "", "nonsense": 1}, {}]
)
def test_locked_refuses_every_patch(desk: Desk, data: dict[str, object]) -> None:
    locked = desk.artifact(status="locked")
    with pytest.raises(ForbiddenError) as refused:
        desk.patch(locked["id"], **data)
    assert refused.value.message == "Cannot update artifact: artifact is locked"
    with pytest.raises(ForbiddenError, match=r"^Cannot update artifact: artifact is locked$"):
        lifecycle.put_artifact(desk.reg, desk.caller, locked["id"], parse_artifact(artifact()))
    assert desk.read(locked["id"]) == locked


def test_locked_refuses_before_a_stale_etag_does(desk: Desk) -> None:
    locked = desk.artifact(status="locked")
    with pytest.raises(ForbiddenError):
        desk.patch(locked["id"], if_match='"99"', name="x")


def test_patch_changes_only_the_given_keys(desk: Desk) -> None:
    before = desk.artifact(name="llm", type="nim", description="d", spec={**spec(), "storage": {"pvcSize": "10Gi"}})
    desk.clock.advance(1)
    after = desk.patch(before["id"], description="new")
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {"description", "updatedAt", "etag", "contentDigest"}
    spec_only = desk.patch(before["id"], spec=spec("registry.example/chat:2"))
    assert spec_only["spec"]["storage"]["pvcSize"] == "10Gi"
    assert spec_only["spec"]["containerGroups"][0]["containers"][0]["imageUri"] == "registry.example/chat:2"
    assert desk.patch(before["id"], spec={"storage": None})["spec"]["storage"] is None
    assert desk.patch(before["id"], description=None)["description"] == ""


def test_a_patch_that_changes_nothing_leaves_etag_and_time(desk: Desk) -> None:
    before = desk.artifact()
    desk.clock.advance(5)
    same = desk.patch(before["id"], name="chat", spec={"type": "service", **spec()}, status="draft")
    assert same == before
    assert desk.patch(before["id"], artifactRepositoryId=before["artifactRepositoryId"]) == before


def test_an_artifact_never_moves(desk: Desk) -> None:
    desk.put()
    draft = desk.artifact()
    with pytest.raises(ValidationFailedError) as refused:
        desk.patch(draft["id"], artifactRepositoryId=REPOSITORY)
    assert [problem.path for problem in refused.value.problems] == ["artifactRepositoryId"]
    with pytest.raises(ValidationFailedError) as refused:
        body = parse_artifact(artifact(type="nim", artifactRepositoryId=REPOSITORY))
        lifecycle.put_artifact(desk.reg, desk.caller, draft["id"], body)
    assert [problem.path for problem in refused.value.problems] == ["type", "artifactRepositoryId"]


def test_put_replaces_everything_and_can_lock(desk: Desk) -> None:
    draft = desk.artifact(description="d")
    body = parse_artifact({"name": "new", "spec": spec("registry.example/chat:2"), "status": "locked"})
    after = lifecycle.put_artifact(desk.reg, desk.caller, draft["id"], body, if_match=draft["etag"])
    assert (after["name"], after["description"], after["version"]) == ("new", "", 1)


def test_if_match(desk: Desk) -> None:
    draft = desk.artifact()
    second = desk.patch(draft["id"], if_match=draft["etag"], name="b")
    assert second["etag"] != draft["etag"]
    with pytest.raises(PreconditionFailedError, match="somebody else edited it since") as refused:
        desk.patch(draft["id"], if_match=draft["etag"], name="c")
    assert "\n" not in str(refused.value)
    assert refused.value.headers == {"ETag": second["etag"]}
    assert desk.patch(draft["id"], if_match="*", name="d")["name"] == "d"
    assert desk.patch(draft["id"], if_match=f'"x", {desk.read(draft["id"])["etag"]}', name="e")["name"] == "e"


def test_tags_and_claims_leave_the_etag(desk: Desk) -> None:
    draft = desk.make("key").document
    again = desk.make("key").document
    assert again["claim"] == 2
    assert again["etag"] == draft["etag"]


def test_edit_key_names_who_wrote_last(desk: Desk) -> None:
    draft = desk.make("mine").document
    assert draft["editKey"] == "mine"

    def edit(key: str | None, **data: object) -> object:
        changed = lifecycle.patch_artifact(desk.reg, desk.caller, draft["id"], data, idempotency_key=key)
        return changed["editKey"]

    assert edit(None, name="b") is None
    assert edit("mine", name="b") is None, "nothing was written"
    assert edit("mine", name="c") == "mine"
    assert edit("other", status="locked") == "other"
    with pytest.raises(ValidationFailedError):
        edit("")


def test_digest_sent_must_agree(desk: Desk) -> None:
    good = str(content_digest(name="chat", spec=spec()))
    draft = desk.make(digest=good).document
    with pytest.raises(ValidationFailedError) as refused:
        desk.make(digest="v1:other")
    assert [problem.path for problem in refused.value.problems] == ["contentDigest"]
    new = str(content_digest(name="new", spec=spec()))
    assert desk.patch(draft["id"], name="new", contentDigest=new)["contentDigest"] == new
    with pytest.raises(ValidationFailedError) as refused:
        desk.patch(draft["id"], name="newer", contentDigest=new)
    assert [problem.path for problem in refused.value.problems] == ["contentDigest"]
    with pytest.raises(ValidationFailedError):
        desk.patch(draft["id"], contentDigest=1)
    assert desk.read(draft["id"])["name"] == "new"


def test_lock_needs_images(desk: Desk) -> None:
    draft = desk.artifact(spec=spec(**BUILD))
    with pytest.raises(ValidationFailedError, match="Cannot lock artifact: imageBuildConfig is set"):
        desk.patch(draft["id"], status="locked", description="edited")
    assert desk.read(draft["id"]) == draft
    with pytest.raises(ValidationFailedError, match="no containers"):
        desk.patch(desk.artifact(spec={})["id"], status="locked")


def test_image_beside_build_only_when_it_is_the_stored_one(desk: Desk) -> None:
    draft = desk.artifact()
    image = draft["spec"]["containerGroups"][0]["containers"][0]["imageUri"]
    kept = desk.patch(draft["id"], spec=spec(image, imageBuildConfig={}))
    assert kept["spec"]["containerGroups"][0]["containers"][0]["imageBuildConfig"] is not None
    with pytest.raises(ValidationFailedError):
        desk.patch(draft["id"], spec=spec("registry.example/other:1", imageBuildConfig={}))
    assert desk.patch(draft["id"], status="locked")["version"] == 1


def test_clone(desk: Desk) -> None:
    locked = desk.artifact(description="d", status="locked")
    clone = lifecycle.clone_artifact(desk.reg, desk.caller, locked["id"], "copy")
    assert (clone["status"], clone["version"], clone["name"], clone["etag"]) == ("draft", None, "copy", '"1"')
    assert clone["spec"] == locked["spec"]
    assert clone["artifactRepositoryId"] == locked["artifactRepositoryId"]
    assert clone["contentDigest"] == content_digest(name="copy", description="d", spec=spec())
    desk.patch(clone["id"], description="edited")
    assert desk.read(locked["id"]) == locked
    with pytest.raises(NotFoundError):
        lifecycle.clone_artifact(desk.reg, desk.caller, "f" * 24, "copy")


def test_delete(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        lifecycle.delete_artifact(desk.reg, desk.caller, "no such id")
    locked = desk.artifact(status="locked")
    with pytest.raises(ConflictError, match=r"^Cannot delete locked artifact$"):
        lifecycle.delete_artifact(desk.reg, desk.caller, locked["id"])
    draft = desk.artifact()
    workload = desk.workload(draft["id"])
    with pytest.raises(ConflictError) as refused:
        lifecycle.delete_artifact(desk.reg, desk.caller, draft["id"])
    assert refused.value.message == (
        f"Cannot delete artifact referenced by 1 workload(s): {workload['id']}. Delete the workload(s) first."
    )
    lifecycle.stop_workload(desk.reg, desk.caller, workload["id"])
    with pytest.raises(ConflictError):
        lifecycle.delete_artifact(desk.reg, desk.caller, draft["id"])
    lifecycle.delete_workload(desk.reg, desk.caller, workload["id"])
    lifecycle.delete_artifact(desk.reg, desk.caller, draft["id"])
    with pytest.raises(NotFoundError):
        desk.read(draft["id"])


def test_candidate_of_a_replacement_is_in_use(simulated: Desk) -> None:
    current, candidate = simulated.artifact(), simulated.artifact()
    workload = simulated.workload(current["id"])
    simulated.replace_by(workload["id"], candidate["id"])
    with pytest.raises(ConflictError, match=workload["id"]):
        lifecycle.delete_artifact(simulated.reg, simulated.caller, candidate["id"])


def test_everything_with_all_compat_switches(open_it: Callable[..., Registry], desk: Desk) -> None:
    loose = Desk(open_it(compat=ALL_COMPAT), desk.caller, desk.clock)
    agent = loose.artifact(type="agent", spec={**spec(names=("Primary container",)), "a2aEnabled": True})
    assert agent["spec"]["a2aEnabled"] is True
    assert loose.patch(agent["id"], status="locked", description="x")["version"] == 1
