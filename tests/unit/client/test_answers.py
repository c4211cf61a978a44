"""What answers become: documents, or the contract's errors (workload-api §1.6)."""

import threading
import time

import httpx
import pytest

from lockyard.client import HttpRegistryClient, RetryPolicy
from lockyard.contract import (
    ApiError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    MethodNotAllowedError,
    NotFoundError,
    PreconditionFailedError,
    Problem,
    RateLimitedError,
    ServerFaultError,
    TransportError,
    UnauthorizedError,
    UnexpectedAnswerError,
    ValidationFailedError,
)

TOKEN = "s3cr3t-token"
URL = "http://registry.test/api/v2"
HTML = "<!doctype html><title>Welcome</title>"


def client(handle) -> HttpRegistryClient:
    return HttpRegistryClient(URL, TOKEN, retry=RetryPolicy(max_tries=1), transport=httpx.MockTransport(handle))


def asked(response) -> Exception:
    with pytest.raises((ApiError, TransportError)) as caught:
        client(lambda request: response).get_artifact("a1")
    text = str(caught.value)
    assert "\n" not in text
    assert TOKEN not in text
    assert TOKEN not in repr(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequestError),
        (401, UnauthorizedError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (405, MethodNotAllowedError),
        (409, ConflictError),
        (412, PreconditionFailedError),
        (418, ApiError),
        (422, ValidationFailedError),
        (429, RateLimitedError),
        (500, ServerFaultError),
        (503, ServerFaultError),
    ],
)
def test_the_class_tells_the_status(status, kind):
    error = asked(httpx.Response(status, json={"detail": "because of this"}, headers={"X-Request-Id": "r-7"}))
    assert type(error) is kind
    assert error.status == status
    assert error.request_id == "r-7"
    assert "because of this" in error.message
    assert f"GET {URL}/artifacts/a1: {status}" in str(error)
    assert "request r-7" in str(error)


def test_the_message_is_the_servers_alone():
    error = asked(httpx.Response(403, json={"detail": "Cannot update artifact: artifact is locked"}))
    assert error.message == "Cannot update artifact: artifact is locked"
    assert error.body() == {"detail": "Cannot update artifact: artifact is locked"}


PROBLEM = {"path": "spec.containerGroups.0.name", "message": "Field required", "code": "missing"}


@pytest.mark.parametrize(
    ("body", "message", "problems"),
    [
        ({"detail": [PROBLEM]}, "spec.containerGroups.0.name: Field required", [Problem(*PROBLEM.values())]),
        ({"detail": ["one", "two"]}, "one; two", []),
        (
            {"detail": [{"loc": ["body", "spec", 0, "port"], "msg": "too small", "type": "ge", "input": 1, "ctx": {}}]},
            "spec.0.port: too small",
            [Problem("spec.0.port", "too small", "ge")],
        ),
        ({"message": "The credential item: 1 is not found"}, "The credential item: 1 is not found", []),
        ({"detail": {"message": "no use case", "code": "MISSING_USE_CASE"}}, "no use case", []),
        ({"detail": None}, 'answered 422: {"detail":null}', []),
        ({"error": "x" * 1000}, "answered 422: " + ('{"error":"' + "x" * 1000)[:512], []),
    ],
)
def test_shapes_of_refusals(body, message, problems):
    error = asked(httpx.Response(422, json=body))
    assert error.message == message
    assert list(error.problems) == problems


def test_a_list_of_texts_stays_a_list():
    error = asked(httpx.Response(422, json={"detail": ["same artifact"]}))
    assert error.body() == {"detail": ["same artifact"]}


def test_a_code_is_kept():
    assert asked(httpx.Response(422, json={"detail": "x", "code": "ENCLAVE"})).code == "ENCLAVE"
    assert asked(httpx.Response(422, json={"detail": {"message": "x", "code": "ENCLAVE"}})).code == "ENCLAVE"


def test_a_refused_token_says_how_to_set_one():
    error = asked(httpx.Response(401, json={"message": "Invalid API key"}))
    assert "LOCKYARD_API_TOKEN" in str(error)
    assert "pulumi config set --secret lockyard:token" in str(error)


@pytest.mark.parametrize(
    ("response", "says"),
    [
        (httpx.Response(200, html=HTML), "answered 200 with HTML"),
        (httpx.Response(200, text="hello"), "text/plain that is not JSON"),
        (httpx.Response(200, json=[1]), "JSON that is no object"),
        (httpx.Response(200, content=b'{"a":'), "not JSON"),
        (httpx.Response(200, content=b"\xff\xfe\xfa"), "not JSON"),
        (httpx.Response(404, html=HTML), "answered 404 with HTML"),
        (httpx.Response(404, text="404 page not found"), "answered 404 with text/plain"),
        (httpx.Response(404), "answered 404 with no body"),
        (httpx.Response(405, html=HTML), "answered 405 with HTML"),
        (
            httpx.Response(301, headers={"Location": "https://login.test/sso?key=abc"}),
            "a redirect to https://login.test/sso",
        ),
        (httpx.Response(307), "answered 307, a redirect"),
        (httpx.Response(304), "answered 304"),
    ],
)
def test_not_a_workload_api(response, says):
    error = asked(response)
    assert type(error) is UnexpectedAnswerError
    assert says in str(error)
    assert "probably not a Workload API" in str(error)
    assert "key=abc" not in str(error)
    assert (error.method, error.url) == ("GET", f"{URL}/artifacts/a1")


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502])
def test_statuses_that_need_no_body(status):
    error = asked(httpx.Response(status, html=HTML))
    assert isinstance(error, ApiError)
    assert error.status == status
    assert "Welcome" not in str(error)


