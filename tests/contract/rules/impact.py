"""A90 to A93: what a change of an artifact touches, what may be done with objects, and facets (our additions)."""

from ..table import EXTERNAL, OVER_HTTP, SIMULATED, WITH_ADDITIONS, rule
from ..world import NOBODY, World, runtime
from .observability import measured, measurement


@rule("A90", lanes=WITH_ADDITIONS, drivers=(SIMULATED, EXTERNAL))
def impact(t: World) -> None:
    """The impact of an artifact: workloads on it, replicas, endpoints, what a lock resets, who made it."""

    def asked() -> dict:
        return t.answered(200, "GET", f"/artifacts/{draft['id']}/impact")

    draft = t.artifact()
    nothing = asked()
    assert (nothing["totalWorkloads"], nothing["hiddenWorkloads"], nothing["replicas"]) == (0, 0, 0)
    assert (nothing["workloads"], nothing["lockResets"]) == ([], [])
    made = t.running(draft, importance="high", runtime=runtime(replicaCount=3))
    if t.driver == EXTERNAL:
        ready = [{"name": "main", "ready": True}]
        waits = [{"name": "main", "ready": True}, {"name": "side", "ready": False}]
        replicas = [{"name": "a", "containers": ready}, {"name": "b", "containers": waits}, {"name": "c"}]
        t.report(made["id"], "ready", replicas=replicas)
    rolling = t.running(importance="low")
    t.client.start_replacement(rolling["id"], {"artifactId": t.same_lineage(draft)["id"]})
    t.clock.advance(3600)
    t.client.update_workload(made["id"], {"description": "on it"})
    told = measurement(t)
    measured(t, made["id"], told)
    found = asked()
    assert (found["artifactId"], found["artifactStatus"], found["totalWorkloads"]) == (draft["id"], "draft", 1)
    (workload,) = found["workloads"]
    assert (workload["id"], workload["status"], workload["role"]) == (made["id"], "running", "active")
    assert (workload["replicas"], found["replicas"]) == (3, 3)
    assert workload["readyReplicas"] == (1 if t.driver == EXTERNAL else 3)
    document = t.answered(200, "GET", f"/workloads/{made['id']}")
    assert (workload["endpoint"], workload["expiresAt"]) == (document["endpoint"], document["expiresAt"])
    assert found["byImportance"] == {"critical": 0, "high": 1, "moderate": 0, "low": 0}
    (forgets,) = found["lockResets"]
    assert (forgets["workloadId"], forgets["measurements"], forgets["requests"]) == (made["id"], 1, 10)
    assert {item["type"]: item["id"] for item in found["origins"]} == {
        "artifact": draft["id"],
        "artifact_repository": draft["artifactRepositoryId"],
        "workload": made["id"],
    }
    # What was foretold happens.
    t.client.update_artifact(draft["id"], {"status": "locked"})
    after = asked()
    assert (after["artifactStatus"], after["lockResets"]) == ("locked", None)
    assert after["workloads"][0]["expiresAt"] is None
    assert t.client.get_workload(made["id"])["requestStats"]["totalRequests"] == 0
    t.client.stop_workload(made["id"])
    assert asked()["replicas"] == (3 if t.client.get_workload(made["id"])["status"] == "stopping" else 0)
    t.answered(404, "GET", f"/artifacts/{NOBODY}/impact/")


