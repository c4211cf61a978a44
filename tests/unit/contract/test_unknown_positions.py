"""UNKNOWN at every place of a full document is accepted and kept."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from lockyard.contract import UNKNOWN, compact, content_digest, dump, parse_artifact, parse_workload, runtime_digest

PROBE = {
    "path": "/r",
    "port": 8081,
    "scheme": "HTTPS",
    "host": "h",
    "httpHeaders": {"X-A": "b"},
    "initialDelaySeconds": 1,
    "periodSeconds": 2,
    "timeoutSeconds": 3,
    "failureThreshold": 4,
    "successThreshold": 5,
}

ARTIFACT: dict[str, Any] = {
    "name": "full",
    "description": "d",
    "type": "nim",
    "status": "draft",
    "artifactRepositoryId": "r",
    "spec": {
        "storage": {"mode": "dedicatedPvc", "pvcSize": "150Gi"},
        "templateId": "t",
        "containerGroups": [
            {
                "name": "group",
                "containers": [
                    {
                        "name": "main",
                        "description": "d",
                        "imageUri": "r/a:1",
                        "port": 8080,
                        "primary": True,
                        "entrypoint": ["a", "b"],
                        "environmentVars": [
                            {"source": "string", "name": "A", "value": "v"},
                            {"source": "dr-credential", "name": "B", "drCredentialId": "c", "key": "k"},
                            {"source": "api-key", "name": "C"},
                        ],
                        "readinessProbe": PROBE,
                        "livenessProbe": PROBE,
                        "startupProbe": PROBE,
                        "securityContext": {
                            "allowPrivilegeEscalation": False,
                            "readOnlyRootFilesystem": True,
                            "capabilities": {"add": ["X"], "drop": ["ALL"]},
                            "seccompProfile": {"type": "Localhost", "localhostProfile": "p"},
                        },
                    },
                    {"name": "side", "imageUri": "r/b:1", "primary": False},
                ],
            }
        ],
    },
}

BUILT: dict[str, Any] = {
    "name": "built",
    "spec": {
        "containerGroups": [
            {
                "containers": [
                    {
                        "port": 8080,
                        "primary": True,
                        "imageBuildConfig": {
                            "codeRef": {
                                "type": "datarobot",
                                "provider": "datarobot",
                                "datarobot": {"catalogId": "c", "catalogVersionId": "v"},
                            },
                            "dockerfile": {
                                "source": "generated",
                                "executionEnvironmentId": "e",
                                "executionEnvironmentVersionId": "v",
                                "entrypoint": ["a"],
                            },
                        },
                    },
                    {"imageBuildConfig": {"dockerfile": {"source": "provided", "path": "x"}}},
                ]
            }
        ]
    },
}

WORKLOAD: dict[str, Any] = {
    "name": "w",
    "description": "d",
    "importance": "high",
    "artifactId": "a",
    "runtime": {
        "containerGroups": [
            {
                "name": "group",
                "replicaCount": None,
                "autoscaling": {
                    "enabled": True,
                    "minReplicaCount": 1,
                    "maxReplicaCount": 3,
                    "policies": [{"scalingMetric": "cpuAverageUtilization", "target": 50.0}],
                    "cooldownPeriodMinutes": 5,
                },
                "resourceBundles": ["cpu.small"],
                "bundleSelectionPolicy": "availability",
                "containers": [
                    {"name": "main", "resourceAllocation": {"cpu": 1.0, "gpu": 1.0, "memory": 512, "gpuMemory": 512}}
                ],
            }
        ]
    },
}

INLINE = {key: value for key, value in WORKLOAD.items() if key != "artifactId"} | {"artifact": BUILT}

LEGACY: dict[str, Any] = {
    "name": "w",
    "artifactId": "a",
    "runtime": {
        "containerGroups": [
            {"autoscaling": {"policies": [{"scalingMetric": "m", "target": 1.0, "minCount": 1, "maxCount": 2}]}}
        ]
    },
}


def positions(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside `value`."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from positions(item, (*path, key))


def with_unknown(document: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    holder: Any = changed
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = UNKNOWN
    return changed


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        document = document[key]
    return document


def cases(document: dict[str, Any]) -> list[Any]:
    return [pytest.param(document, path, id=".".join(map(str, path))) for path in positions(document)]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("document", "path"), [*cases(ARTIFACT), *cases(BUILT)])
def test_artifact(document: dict[str, Any], path: tuple[Any, ...]) -> None:
    parsed = parse_artifact(with_unknown(document, path))
    assert at(dump(parsed), path) is UNKNOWN
    assert at(compact(parsed), path) is UNKNOWN
    assert parse_artifact(compact(parsed)) == parsed
    content = ("name", "description", "type", "spec")
    digest = content_digest(**{key: getattr(parsed, key) for key in content})
    assert (digest is UNKNOWN) is (path[0] in content)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("document", "path"), [*cases(WORKLOAD), *cases(INLINE)])
def test_workload(document: dict[str, Any], path: tuple[Any, ...]) -> None:
    parsed = parse_workload(with_unknown(document, path))
    assert at(dump(parsed), path) is UNKNOWN
    assert at(compact(parsed), path) is UNKNOWN
    assert parse_workload(compact(parsed)) == parsed
    assert (runtime_digest(parsed.runtime) is UNKNOWN) is (path[0] == "runtime")


@pytest.mark.parametrize(("document", "path"), cases(LEGACY))
def test_legacy_bounds_never_raise(document: dict[str, Any], path: tuple[Any, ...]) -> None:
    parse_workload(with_unknown(document, path))


@pytest.mark.parametrize(("bound", "hoisted"), [("minCount", "minReplicaCount"), ("maxCount", "maxReplicaCount")])
def test_an_unknown_legacy_bound_moves_too(bound: str, hoisted: str) -> None:
    group = ("runtime", "containerGroups", 0, "autoscaling")
    parsed = parse_workload(with_unknown(LEGACY, (*group, "policies", 0, bound)))
    assert at(dump(parsed), (*group, hoisted)) is UNKNOWN


@pytest.mark.parametrize("parse", [parse_artifact, parse_workload])
def test_the_whole_document(parse: Any) -> None:
    assert parse(UNKNOWN) is UNKNOWN


def test_a_missing_name_beside_an_unknown_primary_stays_open() -> None:
    document = {"containers": [{"imageUri": "i", "primary": UNKNOWN, "port": 8080}, {"imageUri": "j"}]}
    parsed = parse_artifact({"name": "a", "spec": {"containerGroups": [document]}})
    assert parsed.spec.container_groups[0].containers[0].name is None
