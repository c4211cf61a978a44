"""R75, R77 to R95: workloads."""

import pytest

from lockyard.contract import ApiError, ConflictError, NotFoundError, ValidationFailedError

from ..table import EXTERNAL, SIMULATED, rule
from ..world import NOBODY, World, container, runtime, spec

BOTH = (SIMULATED, EXTERNAL)
HOURS = 3600


@rule("R75")
def image_must_be_there(t: World) -> None:
    """A workload on an artifact that still has to be built is refused, mentioning runtime_image_uri."""
    built = t.artifact(spec=spec(container(imageUri=None, imageBuildConfig={})))
    error = t.refused(ValidationFailedError, t.workload, built)
    assert "runtime_image_uri" in error.message
    empty = t.artifact(spec={"containerGroups": []})
    t.refused(ValidationFailedError, t.workload, empty)


@rule("R77")
def exactly_one_artifact(t: World) -> None:
    """A workload names an artifact or brings one."""
    name = t.name()
    inline = {"name": name, "spec": spec()}
    for given in (
        {},
        {"artifactId": None},
        {"artifactId": t.artifact()["id"], "artifact": inline},
        {"artifactId": None, "artifact": None},
    ):
        t.refused(ValidationFailedError, t.client.create_workload, {"name": name, "runtime": runtime(), **given})
    assert not list(t.client.list_workloads(search=name))
    assert not list(t.client.list_artifacts(search=name))
    assert t.client.create_workload({"name": name, "artifactId": None, "artifact": inline, "runtime": runtime()})["id"]


@rule("R78")
def unknown_artifact(t: World) -> None:
    """An unknown artifact: 422 at `artifactId`."""
    body = {"name": "x", "artifactId": NOBODY, "runtime": runtime()}
    error = t.refused(ValidationFailedError, t.client.create_workload, body)
    assert [(p.path, p.message) for p in error.problems] == [("artifactId", "Artifact not found")]


@rule("R79", drivers=BOTH)
def created(t: World) -> None:
    """A new workload is of low importance, submitted, and has its endpoint."""
    made = t.workload()
    assert made["importance"] == "low"
    assert made["status"] == "submitted"
    assert made["endpoint"].endswith(f"/api/v2/endpoints/workloads/{made['id']}/")
    assert made["replacement"] is None
    assert t.client.get_workload(made["id"]) == made
    if t.over_http:
        assert made["endpoint"].startswith(str(t.raw.base_url))
        body = {"name": "x", "artifactId": t.artifact()["id"]}
        t.answered(201, "POST", "/workloads/", json={**body, "runtime": runtime()})


@rule("R80")
def inline_artifact(t: World) -> None:
    """An inline artifact becomes a draft that the workload refers to."""
    name = t.name()
    body = {"name": name, "artifact": {"name": name, "spec": spec()}, "runtime": runtime()}
    made = t.client.create_workload(body)
    artifact = t.client.get_artifact(made["artifactId"])
    assert (artifact["name"], artifact["status"]) == (name, "draft")
    assert t.client.get_repository(artifact["artifactRepositoryId"])["numArtifacts"] == 1


@rule("R81", drivers=BOTH)
def one_workload_per_draft(t: World) -> None:
    """A draft backs one active workload, a locked artifact many."""
    draft = t.artifact()
    first = t.running(draft)
    with pytest.raises(ApiError) as caught:
        t.workload(draft)
    assert caught.value.status in (409, 422)
    t.client.delete_workload(first["id"])
    t.workload(draft)
    locked = t.locked()
    t.running(locked)
    t.running(locked)
    assert len(list(t.client.list_workloads(artifactId=locked["id"]))) == 2


@rule("R82")
def same_name(t: World) -> None:
    """Two workloads may have the same name."""
    assert t.workload(name="twin")["id"] != t.workload(name="twin")["id"]


@rule("R83")
def importance(t: World) -> None:
    """There are four importances."""
    for given in ("low", "moderate", "high", "critical"):
        assert t.workload(importance=given)["importance"] == given
    made = t.workload()
    for wrong in ("urgent", "LOW", "", 1):
        error = t.refused(ValidationFailedError, t.workload, importance=wrong)
        assert [p.path for p in error.problems] == ["importance"]
        t.refused(ValidationFailedError, t.client.update_workload, made["id"], {"importance": wrong})


@rule("R84", drivers=BOTH)
def metadata_in_place(t: World) -> None:
    """PATCH of metadata rolls nothing."""
    made = t.running()
    protons = t.protons(made["id"])
    body = {"name": "renamed", "description": "said", "importance": "critical"}
    after = t.client.update_workload(made["id"], body)
    assert {key: after[key] for key in body} == body
    kept = ("status", "protonId", "artifactId", "runtime", "endpoint", "replacement", "createdAt")
    assert {key: after[key] for key in kept} == {key: made[key] for key in kept}
    assert t.protons(made["id"]) == protons
    t.refused(NotFoundError, t.client.update_workload, NOBODY, body)


