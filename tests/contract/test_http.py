"""What only HTTP has: request ids, bodies of all sizes and shapes, faults inside the server, its own addresses."""

import json
import socket
from urllib.parse import urlsplit

import pytest

from lockyard.contract import StorageError
from lockyard_registry import lifecycle
from lockyard_registry.api import create_app

from .table import PLAIN, SIMULATED, SOCKET
from .world import NOBODY, TOKEN, World, container, spec

MIB = 1024 * 1024


@pytest.fixture
def t(worlds) -> World:
    return worlds(SOCKET, SIMULATED)


def test_request_ids_are_taken_over_or_made(t):
    assert t.raw.get("/version/", headers={"X-Request-Id": "build-7:a.b_c"}).headers["X-Request-Id"] == "build-7:a.b_c"
    for strange in ("", "x" * 129, "a b", "a;b", "ä".encode()):
        made = t.raw.get("/version/", headers={"X-Request-Id": strange}).headers["X-Request-Id"]
        assert len(made) == 32
    for response in (
        t.raw.get("/nothing"),
        t.raw.get(f"/artifacts/{NOBODY}"),
        t.raw.post("/artifacts", content=b"{"),
        t.raw.get("/version/", headers={"Authorization": ""}),
        t.raw.get("/artifacts/a%2Fb"),
    ):
        assert response.status_code >= 400
        assert len(response.headers.get_list("X-Request-Id")) == 1


@pytest.mark.parametrize(
    "query", ["", "search=listed&", "orderBy=-updatedAt&", "status=draft&", "allowedActions=true&"]
)
def test_lists_show_what_reading_each_shows(t, query):
    variables = [{"name": "GREETING", "value": 'Grüße "\\ 中\n'}]
    made = [t.artifact(name=f"listed-{number}", spec=spec(container(environmentVars=variables))) for number in range(3)]
    # The newest come first: other tests may have filled this registry.
    listed = t.raw.get(f"/artifacts?{query}limit=100").json()["data"]
    shown = {item["id"]: item for item in listed}
    for artifact in made:
        read = t.raw.get(f"/artifacts/{artifact['id']}").json()
        if not query.startswith("allowed"):
            del read["allowedActions"]
        assert shown[artifact["id"]] == read
        (variable,) = read["spec"]["containerGroups"][0]["containers"][0]["environmentVars"]
        assert variable["value"] == variables[0]["value"]


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT"])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b'{"name": "x",}', "not valid JSON"),
        (b"name=x", "not valid JSON"),
        (b'{"name": NaN}', "NaN is not JSON"),
        (b'{"name": Infinity}', "Infinity is not JSON"),
        (b"\xff\xfe\x00", "not valid JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
        (b'{"name": ' + b"9" * 5000 + b"}", "not valid JSON"),
    ],
)
def test_what_is_not_json(t, method, content, says):
    path = "/artifacts" if method == "POST" else f"/artifacts/{t.artifact()['id']}"
    body = t.answered(422, method, path, content=content)
    (problem,) = body["detail"]
    assert (problem["path"], problem["code"]) == ("", "json_invalid")
    assert says in problem["message"]


NOT_OBJECTS = [b"null", b"[]", b'"text"', b"7", b"true", b"[{}]"]


@pytest.mark.parametrize("content", NOT_OBJECTS)
def test_json_that_is_no_object(t, content):
    artifact, workload = t.artifact(), t.running()
    for method, path in (
        ("POST", "/artifacts"),
        ("POST", "/workloads"),
        ("PATCH", f"/artifacts/{artifact['id']}"),
        ("PUT", f"/artifacts/{artifact['id']}"),
        ("POST", f"/artifacts/{artifact['id']}/clone"),
        ("POST", "/artifactRepositories"),
        ("PUT", f"/artifactRepositories/{NOBODY}"),
        ("PATCH", f"/workloads/{workload['id']}"),
        ("PATCH", f"/workloads/{workload['id']}/settings"),
        ("POST", f"/workloads/{workload['id']}/replacement"),
        ("POST", f"/workloads/{workload['id']}/reports"),
        ("PUT", f"/workloads/{workload['id']}/tags"),
        ("PATCH", f"/workloads/{workload['id']}/sharedRoles"),
    ):
        body = t.answered(422, method, path, content=content)
        assert body["detail"][0]["path"] == "", (method, path)
    assert t.client.get_artifact(artifact["id"]) == artifact


