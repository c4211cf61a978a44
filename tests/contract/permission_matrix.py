"""Who gets which answer: every endpoint, by what the caller is to the object.

Declared here and not taken from the registry, so that a mistake there cannot change what is expected of it. A route
that has no row fails `test_permissions.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

OK = 0
"""The endpoint's own status of success."""
NONE = -1
"""Success of a list in which the object is not counted."""

SUBJECTS = (
    "nobody",  # no token
    "administrator",
    "creator",  # the object is one's own
    "reader",  # the same person with a token of the scope read
    "owner",  # shared with the role OWNER
    "editor",
    "member",  # shared with a group as EDITOR
    "consumer",
    "everybody",  # shared with the organization as CONSUMER
    "stranger",  # the object is foreign
)

#                  nobody admin creator reader owner editor member consumer everybody stranger
NEEDS: dict[str, tuple[int, ...]] = {
    "nothing": (401, OK, OK, OK, OK, OK, OK, OK, OK, OK),
    "make": (401, OK, OK, 403, OK, OK, OK, OK, OK, OK),
    "list": (401, OK, OK, OK, OK, OK, OK, OK, OK, NONE),
    "view": (401, OK, OK, OK, OK, OK, OK, OK, OK, 404),
    # Naming an artifact in a body needs to see it; else it is as unknown as one that is not there (R78).
    "use": (401, OK, OK, 403, OK, OK, OK, OK, OK, 422),
    "edit": (401, OK, OK, 403, OK, OK, OK, 403, 403, 404),
    "share": (401, OK, OK, 403, OK, 403, 403, 403, 403, 404),
    # A credential belongs to who made it.
    "mine": (401, OK, OK, OK, 404, 404, 404, 404, 404, 404),
    "change mine": (401, OK, OK, 403, 404, 404, 404, 404, 404, 404),
    # Deleting and promoting: who does not own the object does not learn of it (R53).
    "own": (401, OK, OK, 403, OK, 404, 404, 404, 404, 404),
}


@dataclass(frozen=True)
class Row:
    """One endpoint.

    Attributes:
        method: HTTP method.
        path: as it is declared; `{id}` is filled in by `on`.
        need: which line of `NEEDS` holds.
        status: the endpoint's status of success.
        on: what of the scene it is about: `artifact`, `repository`, `workload`.
        body: its body; values like `$candidate` name ids of the scene.
        query: its query, likewise.
        rolling: a replacement is under way.
    """

    method: str
    path: str
    need: str
    status: int = 200
    on: str = ""
    body: Any = None
    query: Any = None
    rolling: bool = False

    @property
    def changes(self) -> bool:
        """Whether success changes something."""
        return self.method != "GET"


SPEC = {"containerGroups": [{"containers": [{"imageUri": "registry.example/echo:1", "port": 8080, "primary": True}]}]}
RUNTIME = {"containerGroups": [{"name": "default", "replicaCount": 1}]}
_TAGS = {"tags": [{"name": "a", "value": "b"}]}
_ROLES = {
    "operation": "updateRoles",
    "roles": [{"id": "$newcomer", "role": "CONSUMER", "shareRecipientType": "user"}],
}
_OTEL = "/otel/{entity_type}/{id}"
_MEASURED = {"startTime": "2026-01-01T00:00:00Z", "endTime": "2026-01-01T00:01:00Z", "requests": 1}
_INVOKED = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_REPORT = {"artifactId": "$running", "phase": "ready", "observedAt": "2100-01-01T00:00:00Z"}

_ARTIFACT, _REPOSITORY, _WORKLOAD = "/artifacts/{id}", "/artifactRepositories/{id}", "/workloads/{id}"

