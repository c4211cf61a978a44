"""A1 to A19: what our server offers beyond the contract (design §4.3, §4.4, §5), and the choices it makes."""

import pytest

from lockyard.contract import (
    ApiError,
    ConflictError,
    NotFoundError,
    PreconditionFailedError,
    ValidationFailedError,
    content_digest,
)

from ..table import EXTERNAL, PLAIN, SIMULATED, WITH_ADDITIONS, rule
from ..world import ID, NOBODY, World, container, only_container, runtime, spec

BOTH = (SIMULATED, EXTERNAL)
HOURS = 3600
IMAGE_2 = spec(container(imageUri="registry.example/echo:2"))


@rule("A1", lanes=WITH_ADDITIONS)
def put_repository(t: World) -> None:
    """A keyed POST makes one repository, again it raises the claim; PUT renames it and makes none."""
    key, body = t.name("key"), {"name": "lineage", "type": "nim", "origin": "stack-a"}
    made = t.client.create_repository(body, idempotency_key=key)
    id = made["id"]
    assert (made["name"], made["type"], made["numArtifacts"], made["claim"]) == ("lineage", "nim", 0, 1)
    again = t.client.create_repository({**body, "name": "other"}, idempotency_key=key)
    assert again == {**made, "claim": 2}
    assert t.client.create_repository(body)["id"] != id
    assert t.client.create_repository({**body, "type": "service"}, idempotency_key=t.name("k"))["type"] == "service"
    renamed = t.client.put_repository(id, {**body, "name": "renamed"})
    assert renamed["name"] == t.client.get_repository(id)["name"] == "renamed"
    assert renamed["claim"] == 2
    t.refused(ConflictError, t.client.put_repository, id, {**body, "origin": "stack-b"})
    assert t.client.put_repository(id, {"name": "plain", "type": "nim"})["name"] == "plain", "its origin stays"
    t.refused(ConflictError, t.client.put_repository, id, {**body, "origin": "stack-b"})
    t.refused(ValidationFailedError, t.client.put_repository, id, {**body, "type": "service"})
    for other in ("x", NOBODY, t.artifact()["id"], t.running()["id"], t.client.identity().registry_id):
        t.refused(NotFoundError, t.client.put_repository, other, body)
        t.refused(NotFoundError, t.client.get_repository, other)
    for wrong in ({"type": "nim"}, {**body, "name": ""}, {**body, "type": "robot"}, {**body, "colour": 1}):
        t.refused(ValidationFailedError, t.client.put_repository, id, wrong)
        t.refused(ValidationFailedError, t.client.create_repository, wrong, idempotency_key=t.name("wrong"))
    artifact = t.artifact(type="nim", artifactRepositoryId=id)
    t.client.delete_artifact(artifact["id"])
    assert t.client.get_repository(id)["numArtifacts"] == 0, "unlike one that came with its first artifact"
    t.client.delete_repository(id)
    fresh = t.client.create_repository(body, idempotency_key=key)
    assert fresh["claim"] == 1
    assert fresh["id"] != id
    if t.over_http:
        headers = {"Idempotency-Key": t.name("other key")}
        first = t.answered(201, "POST", "/artifactRepositories", json=body, headers=headers)
        assert t.answered(200, "POST", "/artifactRepositories/", json=body, headers=headers)["id"] == first["id"]
        t.answered(200, "PUT", f"/artifactRepositories/{first['id']}/", json=body)


@rule("A2", lanes=WITH_ADDITIONS)
def keyed_draft(t: World) -> None:
    """A repeated keyed create gives the draft made first, as it is, and raises the claim."""
    key, repository = t.name("key"), t.artifact()["artifactRepositoryId"]
    body = {"name": "a", "spec": spec(), "artifactRepositoryId": repository}
    made = t.client.create_artifact(body, idempotency_key=key)
    edited = t.client.update_artifact(made["id"], {"description": "edited"})
    again = t.client.create_artifact({**body, "name": "b", "spec": IMAGE_2}, idempotency_key=key)
    assert {**again, "claim": 0} == {**edited, "claim": 0}
    assert again["claim"] == made["claim"] + 1
    assert t.client.create_artifact(body, idempotency_key=t.name("other"))["id"] != made["id"]
    assert t.client.create_artifact(body)["id"] != made["id"]
    elsewhere = t.client.create_artifact({"name": "a", "spec": spec(), "type": "nim"}, idempotency_key=key)
    assert elsewhere["id"] != made["id"]
    if t.over_http:
        headers = {"Idempotency-Key": t.name("key")}
        first = t.answered(201, "POST", "/artifacts", json=body, headers=headers)
        assert t.answered(200, "POST", "/artifacts/", json=body, headers=headers)["id"] == first["id"]


