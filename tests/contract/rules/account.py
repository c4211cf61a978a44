"""Account, entitlements, execution environments and use cases (workload-api §14.4, §15, §18)."""

from ..table import rule
from ..world import ID, MAX_REPLICAS, NOBODY, World

USE_CASE = "ca" * 12


@rule("A40")
def account(t: World) -> None:
    """The account shows the limits; of entitlements there is the Workload API's."""
    found = t.answered(200, "GET", "/account/info/")
    assert found["limits"] == {"maxConcurrentWorkloads": 0, "maxWorkloadReplicas": MAX_REPLICAS}
    assert ID.fullmatch(found["uid"])
    assert found["uid"] == t.artifact()["creator"]["id"]
    names = ["ENABLE_WORKLOAD_API_CONTAINERS", "ENABLE_FLYING_CARS"]
    body = {"entitlements": [{"name": name} for name in names]}
    answered = t.answered(200, "POST", "/entitlements/evaluate/", json=body)
    assert answered == {"entitlements": [{"name": names[0], "value": True}, {"name": names[1], "value": False}]}
    t.answered(422, "POST", "/entitlements/evaluate", json={})


@rule("A41")
def environments(t: World) -> None:
    """Execution environments are listed with their versions, filtered and paged."""
    found = t.answered(200, "GET", "/executionEnvironments/")
    assert found["totalCount"] == len(found["data"]) >= 3
    for item in found["data"]:
        assert ID.fullmatch(item["id"])
        latest = item["latestSuccessfulVersion"]
        versions = t.answered(200, "GET", f"/executionEnvironments/{item['id']}/versions/")
        assert versions["data"][0] == latest == item["latestVersion"]
    one = t.answered(200, "GET", "/executionEnvironments", params={"searchFor": "PYTHON 3.12", "limit": 1})
    assert [item["name"] for item in one["data"]] == ["Python 3.12"]
    none = t.answered(200, "GET", "/executionEnvironments", params={"useCases": "notebook"})
    assert none["data"] == []
    assert t.answered(200, "GET", "/executionEnvironments", params={"isPublic": "false"})["totalCount"] == 0
    t.answered(422, "GET", "/executionEnvironments", params={"useCases": "cooking"})
    t.answered(404, "GET", f"/executionEnvironments/{NOBODY}/versions")


@rule("A42")
def use_cases(t: World) -> None:
    """A use case holds workloads: linked once, unlinked, listed."""
    made = t.workload()
    path = f"/useCases/{USE_CASE}/workloads/{made['id']}/"
    query = {"entityId": made["id"], "entityType": "workload", "limit": 100}
    assert t.answered(200, "GET", "/useCases/", params=query)["data"] == []
    t.answered(201, "POST", path)
    t.answered(409, "POST", path, json={})
    assert [item["id"] for item in t.answered(200, "GET", "/useCases/", params=query)["data"]] == [USE_CASE]
    t.answered(204, "DELETE", path)
    t.answered(404, "DELETE", path)
    assert t.answered(200, "GET", "/useCases/", params=query)["totalCount"] == 0
    t.answered(404, "POST", f"/useCases/{USE_CASE}/workloads/{NOBODY}")
    t.answered(422, "POST", f"/useCases/mine/workloads/{made['id']}")
    t.answered(201, "POST", path)
    t.client.delete_workload(made["id"])
    assert t.answered(200, "GET", "/useCases/", params=query)["totalCount"] == 0