ROWS: tuple[Row, ...] = (
    Row("GET", "/version", "nothing"),
    Row("GET", "/openapi.json", "nothing"),
    Row("GET", "/openapi.yaml", "nothing"),
    Row("GET", "/mlops/compute/bundles", "nothing"),
    Row("GET", "/audit", "list", query={"objectId": "$workload", "action": "workload.create"}),
    Row("GET", "/account/info", "nothing"),
    Row("POST", "/entitlements/evaluate", "nothing", body={"entitlements": [{"name": "X"}]}),
    Row("GET", "/executionEnvironments", "nothing"),
    Row("GET", "/executionEnvironments/{id}/versions", "nothing", on="environment"),
    Row("GET", "/useCases", "list", query={"entityId": "$workload"}),
    Row("POST", "/useCases/{use_case_id}/workloads/{id}", "edit", 201, on="workload"),
    Row("DELETE", "/useCases/{use_case_id}/workloads/{id}", "edit", 204, on="workload"),
    Row("GET", "/credentials", "nothing"),
    Row("POST", "/credentials", "make", 201, body={"name": "$fresh", "credentialType": "bearer", "token": "t"}),
    Row("GET", "/credentials/{id}", "mine", on="credential"),
    Row("PATCH", "/credentials/{id}", "change mine", on="credential", body={"token": "other"}),
    Row("DELETE", "/credentials/{id}", "change mine", 204, on="credential"),
    # Artifacts.
    Row("GET", "/artifacts", "list", query={"ids": "$artifact"}),
    Row("POST", "/artifacts", "make", 201, body={"name": "new", "spec": SPEC}),
    Row("POST", "/artifacts", "edit", 201, body={"name": "new", "spec": SPEC, "artifactRepositoryId": "$repository"}),
    Row("GET", _ARTIFACT, "view", on="artifact"),
    Row("PATCH", _ARTIFACT, "edit", on="artifact", body={"description": "edited"}),
    Row("PATCH", _ARTIFACT, "edit", on="artifact", body={"status": "locked"}),
    Row("PUT", _ARTIFACT, "edit", on="artifact", body={"name": "replaced", "spec": SPEC}),
    Row("DELETE", _ARTIFACT, "own", 204, on="artifact"),
    Row("GET", f"{_ARTIFACT}/impact", "view", on="artifact"),
    Row("POST", f"{_ARTIFACT}/clone", "edit", on="artifact", body={"name": "copy"}),
    Row("PUT", f"{_ARTIFACT}/tags", "edit", on="artifact", body=_TAGS),
    Row("GET", f"{_ARTIFACT}/sharedRoles", "view", on="artifact"),
    Row("PATCH", f"{_ARTIFACT}/sharedRoles", "share", 204, on="artifact", body=_ROLES),
    # Repositories.
    Row("GET", "/artifactRepositories", "list", query={"ids": "$repository"}),
    Row("GET", _REPOSITORY, "view", on="repository"),
    Row("POST", "/artifactRepositories", "make", 201, body={"name": "new", "type": "service"}),
    Row("PUT", _REPOSITORY, "edit", on="repository", body={"name": "renamed", "type": "service"}),
    Row("DELETE", _REPOSITORY, "own", 204, on="repository"),
    Row("PUT", f"{_REPOSITORY}/tags", "edit", on="repository", body=_TAGS),
    Row("GET", f"{_REPOSITORY}/sharedRoles", "view", on="repository"),
    Row("PATCH", f"{_REPOSITORY}/sharedRoles", "share", 204, on="repository", body=_ROLES),
    # Workloads.
    Row("GET", "/workloads", "list", query={"ids": "$workload"}),
    Row("POST", "/workloads", "use", 201, body={"name": "new", "artifactId": "$artifact", "runtime": RUNTIME}),
    Row(
        "POST",
        "/workloads",
        "edit",
        201,
        body={
            "name": "new",
            "artifact": {"name": "inline", "spec": SPEC, "artifactRepositoryId": "$repository"},
            "runtime": RUNTIME,
        },
    ),
    Row("GET", _WORKLOAD, "view", on="workload"),
    Row("PATCH", _WORKLOAD, "edit", on="workload", body={"description": "edited"}),
    Row("DELETE", _WORKLOAD, "own", 204, on="workload"),
    Row("POST", f"{_WORKLOAD}/start", "edit", on="workload"),
    Row("POST", f"{_WORKLOAD}/stop", "edit", 202, on="workload"),
    Row("POST", f"{_WORKLOAD}/promote", "own", 202, on="workload"),
    Row("POST", f"{_WORKLOAD}/reports", "edit", 202, on="workload", body=_REPORT),
    Row("GET", "/workloads/stats", "nothing"),
    Row("GET", f"{_WORKLOAD}/stats", "view", on="workload"),
    Row("DELETE", f"{_WORKLOAD}/stats", "edit", 204, on="workload"),
    Row("GET", f"{_WORKLOAD}/stats/{{metric}}", "view", on="workload"),
    Row("POST", f"{_WORKLOAD}/measurements", "edit", 202, on="workload", body={"measurements": [_MEASURED]}),
    Row("GET", f"{_WORKLOAD}/related", "view", on="workload"),
    Row("GET", f"{_WORKLOAD}/protons/{{proton_id}}/statusDetails", "view", on="workload"),
    # Nobody has told where the workload is, so who may invoke it gets this far.
    *(
        Row(method, f"/endpoints{_WORKLOAD}{below}", "view", 503, on="workload")
        for method in _INVOKED
        for below in ("", "/{rest:path}")
    ),
    Row("GET", f"{_OTEL}/logs", "view", on="workload"),
    Row("GET", f"{_OTEL}/traces", "view", on="workload"),
    Row("GET", f"{_OTEL}/traces/{{trace_id}}", "view", on="workload"),
    Row("GET", f"{_OTEL}/metrics/autocollectedValues", "view", on="workload"),
    Row("POST", f"{_OTEL}/v1/logs", "edit", on="workload", body={"resourceLogs": []}),
    Row("POST", f"{_OTEL}/v1/traces", "edit", on="workload", body={"resourceSpans": []}),
    Row("POST", f"{_OTEL}/v1/metrics", "edit", on="workload", body={"resourceMetrics": []}),
    Row("GET", f"{_WORKLOAD}/settings", "view", on="workload"),
    Row("PATCH", f"{_WORKLOAD}/settings", "edit", 202, on="workload", body={"runtime": RUNTIME}),
    Row("POST", f"{_WORKLOAD}/replacement", "edit", 202, on="workload", body={"artifactId": "$candidate"}),
    Row("GET", f"{_WORKLOAD}/replacement", "view", on="workload", rolling=True),
    Row("DELETE", f"{_WORKLOAD}/replacement", "edit", 202, on="workload", rolling=True),
    Row("GET", f"{_WORKLOAD}/history", "view", on="workload"),
    Row("GET", f"{_WORKLOAD}/events", "view", on="workload"),
    Row("GET", f"{_WORKLOAD}/protons", "view", on="workload"),
    Row("GET", f"{_WORKLOAD}/protons/{{proton_id}}", "view", on="workload"),
    Row("PUT", f"{_WORKLOAD}/tags", "edit", on="workload", body=_TAGS),
    Row("GET", f"{_WORKLOAD}/sharedRoles", "view", on="workload"),
    Row("PATCH", f"{_WORKLOAD}/sharedRoles", "share", 204, on="workload", body=_ROLES),
)
