"""Answers that no registry gives, made from the contract's models of answers: a table by what is wrong with them."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Iterator
from typing import Any

TOKEN = "s3cr3t-of-the-test"
NASTY = "\x1b]0;own\x07\x1b[31mred\r\n\u202eevil\u200b\x9b2J\ud7ff[bold red]x[/bold red][link=http://x]y[/link]"
"""What a terminal or `rich` would obey."""

KINDS: list[Any] = [None, True, 0, -1, 1.5, 10**40, "", "x", NASTY, [], [None], [[]], [{}], ["x"], [1], {}, {"a": []}]

_USER = {"id": "0" * 24, "username": "ada", "fullName": "Ada", "email": "a@b.c", "userhash": "h"}
_TIMES = {"createdAt": "2026-09-30T15:26:54.349000+00:00", "updatedAt": "2026-09-30T15:26:54.349000+00:00"}
_SPEC = {
    "templateId": "t",
    "storage": {"mode": "dedicatedPvc", "pvcSize": "10Gi"},
    "containerGroups": [
        {
            "name": "default",
            "containers": [
                {
                    "name": "main",
                    "imageUri": "registry.example/chat:1",
                    "port": 8080,
                    "primary": True,
                    "entrypoint": ["serve"],
                    "readinessProbe": {"path": "/", "port": 8080, "periodSeconds": 1, "failureThreshold": 2},
                    "environmentVars": [{"name": "A", "value": "b", "source": "string"}],
                }
            ],
        }
    ],
}
_RUNTIME = {
    "containerGroups": [
        {
            "name": "default",
            "replicaCount": 1,
            "resourceBundles": ["cpu.small"],
            "autoscaling": {"enabled": True, "policies": [{"scalingMetric": "cpu", "target": 0.5}]},
            "containers": [{"name": "main", "resourceAllocation": {"cpu": 1.5, "memory": 5}}],
        }
    ]
}
_COMMON = {"id": "a" * 24, "name": "chat", "tags": [{"id": "t", "name": "a", "value": "b"}], "creator": _USER, **_TIMES}

ARTIFACT = {
    **_COMMON,
    "description": "",
    "type": "service",
    "status": "locked",
    "version": 1,
    "spec": _SPEC,
    "artifactRepositoryId": "b" * 24,
    "permissions": ["canView"],
    "etag": "e",
    "contentDigest": "v1:x",
    "claim": 1,
}
REPOSITORY = {**_COMMON, "type": "service", "lastVersionNumber": 1, "numArtifacts": 1, "permissions": [], "claim": 1}
WORKLOAD = {
    **_COMMON,
    "description": None,
    "status": "running",
    "type": "service",
    "importance": "high",
    "artifactId": "a" * 24,
    "artifact": {"id": "a" * 24, "name": "chat", "type": "service", "status": "locked", "version": 1},
    "protonId": "c" * 24,
    "endpoint": "http://x",
    "runtime": _RUNTIME,
    "replacement": {
        "id": "d" * 24,
        "name": "r",
        "workloadId": "a" * 24,
        "candidateArtifactId": "a" * 24,
        "candidateProtonIds": [],
        "status": "running",
        "strategy": "rolling",
        "config": {},
        "runtime": _RUNTIME,
        **_TIMES,
    },
    "statusDetails": {"message": "m"},
    "owners": [_USER],
    "artifactDigest": "v1:x",
    "runtimeDigest": "v1:y",
    "expiresAt": _TIMES["createdAt"],
    "lastReportAt": _TIMES["createdAt"],
    "driver": "external",
    "claim": 1,
}
VERSION = {"version": "2", "registryId": "e" * 24, "additions": ["idempotency"], "driver": "external"}


def page(*records: Any, **more: Any) -> dict[str, Any]:
    """A page of a list."""
    found = {"count": len(records), "totalCount": len(records), "next": None, "previous": None, "data": list(records)}
    return {**found, **more}


def spoilt(document: Any) -> Iterator[tuple[str, Any]]:
    """The document with each of its values, at every depth, replaced by one of each other JSON type, or left out."""
    for place in _places(document):
        where = ".".join(map(str, place))
        for value in KINDS:
            changed = copy.deepcopy(document)
            _holder(changed, place)[place[-1]] = value
            yield f"{where}={value!r:.12}", changed
        changed = copy.deepcopy(document)
        del _holder(changed, place)[place[-1]]
        yield f"no {where}", changed


def _places(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield (*before, key)
        yield from _places(inner, (*before, key))


def _holder(document: Any, place: tuple[Any, ...]) -> Any:
    for key in place[:-1]:
        document = document[key]
    return document


def bodies() -> dict[str, tuple[int, dict[str, str], bytes]]:
    """Status, headers and body of answers that are no document of the contract at all."""
    js = {"Content-Type": "application/json"}
    bomb = gzip.compress(b'{"id":"' + b"0" * (80 << 20) + b'"}', 1)
    found: dict[str, tuple[int, dict[str, str], bytes]] = {
        "too large": (200, js, b'{"id":"' + b"0" * (65 << 20) + b'"}'),
        "a bomb": (200, {**js, "Content-Encoding": "gzip"}, bomb),
        "a bomb in a bomb": (200, {**js, "Content-Encoding": "gzip, gzip"}, gzip.compress(bomb, 1)),
        "brotli": (200, {**js, "Content-Encoding": "br"}, b"x" * 100),
        "another encoding": (200, {**js, "Content-Encoding": NASTY.encode("ascii", "ignore").decode()[:3]}, b"{}"),
        "gzip that is none": (200, {**js, "Content-Encoding": "gzip"}, b'{"id":"1"}'),
        "gzip that breaks off": (200, {**js, "Content-Encoding": "gzip"}, gzip.compress(b'{"id":"1"}' * 99)[:30]),
        "many lists": (200, js, b'{"id":[' + b"[]," * 4_000_000 + b"[]]}"),
        "deep": (200, js, b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
        "rather deep": (200, js, b'{"a":' * 500 + b"1" + b"}" * 500),
        "digits": (200, js, b'{"id":' + b"9" * 5000 + b"}"),
        "NaN": (200, js, b'{"id":NaN}'),
        "half a character": (200, js, b'{"id":"\\ud800"}'),
        "no UTF-8": (200, js, b'{"id":"\xff"}'),
        "UTF-16": (200, js, '{"id":"1"}'.encode("utf-16")[:9]),
        "a list": (200, js, b"[]"),
        "text": (200, js, json.dumps(NASTY).encode()),
        "HTML": (200, {"Content-Type": "text/html"}, b"<html>\x1b[31m</html>"),
        "HTML as JSON": (200, js, b"<html>"),
        "another type": (200, {"Content-Type": "a/\x7fb; x=[red]"}, b"x"),
        "half": (200, js, b'{"id":'),
        "NUL": (200, js, b"\0"),
    }
    for status in (201, 204, 206, 299, 300, 301, 302, 304, 307, 308, 399, 400, 401, 403, 404, 405, 409, 410, 412, 418):
        found[f"{status} of nothing"] = (status, js, b"")
    for status in (301, 302, 307, 308):
        for target in ("http://127.0.0.2:1/api", "//evil", "/", "javascript:x", "http://a\tb", "http://[", "a" * 5000):
            found[f"{status} to {target[:12]}"] = (status, {"Location": target}, b"")
    details: list[Any] = [NASTY, [NASTY], [{"path": NASTY, "message": NASTY, "code": NASTY}], {"message": NASTY}, 7]
    details += [[{"loc": [NASTY], "msg": NASTY}], [[]], [{}], {}, [{"loc": 7}], "x" * 100_000, [{"path": "p"}] * 5000]
    for status in (400, 401, 403, 404, 409, 412, 422, 429, 499, 500, 502, 503, 599):
        for number, detail in enumerate(details):
            content = json.dumps({"detail": detail, "code": NASTY}).encode()
            found[f"{status}, detail {number}"] = (status, {**js, "Retry-After": "1e9"}, content)
        found[f"{status} as HTML"] = (status, {"Content-Type": "text/html"}, b"<p>\x1b[31m" + TOKEN.encode())
        found[f"{status} with headers"] = (
            status,
            {**js, "X-Request-Id": "\x9b2J", "ETag": "\x85", "Allow": "a" * 9999},
            b"{}",
        )
    return found
