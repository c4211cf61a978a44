"""R46, R121, R122, R124, R125: replicas and statistics; measurements are our addition."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from ..table import EXTERNAL, LANES, SIMULATED, WITH_ADDITIONS, rule
from ..world import NOBODY, World, container, runtime, spec

BOTH = (SIMULATED, EXTERNAL)
ZERO = {"totalRequests": 0, "responseTime": 0, "serverErrors": 0, "userErrors": 0, "totalErrorRate": 0}


def measurement(t: World, minutes_ago: float = 10, **over: Any) -> dict[str, Any]:
    """A minute's requests: 8 fast ones, one slow one, one failed."""
    start = t.clock.now() - timedelta(minutes=minutes_ago)
    return {
        "startTime": start.isoformat(),
        "endTime": (start + timedelta(minutes=1)).isoformat(),
        "requests": 10,
        "userErrors": 1,
        "serverErrors": 1,
        "concurrentRequests": 3,
        "responseTimes": [{"millis": 20, "count": 8}, {"millis": 5000, "count": 1}, {"millis": 90, "count": 1}],
        **over,
    }


def measured(t: World, id: str, *told: dict[str, Any]) -> dict[str, Any]:
    """Tell measurements."""
    return t.answered(202, "POST", f"/workloads/{id}/measurements", json={"measurements": list(told)})


def metrics(t: World, id: str, **query: Any) -> dict[str, Any]:
    return t.answered(200, "GET", f"/workloads/{id}/stats", params=query)["metrics"]


@rule("R46", lanes=WITH_ADDITIONS, drivers=BOTH)
def lock_resets(t: World) -> None:
    """Locking the artifact under a workload, and promoting it, set its statistics back to zero."""
    for how in ("lock", "promote"):
        made = t.running()
        t.clock.advance(3600)
        before = measurement(t)
        measured(t, made["id"], before)
        assert metrics(t, made["id"])["totalRequests"] == 10
        assert t.client.get_workload(made["id"])["requestStats"]["totalRequests"] == 10
        if how == "lock":
            t.client.update_artifact(made["artifactId"], {"status": "locked"})
        else:
            t.client.promote_workload(made["id"])
        found = metrics(t, made["id"])
        assert {name: found[name] for name in ZERO} == ZERO
        assert t.client.get_workload(made["id"])["requestStats"]["totalRequests"] == 0
        # What was counted before does not come back, what is counted from now on does.
        assert measured(t, made["id"], before) == {"accepted": 0, "ignored": 1}
        t.clock.advance(3600)
        assert measured(t, made["id"], measurement(t)) == {"accepted": 1, "ignored": 0}
        assert metrics(t, made["id"])["totalRequests"] == 10


@rule("R121", drivers=BOTH)
def status_details(t: World) -> None:
    """Replicas: 204 before anything told of them, then a snapshot."""
    made = t.workload()
    if t.driver == EXTERNAL:
        # The proton is there from the first report on; a candidate is there before any.
        t.bring_up(made["id"])
        t.client.update_settings(made["id"], runtime())
        proton = t.client.get_workload(made["id"])["replacement"]["candidateProtonIds"][0]
    else:
        proton = made["protonId"]
    path = f"/workloads/{made['id']}/protons/{proton}/statusDetails"
    early = t.api.get(path)
    assert (early.status_code, early.content) == (204, b"")
    if t.driver == EXTERNAL:
        replica = {"name": "pod-1", "status": "running", "containers": [{"name": "main", "ready": True}]}
        t.report(made["id"], "ready", replicas=[replica])
    else:
        t.bring_up(made["id"])
    shown = t.answered(200, "GET", path)
    assert shown["overallStatus"]["state"] == "running"
    assert set(shown["overallStatus"]) == {"state", "summary", "lastUpdated"}
    (replica,) = shown["replicas"]
    assert {"name", "status", "address", "nodeAddress", "startedAt", "conditions", "containers"} <= set(replica)
    (shown_container,) = replica["containers"]
    assert shown_container["name"] == f"lrs-{proton}-main"
    assert shown_container["ready"] is True
    for wrong in (path.replace(proton, NOBODY), path.replace(made["id"], NOBODY)):
        t.answered(404, "GET", wrong)
    other = t.running()
    t.answered(404, "GET", path.replace(made["id"], other["id"]))


