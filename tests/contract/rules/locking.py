"""R38 to R45, R51: the lock."""

from lockyard.contract import ConflictError, ForbiddenError, ValidationFailedError

from ..table import rule
from ..world import World, container, only_container, spec

LOCK = {"status": "locked"}
MESSAGE = "Cannot update artifact: artifact is locked"


@rule("R38")
def edit_and_lock(t: World) -> None:
    """One PATCH may edit and lock."""
    made = t.artifact()
    image = "registry.example/echo:2"
    body = {"name": "final", "spec": spec(container(imageUri=image)), **LOCK}
    after = t.client.update_artifact(made["id"], body)
    assert (after["name"], after["status"], after["version"]) == ("final", "locked", 1)
    assert only_container(after)["imageUri"] == image
    assert t.client.get_artifact(made["id"]) == after


@rule("R39")
def locked_is_locked(t: World) -> None:
    """Nothing changes a locked artifact."""
    made = t.locked()
    for body in ({"name": "x"}, {"name": made["name"]}, {"description": "x"}, {"spec": spec()}, {}, {"colour": "red"}):
        error = t.refused(ForbiddenError, t.client.update_artifact, made["id"], body)
        assert error.message == MESSAGE
        assert t.client.get_artifact(made["id"]) == made


@rule("R40")
def no_second_lock(t: World) -> None:
    """A locked artifact cannot be locked again or unlocked."""
    made = t.locked()
    for status in ("locked", "draft"):
        error = t.refused(ForbiddenError, t.client.update_artifact, made["id"], {"status": status})
        assert error.message == MESSAGE
    assert t.client.get_artifact(made["id"]) == made
    draft = t.artifact()
    assert t.client.update_artifact(draft["id"], {"status": "draft"})["status"] == "draft"
    t.refused(ValidationFailedError, t.client.update_artifact, draft["id"], {"status": "frozen"})


@rule("R41")
def no_put_on_locked(t: World) -> None:
    """PUT does not change a locked artifact, but replaces a draft as a whole."""
    made = t.locked()
    body = {"name": "x", "spec": spec(), "description": "y"}
    error = t.refused(ForbiddenError, t.client.replace_artifact, made["id"], body)
    assert error.message == MESSAGE
    assert t.client.get_artifact(made["id"]) == made
    draft = t.artifact(description="old")
    after = t.client.replace_artifact(draft["id"], {"name": "x", "spec": spec()})
    assert (after["name"], after["description"], after["status"]) == ("x", "", "draft")
    t.refused(ValidationFailedError, t.client.replace_artifact, draft["id"], {**body, "type": "nim"})
    assert t.client.replace_artifact(draft["id"], {**body, **LOCK})["version"] == 1


@rule("R42")
def no_lock_without_image(t: World) -> None:
    """A draft that still has to be built cannot be locked."""
    made = t.artifact(spec=spec(container(imageUri=None, imageBuildConfig={})))
    error = t.refused(ValidationFailedError, t.client.update_artifact, made["id"], LOCK)
    assert (
        "Cannot lock artifact: imageBuildConfig is set but imageUri is not populated. "
        "Trigger and complete an image build before locking."
    ) in error.message
    assert t.client.get_artifact(made["id"]) == made


@rule("R43")
def version_from_repository(t: World) -> None:
    """Locking gives the repository's next number."""
    first = t.artifact()
    for expected in (1, 2, 3):
        draft = t.same_lineage(first)
        assert t.client.update_artifact(draft["id"], LOCK)["version"] == expected
        assert t.client.get_repository(first["artifactRepositoryId"])["lastVersionNumber"] == expected


@rule("R44")
def first_version(t: World) -> None:
    """Numbers begin with 1 in every repository, in the order of locks."""
    one, two = t.artifact(), t.artifact()
    later, sooner = t.same_lineage(one), t.same_lineage(one)
    assert t.client.update_artifact(sooner["id"], LOCK)["version"] == 1
    assert t.client.update_artifact(later["id"], LOCK)["version"] == 2
    assert t.client.update_artifact(two["id"], LOCK)["version"] == 1
    assert t.same_lineage(one, status="locked")["version"] == 3


@rule("R45")
def drafts_have_no_version(t: World) -> None:
    """A draft has no version number."""
    first = t.artifact()
    t.client.update_artifact(t.same_lineage(first)["id"], LOCK)
    draft = t.same_lineage(first)
    assert draft["version"] is None
    assert t.client.clone_artifact(draft["id"], "x")["version"] is None
    assert all(a["version"] is None for a in t.client.list_artifacts(ids=[first["id"], draft["id"]]))


@rule("R51")
def no_delete_of_locked(t: World) -> None:
    """A locked artifact cannot be deleted."""
    made = t.locked()
    error = t.refused(ConflictError, t.client.delete_artifact, made["id"])
    assert error.message == "Cannot delete locked artifact"
    assert t.client.get_artifact(made["id"]) == made
