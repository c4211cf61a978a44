"""The registry over HTTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from lockyard.contract import (
    ConfigurationError,
    Json,
    LockyardError,
    MethodNotAllowedError,
    NotFoundError,
    UnexpectedAnswerError,
    plain,
)

from ._pages import PAGE_SIZE, Query, follow, query_of
from ._protocol import Identity, Kind
from ._retry import RetryPolicy
from ._settings import DEFAULT_TIMEOUT_SECONDS, EMBEDDED, checked_token, normal_endpoint
from ._shapes import shaped
from ._transport import Transport

if TYPE_CHECKING:
    import httpx


class HttpRegistryClient:
    """Talks to a server: ours, or any other implementation of the Workload API (then without our additions).

    Args:
        endpoint: Address of the API, such as `https://registry.example/api/v2`.
        token: Bearer token.
        timeout_seconds: Deadline of one try of a call.
        retry: When to try again.
        transport: What moves the bytes; for tests.

    Raises:
        ConfigurationError: The address is no address, or the token is missing or cannot be sent.
    """

    def __init__(
        self,
        endpoint: str,
        token: str | None,
        *,
        timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
        retry: RetryPolicy | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._endpoint = normal_endpoint(endpoint, "the caller")
        if self._endpoint == EMBEDDED:
            raise ConfigurationError("the embedded registry is not reached over HTTP: use EmbeddedRegistryClient")
        if not token:
            raise ConfigurationError(
                f"the registry {self._endpoint} needs a token and none is set: set LOCKYARD_API_TOKEN or "
                "`pulumi config set --secret lockyard:token`"
            )
        self._http = Transport(
            self._endpoint,
            checked_token(token, "the caller"),
            timeout_seconds=timeout_seconds,
            retry=retry or RetryPolicy(),
            transport=transport,
        )
        self._identity: Identity | None = None
        self._failure: LockyardError | None = None
        self._failed = 0.0
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"HttpRegistryClient({self._endpoint!r})"

    def identity(self) -> Identity:
        asked = time.monotonic()
        with self._lock:
            if self._identity is None:
                if self._failure is not None and self._failed >= asked:
                    raise self._failure  # found out while this call waited; asking again would only take as long again
                try:
                    self._identity = self._ask_identity()
                except LockyardError as error:
                    self._failure, self._failed = error, time.monotonic()
                    raise
            return self._identity

    def _ask_identity(self) -> Identity:
        try:
            version = self._http.call("GET", "/version/", repeatable=True) or {}
        except (NotFoundError, MethodNotAllowedError):
            version = {}
        registry_id, additions, driver = version.get("registryId"), version.get("additions"), version.get("driver")
        if not isinstance(registry_id, str) or not registry_id or len(registry_id) > 255:
            return Identity(urlsplit(self._endpoint).netloc, self._endpoint, frozenset(), None, embedded=False)
        return Identity(
            plain(registry_id),
            self._endpoint,
            frozenset(plain(item, 64) for item in additions) if isinstance(additions, list) else frozenset[str](),  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
            plain(driver, 64) if isinstance(driver, str) else None,
            embedded=False,
        )

    def create_artifact(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        return self._create("ArtifactFormatted", "/artifacts", body, idempotency_key)

    def get_artifact(self, id: str) -> Json:
        return self._document("ArtifactFormatted", "GET", _path("artifacts", id))

    def update_artifact(
        self, id: str, body: Json, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> Json:
        headers = _headers(if_match=if_match, idempotency_key=idempotency_key)
        return self._document("ArtifactFormatted", "PATCH", _path("artifacts", id), body=body, headers=headers)

    def replace_artifact(self, id: str, body: Json, *, if_match: str | None = None) -> Json:
        return self._document(
            "ArtifactFormatted", "PUT", _path("artifacts", id), body=body, headers=_headers(if_match=if_match)
        )

    def delete_artifact(self, id: str, *, claim: int | None = None) -> None:
        self._delete(_path("artifacts", id), claim)

    def clone_artifact(self, id: str, name: str) -> Json:
        return self._document("ArtifactFormatted", "POST", _path("artifacts", id, "clone"), body={"name": name})

    def list_artifacts(self, *, max_items: int | None = None, **filters: Any) -> Iterator[Json]:
        return self._list("ArtifactFormatted", "/artifacts", max_items, filters)

    def create_repository(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        return self._create("RepositoryFormatted", "/artifactRepositories", body, idempotency_key)

    def put_repository(self, id: str, body: Json) -> Json:
        return self._document("RepositoryFormatted", "PUT", _path("artifactRepositories", id), body=body)

    def get_repository(self, id: str) -> Json:
        return self._document("RepositoryFormatted", "GET", _path("artifactRepositories", id))

    def delete_repository(self, id: str, *, claim: int | None = None, force: bool = False) -> None:
        self._delete(_path("artifactRepositories", id), claim, [("force", "true")] if force else None)

    def list_repositories(self, *, max_items: int | None = None, **filters: Any) -> Iterator[Json]:
        return self._list("RepositoryFormatted", "/artifactRepositories", max_items, filters)

    def create_workload(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        return self._create("WorkloadFormatted", "/workloads", body, idempotency_key)

    def get_workload(self, id: str) -> Json:
        return self._document("WorkloadFormatted", "GET", _path("workloads", id))

    def update_workload(self, id: str, body: Json) -> Json:
        return self._document("WorkloadFormatted", "PATCH", _path("workloads", id), body=body)

    def delete_workload(self, id: str, *, claim: int | None = None) -> None:
        self._delete(_path("workloads", id), claim)

    def list_workloads(self, *, max_items: int | None = None, **filters: Any) -> Iterator[Json]:
        return self._list("WorkloadFormatted", "/workloads", max_items, filters)

    def start_workload(self, id: str) -> Json:
        return self._document("OperationFormatted", "POST", _path("workloads", id, "start"), body={})

    def stop_workload(self, id: str) -> Json:
        return self._document("OperationFormatted", "POST", _path("workloads", id, "stop"), body={})

    def promote_workload(self, id: str) -> Json:
        return self._document("WorkloadFormatted", "POST", _path("workloads", id, "promote"), body={})

    def get_settings(self, id: str) -> Json:
        return self._document("SettingsFormatted", "GET", _path("workloads", id, "settings"))

    def update_settings(self, id: str, runtime: Json) -> Json:
        return self._document(
            "SettingsFormatted", "PATCH", _path("workloads", id, "settings"), body={"runtime": runtime}
        )

    def start_replacement(self, id: str, body: Json) -> Json:
        return self._document("ReplacementFormatted", "POST", _path("workloads", id, "replacement"), body=body)

    def get_replacement(self, id: str) -> Json | None:
        try:
            return self._document("ReplacementFormatted", "GET", _path("workloads", id, "replacement"))
        except NotFoundError:
            return None

    def cancel_replacement(self, id: str) -> Json:
        return self._document("ReplacementFormatted", "DELETE", _path("workloads", id, "replacement"))

    def workload_history(self, id: str) -> Iterator[Json]:
        return self._list("ReplacementFormatted", _path("workloads", id, "history"), None, {})

    def workload_events(self, id: str) -> Iterator[Json]:
        return self._list("WorkloadEvent", _path("workloads", id, "events"), None, {})

    def list_protons(self, id: str) -> Iterator[Json]:
        return self._list("ProtonFormatted", _path("workloads", id, "protons"), None, {})

    def get_proton(self, id: str, proton_id: str) -> Json:
        return self._document("ProtonFormatted", "GET", _path("workloads", id, "protons", proton_id))

    def report_workload(self, id: str, body: Json) -> Json:
        # The same report twice changes nothing, so a lost answer may be asked for again.
        return self._document(
            "WorkloadFormatted", "POST", _path("workloads", id, "reports"), body=body, repeatable=True
        )

    def replace_tags(self, kind: Kind, id: str, tags: list[Json]) -> list[Json]:
        return self._document("TagsFormatted", "PUT", _path(kind, id, "tags"), body={"tags": tags}).get("tags") or []

    def list_shared_roles(self, kind: Kind, id: str) -> Iterator[Json]:
        return self._list("SharedRoleFormatted", _path(kind, id, "sharedRoles"), None, {})

    def update_shared_roles(self, kind: Kind, id: str, roles: list[Json]) -> None:
        self._document(None, "PATCH", _path(kind, id, "sharedRoles"), body={"operation": "updateRoles", "roles": roles})

    def list_audit(self, *, max_items: int | None = None, **filters: Any) -> Iterator[Json]:
        return self._list("AuditRecordFormatted", "/audit", max_items, filters)

    def list_bundles(self) -> Iterator[Json]:
        return self._list("BundleFormatted", "/mlops/compute/bundles/", None, {})

    def close(self) -> None:
        self._http.close()

    def _create(self, model: str, path: str, body: Json, idempotency_key: str | None) -> Json:
        # A server that does not know the header would make a twin of what was made by an unanswered first try.
        repeatable = idempotency_key is not None and "idempotency" in self.identity().additions
        headers = _headers(idempotency_key=idempotency_key)
        document = self._document(model, "POST", path, body=body, headers=headers, repeatable=repeatable)
        if not document.get("id"):
            url = f"{self._endpoint}{path}"
            raise UnexpectedAnswerError(f"POST {url} answered a document without an id", method="POST", url=url)
        return document

    def _document(
        self,
        model: str | None,
        method: str,
        path: str,
        *,
        body: Json | None = None,
        headers: dict[str, str] | None = None,
        repeatable: bool | None = None,
    ) -> Json:
        if repeatable is None:
            repeatable = method in ("GET", "PUT", "DELETE")
        document = self._http.call(method, path, body=body, headers=headers, repeatable=repeatable) or {}
        # It speaks of this caller at this moment and is no state of the object: nothing may compare it.
        document.pop("allowedActions", None)
        return shaped(document, model, method, f"{self._endpoint}{path}")

    def _delete(self, path: str, claim: int | None, query: Query | None = None) -> None:
        headers = {} if claim is None else {"Lockyard-Claim": str(claim)}
        self._http.call("DELETE", path, query=query, headers=headers, repeatable=True)

    def _list(self, model: str, path: str, max_items: int | None, filters: Json) -> Iterator[Json]:
        def fetch(query: Query) -> Json:
            return self._http.call("GET", path, query=query, repeatable=True) or {}

        limit = PAGE_SIZE if max_items is None else max(1, min(PAGE_SIZE, max_items))
        url = f"{self._endpoint}{path}"
        found = follow(fetch, query_of(filters, limit=limit), max_items, url)
        return (shaped(document, model, "GET", url) for document in found)


def _path(*segments: str) -> str:
    """The path of an object. An id that would name another path than its own names nothing at all.

    Raises:
        NotFoundError: A segment is empty, `.` or `..`.
    """
    if any(segment in ("", ".", "..") for segment in segments):
        raise NotFoundError("there is no object with such an id")
    try:
        return "".join(f"/{quote(segment, safe='')}" for segment in segments)
    except UnicodeEncodeError:
        raise NotFoundError("there is no object with such an id") from None


def _headers(*, if_match: str | None = None, idempotency_key: str | None = None) -> dict[str, str]:
    headers: dict[str, str] = {}
    if if_match is not None:
        headers["If-Match"] = if_match
    if idempotency_key is not None:
        headers["Idempotency-Key"] = idempotency_key
    return headers