@rule("A3", lanes=WITH_ADDITIONS)
def keyed_after_the_draft(t: World) -> None:
    """When the draft of a key was locked or deleted, the key makes a new one."""
    key, repository = t.name("key"), t.artifact()["artifactRepositoryId"]
    body = {"name": "a", "spec": spec(), "artifactRepositoryId": repository}
    first = t.client.create_artifact(body, idempotency_key=key)
    t.client.update_artifact(first["id"], {"status": "locked"})
    second = t.client.create_artifact(body, idempotency_key=key)
    assert (second["status"], second["version"]) == ("draft", None)
    assert second["id"] != first["id"]
    t.client.delete_artifact(second["id"])
    assert t.client.create_artifact(body, idempotency_key=key)["id"] not in (first["id"], second["id"])


@rule("A4", lanes=WITH_ADDITIONS)
def keyed_locked(t: World) -> None:
    """A keyed create of a locked artifact gives the version with the same content; without a key a new one."""
    key, repository = t.name("key"), t.artifact()["artifactRepositoryId"]
    body = {"name": "a", "spec": spec(), "artifactRepositoryId": repository, "status": "locked"}
    first = t.client.create_artifact(body, idempotency_key=key)
    second = t.client.create_artifact({**body, "spec": IMAGE_2}, idempotency_key=key)
    back = t.client.create_artifact(body, idempotency_key=t.name("another key"))
    assert (first["version"], second["version"]) == (1, 2)
    assert {**back, "claim": 0} == {**first, "claim": 0}
    assert back["claim"] == first["claim"] + 1
    assert t.client.create_artifact(body)["version"] == 3
    assert t.client.get_repository(repository)["lastVersionNumber"] == 3


@rule("A5", lanes=WITH_ADDITIONS, drivers=BOTH)
def keyed_workload(t: World) -> None:
    """A repeated keyed create of a workload gives the one there is."""
    key, artifact = t.name("key"), t.artifact()
    body = {"name": "w", "artifactId": artifact["id"], "runtime": runtime()}
    made = t.client.create_workload(body, idempotency_key=key)
    t.bring_up(made["id"])
    again = t.client.create_workload({**body, "name": "x", "artifactId": t.artifact()["id"]}, idempotency_key=key)
    assert (again["id"], again["name"], again["status"]) == (made["id"], "w", "running")
    assert again["claim"] == made["claim"] + 1
    t.client.delete_workload(made["id"])
    assert t.client.create_workload(body, idempotency_key=key)["id"] != made["id"]


@rule("A6", lanes=WITH_ADDITIONS)
def key_bounds(t: World) -> None:
    """A key has 1 to 255 printable ASCII characters."""
    body = {"name": t.name(), "spec": spec()}
    assert t.client.create_artifact(body, idempotency_key="k" * 255)["claim"] == 1
    for wrong in ("k" * 256, "", "schlüssel"):
        error = t.refused(ValidationFailedError, t.client.create_artifact, body, idempotency_key=wrong)
        assert [p.path for p in error.problems] == ["Idempotency-Key"]
    other = {"name": "w", "artifactId": t.artifact()["id"], "runtime": runtime()}
    t.refused(ValidationFailedError, t.client.create_workload, other, idempotency_key="k" * 256)
    if t.over_http:
        t.answered(422, "POST", "/artifacts", json=body, headers={"Idempotency-Key": "schlüssel".encode()})