@rule("R85")
def description_cleared(t: World) -> None:
    """An empty description clears it."""
    made = t.workload(description="something")
    assert t.client.update_workload(made["id"], {"name": "x"})["description"] == "something"
    assert t.client.update_workload(made["id"], {"description": ""})["description"] in ("", None)


@rule("R86")
def no_artifact_in_patch(t: World) -> None:
    """Artifact and runtime do not change by PATCH."""
    made = t.workload()
    for body in ({"artifactId": made["artifactId"]}, {"runtime": runtime()}, {"tags": []}, {"status": "stopped"}):
        t.refused(ValidationFailedError, t.client.update_workload, made["id"], body)
    assert t.client.get_workload(made["id"]) == made


@rule("R87")
def mirrored_type(t: World) -> None:
    """A workload has its artifact's type."""
    for type in ("service", "nim"):
        made = t.workload(t.artifact(type=type))
        assert made["type"] == made["artifact"]["type"] == type
        assert [w["id"] for w in t.client.list_workloads(type=type, ids=[made["id"]])] == [made["id"]]


@rule("R88", drivers=BOTH)
def stop(t: World) -> None:
    """Stop ends in `stopped`; endpoint and id stay."""
    made = t.running()
    answer = t.client.stop_workload(made["id"])
    assert answer["workloadId"] == made["id"]
    assert answer["trackVia"].endswith(f"/workloads/{made['id']}")
    assert t.client.get_workload(made["id"])["status"] in ("stopping", "stopped")
    t.clock.advance(5)
    after = t.client.get_workload(made["id"])
    assert after["status"] == "stopped"
    assert (after["id"], after["endpoint"]) == (made["id"], made["endpoint"])
    assert t.client.stop_workload(made["id"])["status"] == "stopped"
    if t.over_http:
        t.answered(200, "POST", f"/workloads/{made['id']}/stop")
        t.answered(202, "POST", f"/workloads/{t.running()['id']}/stop/")
    t.refused(NotFoundError, t.client.stop_workload, NOBODY)


@rule("R89", drivers=BOTH)
def start(t: World) -> None:
    """Start of a stopped workload ends in `running`."""
    made = t.running()
    t.client.stop_workload(made["id"])
    t.clock.advance(5)
    answer = t.client.start_workload(made["id"])
    assert (answer["workloadId"], answer["status"]) == (made["id"], "submitted")
    assert answer["trackVia"] == f"/api/v2/workloads/{made['id']}"
    t.bring_up(made["id"])
    after = t.client.get_workload(made["id"])
    assert after["status"] == "running"
    assert after["endpoint"] == made["endpoint"]
    t.refused(NotFoundError, t.client.start_workload, NOBODY)


@rule("R90")
def start_in_between(t: World) -> None:
    """Start while stopping: 409; start while running changes nothing."""
    made = t.running()
    protons = t.protons(made["id"])
    assert t.client.start_workload(made["id"])["status"] == "running"
    assert t.protons(made["id"]) == protons
    t.client.stop_workload(made["id"])
    error = t.refused(ConflictError, t.client.start_workload, made["id"])
    assert error.message == "The proton must be stopped before attempting to start it."
    t.clock.advance(5)
    t.client.start_workload(made["id"])
    t.clock.advance(5)
    assert len(t.protons(made["id"])) == 1


@rule("R91", drivers=BOTH)
def delete(t: World) -> None:
    """A running workload can be deleted; its artifact stays."""
    made = t.running()
    t.client.delete_workload(made["id"])
    t.refused(NotFoundError, t.client.get_workload, made["id"])
    t.refused(NotFoundError, t.client.delete_workload, made["id"])
    for part in (t.client.workload_history, t.client.workload_events, t.client.list_protons):
        t.refused(NotFoundError, part, made["id"])
    assert t.client.get_artifact(made["artifactId"])["status"] == "draft"
    if t.over_http:
        t.answered(204, "DELETE", f"/workloads/{t.running()['id']}/")


