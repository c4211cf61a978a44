"""R110 to R120, R123: replacements, protons, history."""

from lockyard.contract import BadRequestError, ConflictError, NotFoundError, ValidationFailedError

from ..table import EXTERNAL, SIMULATED, rule
from ..world import NOBODY, World, container, runtime, spec

BOTH = (SIMULATED, EXTERNAL)
ACTIVE = {"submitted", "initializing", "awaiting_promotion", "switching"}


def replace(t: World, workload, candidate, **over):
    """Start a rolling swap."""
    return t.client.start_replacement(
        workload["id"], {"artifactId": candidate["id"], "strategy": "rolling", "config": {}, **over}
    )


@rule("R110", drivers=BOTH)
def statuses_must_match(t: World) -> None:
    """Draft and locked do not replace each other."""
    draft, locked = t.running(), t.running(t.locked())
    for workload, candidate in ((draft, t.locked()), (locked, t.artifact())):
        error = t.refused(BadRequestError, replace, t, workload, candidate)
        assert error.message.startswith("Artifact status mismatch")
        assert t.client.get_workload(workload["id"]) == workload


@rule("R111", drivers=BOTH)
def same_artifact(t: World) -> None:
    """The current artifact again: locked 422, draft rolls."""
    artifact = t.locked()
    locked = t.running(artifact)
    error = t.refused(ValidationFailedError, replace, t, locked, artifact)
    text = "Cannot replace with the same artifact — candidate artifact ID matches current artifact."
    assert error.body() == {"detail": [text]}
    assert t.client.get_workload(locked["id"]) == locked
    draft = t.artifact()
    made = t.running(draft)
    assert replace(t, made, draft)["candidateArtifactId"] == draft["id"]
    if t.over_http:
        other = t.running()
        body = {"artifactId": other["artifactId"], "strategy": "rolling"}
        t.answered(202, "POST", f"/workloads/{other['id']}/replacement/", json=body)


@rule("R112", drivers=BOTH)
def visible_at_once(t: World) -> None:
    """A replacement shows at once, and the workload keeps running."""
    made = t.running()
    candidate = t.artifact()
    answer = replace(t, made, candidate)
    assert answer["status"] in ACTIVE
    assert (answer["workloadId"], answer["candidateArtifactId"]) == (made["id"], candidate["id"])
    shown = t.client.get_workload(made["id"])
    assert shown["status"] == "running"
    assert shown["artifactId"] == made["artifactId"]
    assert shown["replacement"]["status"] in ACTIVE
    for place in (shown["replacement"], t.client.get_replacement(made["id"])):
        assert place["id"] == answer["id"]
    t.refused(ValidationFailedError, replace, t, t.running(), {"id": NOBODY})


@rule("R113", drivers=BOTH)
def strategy(t: World) -> None:
    """There is one strategy."""
    made, candidate = t.running(), t.artifact()
    for wrong in ("blue-green", "Rolling", ""):
        error = t.refused(ValidationFailedError, replace, t, made, candidate, strategy=wrong)
        assert [p.path for p in error.problems] == ["strategy"]
    for wrong in ({"warmupDurationMinutes": -1}, {"colour": 1}):
        t.refused(ValidationFailedError, replace, t, made, candidate, config=wrong)
    t.refused(ValidationFailedError, t.client.start_replacement, made["id"], {"strategy": "rolling"})
    assert t.client.get_replacement(made["id"]) is None


@rule("R114", drivers=BOTH)
def two_protons(t: World) -> None:
    """During a replacement there are two protons, one of them active."""
    made = t.running()
    answer = replace(t, made, t.artifact())
    protons = t.protons(made["id"])
    assert len(protons) == 2
    assert [p["id"] for p in protons if p.get("role") == "active"] == [made["protonId"]]
    assert [p["id"] for p in protons if p.get("role") == "candidate"] == answer["candidateProtonIds"]
    assert answer["previousProtonIds"] == [made["protonId"]]
    t.bring_up(made["id"])
    after = [p["id"] for p in t.protons(made["id"]) if p.get("role") == "active"]
    assert after == [t.client.get_workload(made["id"])["protonId"]] == answer["candidateProtonIds"]


@rule("R115", drivers=BOTH)
def all_switches_together(t: World) -> None:
    """After success artifact, proton, type and runtime are the new ones; id and endpoint are not."""
    made = t.running()
    candidate = t.artifact(type="nim")
    answer = replace(t, made, candidate, runtime=runtime(replicaCount=2))
    assert t.client.get_workload(made["id"])["type"] == "service"
    t.bring_up(made["id"])
    after = t.client.get_workload(made["id"])
    assert after["artifactId"] == after["artifact"]["id"] == candidate["id"]
    assert after["type"] == after["artifact"]["type"] == "nim"
    assert [after["protonId"]] == answer["candidateProtonIds"]
    assert after["runtime"]["containerGroups"][0]["replicaCount"] == 2
    assert (after["id"], after["endpoint"], after["status"]) == (made["id"], made["endpoint"], "running")
    assert after["replacement"]["status"] == "completed", "polling clients see how it ended"
    t.clock.advance(11)
    assert t.client.get_workload(made["id"])["replacement"] is None
    assert t.client.get_replacement(made["id"]) is None
    t.client.delete_artifact(made["artifactId"])