@rule("A7", lanes=WITH_ADDITIONS)
def claims(t: World) -> None:
    """A delete with an older claim than the object's succeeds and deletes nothing."""
    c, key = t.client, t.name("key")
    artifact = {"name": "a", "spec": spec(), "artifactRepositoryId": t.artifact()["artifactRepositoryId"]}
    workload = {"name": "w", "artifactId": t.artifact()["id"], "runtime": runtime()}
    repository = {"name": "r", "type": "service", "origin": "o"}
    for make, read, delete in (
        (lambda: c.create_artifact(artifact, idempotency_key=key), c.get_artifact, c.delete_artifact),
        (lambda: c.create_workload(workload, idempotency_key=key), c.get_workload, c.delete_workload),
        (lambda: c.create_repository(repository, idempotency_key=key), c.get_repository, c.delete_repository),
    ):
        first, second = make(), make()
        assert first["id"] == second["id"]
        delete(first["id"], claim=first["claim"])
        assert read(first["id"])["claim"] == second["claim"]
        delete(first["id"], claim=second["claim"])
        t.refused(NotFoundError, read, first["id"])
    locked = t.client.create_artifact({**artifact, "status": "locked"}, idempotency_key=key)
    t.client.delete_artifact(locked["id"], claim=0)
    t.refused(ConflictError, t.client.delete_artifact, locked["id"], claim=locked["claim"])
    if t.over_http:
        for wrong in ("x", "-1", "1.5", ""):
            t.answered(422, "DELETE", f"/artifacts/{locked['id']}", headers={"Lockyard-Claim": wrong})


@rule("A8", lanes=WITH_ADDITIONS)
def etags(t: World) -> None:
    """An edit on a version that is no longer there is refused with 412."""
    made = t.artifact()
    second = t.client.update_artifact(made["id"], {"name": "second"}, if_match=made["etag"])
    assert second["etag"] != made["etag"]
    for call in (
        lambda: t.client.update_artifact(made["id"], {"name": "third"}, if_match=made["etag"]),
        lambda: t.client.update_artifact(made["id"], {"status": "locked"}, if_match=made["etag"]),
        lambda: t.client.replace_artifact(made["id"], {"name": "x", "spec": spec()}, if_match=made["etag"]),
    ):
        t.refused(PreconditionFailedError, call)
        assert t.client.get_artifact(made["id"]) == second
    same = t.client.update_artifact(made["id"], {"name": "second"}, if_match=second["etag"])
    assert same["etag"] == second["etag"], "nothing changed"
    either = f'"nothing", {second["etag"]}'
    assert t.client.update_artifact(made["id"], {"name": "fourth"}, if_match=either)["name"] == "fourth"
    assert t.client.update_artifact(made["id"], {"name": "fifth"}, if_match="*")["name"] == "fifth"
    if t.over_http:
        response = t.raw.get(f"/artifacts/{made['id']}")
        assert response.headers["ETag"] == response.json()["etag"]
        response = t.raw.patch(f"/artifacts/{made['id']}", json={"name": "x"}, headers={"If-Match": '"0"'})
        assert response.status_code == 412
        assert response.headers["ETag"] == t.client.get_artifact(made["id"])["etag"]


@rule("A9", lanes=WITH_ADDITIONS)
def digests(t: World) -> None:
    """Server and client compute the same digest of an artifact's content; a different one is refused."""

    def expected(made) -> str:
        return str(content_digest(**{key: made[key] for key in ("name", "description", "type", "spec")}))

    made = t.artifact(name="a", description="b")
    assert made["contentDigest"] == expected(made)
    body = {"name": "a", "description": "b", "spec": spec()}
    assert t.client.create_artifact({**body, "contentDigest": expected(made)})["contentDigest"] == expected(made)
    wrong = "v1:" + "0" * 64
    error = t.refused(ValidationFailedError, t.client.create_artifact, {**body, "contentDigest": wrong})
    assert [p.path for p in error.problems] == ["contentDigest"]
    t.refused(ValidationFailedError, t.client.create_artifact, {**body, "contentDigest": 7})
    error = t.refused(
        ValidationFailedError, t.client.update_artifact, made["id"], {"name": "c", "contentDigest": wrong}
    )
    assert [p.path for p in error.problems] == ["contentDigest"]
    assert t.client.get_artifact(made["id"]) == made
    renamed = expected({**made, "name": "c"})
    after = t.client.update_artifact(made["id"], {"name": "c", "contentDigest": renamed})
    assert after["contentDigest"] == renamed
    locked = t.client.update_artifact(made["id"], {"status": "locked", "contentDigest": renamed})
    assert locked["contentDigest"] == renamed, "locking changes no content"


