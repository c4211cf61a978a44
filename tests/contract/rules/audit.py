"""A20: the audit log (design §5)."""

from lockyard.contract import NotFoundError, ValidationFailedError

from ..table import WITH_ADDITIONS, rule
from ..world import NOBODY, World


@rule("A20", lanes=WITH_ADDITIONS)
def audit_log(t: World) -> None:
    """Each change adds one record to the chain of its repository or workload, with digests before and after."""
    draft = t.artifact()
    repository = draft["artifactRepositoryId"]
    t.clock.advance(1)
    edited_at = t.clock.now().isoformat()
    t.client.update_artifact(draft["id"], {"description": "edited"})
    t.clock.advance(1)
    t.client.replace_tags("artifacts", draft["id"], [{"name": "team", "value": "search"}])
    t.clock.advance(1)
    workload = t.workload(draft)
    t.clock.advance(1)
    t.client.update_artifact(draft["id"], {"status": "locked"})

    newest_first = list(t.client.list_audit(objectId=repository))
    assert [r["action"] for r in newest_first] == [
        "artifact.patch",
        "tags.replace",
        "artifact.patch",
        "artifact.create",
    ]
    records = newest_first[::-1]
    assert [r["number"] for r in records] == [1, 2, 3, 4]
    assert {(r["chain"], r["kind"]) for r in records} == {(repository, "artifactRepositories")}
    assert records[0]["previous"] == "0" * 64
    assert [r["previous"] for r in records[1:]] == [r["hash"] for r in records[:-1]]
    assert {(c["kind"], c["before"]) for c in records[0]["changes"]} == {
        ("artifactRepositories", None),
        ("artifacts", None),
        ("sharedRoles", None),
    }
    history = [c for r in records for c in r["changes"] if (c["kind"], c["id"]) == ("artifacts", draft["id"])]
    assert [c["before"] for c in history] == [None, *(c["after"] for c in history[:-1])]
    assert len({c["after"] for c in history}) == len(history) == 3
    assert [(c["kind"], c["id"]) for c in records[2]["changes"]] == [("tags", draft["id"])]
    assert {c["kind"] for c in records[3]["changes"]} == {"artifacts", "artifactRepositories"}

    of_workload = list(t.client.list_audit(objectId=workload["id"]))
    assert [r["action"] for r in of_workload] == ["artifact.patch", "workload.create"], "the lock is in its history"
    assert {r["actor"]["username"] for r in of_workload} == {"local"}
    assert [r["number"] for r in t.client.list_audit(objectId=draft["id"])] == [4, 3, 2, 1]
    only = list(t.client.list_audit(objectId=draft["id"], action="artifact.patch", actor="local"))
    assert [r["number"] for r in only] == [4, 2]
    assert [r["number"] for r in t.client.list_audit(objectId=repository, since=edited_at)] == [4, 3, 2]
    assert [r["number"] for r in t.client.list_audit(objectId=repository, until=edited_at)] == [1]
    assert [r["number"] for r in t.client.list_audit(objectId=repository, max_items=2)] == [4, 3]
    assert list(t.client.list_audit(objectId=repository, actor="somebody else")) == []
    assert list(t.client.list_audit(objectId=NOBODY)) == []
    t.refused(ValidationFailedError, t.client.list_audit, since="yesterday")
    # What is refused or changes nothing is no change.
    t.refused(NotFoundError, t.client.update_artifact, NOBODY, {"description": "x"})
    t.client.update_workload(workload["id"], {"name": workload["name"]})
    assert len(list(t.client.list_audit(objectId=workload["id"]))) == 2
    t.client.delete_workload(workload["id"])
    t.client.delete_repository(repository, force=True)
    gone = next(iter(t.client.list_audit(objectId=repository)))
    assert (gone["action"], gone["number"]) == ("repository.delete", 5)
    assert {c["after"] for c in gone["changes"]} == {None}
    if t.over_http:
        headers = {"X-Request-ID": t.name("request")}
        made = t.answered(201, "POST", "/workloads", json=new_workload(t), headers=headers)
        page = t.answered(200, "GET", f"/audit?requestId={headers['X-Request-ID']}")
        assert (page["totalCount"], page["data"][0]["chain"]) == (1, made["id"])


def new_workload(t: World) -> dict:
    return {"name": t.name(), "artifactId": t.artifact()["id"]}
