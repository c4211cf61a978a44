"""Reports of who runs a workload (our addition)."""

from typing import Any

import pytest

from lockyard.contract import Report, ValidationFailedError, parse

REPORT: dict[str, Any] = {"artifactId": "a", "phase": "ready", "observedAt": "2026-10-01T10:00:00.000000+00:00"}


def test_a_small_report() -> None:
    report = parse(Report, REPORT)
    assert (report.message, report.replicas, report.content_digest) == ("", [], None)
    assert report.observed_at.isoformat() == "2026-10-01T10:00:00+00:00"


def test_r122_a_full_report() -> None:
    replica = {
        "name": "pod-1",
        "status": "running",
        "address": "10.0.0.1",
        "nodeAddress": "10.0.0.2",
        "startedAt": "2026-10-01T10:00:00Z",
        "conditions": [
            {
                "type": "Ready",
                "value": False,
                "lastTransitionTime": "2026-10-01T10:00:00Z",
                "reason": "r",
                "message": "m",
            }
        ],
        "containers": [
            {
                "name": "main",
                "status": "waiting",
                "ready": False,
                "restartCount": 3.0,
                "image": "i",
                "reason": "CrashLoopBackOff",
                "message": "back-off",
                "exitCode": 1,
                "lastState": {
                    "status": "terminated",
                    "reason": "Error",
                    "exitCode": -1,
                    "finishedAt": "2026-10-01T10:00:00.123456789Z",
                },
            }
        ],
    }
    report = parse(
        Report,
        REPORT
        | {
            "replicas": [replica],
            "internalUrl": "http://svc",
            "contentDigest": "v1:0",
            "runtimeDigest": "v1:1",
            "message": "m",
        },
    )
    assert report.replicas[0].containers[0].restart_count == 3


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"phase": "done"}, "phase"),
        ({"observedAt": None}, "observedAt"),
        ({"observedAt": "yesterday"}, "observedAt"),
        ({"observedAt": "2026-10-01T10:00:00"}, "observedAt"),
        ({"observedAt": 1790000000}, "observedAt"),
        ({"observedAt": "1790000000"}, "observedAt"),
        ({"artifactId": None}, "artifactId"),
        ({"replicas": [{}]}, "replicas.0.name"),
        ({"replicas": [{"name": "p", "status": "lost"}]}, "replicas.0.status"),
        ({"status": "ready"}, "status"),
    ],
)
def test_refused(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(ValidationFailedError) as caught:
        parse(Report, REPORT | changes)
    assert [problem.path for problem in caught.value.problems] == [path]
    assert caught.value.problems[0].message