@rule("A10", lanes=WITH_ADDITIONS)
def tags(t: World) -> None:
    """PUT replaces all tags of an object, under any status, and changes nothing else."""
    locked = t.locked()
    workload = t.workload(locked)
    objects = (
        ("artifacts", locked["id"], t.client.get_artifact, t.client.list_artifacts),
        ("artifactRepositories", locked["artifactRepositoryId"], t.client.get_repository, t.client.list_repositories),
        ("workloads", workload["id"], t.client.get_workload, t.client.list_workloads),
    )
    for kind, id, read, listed in objects:
        before, team = read(id), t.name("team")
        answer = t.client.replace_tags(kind, id, [{"name": "team", "value": team}, {"name": "env", "value": "prod"}])
        assert [(tag["name"], tag["value"]) for tag in answer] == [("team", team), ("env", "prod")]
        assert all(ID.fullmatch(tag["id"]) for tag in answer)
        assert read(id) == {**before, "tags": answer}
        assert [found["id"] for found in listed(tagKeys="team", ids=[id])] == [id]
        assert [found["id"] for found in listed(tagValues=["nothing", team])] == [id]
        assert not list(listed(tagValues="nothing", ids=[id]))
        for wrong in (
            [{"name": "", "value": "x"}],
            [{"name": "x", "value": ""}],
            [{"name": "a;b", "value": "x"}],
            [{"name": "datarobot.x", "value": "x"}],
            [{"name": "x" * 4097, "value": "x"}],
            [{"name": "x", "value": "1"}, {"name": "x", "value": "2"}],
        ):
            t.refused(ValidationFailedError, t.client.replace_tags, kind, id, wrong)
        assert read(id)["tags"] == answer
        assert t.client.replace_tags(kind, id, []) == []
        assert read(id) == before
        t.refused(NotFoundError, t.client.replace_tags, kind, "0" * 24, [])


@rule("A11", lanes=WITH_ADDITIONS, drivers=(EXTERNAL,))
def reports(t: World) -> None:
    """Reports bring a workload up; an older or repeated one changes nothing."""
    made = t.workload()
    assert (made["status"], made["protonId"], made["lastReportAt"]) == ("submitted", None, None)
    moment = t.clock.now().isoformat()
    t.clock.advance(10)
    t.report(made["id"], "progressing")
    assert t.client.get_workload(made["id"])["status"] == "launching"
    replica = {"name": "pod-0", "status": "running", "containers": [{"name": "main", "ready": True, "restartCount": 2}]}
    t.report(made["id"], "ready", replicas=[replica], internalUrl="http://echo.default.svc:8080")
    up = t.client.get_workload(made["id"])
    assert (up["status"], up["driver"]) == ("running", "external")
    proton = t.client.get_proton(made["id"], up["protonId"])
    assert proton["internalUrl"] == "http://echo.default.svc:8080"
    assert proton["replicas"][0]["containers"][0]["restartCount"] == 2
    body = {"artifactId": made["artifactId"], "phase": "failed", "observedAt": moment}
    t.client.report_workload(made["id"], body)
    assert t.client.get_workload(made["id"])["status"] == "running", "an older report is ignored"
    other = {**body, "observedAt": t.clock.now().isoformat(), "artifactId": "0" * 24}
    t.client.report_workload(made["id"], other)
    assert t.client.get_workload(made["id"])["status"] == "running", "a report about another artifact is ignored"
    t.report(made["id"], "failed", message="OOMKilled")
    failed = t.client.get_workload(made["id"])
    assert failed["status"] == "errored"
    assert "OOMKilled" in str(failed["statusDetails"])
    for wrong in ({"phase": "happy"}, {"observedAt": "yesterday"}, {"observedAt": "2026-01-01T00:00:00"}, {"x": 1}):
        t.refused(ValidationFailedError, t.client.report_workload, made["id"], {**body, **wrong})
    t.refused(NotFoundError, t.client.report_workload, "0" * 24, body)
    if t.over_http:
        t.answered(202, "POST", f"/workloads/{made['id']}/reports/", json=body)


@rule("A12", lanes=WITH_ADDITIONS)
def no_reports(t: World) -> None:
    """A driver that runs workloads itself takes no reports."""
    made = t.workload()
    body = {"artifactId": made["artifactId"], "phase": "ready", "observedAt": t.clock.now().isoformat()}
    t.refused(ConflictError, t.client.report_workload, made["id"], body)
    assert made["driver"] == "simulated"