@rule("R122", drivers=BOTH)
def crash_loop(t: World) -> None:
    """A container that crashes again and again makes the workload errored, and shows why."""
    made = t.workload(t.artifact(spec=spec(container(imageUri=t.CRASHES))))
    if t.driver == EXTERNAL:
        told = {
            "name": "main",
            "status": "waiting",
            "reason": "CrashLoopBackOff",
            "restartCount": 4,
            "lastState": {"status": "terminated", "reason": "Error", "exitCode": 3},
        }
        t.report(made["id"], "progressing", replicas=[{"name": "pod-1", "status": "running", "containers": [told]}])
    else:
        t.clock.advance(3)
    found = t.client.get_workload(made["id"])
    assert found["status"] == "errored"
    assert "CrashLoopBackOff" in found["statusDetails"]["logTail"][0]
    shown = t.answered(200, "GET", f"/workloads/{made['id']}/protons/{found['protonId']}/statusDetails")
    assert shown["overallStatus"]["state"] == "errored"
    (shown_container,) = shown["replicas"][0]["containers"]
    assert shown_container["reason"] == "CrashLoopBackOff"
    assert shown_container["restartCount"] == (4 if t.driver == EXTERNAL else 1)
    assert shown_container["lastState"]["exitCode"] == (3 if t.driver == EXTERNAL else 1)


@rule("R124")
def statistics_of_all(t: World) -> None:
    """`/workloads/stats` is no workload's id; it counts the workloads that match."""
    made = t.running(importance="critical", name=t.name("counted"))
    for path in ("/workloads/stats", "/workloads/stats/"):
        found = t.answered(200, "GET", path, params={"search": made["name"]})
        assert found["workloads"] == {"active": 1, "total": 1}
        assert set(found) == {"workloads", "requests", "errorRate", "responseTime", "concurrentRequests"}
    t.client.stop_workload(made["id"])
    t.clock.advance(5)
    assert t.answered(200, "GET", path, params={"search": made["name"]})["workloads"] == {"active": 0, "total": 1}
    everything = t.answered(200, "GET", "/workloads/stats")["workloads"]["total"]
    assert everything == t.answered(200, "GET", "/workloads")["totalCount"]
    t.answered(422, "GET", "/workloads/stats", params={"status": "asleep"})


@rule("R125")
def statistics_queries(t: World) -> None:
    """Quantiles beyond 1 and negative thresholds: 422; a time range that ends before it begins: 400."""
    path = f"/workloads/{t.workload()['id']}/stats"
    for wrong in (
        {"responseTimeQuantile": 1.5},
        {"responseTimeQuantile": -0.1},
        {"responseTimeQuantile": "median"},
        {"slowRequestsThreshold": -1},
        {"startTime": "yesterday"},
        {"endTime": 17},
    ):
        t.answered(422, "GET", path, params=wrong)
        t.answered(422, "GET", f"{path}/responseTime", params=wrong)
    t.answered(422, "GET", f"{path}/responseTime", params={"resolution": "PT2M"})
    t.answered(422, "GET", f"{path}/colour")
    backwards = {"startTime": "2026-02-01T00:00:00Z", "endTime": "2026-01-01T00:00:00Z"}
    for method, where in (("GET", path), ("DELETE", path), ("GET", f"{path}/totalRequests")):
        error = t.answered(400, method, where, params=backwards)
        assert error["detail"].startswith("Invalid time range")
    long = {"startTime": "2020-01-01T00:00:00Z", "endTime": "2026-01-01T00:00:00Z", "resolution": "PT1M"}
    t.answered(400, "GET", f"{path}/totalRequests", params=long)
    for good in ({"responseTimeQuantile": 0}, {"responseTimeQuantile": "0.99", "slowRequestsThreshold": 0}):
        assert metrics(t, path.split("/")[2], **good)["totalRequests"] == 0
    t.answered(404, "GET", f"/workloads/{NOBODY}/stats")
    t.answered(404, "GET", path, params={"protonId": NOBODY})
    t.answered(204, "DELETE", path)


