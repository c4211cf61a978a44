"""R56 to R61: artifact repositories."""

from lockyard.contract import ConflictError, NotFoundError, ValidationFailedError

from ..table import OVER_HTTP, rule
from ..world import NOBODY, World


@rule("R56", lanes=OVER_HTTP)
def no_post(t: World) -> None:
    """There is no POST of a repository but as an addition, nor PATCH of one."""
    body = {"name": "x", "type": "service"}
    assert t.raw.post("/artifactRepositories", json=body).status_code == (201 if t.additions else 405)
    repository = t.artifact()["artifactRepositoryId"]
    response = t.raw.patch(f"/artifactRepositories/{repository}", json=body)
    assert response.status_code == 405
    assert response.json() == {"detail": "Method Not Allowed"}
    expected = {"GET", "DELETE", "PUT"} if t.additions else {"GET", "DELETE"}
    assert set(response.headers["Allow"].split(", ")) == expected


@rule("R57")
def type_is_fixed(t: World) -> None:
    """A repository keeps the type of its first artifact."""
    first = t.artifact(type="nim")
    second = t.same_lineage(first)
    t.client.delete_artifact(first["id"])
    t.refused(ValidationFailedError, t.artifact, artifactRepositoryId=second["artifactRepositoryId"])
    assert t.client.get_repository(second["artifactRepositoryId"])["type"] == "nim"


@rule("R58")
def delete_with_drafts(t: World) -> None:
    """A repository of unreferenced drafts can be deleted, with them."""
    first = t.artifact()
    second = t.same_lineage(first)
    t.client.delete_repository(first["artifactRepositoryId"])
    t.refused(NotFoundError, t.client.get_repository, first["artifactRepositoryId"])
    t.refused(NotFoundError, t.client.delete_repository, first["artifactRepositoryId"])
    for artifact in (first, second):
        t.refused(NotFoundError, t.client.get_artifact, artifact["id"])
    t.refused(NotFoundError, t.client.get_repository, NOBODY)
    if t.over_http:
        t.answered(204, "DELETE", f"/artifactRepositories/{t.artifact()['artifactRepositoryId']}/")


@rule("R59")
def delete_used(t: World) -> None:
    """A repository with an artifact in use cannot be deleted."""
    first = t.artifact()
    used = t.same_lineage(first)
    workload = t.workload(used)
    error = t.refused(ConflictError, t.client.delete_repository, first["artifactRepositoryId"])
    assert workload["id"] in error.message
    assert t.client.get_artifact(first["id"]) == first
    assert t.client.get_artifact(used["id"]) == used


@rule("R60")
def delete_with_locked(t: World) -> None:
    """A repository with locked artifacts: 409, or with the compat switch all of it goes."""
    locked = t.locked()
    draft = t.same_lineage(locked)
    repository = locked["artifactRepositoryId"]
    if t.compat:
        t.client.delete_repository(repository)
        for call, id in ((t.client.get_repository, repository), (t.client.get_artifact, locked["id"])):
            t.refused(NotFoundError, call, id)
        return
    t.refused(ConflictError, t.client.delete_repository, repository)
    assert t.client.get_repository(repository)["numArtifacts"] == 2
    assert t.client.get_artifact(locked["id"]) == locked
    assert t.client.get_artifact(draft["id"]) == draft


@rule("R61")
def last_artifact(t: World) -> None:
    """A repository that came with its first artifact goes with its last one."""
    first = t.artifact()
    second = t.same_lineage(first)
    t.client.delete_artifact(first["id"])
    assert t.client.get_repository(first["artifactRepositoryId"])["numArtifacts"] == 1
    t.client.delete_artifact(second["id"])
    t.refused(NotFoundError, t.client.get_repository, first["artifactRepositoryId"])
