"""R129: the invoke endpoint."""

from ..table import EXTERNAL, LANES, SIMULATED, WITH_ADDITIONS, rule
from ..upstream import running_workload
from ..world import NOBODY, World


@rule("R129", lanes=WITH_ADDITIONS, drivers=(EXTERNAL,))
def invoke(t: World) -> None:
    """Requests reach the primary container without the prefix, answers come back as they are."""
    made = t.workload()
    here = f"/endpoints/workloads/{made['id']}"
    t.answered(503, "GET", f"{here}/v1/models")
    with running_workload() as (url, _):
        t.report(made["id"], "ready", internalUrl=url)
        for path in ("", "/", "/v1/models", "/v1/models/", "/a%2Fb?x=1&y=%20", "/a;b/x"):
            got = t.answered(200, "GET", f"{here}{path}")
            assert got["path"] == (path or "/")
        t.answered(400, "GET", f"{here}/..;/x")
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            got = t.answered(200, method, f"{here}/run", content=b"body", headers={"X-DataRobot-Thing": "1"})
            assert (got["method"], got["path"], got["headers"]["x-datarobot-thing"]) == (method, "/run", "1")
            assert got["body"] == "body"
        assert "authorization" not in got["headers"]
        assert got["headers"]["x-forwarded-prefix"] == f"/api/v2{here}"
        proton = t.client.get_workload(made["id"])["protonId"]
        got = t.answered(200, "GET", f"{here}/x", params={"protonId": proton, "q": "2"})
        assert got["path"] == "/x?q=2"
        t.answered(404, "GET", f"{here}/x", params={"protonId": NOBODY})
        t.client.stop_workload(made["id"])
        t.answered(503, "GET", f"{here}/x")
    t.answered(404, "GET", f"/endpoints/workloads/{NOBODY}/x")
    t.client.delete_workload(made["id"])
    t.answered(404, "GET", f"{here}/x")


@rule("A50", lanes=LANES, drivers=(SIMULATED,))
def nothing_to_invoke(t: World) -> None:
    """What nobody has told the address of answers 503."""
    made = t.running()
    error = t.answered(503, "POST", f"/endpoints/workloads/{made['id']}/v1", json={})
    assert "address" in error["detail"]
