"""Large bodies that the server takes: sound documents just below the bounds, by route."""

from __future__ import annotations

import json
from typing import Any

from .large_bodies import CONTAINER, House

_TRACE, _SPAN, _NANOS = "ab" * 16, "cd" * 8, "1790000000000000000"
_PLAIN = {"containerGroups": [{"containers": [CONTAINER]}]}


def _spec() -> dict[str, Any]:
    """A spec of a little less than 1 MiB: 20 containers with 500 variables each."""
    listed = [{"name": f"V{number}", "value": "x" * 60} for number in range(10_000)]
    containers = [
        {
            "name": f"c{at // 500}",
            "imageUri": "registry.example/a:1",
            **({"primary": True, "port": 8080} if at == 0 else {}),
            "environmentVars": listed[at : at + 500],
        }
        for at in range(0, len(listed), 500)
    ]
    return {"containerGroups": [{"containers": containers}]}


def taken_bodies(house: House) -> dict[tuple[str, str], bytes]:
    """The bodies, for the owner of the house's objects. The stored artifact is large, so that copying it costs most.

    Args:
        house: the house.
    """
    large = {"name": "large", "spec": _spec()}
    answer = house.send("owner", "PUT", "/artifacts/{id}", json.dumps(large).encode())
    assert answer.status_code == 200, answer.text[:500]
    artifact_id, when = house.ids["artifacts"], "2026-09-30T15:00:00Z"
    condition = {"type": "Ready", "value": True, "reason": "r", "message": "m", "lastTransitionTime": when}
    container = {"name": "main", "status": "running", "image": "registry.example/a:1", "startedAt": when}
    replica = {"status": "running", "conditions": [condition] * 8, "containers": [container] * 9}
    log = {"timeUnixNano": _NANOS, "body": {"stringValue": "x"}, "traceId": _TRACE, "spanId": _SPAN}
    span = {"traceId": _TRACE, "name": "s", "startTimeUnixNano": _NANOS, "endTimeUnixNano": _NANOS}
    point = {"timeUnixNano": _NANOS, "asDouble": 1.5}
    period = {"endTime": when, "startTime": "2026-09-30T14:00:00Z", "requests": 200}
    times = [{"millis": number, "count": 1} for number in range(20)]
    otel = "/otel/{entity_type}/{id}/v1"
    documents: dict[tuple[str, str], Any] = {
        ("POST", "/artifacts"): large,
        ("PUT", "/artifacts/{id}"): large,
        ("PATCH", "/artifacts/{id}"): {"spec": _spec()},
        ("POST", "/artifacts/{id}/clone"): {"name": "copy"},
        ("PUT", "/artifacts/{id}/tags"): {
            "tags": [{"name": f"{number}" * 40, "value": "v" * 255} for number in range(100, 200)]
        },
        ("POST", "/workloads"): {
            "name": "w",
            "description": "d" * 10_000,
            "artifact": {"name": "large", "spec": _PLAIN},
            "runtime": {"containerGroups": [{"name": "default"}]},
        },
        ("POST", "/workloads/{id}/reports"): {
            "artifactId": artifact_id,
            "phase": "progressing",
            "observedAt": when,
            "replicas": [{"name": f"pod-{number}", **replica} for number in range(1000)],
        },
        ("POST", "/workloads/{id}/measurements"): {
            "measurements": [{**period, "source": f"s{number}", "responseTimes": times} for number in range(1000)]
        },
        ("POST", f"{otel}/logs"): {"resourceLogs": [{"scopeLogs": [{"logRecords": [log] * 5000}] * 2}]},
        ("POST", f"{otel}/traces"): {
            "resourceSpans": [
                {"scopeSpans": [{"spans": [{**span, "spanId": f"{n:016x}"} for n in range(1, 5000)]}] * 2}
            ]
        },
        ("POST", f"{otel}/metrics"): {
            "resourceMetrics": [
                {
                    "scopeMetrics": [
                        {"metrics": [{"name": f"m{n}", "gauge": {"dataPoints": [point] * 500}} for n in range(50)]}
                    ]
                }
            ]
        },
    }
    return {route: json.dumps(document).encode() for route, document in documents.items()}
