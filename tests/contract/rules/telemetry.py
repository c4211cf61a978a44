"""OpenTelemetry of workloads and artifacts (workload-api §13.2); taking it is our addition."""

from __future__ import annotations

from typing import Any

from ..table import WITH_ADDITIONS, rule
from ..world import NOBODY, World

TRACE, ROOT, CHILD = "ab" * 16, "cd" * 8, "ef" * 8
NANO = 1_000_000_000


def attribute(key: str, value: str) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": value}}


def line(second: int, severity: int, text: str, **over: Any) -> dict[str, Any]:
    return {"timeUnixNano": str(second * NANO), "severityNumber": severity, "body": {"stringValue": text}, **over}


@rule("A70", lanes=WITH_ADDITIONS)
def logs(t: World) -> None:
    """Lines of the log come back newest first, by level, text, attribute, trace and time."""
    made = t.running()
    for kind, id in (("workload", made["id"]), ("artifact", made["artifactId"])):
        path = f"/otel/{kind}/{id}"
        assert t.answered(200, "GET", f"{path}/logs/")["data"] == []
        attributes = [attribute("build_id", "b1"), attribute("exception.stacktrace", "line 7")]
        lines = [
            line(1, 9, "starting up"),
            line(3, 17, "it FAILED", attributes=attributes, traceId=TRACE, spanId=ROOT),
            line(2, 13, "100%_sure"),
        ]
        body = {"resourceLogs": [{"scopeLogs": [{"logRecords": lines}], "schemaUrl": "ignored"}]}
        t.answered(200, "POST", f"{path}/v1/logs", json=body)
        found = t.answered(200, "GET", f"{path}/logs/", params={"limit": 1000})
        assert [item["message"] for item in found["data"]] == ["it FAILED", "100%_sure", "starting up"]
        assert [item["level"] for item in found["data"]] == ["error", "warning", "info"]
        assert found["data"][0]["stacktrace"] == "line 7"
        assert found["data"][2]["timestamp"] == "1970-01-01 00:00:01.000000+00:00"
        for query, wanted in (
            ({"level": "warn"}, 2),
            ({"level": "critical"}, 0),
            ({"includes": ["100%_", "sure"]}, 1),
            ({"includes": "0%s"}, 0),
            ({"excludes": "starting"}, 2),
            ({"searchKeys": "build_id", "searchValues": "b1"}, 1),
            ({"searchKeys": "build_id", "searchValues": "b"}, 0),
            ({"traceId": TRACE.upper(), "spanId": ROOT}, 1),
            ({"startTime": "1970-01-01T00:00:02Z", "endTime": "1970-01-01T00:00:03Z"}, 1),
        ):
            assert t.answered(200, "GET", f"{path}/logs", params=query)["totalCount"] == wanted, query
        page = t.answered(200, "GET", f"{path}/logs", params={"limit": 1, "level": "warn"})
        assert "level=warn" in page["next"]
        for wrong in ({"limit": 1001}, {"level": "loud"}, {"searchKeys": "a"}, {"startTime": "noon"}):
            t.answered(422, "GET", f"{path}/logs", params=wrong)
        t.answered(422, "POST", f"{path}/v1/logs", json={})


@rule("A71", lanes=WITH_ADDITIONS)
def traces(t: World) -> None:
    """Traces are listed with their root, and shown span by span."""
    path = f"/otel/workload/{t.running()['id']}"
    spans = [
        _span(CHILD, 2, 3, name="query", parentSpanId=ROOT, status={"code": 2, "message": "no rows"}),
        _span(ROOT, 1, 5, name="GET /", kind=2),
    ]
    resource = {"attributes": [attribute("service.name", "chat")]}
    body = {"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": spans}]}]}
    for _ in range(2):
        t.answered(200, "POST", f"{path}/v1/traces", json=body)
    (trace,) = t.answered(200, "GET", f"{path}/traces/")["data"]
    assert trace == {
        "traceId": TRACE,
        "rootSpanName": "GET /",
        "rootServiceName": "chat",
        "duration": 4 * NANO,
        "spansCount": 2,
        "errorSpansCount": 1,
    }
    shown = t.answered(200, "GET", f"{path}/traces/{TRACE}/")["spans"]
    assert [(span["name"], span["kind"], span["statusCode"]) for span in shown] == [
        ("GET /", "server", "UNSET"),
        ("query", "unspecified", "ERROR"),
    ]
    t.answered(404, "GET", f"{path}/traces/{'00' * 16}")


def _span(id: str, start: int, end: int, **over: Any) -> dict[str, Any]:
    times = {"startTimeUnixNano": str(start * NANO), "endTimeUnixNano": str(end * NANO)}
    return {"traceId": TRACE, "spanId": id, **times, **over}


@rule("A72", lanes=WITH_ADDITIONS)
def metrics(t: World) -> None:
    """Of every metric there is the newest value."""
    path = f"/otel/workload/{t.running()['id']}"
    points = [{"timeUnixNano": "2", "asInt": "7"}, {"timeUnixNano": "1", "asDouble": 3.5}]
    metric = {"name": "memory", "unit": "By", "description": "Memory", "gauge": {"dataPoints": points}}
    t.answered(200, "POST", f"{path}/v1/metrics", json={"resourceMetrics": [{"scopeMetrics": [{"metrics": [metric]}]}]})
    found = t.answered(200, "GET", f"{path}/metrics/autocollectedValues/")["data"]
    wanted = {"otelName": "memory", "displayName": "Memory", "currentValue": 7, "unit": "bytes", "level": "workload"}
    assert found == [wanted]


@rule("A73")
def nothing_told(t: World) -> None:
    """Where nothing was told the lists are empty; of what is not there they are not."""
    made = t.running()
    for below in ("logs/", "traces/", "metrics/autocollectedValues/"):
        assert t.answered(200, "GET", f"/otel/workload/{made['id']}/{below}")["data"] == []
        t.answered(404, "GET", f"/otel/workload/{NOBODY}/{below}")
        t.answered(404, "GET", f"/otel/replica/{made['id']}/{below}")
    t.client.delete_workload(made["id"])
    t.answered(404, "GET", f"/otel/workload/{made['id']}/logs")