@pytest.mark.parametrize("text", ["\ud800", "a\x00b", "\udfff tail"])
@pytest.mark.parametrize("where", ["name", "description", "value"])
def test_text_that_no_database_stores(t, text, where):
    body = {"name": "a", "spec": spec()}
    if where == "value":
        variables = [{"name": "A", "value": text}]
        body["spec"]["containerGroups"][0]["containers"][0]["environmentVars"] = variables
    else:
        body[where] = text
    for method, path in (("POST", "/artifacts"), ("PATCH", f"/artifacts/{t.artifact()['id']}")):
        t.answered(422, method, path, content=json.dumps(body).encode())


@pytest.mark.parametrize("text", ["\ud800", "a\x00b"])
def test_keys_and_queries_that_no_database_stores(t, text):
    t.answered(422, "POST", "/artifacts", content=json.dumps({text: 1, "name": "a", "spec": spec()}).encode())
    quoted = text.encode("utf-8", "surrogatepass")
    encoded = "".join(f"%{byte:02x}" for byte in quoted)
    for name in ("search", "ids", "tagKeys", "createdBy", "repositoryId"):
        response = t.raw.get(f"/artifacts?{name}={encoded}")
        assert response.status_code in (200, 422), response.text


def test_bodies_may_have_any_content_type(t):
    content = json.dumps({"name": "a", "spec": spec()}).encode()
    for content_type in ("application/json; charset=utf-8", "text/plain", "application/octet-stream"):
        t.answered(201, "POST", "/artifacts", content=content, headers={"Content-Type": content_type})


def test_a_megabyte_of_environment(t):
    variables = [{"name": f"V{number}", "value": "x" * 2000} for number in range(500)]
    body = {"name": "big", "spec": spec()}
    body["spec"]["containerGroups"][0]["containers"][0]["environmentVars"] = variables
    made = t.client.create_artifact(body)
    assert t.client.get_artifact(made["id"]) == made


def test_bodies_over_2_mib(t):
    name = t.name("heavy")
    head, tail = b'{"name": "' + name.encode() + b'", "description": "', b'"}'
    fits = head + b"x" * (2 * MIB - len(head) - len(tail)) + tail
    assert t.raw.post("/artifacts", content=fits).status_code == 422, "read, and its spec is missing"
    body = t.answered(413, "POST", "/artifacts", content=fits + b" ")
    assert body == {"detail": "Request body too large: at most 2 MiB are accepted"}
    response = t.raw.post("/artifacts/", content=(b"x" * MIB for _ in range(20)))
    assert response.status_code == 413, "also when the length is not told first"
    assert not list(t.client.list_artifacts(search=name))
    assert t.raw.get("/version/").status_code == 200


def test_a_length_that_is_a_lie_holds_nobody_up(t):
    host = urlsplit(str(t.raw.base_url))
    head = f"POST /api/v2/artifacts HTTP/1.1\r\nHost: {host.netloc}\r\nAuthorization: Bearer {TOKEN}\r\n"
    with socket.create_connection((host.hostname, host.port), timeout=10) as connection:
        connection.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
        connection.shutdown(socket.SHUT_WR)
        connection.recv(4096)
    assert t.raw.get("/version/").status_code == 200


SECRET = "hunter2-in-a-traceback"


def test_an_unforeseen_error_tells_nothing_but_the_request_id(t, monkeypatch, caplog):
    def broken(*args, **options):
        raise RuntimeError(SECRET)

    monkeypatch.setattr("lockyard_registry.operations.get_artifact", broken)
    response = t.raw.get(f"/artifacts/{NOBODY}", headers={"X-Request-Id": "r-1"})
    assert response.status_code == 500
    assert response.json() == {"detail": "Internal server error (request r-1)"}
    assert SECRET not in response.text
    assert "r-1" in caplog.text
    assert SECRET in caplog.text, "the log has it"
    monkeypatch.undo()
    assert t.raw.get(f"/artifacts/{NOBODY}").status_code == 404


def test_storage_errors_are_503(t, monkeypatch):
    def full(*args, **options):
        raise StorageError("the registry's database /data/registry.db cannot grow: free some space")

    monkeypatch.setattr("lockyard_registry.operations.get_workload", full)
    response = t.raw.get(f"/workloads/{NOBODY}", headers={"X-Request-Id": "r-2"})
    assert response.status_code == 503
    assert "free some space" in response.json()["detail"]
    assert "r-2" in response.json()["detail"]


def test_unknown_paths_and_methods(t):
    assert t.answered(404, "GET", "/nothing") == {"detail": "Not Found"}
    assert t.answered(404, "GET", "/") == {"detail": "Not Found"}
    assert t.answered(404, "GET", "/endpoints/workloads/x/y") == {"detail": "Workload not found."}
    assert t.answered(404, "GET", "/endpoints/x") == {"detail": "Not Found"}
    response = t.raw.put("/artifacts/")
    assert (response.status_code, response.json()) == (405, {"detail": "Method Not Allowed"})
    assert response.headers["Allow"] == "GET, POST"
    for method in ("HEAD", "OPTIONS", "TRACE"):
        assert t.raw.request(method, "/artifacts").status_code == 405


