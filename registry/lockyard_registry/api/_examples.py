"""Examples of request bodies for the OpenAPI document, by the name of the model; a test reads each with its model."""

from __future__ import annotations

from typing import Any, Final

_ID = "70aa00000000000000000001"
_PERIOD = {"startTime": "2026-10-01T10:00:00Z", "endTime": "2026-10-01T10:01:00Z"}
_CONTAINER = {"name": "main", "imageUri": "registry.example/echo:1", "port": 8080, "primary": True}
_SPEC = {"containerGroups": [{"name": "default", "containers": [_CONTAINER]}]}
_RUNTIME = {"containerGroups": [{"name": "default", "replicaCount": 2, "resourceBundles": ["cpu.small"]}]}

EXAMPLES: Final[dict[str, Any]] = {
    "ArtifactInput": {"name": "echo", "type": "service", "spec": _SPEC},
    "ArtifactPatch": {"description": "answers what it is told", "status": "locked"},
    "ArtifactClone": {"name": "echo, next"},
    "WorkloadInput": {"name": "echo", "importance": "high", "artifactId": _ID, "runtime": _RUNTIME},
    "WorkloadPatch": {"importance": "critical"},
    "SettingsPatch": {"runtime": _RUNTIME},
    "ReplacementInput": {"artifactId": _ID, "strategy": "rolling", "config": {"warmupDurationMinutes": 1}},
    "RepositoryInput": {"name": "echo", "type": "service"},
    "TagsInput": {"tags": [{"name": "team", "value": "search"}]},
    "SharedRolesPatch": {
        "operation": "updateRoles",
        "roles": [{"username": "ada", "role": "EDITOR", "shareRecipientType": "user"}],
    },
    "Report": {"artifactId": _ID, "phase": "ready", "observedAt": "2026-10-01T10:00:00Z"},
    "MeasurementsInput": {
        "measurements": [{**_PERIOD, "requests": 10, "serverErrors": 1, "responseTimes": [{"millis": 20, "count": 10}]}]
    },
    "EntitlementsInput": {"entitlements": [{"name": "ENABLE_WORKLOAD_API_CONTAINERS"}]},
    "CredentialInput": {"name": "registry token", "credentialType": "api_token", "apiToken": "the secret value"},
    "CredentialPatch": {"apiToken": "another value"},
    "OtlpLogs": {
        "resourceLogs": [{"scopeLogs": [{"logRecords": [{"severityNumber": 9, "body": {"stringValue": "ready"}}]}]}]
    },
    "OtlpTraces": {"resourceSpans": []},
    "OtlpMetrics": {"resourceMetrics": []},
}
