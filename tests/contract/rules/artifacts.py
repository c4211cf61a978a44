"""R11 to R20, R34, R47 to R49, R54, R55: creating, cloning and finding artifacts."""

from lockyard.contract import NotFoundError, ValidationFailedError

from ..table import rule
from ..world import NOBODY, World, container, only_container, spec


@rule("R11")
def defaults(t: World) -> None:
    """Name and spec are enough: type service, status draft, version null."""
    name = t.name()
    made = t.client.create_artifact({"name": name, "spec": spec()})
    assert (made["name"], made["description"]) == (name, "")
    assert (made["type"], made["status"], made["version"]) == ("service", "draft", None)
    assert made["spec"]["type"] == "service"
    assert t.client.get_artifact(made["id"]) == made
    if t.over_http:
        t.answered(201, "POST", "/artifacts/", json={"name": name, "spec": spec()})


@rule("R12")
def name_length(t: World) -> None:
    """A name has 1 to 5000 characters."""
    for name in ("", "x" * 5001, None, 7):
        error = t.refused(ValidationFailedError, t.client.create_artifact, {"name": name, "spec": spec()})
        assert [p.path for p in error.problems] == ["name"]
    for name in ("x", "ü" * 5000, " ", "名前"):
        assert t.artifact(name=name)["name"] == name


@rule("R13")
def same_name(t: World) -> None:
    """Two artifacts may have the same name."""
    one, other = t.artifact(name="twin"), t.artifact(name="twin")
    assert one["id"] != other["id"]
    assert t.client.get_artifact(one["id"])["name"] == t.client.get_artifact(other["id"])["name"] == "twin"


@rule("R14")
def created_locked(t: World) -> None:
    """Created as locked with an image everywhere: locked, with a version number."""
    made = t.client.create_artifact({"name": t.name(), "status": "locked", "spec": spec()})
    assert (made["status"], made["version"]) == ("locked", 1)
    assert t.client.get_artifact(made["id"]) == made


BUILD = {"dockerfile": {"source": "provided"}}


@rule("R15")
def created_locked_without_image(t: World) -> None:
    """Created as locked with a build configuration alone: 422, nothing created."""
    name = t.name()
    body = {"name": name, "status": "locked", "spec": spec(container(imageUri=None, imageBuildConfig=BUILD))}
    error = t.refused(ValidationFailedError, t.client.create_artifact, body)
    assert "imageBuildConfig is set but imageUri is not populated" in error.message
    assert not list(t.client.list_artifacts(search=name))


@rule("R16")
def own_repository(t: World) -> None:
    """Without a repository id a repository is opened that holds one artifact."""
    made = t.artifact()
    repository = t.client.get_repository(made["artifactRepositoryId"])
    assert (repository["numArtifacts"], repository["type"], repository["lastVersionNumber"]) == (1, "service", 0)
    explicit = t.client.create_artifact({"name": "x", "spec": spec(), "artifactRepositoryId": None})
    assert explicit["artifactRepositoryId"] not in (None, made["artifactRepositoryId"])


@rule("R17")
def joined_repository(t: World) -> None:
    """With an existing repository id the artifact joins it."""
    first = t.artifact()
    second = t.same_lineage(first)
    assert second["artifactRepositoryId"] == first["artifactRepositoryId"]
    assert t.client.get_repository(first["artifactRepositoryId"])["numArtifacts"] == 2


@rule("R18")
def unknown_repository(t: World) -> None:
    """An unknown repository id: 404."""
    name = t.name()
    body = {"name": name, "spec": spec(), "artifactRepositoryId": NOBODY}
    error = t.refused(NotFoundError, t.client.create_artifact, body)
    assert error.message == "Artifact repository not found."
    assert not list(t.client.list_artifacts(search=name))


@rule("R19")
def other_type(t: World) -> None:
    """A type other than the repository's: 422 naming both."""
    service = t.artifact()
    error = t.refused(ValidationFailedError, t.same_lineage, {**service, "type": "nim"})
    assert "Artifact repository type 'service' does not match artifact type 'nim'" in error.message


@rule("R20")
def types(t: World) -> None:
    """A type outside the enumeration: 422 (`agent` and `mcp` only with the compat switch)."""
    for type in ("robot", "Service", "", 1):
        error = t.refused(ValidationFailedError, t.artifact, type=type)
        assert [p.path for p in error.problems] == ["type"]
    for type in ("agent", "mcp"):
        if t.compat:
            assert t.artifact(type=type)["type"] == type
        else:
            t.refused(ValidationFailedError, t.artifact, type=type)
    assert t.client.create_artifact({"name": "x", "spec": {**spec(), "type": "nim"}})["type"] == "nim"
    assert t.artifact(type="service", spec={**spec(), "type": "nim"})["type"] == "service"