@rule("A91", lanes=WITH_ADDITIONS, drivers=(SIMULATED, EXTERNAL))
def impact_of_a_candidate(t: World) -> None:
    """A workload that rolls onto an artifact is told of, with nothing to reset."""
    made = t.running()
    candidate = t.artifact()
    t.client.start_replacement(made["id"], {"artifactId": candidate["id"]})
    measured(t, made["id"], measurement(t, minutes_ago=0))
    found = t.answered(200, "GET", f"/artifacts/{candidate['id']}/impact")
    (workload,) = found["workloads"]
    assert (workload["id"], workload["role"], workload["expiresAt"]) == (made["id"], "candidate", None)
    assert found["lockResets"] == []
    key, origin = t.name("key"), t.name("stack")
    repository = t.client.create_repository({"name": "a", "type": "service", "origin": origin}, idempotency_key=key)
    body = {"name": "a", "spec": candidate["spec"], "artifactRepositoryId": repository["id"]}
    keyed = t.client.create_artifact(body, idempotency_key=key)
    by_type = {item["type"]: item for item in t.answered(200, "GET", f"/artifacts/{keyed['id']}/impact")["origins"]}
    assert by_type["artifact_repository"]["origin"] == origin
    assert (by_type["artifact"]["creationKeys"], by_type["artifact"]["claim"]) == (1, 1)


@rule("A92", lanes=OVER_HTTP)
def allowed_actions(t: World) -> None:
    """Objects say what may be done with them now and why not, in lists if asked; a plain server's never do."""
    made = t.running()
    paths = (
        f"/artifacts/{made['artifactId']}",
        f"/artifactRepositories/{made['artifact']['artifactRepositoryId']}",
        f"/workloads/{made['id']}",
    )
    for path in paths:
        collection, _, id = path.rpartition("/")
        document = t.answered(200, "GET", path)
        (silent,) = t.answered(200, "GET", f"{collection}?ids={id}")["data"]
        (listed,) = t.answered(200, "GET", f"{collection}?ids={id}&allowedActions=true")["data"]
        assert "allowedActions" not in silent
        assert ("allowedActions" in document) == ("allowedActions" in listed) == t.additions
        t.answered(422 if t.additions else 200, "GET", f"{collection}?allowedActions=perhaps")
        if not t.additions:
            continue
        assert document["allowedActions"] == listed["allowedActions"]
        claims = {item["action"]: item for item in document["allowedActions"]}
        assert claims["edit"] == {"action": "edit", "allowed": True, "reason": None}
        deletion = t.api.request("DELETE", path)
        assert claims["delete"]["allowed"] == (deletion.status_code == 204)
        if deletion.status_code != 204:
            assert deletion.json()["detail"][:40] == claims["delete"]["reason"][:40]


@rule("A93", lanes=OVER_HTTP)
def facets(t: World) -> None:
    """The artifact list counts what matches by status, type, creator, tag and repository, if asked."""
    word = t.name("counted")
    one = t.artifact(name=f"{word}-a")
    t.artifact(name=f"{word}-b", type="nim", status="locked")
    t.same_lineage(one, name=f"{word}-c")
    every = "status,type,creator,tags,repository"
    found = t.answered(200, "GET", f"/artifacts?search={word}&limit=1&facets={every}")
    assert (found["totalCount"], found["count"], "facets" in found) == (3, 1, t.additions)
    if not t.additions:
        t.answered(200, "GET", "/artifacts?facets=colour")
        return
    t.client.replace_tags("artifacts", one["id"], [{"name": "tier", "value": "1"}])
    counts = t.answered(200, "GET", f"/artifacts?search={word}&facets=tags&facets={every}")["facets"]
    assert counts["status"] == [{"value": "draft", "count": 2}, {"value": "locked", "count": 1}]
    assert counts["type"] == [{"value": "service", "count": 2}, {"value": "nim", "count": 1}]
    assert counts["creator"] == [{"value": one["creator"]["id"], "username": one["creator"]["username"], "count": 3}]
    assert counts["tags"] == [{"name": "tier", "value": "1", "count": 1}]
    assert counts["repository"][0] == {"value": one["artifactRepositoryId"], "count": 2}
    # Filters hold for the counts, too.
    narrowed = t.answered(200, "GET", f"/artifacts?search={word}&status=locked&facets=type,tags")["facets"]
    assert narrowed == {"type": [{"value": "nim", "count": 1}], "tags": []}
    for wrong in ("colour", "status,", ""):
        t.answered(422, "GET", f"/artifacts?facets={wrong}")