@rule("R116", drivers=BOTH)
def failed_candidate(t: World) -> None:
    """A candidate that never becomes ready leaves the old artifact serving and an event."""
    made = t.running()
    candidate = t.artifact(spec=spec(container(imageUri=t.CRASHES)))
    answer = replace(t, made, candidate)
    t.fail(made["id"])
    after = t.client.get_workload(made["id"])
    kept = ("status", "artifactId", "protonId", "runtime", "type")
    assert {key: after[key] for key in kept} == {key: made[key] for key in kept}
    assert after["replacement"]["status"] == "errored"
    assert "CrashLoopBackOff" in after["replacement"]["message"]
    (event,) = t.client.workload_events(made["id"])
    assert event["eventType"] == "Replacement Errored"
    assert event["workloadId"] == made["id"]
    assert event["details"]["artifactId"] == candidate["id"]
    assert event["details"]["replacementId"] == event["id"] == answer["id"]
    assert "CrashLoopBackOff" in event["details"]["message"]
    t.clock.advance(11)
    assert t.client.get_workload(made["id"])["replacement"] is None
    good = t.artifact()
    replace(t, made, good)
    t.bring_up(made["id"])
    assert t.client.get_workload(made["id"])["artifactId"] == good["id"]
    kinds = [event["eventType"] for event in t.client.workload_events(made["id"])]
    assert kinds == ["Replacement Completed", "Replacement Errored"]


NONE = "There is no active replacement for this workload."


@rule("R117", drivers=BOTH)
def none_active(t: World) -> None:
    """Without a replacement: 404 with the contract's sentence."""
    made = t.running()
    assert t.client.get_replacement(made["id"]) is None
    assert t.client.get_replacement(NOBODY) is None
    if t.over_http:
        for id in (made["id"], NOBODY):
            assert t.answered(404, "GET", f"/workloads/{id}/replacement/") == {"detail": NONE}


@rule("R118", drivers=BOTH)
def cancel(t: World) -> None:
    """A cancelled replacement leaves the old proton serving; without one 404."""
    made = t.running()
    replace(t, made, t.artifact())
    t.client.cancel_replacement(made["id"])
    for _ in range(2):
        after = t.client.get_workload(made["id"])
        kept = ("status", "artifactId", "protonId", "runtime", "replacement")
        assert {key: after[key] for key in kept} == {key: made[key] for key in kept}
        t.clock.advance(20)
    error = t.refused(NotFoundError, t.client.cancel_replacement, made["id"])
    assert error.message == NONE
    replace(t, made, t.artifact())
    if t.over_http:
        t.answered(202, "DELETE", f"/workloads/{made['id']}/replacement/", content=b"null")


@rule("R119", drivers=BOTH)
def second_replacement(t: World) -> None:
    """A second replacement while one is active: 409, and the first goes on."""
    made = t.running()
    first = t.artifact()
    replace(t, made, first)
    t.refused(ConflictError, replace, t, made, t.artifact())
    t.refused(ConflictError, replace, t, made, first)
    t.bring_up(made["id"])
    assert t.client.get_workload(made["id"])["artifactId"] == first["id"]


@rule("R120", drivers=BOTH)
def history(t: World) -> None:
    """The history lists replacements and promotes in order."""
    made = t.running()
    assert list(t.client.workload_history(made["id"])) == []
    second = t.artifact()
    first_entry = replace(t, made, second)
    t.bring_up(made["id"])
    t.clock.advance(1)
    t.client.promote_workload(made["id"])
    t.clock.advance(1)
    third = t.locked()
    last_entry = replace(t, made, third)
    t.bring_up(made["id"])
    entries = list(t.client.workload_history(made["id"]))
    assert [entry["candidateArtifactId"] for entry in entries] == [second["id"], second["id"], third["id"]]
    assert [entries[0]["id"], entries[2]["id"]] == [first_entry["id"], last_entry["id"]]
    assert {entry["status"] for entry in entries} == {"completed"}
    assert [entry["createdAt"] for entry in entries] == sorted(entry["createdAt"] for entry in entries)
    t.refused(NotFoundError, t.client.workload_history, NOBODY)


@rule("R123", drivers=BOTH)
def proton_endpoint(t: World) -> None:
    """A proton's endpoint carries its id."""
    made = t.running()
    proton = t.client.get_proton(made["id"], made["protonId"])
    assert proton["endpoint"] == f"{made['endpoint'].rstrip('/')}?protonId={made['protonId']}"
    assert (proton["workloadId"], proton["artifactId"]) == (made["id"], made["artifactId"])
    assert proton["status"] == "running"
    assert None not in proton.values(), "keys without a value are left out"
    other = t.running()
    for workload, id in ((made["id"], NOBODY), (NOBODY, made["protonId"]), (other["id"], made["protonId"])):
        t.refused(NotFoundError, t.client.get_proton, workload, id)
