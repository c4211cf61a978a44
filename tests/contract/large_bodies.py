"""The costliest bodies that a route takes, refuses, or cannot read: each as large as the limits let it be."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from lockyard.contract import oversized
from lockyard.contract._bounds import Bound, bounds_of
from lockyard.contract._limits import MAX_VALUES, TOTALS
from lockyard_registry.api._bodies import RULES, rule_of

from .house import House

Json = dict[str, Any]

_SPEC_BYTES = 2**20
_NOW = datetime.now(UTC).replace(microsecond=0)
_END, _START = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (_NOW, _NOW - timedelta(hours=1)))
_NANOS = f"{int(_NOW.timestamp())}000000000"


# A document of n items, by what makes it large.
def _spec(variables: int, size: int) -> Json:
    """Twenty containers with so many variables in all."""
    containers: list[Json] = []
    for number in range(20):
        names = range(variables * number // 20, variables * (number + 1) // 20)
        listed = [{"name": f"V{name}", "value": "é" * size} for name in names]
        port = {"port": 8080, "primary": True} if not number else {}
        containers.append({"name": f"c{number}", "imageUri": "r.example/e:1", **port, "environmentVars": listed})
    return {"containerGroups": [{"containers": containers}]}


_MANY_VARIABLES = _spec(10_000, 20)
_LONG_VARIABLES = _spec(20, 13_000)
_NAME = "\u00e9" * 5000
_RUNTIME = {
    "containerGroups": [
        {
            "name": "default",
            "autoscaling": {
                "minReplicaCount": 1,
                "maxReplicaCount": 2,
                "policies": [{"scalingMetric": "cpuAverageUtilization", "target": 50}] * 20,
            },
            "resourceBundles": ["cpu.small"],
        }
    ]
}


def _in_scopes(count: int, most: int, outer: str, middle: str, inner: str, item: Callable[[int], Json]) -> Json:
    scopes = [
        {inner: [item(number) for number in range(start, min(count, start + most))]} for start in range(0, count, most)
    ]
    return {outer: [{middle: scopes}]}


def _logs(count: int) -> Json:
    return _in_scopes(count, 5000, "resourceLogs", "scopeLogs", "logRecords", lambda _: {})


def _log_attributes(count: int) -> Json:
    attributes = [{"key": f"k{number}", "value": {"stringValue": "x"}} for number in range(256)]
    record = {"timeUnixNano": _NANOS, "attributes": attributes}
    return _in_scopes(count, 5000, "resourceLogs", "scopeLogs", "logRecords", lambda _: record)


def _spans(count: int) -> Json:
    def span(number: int) -> Json:
        moment = {"startTimeUnixNano": _NANOS, "endTimeUnixNano": _NANOS}
        return {"traceId": f"{number:032x}", "spanId": f"{number:016x}", **moment}

    return _in_scopes(count, 5000, "resourceSpans", "scopeSpans", "spans", span)


def _metrics(count: int) -> Json:
    def metric(number: int) -> Json:
        return {"name": f"m{number}", "sum": {"dataPoints": [{"asInt": 1}]}}

    return _in_scopes(count, 1000, "resourceMetrics", "scopeMetrics", "metrics", metric)


def _points(count: int) -> Json:
    points = {"dataPoints": [{"asInt": 1}] * 5000}
    return _in_scopes(count, 1000, "resourceMetrics", "scopeMetrics", "metrics", lambda n: {"name": "m", "sum": points})


def _replicas(count: int) -> list[Json]:
    container = {"name": "main", "status": "running", "ready": True, "startedAt": _START, "lastState": {}}
    condition = {"type": "Ready", "value": True, "lastTransitionTime": _START}
    parts = {"containers": [container] * 50, "conditions": [condition] * 50}
    return [{"name": f"r{number}", "status": "running", "startedAt": _START, **parts} for number in range(count)]


def _measurements(count: int) -> list[Json]:
    times = [{"millis": number, "count": 1} for number in range(30)]
    return [
        {"startTime": _START, "endTime": _END, "source": f"s{number}", "requests": 100, "responseTimes": times}
        for number in range(count)
    ]


def _tags(count: int) -> Json:
    return {"tags": [{"name": f"{number:04}" * 1000, "value": "é" * 1000} for number in range(count)]}


def _roles(count: int) -> Json:
    roles = [{"shareRecipientType": "user", "id": f"{number:024x}", "role": "NO_ROLE"} for number in range(count)]
    return {"operation": "updateRoles", "roles": roles}


def _report(house: House, replicas: int, measurements: int) -> Json:
    head = {"artifactId": house.ids["artifacts"], "phase": "progressing", "observedAt": _END, "message": "é" * 10_000}
    return {**head, "replicas": _replicas(replicas), "measurements": _measurements(measurements)}


def taken(house: House, method: str, path: str) -> dict[str, Json]:
    """The costliest valid bodies of a route, by what makes them costly.

    Args:
        house: whose objects they are about.
        method: HTTP method.
        path: path of the route.
    """
    key = (method, path)
    if path.endswith("/tags"):
        return {"tags": _tags(100)}
    if path.endswith("/sharedRoles"):
        return {"roles": _roles(100)}
    if path.startswith("/otel"):
        return _TELEMETRY[path.rsplit("/", 1)[1]]()
    return _BODIES[key](house)


def _large(document: Callable[[int], Json], path: str, most_items: int) -> Json:
    """The document with as many items as the route takes."""
    key = ("POST", path)
    small, larger = (_cost(document(number)) for number in (100, 200))
    fitting = most_items
    for few, more, limit in zip(small, larger, (rule_of(*key).most, MAX_VALUES), strict=True):
        each = (more - few) / 100
        fitting = min(fitting, int(100 + (limit - few) / each))
    # Numbers grow longer.
    made = document(fitting)
    while _cost(made)[0] > rule_of(*key).most or _cost(made)[1] > MAX_VALUES:
        fitting = fitting * 99 // 100
        made = document(fitting)
    return made


def _cost(document: Any) -> tuple[int, int]:
    return len(as_json(document)), _values(document)


def _values(value: Any) -> int:
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_values, inside))


def as_json(document: Any) -> bytes:
    """The body."""
    return json.dumps(document, separators=(",", ":")).encode()


_OTLP = "/otel/{entity_type}/{id}/v1/"
_TELEMETRY: dict[str, Callable[[], dict[str, Json]]] = {
    "logs": lambda: {
        "lines": _large(_logs, _OTLP + "logs", 10_000),
        "attributes": _log_attributes(97),
    },
    "traces": lambda: {"spans": _large(_spans, _OTLP + "traces", 10_000)},
    "metrics": lambda: {"metrics": _large(_metrics, _OTLP + "metrics", 5000), "points": _points(9)},
}


def _artifacts(_: House) -> dict[str, Json]:
    texts = {"name": _NAME, "description": "é" * 10_000, "type": "service"}
    return {
        "variables": {**texts, "spec": _MANY_VARIABLES},
        "long variables": {**texts, "spec": _LONG_VARIABLES},
        "locked": {**texts, "spec": _MANY_VARIABLES, "status": "locked"},
    }


def _drafts(house: House) -> dict[str, Json]:
    bodies = _artifacts(house)
    del bodies["locked"]  # once, and never again
    return bodies


def _patches(house: House) -> dict[str, Json]:
    return {name: {key: body[key] for key in body if key != "type"} for name, body in _drafts(house).items()}


def _credential(_: House) -> dict[str, Json]:
    values = {"user": "x" * 65_000, "privateKeyStr": "x" * 65_000, "passphrase": "x" * 65_000}
    return {
        "values": {"name": "n" * 500, "credentialType": "snowflake_key_pair_user_account", **values},
    }


_BODIES: dict[tuple[str, str], Callable[[House], dict[str, Json]]] = {
    ("POST", "/artifacts"): _artifacts,
    ("PUT", "/artifacts/{id}"): _drafts,
    ("PATCH", "/artifacts/{id}"): _patches,
    ("POST", "/artifacts/{id}/clone"): lambda house: {"name": {"name": _NAME}},
    ("POST", "/artifactRepositories"): lambda house: {"texts": {"name": _NAME, "origin": "é" * 4096}},
    ("PUT", "/artifactRepositories/{id}"): lambda house: {"texts": {"name": _NAME}},
    ("POST", "/workloads"): lambda house: {
        "artifact": {
            "name": _NAME,
            "description": "é" * 10_000,
            "artifact": {"name": _NAME, "spec": _MANY_VARIABLES},
            "runtime": {"containerGroups": [{"name": "default"}]},
        },
    },
    ("PATCH", "/workloads/{id}"): lambda house: {"texts": {"name": _NAME, "description": "é" * 10_000}},
    ("PATCH", "/workloads/{id}/settings"): lambda house: {"runtime": {"runtime": _RUNTIME}},
    ("POST", "/workloads/{id}/replacement"): lambda house: {
        "runtime": {"artifactId": house.other, "runtime": _RUNTIME}
    },
    ("POST", "/workloads/{id}/reports"): lambda house: {
        "replicas": _report(house, 90, 0),
        "measurements": _report(house, 1, 950),
    },
    ("POST", "/workloads/{id}/measurements"): lambda house: {"measurements": {"measurements": _measurements(1000)}},
    ("POST", "/credentials"): _credential,
    ("PATCH", "/credentials/{id}"): lambda house: {"value": {"apiToken": "x" * 65_000, "description": "é" * 10_000}},
    ("POST", "/entitlements/evaluate"): lambda house: {"names": {"entitlements": [{"name": "é" * 255}] * 100}},
}


def refused(method: str, path: str, model: type[BaseModel]) -> dict[str, bytes]:
    """Costly bodies that a route refuses: wrong everywhere, or no document at all.

    Args:
        method: HTTP method.
        path: path of the route.
        model: the model of its body.
    """
    most = rule_of(method, path).most
    left = [most * 8 // 10, MAX_VALUES - 1000, min(TOTALS.values()) - 1]
    return {"wrong values": as_json(_filled(bounds_of(model), model, left)), **_no_documents(most)}


@cache
def _no_documents(most: int) -> dict[str, bytes]:
    return {
        "many lists": b"[" + b"[]," * ((most - 4) // 3) + b"1]",
        "the same key again and again": b"{" + b'"a":1,' * ((most - 8) // 6) + b'"a":1}',
        "many keys": as_json({f"{number:x}": 1 for number in range(most // 10)}),
        "escapes": as_json({"name": "\x01" * ((most - 20) // 6)}),
        "no JSON at its end": b"[" + b"1," * ((most - 4) // 2) + b"?",
        "escaped quotes": b'["' + b'\\"' * ((most - 8) // 2) + b'"]',
        "a long number": b"[" + b"1" * (most - 4) + b"]",
        "deep": b"[" * (most // 2) + b"]" * (most // 2),
    }


def _filled(bound: Bound, annotation: Any, left: list[int]) -> Any:
    """A value with as much in it as its bounds and what is left of bytes, values and records allow; little is right."""
    left[1] -= 1
    left[2] -= bool(bound.total)
    left[0] -= 4
    if bound.kind == "text":
        return "x"
    if bound.kind == "list":
        items: list[Any] = []
        while len(items) < bound.most and min(left) > 0:
            items.append(_filled(bound.item or Bound("any"), _of_item(annotation), left))
        return items
    if bound.kind == "map":
        left[0] -= 10 * bound.most
        left[1] -= bound.most
        return {f"k{number}": "x" for number in range(bound.most)}
    if bound.kind != "model":
        return _scalar(annotation)
    values: Json = {}
    model = _model(annotation)
    fields = {info.alias or name: info.annotation for name, info in model.model_fields.items()} if model else {}
    # Lists last: what is beside them costs little, what is in them is repeated.
    for name, inner in sorted(bound.fields.items(), key=lambda item: item[1].kind in ("list", "model")):
        if min(left) <= 0:
            break
        if name != "routes":  # its mere presence is refused before anything else is looked at
            left[0] -= len(name) + 4
            values[name] = _filled(inner, fields.get(name), left)
    return values


def _scalar(annotation: Any) -> Any:
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is Literal:
            return get_args(part)[0]
        if part is bool:
            return True
        if part is int or part is float:
            return 1
    return None


def _of_item(annotation: Any) -> Any:
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is list:
            return get_args(part)[0]
    return None


def _model(annotation: Any) -> type[BaseModel] | None:
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def within_limits(method: str, path: str, model: type[BaseModel], document: Any) -> bool:
    """Whether nothing in a document is too large for its route."""
    return (
        (method, path) in RULES
        and len(as_json(document)) <= rule_of(method, path).most
        and not oversized(model, document)
    )