@pytest.mark.parametrize("response", [httpx.Response(204), httpx.Response(200), httpx.Response(202, json=None)])
def test_answers_without_a_body(response):
    made = client(lambda request: response)
    made.delete_artifact("1")
    made.update_shared_roles("workloads", "1", [])
    assert made.cancel_replacement("1") == {}


def test_a_create_without_an_id_is_no_success():
    with pytest.raises(UnexpectedAnswerError, match="without an id"):
        client(lambda request: httpx.Response(201, json={"name": "x"})).create_artifact({})


def test_no_replacement_is_none():
    body = {"detail": "There is no active replacement for this workload."}
    assert client(lambda request: httpx.Response(404, json=body)).get_replacement("1") is None


OURS = {"version": "1", "registryId": "ab" * 12, "additions": ["etag"], "driver": "simulated"}


@pytest.mark.parametrize(
    ("response", "registry_id", "additions", "driver"),
    [
        (httpx.Response(200, json=OURS), "ab" * 12, {"etag"}, "simulated"),
        (httpx.Response(200, json={"version": "2.46"}), "registry.test", set(), None),
        (httpx.Response(404, json={"detail": "Not Found"}), "registry.test", set(), None),
        (httpx.Response(405, json={"detail": "Method Not Allowed"}), "registry.test", set(), None),
        (httpx.Response(200, json={"registryId": 7, "additions": "etag", "driver": 1}), "registry.test", set(), None),
        (httpx.Response(204), "registry.test", set(), None),
    ],
)
def test_identity(response, registry_id, additions, driver):
    calls = []

    def handle(request):
        calls.append(request.url.path)
        return response

    made = client(handle)
    for _ in range(3):
        identity = made.identity()
    assert (identity.registry_id, identity.additions, identity.driver) == (registry_id, additions, driver)
    assert (identity.endpoint, identity.embedded) == (URL, False)
    assert calls == ["/api/v2/version/"]


def test_the_port_belongs_to_a_foreign_servers_identity():
    made = HttpRegistryClient(
        "http://h:81", TOKEN, transport=httpx.MockTransport(lambda request: httpx.Response(404, json={"detail": "x"}))
    )
    assert made.identity().registry_id == "h:81"


def test_many_threads_wait_for_one_failure():
    calls = []

    def handle(request):
        calls.append(1)
        time.sleep(0.2)
        raise httpx.ConnectError("refused")

    made, failures = client(handle), []

    def ask():
        try:
            made.identity()
        except TransportError as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failures) == 8
    assert len(calls) == 1
    with pytest.raises(TransportError):
        made.identity()
    assert len(calls) == 2, "a later call asks again"


def test_identity_is_not_guessed_from_a_web_page():
    with pytest.raises(UnexpectedAnswerError):
        client(lambda request: httpx.Response(404, html=HTML)).identity()


@pytest.mark.parametrize(
    ("id", "path"),
    [
        ("a/b", "/artifacts/a%2Fb"),
        ("a?b", "/artifacts/a%3Fb"),
        ("a#b", "/artifacts/a%23b"),
        ("a%2Fb", "/artifacts/a%252Fb"),
        ("a b", "/artifacts/a%20b"),
    ],
)
def test_ids_stay_one_segment(id, path):
    seen = []

    def handle(request):
        seen.append(request.url.raw_path.decode())
        return httpx.Response(200, json={})

    client(handle).get_artifact(id)
    assert seen == [f"/api/v2{path}"]


@pytest.mark.parametrize("id", ["", ".", ".."])
def test_ids_that_would_name_another_path_name_nothing(id):
    def handle(request):
        raise AssertionError("no call may be made")

    made = client(handle)
    for call in (made.get_artifact, made.delete_workload, made.delete_repository, made.start_workload):
        with pytest.raises(NotFoundError):
            call(id)


def test_headers():
    seen = {}

    def handle(request):
        seen.update(request.headers)
        return httpx.Response(200, json={"id": "1", "additions": ["idempotency"], "registryId": "r"})

    made = client(handle)
    made.update_artifact("1", {}, if_match='"7"', idempotency_key="k")
    assert (seen["authorization"], seen["if-match"], seen["idempotency-key"]) == (f"Bearer {TOKEN}", '"7"', "k")
    made.delete_artifact("1", claim=0)
    assert seen["lockyard-claim"] == "0"
    assert seen["user-agent"] == "lockyard"
    assert len(seen["x-request-id"]) == 32


def test_what_may_be_done_is_no_part_of_a_document():
    told = {"id": "a1", "name": "a", "allowedActions": [{"action": "edit", "allowed": True, "reason": None}]}
    documents = client(lambda request: httpx.Response(200, json=told))
    assert documents.get_artifact("a1") == documents.update_artifact("a1", {"name": "a"}) == {"id": "a1", "name": "a"}
