"""R1 to R10: transport and conventions."""

import re
from datetime import datetime

from lockyard.contract import ValidationFailedError

from ..table import OVER_HTTP, rule
from ..world import ID, NOBODY, World, container, runtime, spec

LISTS = ("/artifacts", "/artifactRepositories", "/workloads", "/mlops/compute/bundles")


@rule("R1", lanes=OVER_HTTP)
def both_spellings(t: World) -> None:
    """Every path answers identically with and without a slash at its end, and never with a redirect."""
    workload = t.running()
    ids = {"artifacts": workload["artifactId"], "workloads": workload["id"]}
    ids["artifactRepositories"] = workload["artifact"]["artifactRepositoryId"]
    paths = t.answered(200, "GET", "/openapi.json")["paths"]
    assert len(paths) > 15
    for path, operations in paths.items():
        path = path.removeprefix("/api/v2")
        kind = path.split("/")[1]
        path = path.replace("{id}", ids.get(kind, NOBODY)).replace("{proton_id}", workload["protonId"])
        assert not path.endswith("/")
        plain, slash = t.raw.get(path), t.raw.get(f"{path}/")
        assert (plain.status_code, plain.json()) == (slash.status_code, _without_slash(slash.json(), path))
        for method in operations:
            unknown = re.sub("[0-9a-f]{24}", NOBODY, path)
            if method == "get" or unknown == path:
                continue
            one, other = (t.raw.request(method, f"{unknown}{slash}", json={}) for slash in ("", "/"))
            assert one.status_code == other.status_code
            assert one.json() == other.json()
            assert one.status_code in (404, 422), (method, path)


def _without_slash(body: dict, path: str) -> dict:
    for name in ("next", "previous"):
        if isinstance(body.get(name), str):
            body = {**body, name: body[name].replace(f"{path}/?", f"{path}?")}
    return body


@rule("R2", lanes=OVER_HTTP)
def token(t: World) -> None:
    """A call without a valid bearer token is answered 401 with a JSON body."""
    good = t.raw.headers["Authorization"]
    for wrong in ("", "Bearer", "Bearer wrong", f"Basic {good[7:]}", good[7:], f"{good}x", good[:-1]):
        for method, path in (("GET", "/version/"), ("POST", "/artifacts"), ("GET", "/nothing"), ("PUT", "/artifacts")):
            response = t.raw.request(method, path, headers={"Authorization": wrong}, json={})
            assert response.status_code == 401
            assert response.json() == {"message": "Invalid API key"}
            assert response.headers["X-Request-Id"]
    assert t.raw.get("/version/", headers={"Authorization": good.replace("Bearer", "bearer")}).status_code == 200


@rule("R3")
def unknown_keys(t: World) -> None:
    """An unknown key in the body of a create is refused with 422 and nothing is created."""
    name = t.name("unknown-key")
    for body in (
        {"name": name, "spec": spec(), "colour": "red"},
        {"name": name, "spec": {**spec(), "colour": "red"}},
        {"name": name, "spec": spec(container(resourceRequest={"cpu": 1}))},
        {"name": name, "spec": spec(container(readinessProbe={"path": "/", "colour": "red"}))},
        {"name": name, "spec": spec(), "id": NOBODY},
    ):
        error = t.refused(ValidationFailedError, t.client.create_artifact, body)
        assert error.problems[0].code == "extra_forbidden"
        assert not list(t.client.list_artifacts(search=name))
    artifact = t.artifact()
    for extra in ({"colour": "red"}, {"tags": []}, {"runtime": {"colour": "red"}}, {"status": "running"}):
        body = {"name": name, "artifactId": artifact["id"], "runtime": runtime(), **extra}
        t.refused(ValidationFailedError, t.client.create_workload, body)
        assert not list(t.client.list_workloads(search=name))


@rule("R4")
def missing_fields(t: World) -> None:
    """A missing required field is answered 422 with its path and the code `missing`."""
    error = t.refused(ValidationFailedError, t.client.create_artifact, {"spec": spec()})
    assert error.body() == {"detail": [{"path": "name", "message": "Field required", "code": "missing"}]}
    error = t.refused(ValidationFailedError, t.client.create_artifact, {})
    assert {(p.path, p.code) for p in error.problems} == {("name", "missing"), ("spec", "missing")}
    broken = spec(container(readinessProbe={}))
    error = t.refused(ValidationFailedError, t.client.create_artifact, {"name": "x", "spec": broken})
    assert [p.path for p in error.problems] == ["spec.containerGroups.0.containers.0.readinessProbe.path"]
    assert error.status == 422


@rule("R5", lanes=OVER_HTTP)
def limits(t: World) -> None:
    """`limit` is 1 to 100 on every list."""
    workload = t.running()
    parts = ("protons", "history", "events", "sharedRoles")
    for path in (*LISTS, *(f"/workloads/{workload['id']}/{part}" for part in parts)):
        for limit in ("0", "101", "-1", "ten", "1.5", ""):
            body = t.answered(422, "GET", f"{path}?limit={limit}")
            assert body["detail"][0]["path"] == "limit"
        t.answered(422, "GET", f"{path}?offset=-1")
        for limit in (1, 100):
            assert t.answered(200, "GET", f"{path}?limit={limit}")["count"] <= limit