@rule("A30", lanes=WITH_ADDITIONS, drivers=BOTH)
def figures(t: World) -> None:
    """Statistics are those of the measurements, of one proton and period."""
    made = t.running()
    t.clock.advance(3 * 3600)
    one, two = measurement(t, 100), measurement(t, 10, source="second")
    assert measured(t, made["id"], one, two, one) == {"accepted": 3, "ignored": 0}
    found = metrics(t, made["id"])
    assert (found["totalRequests"], found["userErrors"], found["serverErrors"]) == (20, 2, 2)
    assert (found["responseTime"], found["slowRequests"], found["concurrentRequests"]) == (20, 2, 3)
    assert (found["totalErrorRate"], found["serverErrorRate"]) == (0.2, 0.1)
    assert metrics(t, made["id"], responseTimeQuantile=1)["responseTime"] == 5000
    assert metrics(t, made["id"], slowRequestsThreshold=50)["slowRequests"] == 4
    half = (t.clock.now() - timedelta(minutes=50)).isoformat()
    assert metrics(t, made["id"], startTime=half)["totalRequests"] == 10
    stats = t.client.get_workload(made["id"])["requestStats"]
    assert (stats["totalRequests"], stats["errorRate"], sum(stats["requestRates"])) == (20, 0.2, 20)
    listed = t.answered(200, "GET", "/workloads", params={"ids": made["id"], "serviceStats": "true"})["data"][0]
    assert listed["requestStats"] == stats
    assert listed["lastResponse"] == stats["lastRequestAt"]
    series = t.answered(200, "GET", f"/workloads/{made['id']}/stats/totalRequests", params={"resolution": "PT1H"})
    assert sum(bucket["value"] for bucket in series["buckets"]) == 20
    assert len(series["buckets"]) in (168, 169)
    assert series["summary"]["protonId"] == made["protonId"]
    all_of_them = t.answered(200, "GET", "/workloads/stats", params={"search": made["id"]})
    assert all_of_them["requests"] == {"total": 20, "succeeded": 16, "failed": 4, "trend": 0}
    # A new generation begins at zero, the old one's figures stay.
    t.client.update_settings(made["id"], runtime())
    t.bring_up(made["id"])
    assert metrics(t, made["id"])["totalRequests"] == 0
    assert metrics(t, made["id"], protonId=made["protonId"])["totalRequests"] == 20
    t.answered(
        204, "DELETE", f"/workloads/{made['id']}/stats", params={"protonId": made["protonId"], "startTime": half}
    )
    assert metrics(t, made["id"], protonId=made["protonId"])["totalRequests"] == 10


@rule("A31", lanes=WITH_ADDITIONS)
def wrong_measurements(t: World) -> None:
    """Measurements that contradict themselves are refused, those of another time ignored."""
    made = t.running()
    path = f"/workloads/{made['id']}/measurements"
    good = measurement(t, 0)
    for wrong, where in (
        ({**good, "requests": 1}, "requests"),
        ({**good, "endTime": good["startTime"]}, "endTime"),
        ({**good, "endTime": (t.clock.now() + timedelta(days=2)).isoformat()}, "endTime"),
        ({**good, "requests": -1}, "requests"),
        ({**good, "responseTimes": [{"millis": 1, "count": 11}]}, "responseTimes"),
        ({**good, "colour": 1}, "colour"),
    ):
        error = t.answered(422, "POST", path, json={"measurements": [wrong]})
        assert f"measurements.0.{where}" in [problem["path"] for problem in error["detail"]]
    t.answered(422, "POST", path, json={"measurements": []})
    t.answered(404, "POST", path, json={"measurements": [{**good, "protonId": NOBODY}]})
    old, future = measurement(t, 100 * 24 * 60), measurement(t, -60)
    assert measured(t, made["id"], old, future) == {"accepted": 0, "ignored": 2}


@rule("A32", lanes=WITH_ADDITIONS, drivers=(EXTERNAL,))
def reported_measurements(t: World) -> None:
    """A report may bring measurements along."""
    made = t.running()
    t.clock.advance(3600)
    t.report(made["id"], "ready", measurements=[measurement(t)])
    assert metrics(t, made["id"])["totalRequests"] == 10


@rule("A33", lanes=LANES, drivers=BOTH)
def failed_candidate(t: World) -> None:
    """The event of a failed replacement says what its containers were like."""
    if t.driver == EXTERNAL and not t.additions:
        return
    made = t.running()
    crashing = t.artifact(spec=spec(container(imageUri=t.CRASHES)))
    t.client.start_replacement(made["id"], {"artifactId": crashing["id"], "strategy": "rolling"})
    candidate = t.client.get_workload(made["id"])["replacement"]["candidateProtonIds"][0]
    if t.driver == EXTERNAL:
        told = {"name": "main", "reason": "CrashLoopBackOff", "restartCount": 2}
        t.report(made["id"], "failed", replicas=[{"name": "pod-1", "containers": [told]}])
    else:
        t.clock.advance(3)
    (event,) = t.answered(200, "GET", f"/workloads/{made['id']}/events")["data"]
    assert event["eventType"] == "Replacement Errored"
    (replica,) = event["details"]["protonStatuses"][candidate]["replicas"]
    (shown_container,) = replica["containers"]
    assert set(shown_container) == {"name", "ready", "restartCount", "reason", "lastState"}
    assert shown_container["reason"] == "CrashLoopBackOff"


@rule("A34")
def related(t: World) -> None:
    """A workload is related to its artifact, the artifact's repository and its protons."""
    made = t.running()
    found = t.answered(200, "GET", f"/workloads/{made['id']}/related/")
    wanted = {
        (made["artifactId"], "artifact"),
        (made["artifact"]["artifactRepositoryId"], "artifact_repository"),
        (made["protonId"], "proton"),
    }
    assert found["count"] == len(found["data"]) == 3
    assert {(item["id"], item["type"]) for item in found["data"]} == wanted
    assert all(item["name"] and item["creator"]["id"] for item in found["data"])
    t.answered(404, "GET", f"/workloads/{NOBODY}/related")
