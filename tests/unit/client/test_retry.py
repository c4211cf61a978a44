"""Which calls are tried again, when, and how often."""

import httpx
import pytest

from lockyard.client import HttpRegistryClient, RetryPolicy
from lockyard.contract import ConnectionFailedError, LockyardError, RateLimitedError, ServerFaultError, TimedOutError

URL = "http://registry.test/api/v2"
OURS = {"version": "1", "registryId": "ab" * 12, "additions": ["idempotency"], "driver": "external"}


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self):
        self.now, self.slept = 0.0, []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def client(answer, *, foreign=False, **policy):
    """A client whose server gives `answer(n)` to the n-th call; an exception is raised instead of an answer."""
    clock, calls = Clock(), []

    def handle(request):
        if request.url.path.endswith("/version/"):
            return httpx.Response(404, json={"detail": "Not Found"}) if foreign else httpx.Response(200, json=OURS)
        calls.append(request)
        given = answer(len(calls))
        if isinstance(given, Exception):
            raise given
        return given

    retry = RetryPolicy(jitter=lambda: 1.0, sleep=clock.sleep, clock=lambda: clock.now, **policy)
    made = HttpRegistryClient(URL, "token", retry=retry, transport=httpx.MockTransport(handle))
    return made, calls, clock


def status(code, **headers):
    return httpx.Response(code, json={"detail": "no"}, headers=headers)


CALLS = {
    "GET": lambda c: c.get_artifact("1"),
    "PUT": lambda c: c.put_repository("1", {}),
    "DELETE": lambda c: c.delete_artifact("1"),
    "keyed POST": lambda c: c.create_artifact({}, idempotency_key="k"),
    "report": lambda c: c.report_workload("1", {}),
    "POST": lambda c: c.create_artifact({}),
    "action": lambda c: c.start_workload("1"),
    "PATCH": lambda c: c.update_artifact("1", {}),
    "keyed PATCH": lambda c: c.update_artifact("1", {}, idempotency_key="k"),
}
REPEATABLE = {"GET", "PUT", "DELETE", "keyed POST", "report"}
NEVER_MADE = {"connect": httpx.ConnectError("refused"), "connect timeout": httpx.ConnectTimeout("slow")}
BROKEN = {
    "dropped": httpx.RemoteProtocolError("Server disconnected"),
    "read": httpx.ReadError("reset"),
    "write": httpx.WriteError("broken pipe"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("failure", [429, 502, 503, 504, *NEVER_MADE, *BROKEN])
def test_what_is_tried_again(call, failure):
    errors = NEVER_MADE | BROKEN
    made, calls, clock = client(lambda n: errors.get(failure) or status(failure))
    with pytest.raises(LockyardError) as caught:
        CALLS[call](made)
    again = call in REPEATABLE or failure in NEVER_MADE
    assert len(calls) == (4 if again else 1)
    assert clock.slept == ([0.5, 1.0, 2.0] if again else [])
    expected = ConnectionFailedError if failure in errors else RateLimitedError if failure == 429 else ServerFaultError
    assert type(caught.value) is expected


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 412, 422, 500, 501])
def test_a_no_is_a_no(call, code):
    made, calls, _ = client(lambda n: status(code))
    with pytest.raises(LockyardError):
        CALLS[call](made)
    assert len(calls) == 1


@pytest.mark.parametrize("call", CALLS)
def test_a_timeout_is_not_tried_again(call):
    made, calls, _ = client(lambda n: httpx.ReadTimeout("slow"))
    with pytest.raises(TimedOutError, match="not answered within 30 s"):
        CALLS[call](made)
    assert len(calls) == 1


@pytest.mark.parametrize("failure", [503, "dropped"])
def test_a_keyed_creation_is_tried_once_on_a_server_that_does_not_know_keys(failure):
    made, calls, _ = client(lambda n: BROKEN.get(failure) or status(failure), foreign=True)
    with pytest.raises(LockyardError):
        made.create_artifact({}, idempotency_key="k")
    assert len(calls) == 1


def test_it_succeeds_when_the_server_comes_back():
    made, calls, _clock = client(lambda n: status(503) if n < 3 else httpx.Response(200, json={"id": "1"}))
    assert made.get_artifact("1") == {"id": "1"}
    assert len(calls) == 3
    ids = {request.headers["X-Request-Id"] for request in calls}
    assert len(ids) == 1, "the tries of one call have one request id"


@pytest.mark.parametrize(
    ("header", "slept"),
    [
        ("7", [7.0, 7.0, 7.0]),
        ("0", [0.0, 0.0, 0.0]),
        ("25", [25.0, 25.0]),
        ("61", []),
        ("99999999999999999999", []),
        ("Thu, 01 Jan 1970 00:00:00 GMT", [0.0, 0.0, 0.0]),
        ("soon", [0.5, 1.0, 2.0]),
        ("-1", [0.5, 1.0, 2.0]),
    ],
)
def test_retry_after(header, slept):
    made, _calls, clock = client(lambda n: status(429, **{"Retry-After": header}))
    with pytest.raises(RateLimitedError) as caught:
        made.get_artifact("1")
    assert clock.slept == slept
    assert caught.value.headers["Retry-After"] == header


def test_no_try_begins_after_the_budget():
    made, _calls, clock = client(lambda n: status(503), max_tries=100, budget_seconds=20.0)
    with pytest.raises(ServerFaultError):
        made.get_artifact("1")
    assert clock.slept == [0.5, 1.0, 2.0, 4.0, 8.0]
    assert clock.now <= 20.0


def test_jitter_spreads_the_upper_half():
    for jitter, wait in ((0.0, 1.0), (0.5, 1.5), (1.0, 2.0)):
        assert RetryPolicy(jitter=lambda jitter=jitter: jitter).delay(3, 0.0) == wait