@rule("R92", drivers=BOTH)
def eight_hours(t: World) -> None:
    """A draft's workload ends 8 hours after its last start; a locked one runs on."""
    draft, locked = t.running(), t.running(t.locked())
    t.clock.advance(7 * HOURS)
    assert t.client.get_workload(draft["id"])["status"] == "running"
    t.client.stop_workload(draft["id"])
    t.clock.advance(5)
    t.client.start_workload(draft["id"])
    t.bring_up(draft["id"])
    t.clock.advance(7 * HOURS)
    assert t.client.get_workload(draft["id"])["status"] == "running"
    t.clock.advance(1 * HOURS)
    over = t.client.get_workload(draft["id"])
    assert (over["status"], over["endpoint"]) == ("stopped", draft["endpoint"])
    assert [w["id"] for w in t.client.list_workloads(status="stopped", ids=[draft["id"]])] == [draft["id"]]
    assert t.client.get_workload(locked["id"])["status"] == "running"
    t.client.start_workload(draft["id"])
    t.bring_up(draft["id"])
    assert t.client.get_workload(draft["id"])["status"] == "running"


@rule("R93", drivers=BOTH)
def promote(t: World) -> None:
    """Promote locks in place: nothing restarts, the 8 hours end, the history says so."""
    made = t.running(importance="high")
    after = t.client.promote_workload(made["id"])
    kept = ("id", "endpoint", "artifactId", "protonId", "importance", "status", "runtime", "createdAt")
    assert {key: after[key] for key in kept} == {key: made[key] for key in kept}
    assert (after["artifact"]["status"], after["artifact"]["version"]) == ("locked", 1)
    artifact = t.client.get_artifact(made["artifactId"])
    assert (artifact["status"], artifact["version"]) == ("locked", 1)
    assert after["requestStats"]["totalRequests"] == 0
    assert [entry["candidateArtifactId"] for entry in t.client.workload_history(made["id"])] == [made["artifactId"]]
    t.clock.advance(24 * HOURS)
    assert t.client.get_workload(made["id"])["status"] == "running"
    t.refused(NotFoundError, t.client.promote_workload, NOBODY)


@rule("R94", drivers=BOTH)
def no_promote(t: World) -> None:
    """No promote on locked artifacts, without an active proton, or during a replacement."""
    locked = t.running(t.locked())
    t.refused(ValidationFailedError, t.client.promote_workload, locked["id"])
    stopped = t.running()
    t.client.stop_workload(stopped["id"])
    t.clock.advance(5)
    t.refused(ValidationFailedError, t.client.promote_workload, stopped["id"])
    assert t.client.get_artifact(stopped["artifactId"])["status"] == "draft"
    rolling = t.running()
    t.client.update_settings(rolling["id"], runtime(replicaCount=2))
    t.refused(ValidationFailedError, t.client.promote_workload, rolling["id"])
    assert t.client.get_artifact(rolling["artifactId"])["status"] == "draft"
    if t.driver == EXTERNAL:
        t.refused(ValidationFailedError, t.client.promote_workload, t.workload()["id"])


@rule("R95")
def filters(t: World) -> None:
    """Different filters combine with AND, repeated values with OR."""
    one = t.running(importance="low")
    two = t.workload(t.locked(), importance="high")
    three = t.running(t.locked(), importance="critical")
    t.client.stop_workload(three["id"])
    t.clock.advance(5)
    all_ids = [one["id"], two["id"], three["id"]]
    names = dict(zip(all_ids, ("one", "two", "three"), strict=True))

    def found(**query) -> set[str]:
        return {names[w["id"]] for w in t.client.list_workloads(ids=all_ids, **query)}

    assert found() == {"one", "two", "three"}
    assert found(status="stopped") == {"three"}
    assert found(status=["stopped", "running"]) == {"one", "two", "three"}
    assert found(importance=["low", "high"]) == {"one", "two"}
    assert found(artifactStatus="locked") == {"two", "three"}
    assert found(artifactStatus="locked", importance=["critical", "low"]) == {"three"}
    # What in production is not locked?
    assert found(artifactStatus="draft", importance="low") == {"one"}
    assert found(artifactStatus="draft", importance=["high", "critical"]) == set()
    assert found(artifactStatus=["locked", "draft"], status="running") == {"one", "two"}
    assert found(artifactId=two["artifactId"]) == {"two"}
    assert found(repositoryId=one["artifact"]["artifactRepositoryId"]) == {"one"}
    assert found(repositoryId=one["artifact"]["artifactRepositoryId"], artifactStatus="locked") == set()
    by_importance = [names[w["id"]] for w in t.client.list_workloads(ids=all_ids, orderBy="importance")]
    assert by_importance == ["one", "two", "three"]
    for wrong in ({"status": "frozen"}, {"importance": "urgent"}, {"orderBy": "size"}, {"artifactStatus": "x"}):
        t.refused(ValidationFailedError, t.client.list_workloads, **wrong)
    if t.over_http:
        query = f"?ids={one['id']}&ids={two['id']}&importance=low&importance=high&status=running&limit=1"
        assert t.answered(200, "GET", f"/workloads{query}")["totalCount"] == 2