def test_health_needs_no_token(t, monkeypatch):
    base = str(t.raw.base_url).removesuffix("/api/v2/")
    for path in ("/healthz", "/healthz/", "/readyz", "/readyz/"):
        response = t.raw.get(f"{base}{path}", headers={"Authorization": ""})
        assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert t.raw.get(base, headers={"Authorization": ""}).status_code == 404
    for prefix in ("/api/v2x/version", "/api/v2"):
        assert t.raw.get(f"{base}{prefix}", headers={"Authorization": ""}).status_code in (401, 404)


@pytest.mark.parametrize("host", ["a.example", "a.example:8443", "[::1]:81", "10.0.0.7"])
def test_addresses_are_the_callers(t, host):
    artifact = t.artifact()
    t.same_lineage(artifact)
    headers = {"Host": host}
    page = t.raw.get(f"/artifacts?repositoryId={artifact['artifactRepositoryId']}&limit=1", headers=headers).json()
    assert page["next"].startswith(f"http://{host}/api/v2/artifacts?repositoryId=")
    workload = t.workload(artifact)
    seen = t.raw.get(f"/workloads/{workload['id']}", headers=headers).json()
    assert seen["endpoint"] == f"http://{host}/api/v2/endpoints/workloads/{workload['id']}/"


@pytest.mark.parametrize("host", ["evil.example/path", "a b", "<script>", "user@host", "a:b:c", "x" * 300 + "?"])
def test_a_strange_host_gets_into_no_address(t, host):
    artifact = t.artifact()
    t.same_lineage(artifact)
    page = t.raw.get(f"/artifacts?repositoryId={artifact['artifactRepositoryId']}&limit=1", headers={"Host": host})
    assert page.json()["next"].startswith("http://127.0.0.1:")


def test_behind_a_proxy_that_ends_tls(t):
    artifact = t.artifact()
    t.same_lineage(artifact)
    headers = {"Host": "registry.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.1"}
    page = t.raw.get(f"/artifacts?repositoryId={artifact['artifactRepositoryId']}&limit=1", headers=headers).json()
    assert page["next"].startswith("https://registry.example/api/v2/")


def test_filters_in_next_keep_their_characters(t):
    first = t.artifact(name="a&b=c #ü/%")
    t.same_lineage(first, name="a&b=c #ü/%")
    query = {"search": "a&b=c #ü/%", "limit": 1, "repositoryId": first["artifactRepositoryId"]}
    page = t.raw.get("/artifacts/", params=query).json()
    assert page["totalCount"] == 2
    assert urlsplit(page["next"]).path == "/api/v2/artifacts/"
    assert t.raw.get(page["next"]).json()["totalCount"] == 2


@pytest.mark.parametrize("lane", [SOCKET, PLAIN])
def test_the_openapi_document(worlds, lane):
    t = worlds(lane, SIMULATED)
    document = t.answered(200, "GET", "/openapi.json")
    assert document["openapi"].startswith("3.")
    for path in ("/openapi.yaml", "/openapi.yaml/", "/openapi.json/"):
        assert t.answered(200, "GET", path) == document
    assert "yaml" in t.raw.get("/openapi.yaml").headers["Content-Type"]
    text = json.dumps(document)
    schemas = document["components"]["schemas"]
    assert {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]} <= set(schemas)
    for path, operations in document["paths"].items():
        assert path.startswith("/api/v2/")
        assert not path.endswith("/")
        for operation in operations.values():
            assert operation["description"] or operation["summary"]
            forwarded = path.startswith("/api/v2/endpoints/")
            assert {"401", "default" if forwarded else "422"} <= set(operation["responses"])
            assert ("requestBody" in operation) == ("413" in operation["responses"])


def test_the_examples_are_true():
    from lockyard import contract
    from lockyard_registry.api._examples import EXAMPLES

    for name, example in EXAMPLES.items():
        contract.parse(getattr(contract, name), example)


def test_an_app_needs_a_token(t):
    with pytest.raises(ValueError, match="open to everybody"):
        create_app(None, token="")  # type: ignore[arg-type]


def test_each_lifecycle_function_has_a_route():
    from lockyard_registry import operations

    functions = {name for name in lifecycle.__all__ if name.islower() and callable(getattr(lifecycle, name))}
    # `lockyard admin` calls these two on the database.
    assert functions - {"find_takeovers", "mend_takeovers"} <= set(operations.__all__)
    assert operations.__all__ == sorted(operations.__all__)