@rule("R34")
def unknown_artifact(t: World) -> None:
    """An unknown artifact: 404, whatever is asked of it."""
    for id in (NOBODY, "x", "0" * 23, "ABCDEFABCDEFABCDEFABCDEF", "ü"):
        t.refused(NotFoundError, t.client.get_artifact, id)
        t.refused(NotFoundError, t.client.update_artifact, id, {"name": "x"})
        t.refused(NotFoundError, t.client.replace_artifact, id, {"name": "x", "spec": spec()})
        t.refused(NotFoundError, t.client.delete_artifact, id)
        t.refused(NotFoundError, t.client.clone_artifact, id, "x")


@rule("R47")
def clone(t: World) -> None:
    """A clone of a locked artifact is a draft with the same content in the same repository."""
    source = t.locked(spec=spec(container(environmentVars=[{"name": "A", "value": "b\nc"}])))
    made = t.client.clone_artifact(source["id"], "copy")
    assert (made["name"], made["status"], made["version"]) == ("copy", "draft", None)
    assert made["id"] != source["id"]
    assert made["spec"] == source["spec"]
    assert made["artifactRepositoryId"] == source["artifactRepositoryId"]
    draft = t.client.clone_artifact(made["id"], "copy of a draft")
    assert draft["spec"] == source["spec"]
    if t.over_http:
        t.answered(200, "POST", f"/artifacts/{source['id']}/clone/", json={"name": "x"})


@rule("R48")
def clone_without_name(t: World) -> None:
    """A clone needs a name."""
    source = t.artifact()
    error = t.refused(ValidationFailedError, t.client.clone_artifact, source["id"], None)
    assert [(p.path, p.code) for p in error.problems] == [("name", "missing")]
    if t.over_http:
        body = t.answered(422, "POST", f"/artifacts/{source['id']}/clone", json={})
        assert body == {"detail": [{"path": "name", "message": "Field required", "code": "missing"}]}


@rule("R49")
def clone_is_independent(t: World) -> None:
    """Editing a clone leaves its source alone."""
    source = t.artifact()
    made = t.client.clone_artifact(source["id"], "copy")
    t.client.update_artifact(made["id"], {"spec": spec(container(imageUri="registry.example/other:2"))})
    assert t.client.get_artifact(source["id"]) == source
    assert only_container(t.client.get_artifact(made["id"]))["imageUri"] == "registry.example/other:2"


@rule("R54")
def filters(t: World) -> None:
    """`status`, `repositoryId` and `type` filter the list."""
    draft = t.artifact()
    locked = t.same_lineage(draft, status="locked")
    nim = t.artifact(type="nim")

    def found(**query) -> set[str]:
        return {a["id"] for a in t.client.list_artifacts(ids=[draft["id"], locked["id"], nim["id"]], **query)}

    assert found() == {draft["id"], locked["id"], nim["id"]}
    assert found(status="locked") == {locked["id"]}
    assert found(status="draft") == {draft["id"], nim["id"]}
    assert found(type="nim") == {nim["id"]}
    assert found(repositoryId=draft["artifactRepositoryId"]) == {draft["id"], locked["id"]}
    assert found(repositoryId=draft["artifactRepositoryId"], status="draft") == {draft["id"]}
    t.refused(ValidationFailedError, t.client.list_artifacts, status="frozen")
    t.refused(ValidationFailedError, t.client.list_artifacts, orderBy="size")


@rule("R55")
def search(t: World) -> None:
    """`search` finds parts of name, description and id in any case, and nothing is special in it."""
    odd = t.name("Ünique%_Näme")
    made = t.artifact(name=odd, description="Sings à la Carte")
    for text in (odd, odd.lower(), odd.upper(), odd[3:9], made["id"][4:], made["id"].upper()):
        assert made["id"] in {a["id"] for a in t.client.list_artifacts(search=text)}, text
    assert made["id"] in {a["id"] for a in t.client.list_artifacts(search="SINGS À LA", ids=[made["id"]])}
    for text in ("Ünique%Näme", "Ün_que", f"{odd}x", "*", "'; --"):
        assert not list(t.client.list_artifacts(search=text, ids=[made["id"]])), text
    t.refused(ValidationFailedError, t.client.list_artifacts, search="x" * 101)