@rule("A13", lanes=WITH_ADDITIONS, drivers=(EXTERNAL,))
def unreported(t: World) -> None:
    """Where nobody reports, changes apply to the record at once and the status stays submitted."""
    made = t.workload()
    second, third = t.artifact(), t.artifact()
    for candidate in (second, third, second):
        answer = t.client.start_replacement(made["id"], {"artifactId": candidate["id"], "strategy": "rolling"})
        assert (answer["status"], answer["candidateProtonIds"]) == ("completed", [])
        after = t.client.get_workload(made["id"])
        assert (after["artifactId"], after["status"], after["protonId"]) == (candidate["id"], "submitted", None)
        assert after["artifactDigest"] == candidate["contentDigest"]
        t.clock.advance(1)
    for count in (2, 3, 2):
        assert t.client.update_settings(made["id"], runtime(replicaCount=count))["status"] == "completed"
        assert t.client.get_workload(made["id"])["runtime"]["containerGroups"][0]["replicaCount"] == count
        t.clock.advance(1)
    edited = t.client.update_artifact(second["id"], {"spec": IMAGE_2})
    assert t.client.get_workload(made["id"])["artifactDigest"] == second["contentDigest"], "not rolled yet"
    t.client.update_settings(made["id"], runtime(replicaCount=2))
    assert t.client.get_workload(made["id"])["artifactDigest"] == edited["contentDigest"]
    assert t.protons(made["id"]) == []
    assert len(list(t.client.workload_history(made["id"]))) == 7


@rule("A14", lanes=WITH_ADDITIONS, drivers=BOTH)
def expiry(t: World) -> None:
    """`expiresAt` is 8 hours after the last start of a draft's workload; a direct lock ends it and writes history."""
    draft = t.artifact()
    made = t.running(draft)
    assert made["expiresAt"] is not None
    t.clock.advance(1 * HOURS)
    t.client.stop_workload(made["id"])
    t.clock.advance(5)
    t.client.start_workload(made["id"])
    assert t.client.get_workload(made["id"])["expiresAt"] > made["expiresAt"]
    t.bring_up(made["id"])
    locked = t.client.update_artifact(draft["id"], {"status": "locked"})
    after = t.client.get_workload(made["id"])
    assert (after["expiresAt"], after["status"]) == (None, "running")
    assert after["artifactDigest"] == locked["contentDigest"] == draft["contentDigest"]
    assert [entry["candidateArtifactId"] for entry in t.client.workload_history(made["id"])] == [draft["id"]]
    assert t.running(t.locked())["expiresAt"] is None


@rule("A15", drivers=BOTH)
def identity(t: World) -> None:
    """The version call says which registry this is and what it offers; a plain server says neither."""
    identity = t.client.identity()
    assert not identity.embedded or not t.over_http
    if t.additions:
        expected = {
            "createRepository",
            "putRepository",
            "tags",
            "reports",
            "idempotency",
            "etag",
            "contentDigest",
            "claims",
            "audit",
            "measurements",
            "telemetry",
            "impact",
            "allowedActions",
            "facets",
        }
        assert identity.additions == expected
        assert ID.fullmatch(identity.registry_id)
        assert identity.driver == t.driver
    else:
        assert (identity.additions, identity.driver) == (frozenset(), None)
        assert identity.registry_id == t.raw.base_url.netloc.decode()
        assert set(t.answered(200, "GET", "/version")) == {"version"}


@rule("A16", lanes=WITH_ADDITIONS)
def forced_delete(t: World) -> None:
    """`force` also deletes locked versions, unless a workload uses them."""
    locked = t.locked()
    repository = locked["artifactRepositoryId"]
    workload = t.workload(locked)
    t.refused(ConflictError, t.client.delete_repository, repository, force=True)
    t.client.delete_workload(workload["id"])
    t.client.delete_repository(repository, force=True)
    t.refused(NotFoundError, t.client.get_artifact, locked["id"])
    t.refused(NotFoundError, t.client.get_repository, repository)
    if t.over_http:
        path = f"/artifactRepositories/{t.artifact()['artifactRepositoryId']}"
        t.answered(422, "DELETE", f"{path}?force=perhaps")
        t.answered(422, "DELETE", f"{path}?force=true&force=true")
        t.answered(204, "DELETE", f"{path}?force=true")


@rule("A19", lanes=WITH_ADDITIONS)
def edit_keys(t: World) -> None:
    """An artifact shows whose edit was the last one, so that a client whose answer was lost knows its own."""
    key = t.name("key")
    assert t.artifact()["editKey"] is None
    made = t.client.create_artifact({"name": "a", "spec": spec()}, idempotency_key=key)
    mine = t.client.update_artifact(made["id"], {"name": "b"}, idempotency_key=key)
    assert mine["editKey"] == t.client.get_artifact(made["id"])["editKey"] == key
    assert t.client.update_artifact(made["id"], {"name": "c"})["editKey"] is None
    locked = t.client.update_artifact(made["id"], {"status": "locked"}, idempotency_key=key)
    assert locked["editKey"] == key
    t.refused(ValidationFailedError, t.client.update_artifact, t.artifact()["id"], {}, idempotency_key="k" * 256)