@rule("R6", lanes=OVER_HTTP)
def list_envelope(t: World) -> None:
    """Lists have count, totalCount, next, previous and data; next keeps host and filters and is null at the end."""
    first = t.artifact()
    for _ in range(4):
        t.same_lineage(first)
    path, base = "/artifacts", f"{t.raw.base_url}artifacts"
    query = f"repositoryId={first['artifactRepositoryId']}&orderBy=createdAt&tagKeys=&ids={first['id']}"
    assert t.answered(200, "GET", f"{path}?{query}")["totalCount"] == 0
    query = f"repositoryId={first['artifactRepositoryId']}&orderBy=createdAt"
    pages = [t.answered(200, "GET", f"{path}?{query}&limit=2")]
    while pages[-1]["next"]:
        assert pages[-1]["next"].startswith(f"{base}?{query}&")
        pages.append(t.answered(200, "GET", pages[-1]["next"]))
    assert [page["count"] for page in pages] == [len(page["data"]) for page in pages] == [2, 2, 1]
    assert {page["totalCount"] for page in pages} == {5}
    assert pages[0]["previous"] is None
    back = t.answered(200, "GET", pages[2]["previous"])
    assert back["data"] == pages[1]["data"]
    assert t.answered(200, "GET", back["previous"])["data"] == pages[0]["data"]
    beyond = t.answered(200, "GET", f"{path}?{query}&offset=99")
    assert (beyond["data"], beyond["next"], beyond["totalCount"]) == ([], None, 5)
    elsewhere = t.raw.get(f"{path}?{query}&limit=2", headers={"Host": "registry.example:81"}).json()
    assert elsewhere["next"].startswith("http://registry.example:81/api/v2/artifacts?")
    for other in LISTS:
        assert set(t.answered(200, "GET", other)) == {"count", "totalCount", "next", "previous", "data"}


@rule("R7")
def every_record_once(t: World) -> None:
    """Following the pages gives each record exactly once."""
    first = t.artifact()
    made = {first["id"]} | {t.same_lineage(first)["id"] for _ in range(24)}
    repository = first["artifactRepositoryId"]
    for ordering in ("name", "-name", "createdAt", "-updatedAt", "status"):
        found = [a["id"] for a in t.client.list_artifacts(repositoryId=repository, orderBy=ordering)]
        assert sorted(found) == sorted(made)
        assert [a["id"] for a in t.client.list_artifacts(repositoryId=repository, max_items=7)] == [
            a["id"] for a in t.client.list_artifacts(repositoryId=repository)
        ][:7]
    if t.over_http:
        address, found = f"/artifacts?repositoryId={repository}&limit=4", []
        while address:
            page = t.answered(200, "GET", address)
            found += [a["id"] for a in page["data"]]
            address = page["next"]
        assert sorted(found) == sorted(made)


@rule("R8", lanes=OVER_HTTP)
def empty_bodies(t: World) -> None:
    """DELETE with a JSON `null` body and actions with `{}`, `null` or no body are accepted."""
    json_type = {"Content-Type": "application/json"}
    for content in (b"null", b"{}", b""):
        workload = t.running()
        path = f"/workloads/{workload['id']}"
        for action in ("stop", "start"):
            t.answered(202, "POST", f"{path}/{action}", content=content, headers=json_type)
            t.clock.advance(5)
        t.answered(202, "POST", f"{path}/promote", content=content, headers=json_type)
        t.answered(204, "DELETE", path, content=content, headers=json_type)
        draft = t.artifact()
        t.answered(204, "DELETE", f"/artifacts/{draft['id']}/", content=content, headers=json_type)


@rule("R9")
def ids_and_times(t: World) -> None:
    """Ids have 24 hexadecimal characters and timestamps are RFC 3339."""
    artifact = t.artifact()
    workload = t.running(artifact)
    t.client.update_settings(workload["id"], runtime(replicaCount=2))
    documents = [
        artifact,
        t.client.get_repository(artifact["artifactRepositoryId"]),
        t.client.get_workload(workload["id"]),
        t.client.get_settings(workload["id"]),
        *t.client.list_protons(workload["id"]),
        *t.client.workload_history(workload["id"]),
        *t.client.list_shared_roles("workloads", workload["id"]),
    ]
    ids, times = 0, 0
    for key, value in (pair for document in documents for pair in _pairs(document)):
        if key == "id" or (key.endswith("Id") and key not in ("templateId", "tenantId")):
            if value is not None and not str(value).startswith(("cpu.", "gpu.")):
                assert ID.fullmatch(value), (key, value)
                ids += 1
        elif key.endswith("At") and value is not None:
            moment = datetime.fromisoformat(value)
            assert moment.tzinfo is not None
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value)
            times += 1
    assert ids > 15
    assert times > 10


def _pairs(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from _pairs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pairs(inner)


@rule("R10", lanes=OVER_HTTP)
def encoded_slash(t: World) -> None:
    """An id that holds `%2F` is one segment and names nothing."""
    workload = t.workload()
    id = workload["id"]
    for path in (
        f"/workloads/{id}%2Fsettings",
        f"/workloads/{id}%2fsettings",
        f"/workloads%2F{id}",
        f"/artifacts/x%2F..%2F{workload['artifactId']}",
        f"/workloads/{id}%252Fsettings",
        "/workloads/%3Flimit=1",
        "/workloads/%00",
        "/workloads/%ff",
    ):
        for method in ("GET", "DELETE", "PATCH"):
            response = t.raw.request(method, path, json={"name": "x"})
            assert response.status_code in (404, 405), (method, path, response.text)
            assert response.json()["detail"]
    assert t.client.get_workload(id)["name"] == workload["name"]