ADDED = {
    "editKey",
    "etag",
    "contentDigest",
    "claim",
    "expiresAt",
    "artifactDigest",
    "runtimeDigest",
    "lastReportAt",
    "driver",
}


@rule("A17", lanes=(PLAIN,))
def without_additions(t: World) -> None:
    """With the additions off, their routes, headers and keys are not there."""
    key = {"Idempotency-Key": "k", "Lockyard-Claim": "0", "If-Match": '"0"'}
    body = {"name": "a", "spec": spec()}
    one, other = (t.answered(201, "POST", "/artifacts", json=body, headers=key) for _ in range(2))
    assert one["id"] != other["id"], "the key is ignored"
    changed = t.answered(200, "PATCH", f"/artifacts/{one['id']}", json={"name": "b"}, headers=key)
    assert changed["name"] == "b"
    response = t.raw.get(f"/artifacts/{one['id']}")
    assert "ETag" not in response.headers
    t.answered(422, "POST", "/artifacts", json={**body, "contentDigest": "v1:" + "0" * 64})
    t.answered(422, "PATCH", f"/artifacts/{one['id']}", json={"contentDigest": "v1:" + "0" * 64})
    workload = t.running(other)
    t.client.update_settings(workload["id"], runtime())
    repository = other["artifactRepositoryId"]
    t.answered(405, "PUT", f"/artifactRepositories/{repository}", json={"name": "x"})
    for kind, id in (("artifacts", one["id"]), ("artifactRepositories", repository), ("workloads", workload["id"])):
        t.answered(404, "PUT", f"/{kind}/{id}/tags", json={"tags": []})
    t.answered(404, "POST", f"/workloads/{workload['id']}/reports", json={})
    t.answered(404, "GET", "/audit")
    documents = [
        one,
        changed,
        t.client.get_repository(repository),
        t.client.get_workload(workload["id"]),
        t.client.get_workload(workload["id"])["artifact"],
        t.client.get_workload(workload["id"])["replacement"],
        *t.client.list_artifacts(ids=[one["id"]]),
        *t.client.list_workloads(ids=[workload["id"]]),
        *t.client.list_protons(workload["id"]),
    ]
    for document in documents:
        assert not set(document) & ADDED
    locked = t.locked()
    path = f"/artifactRepositories/{locked['artifactRepositoryId']}?force=true"
    t.answered(409, "DELETE", path)
    t.answered(204, "DELETE", f"/artifacts/{one['id']}", headers=key)
    text = str(t.answered(200, "GET", "/openapi.json")["paths"])
    assert not [
        word
        for word in ("Idempotency-Key", "If-Match", "Lockyard-Claim", "/tags", "/reports", "/audit")
        if word in text
    ]


@rule("A18")
def container_names(t: World) -> None:
    """Container and group names are DNS labels of 1 to 63 characters (any text with the compat switch)."""
    longest = "a" + "b" * 61 + "c"
    for name in ("a", longest, "a-1"):
        assert only_container(t.artifact(spec=spec(container(name=name))))["name"] == name
    for name in ("Primary container", "UPPER", "1a", "-a", "a-", "ä", "a_b", "a.b"):
        if t.compat:
            assert only_container(t.artifact(spec=spec(container(name=name))))["name"] == name
        else:
            error = t.refused(ValidationFailedError, t.artifact, spec=spec(container(name=name)))
            assert [p.path for p in error.problems] == ["spec.containerGroups.0.containers.0.name"]
            group = {"containerGroups": [{"name": name, "containers": [container()]}]}
            error = t.refused(ValidationFailedError, t.artifact, spec=group)
            assert [p.path for p in error.problems] == ["spec.containerGroups.0.name"]
    for name in ("", longest + "d"):
        t.refused(ValidationFailedError, t.artifact, spec=spec(container(name=name)))
    twice = spec(container(), {"name": "main", "imageUri": "registry.example/side:1"})
    with pytest.raises(ApiError) as caught:
        t.artifact(spec=twice)
    assert caught.value.problems[0].path == "spec.containerGroups.0.containers.1.name"
