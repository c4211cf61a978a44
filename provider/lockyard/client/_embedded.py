"""The registry in this process: direct calls, no port, the same documents and errors as over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lockyard.contract import STRICT, Compat, Json, NotFoundError

from ._pages import PAGE_SIZE
from ._protocol import Identity, Kind

if TYPE_CHECKING:
    from lockyard_registry.lifecycle import Page, Registry

SCHEME = "lockyard+embedded"


class EmbeddedRegistryClient:
    """Calls the registry's core in this process. The database is opened, and made if it is missing, at the first call.

    Several processes may use one database at once.

    Args:
        location: Path of the SQLite file, or a database URL; the user's own database when absent.
        driver: Who runs workloads: `external` (default) or `simulated`.
        compat: Which disputed rules are relaxed.
        registry: An open registry to use instead; it stays open when the client is closed.
    """

    def __init__(
        self,
        location: str | Path | None = None,
        *,
        driver: str = "external",
        compat: Compat = STRICT,
        registry: Registry | None = None,
    ) -> None:
        self._location = location
        self._driver = driver
        self._compat = compat
        self._registry = registry
        self._owned = registry is None
        self._identity: Identity | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return "EmbeddedRegistryClient()"

    def identity(self) -> Identity:
        # Every read and every write asks for it, and the installed version costs more than a read of an object.
        if self._identity is None:
            version: Json = self._call(_core().version_info)
            self._identity = Identity(
                version["registryId"],
                self._base_url(self._open()),
                frozenset(version["additions"]),
                version["driver"],
                embedded=True,
            )
        return self._identity

    def create_artifact(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        return self._call(_core().create_artifact, body, idempotency_key=idempotency_key).document

    def get_artifact(self, id: str) -> Json:
        return self._call(_core().get_artifact, id)

    def update_artifact(
        self, id: str, body: Json, *, if_match: str | None = None, idempotency_key: str | None = None
    ) -> Json:
        return self._call(_core().patch_artifact, id, body, if_match=if_match, idempotency_key=idempotency_key)

    def replace_artifact(self, id: str, body: Json, *, if_match: str | None = None) -> Json:
        return self._call(_core().put_artifact, id, body, if_match=if_match)

    def delete_artifact(self, id: str, *, claim: int | None = None) -> None:
        self._call(_core().delete_artifact, id, claim=claim)

    def clone_artifact(self, id: str, name: str) -> Json:
        return self._call(_core().clone_artifact, id, {"name": name})

    def list_artifacts(self, *, max_items: int | None = None, **filters: Any) -> Iterator[Json]:
        return self._pages(_core().list_artifacts, filters=filters, max_items=max_items)

    def create_repository(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        return self._call(_core().create_repository, body, idempotency_key=idempotency_key).document

    def put_repository(self, id: str, body: Json) -> Json:
        return self._call(_core().put_repository, id, body)

    def get_repository(self, id: str) -> Json:
        return self._call(_core().get_repository, id)

    def delete_repository(self, id: str, *, claim: int | None = None, force: bool = False) -> None:
        self._call(_core().delete_repository, id, claim=claim, force=force)

    def list_repositories(self, *, max_items: int | None = None, **filters: Any) -> Iterator[Json]:
        return self._pages(_core().list_repositories, filters=filters, max_items=max_items)

    def create_workload(self, body: Json, *, idempotency_key: str | None = None) -> Json:
        return self._call(_core().create_workload, body, idempotency_key=idempotency_key).document

    def get_workload(self, id: str) -> Json:
        return self._call(_core().get_workload, id)

    def update_workload(self, id: str, body: Json) -> Json:
        return self._call(_core().patch_workload, id, body)

    def delete_workload(self, id: str, *, claim: int | None = None) -> None:
        self._call(_core().delete_workload, id, claim=claim)

    def list_workloads(self, *, max_items: int | None = None, **filters: Any) -> Iterator[Json]:
        return self._pages(_core().list_workloads, filters=filters, max_items=max_items)

    def start_workload(self, id: str) -> Json:
        return self._call(_core().start_workload, id).document

    def stop_workload(self, id: str) -> Json:
        return self._call(_core().stop_workload, id).document

    def promote_workload(self, id: str) -> Json:
        return self._call(_core().promote_workload, id)

    def get_settings(self, id: str) -> Json:
        return self._call(_core().get_settings, id)

    def update_settings(self, id: str, runtime: Json) -> Json:
        return self._call(_core().patch_settings, id, {"runtime": runtime})

    def start_replacement(self, id: str, body: Json) -> Json:
        return self._call(_core().start_replacement, id, body)

    def get_replacement(self, id: str) -> Json | None:
        try:
            return self._call(_core().get_replacement, id)
        except NotFoundError:
            return None

    def cancel_replacement(self, id: str) -> Json:
        return self._call(_core().cancel_replacement, id)

    def workload_history(self, id: str) -> Iterator[Json]:
        return self._pages(_core().workload_history, id)

    def workload_events(self, id: str) -> Iterator[Json]:
        return self._pages(_core().workload_events, id)

    def list_protons(self, id: str) -> Iterator[Json]:
        return self._pages(_core().list_protons, id)

    def get_proton(self, id: str, proton_id: str) -> Json:
        return self._call(_core().get_proton, id, proton_id)

    def report_workload(self, id: str, body: Json) -> Json:
        return self._call(_core().report_workload, id, body)

    def replace_tags(self, kind: Kind, id: str, tags: list[Json]) -> list[Json]:
        return self._call(_core().replace_tags, kind, id, {"tags": tags})["tags"]

    def list_shared_roles(self, kind: Kind, id: str) -> Iterator[Json]:
        return self._pages(_core().list_shared_roles, kind, id)

    def update_shared_roles(self, kind: Kind, id: str, roles: list[Json]) -> None:
        self._call(_core().update_shared_roles, kind, id, {"operation": "updateRoles", "roles": roles})

    def list_audit(self, *, max_items: int | None = None, **filters: Any) -> Iterator[Json]:
        return self._pages(_core().list_audit, filters=filters, max_items=max_items)

    def list_bundles(self) -> Iterator[Json]:
        return self._pages(_core().list_bundles)

    def close(self) -> None:
        with self._lock:
            registry, self._registry, self._identity = self._registry, None, None
        if registry is not None and self._owned:
            registry.close()

    def _open(self) -> Registry:
        with self._lock:
            if self._registry is None:
                import lockyard_registry

                location = lockyard_registry.default_database() if self._location is None else self._location
                self._registry = lockyard_registry.open_registry(location, driver=self._driver, compat=self._compat)
            return self._registry

    @staticmethod
    def _base_url(registry: Registry) -> str:
        return f"{SCHEME}://{registry.registry_id}/api/v2"

    def _call(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        registry = self._open()
        return function(registry, _core().local_caller(self._base_url(registry)), *arguments, **options)

    def _pages(
        self, function: Callable[..., Page], *arguments: Any, filters: Json | None = None, max_items: int | None = None
    ) -> Iterator[Json]:
        offset, size = 0, PAGE_SIZE if max_items is None else max(1, min(PAGE_SIZE, max_items))
        while max_items is None or offset < max_items:
            page: Page = self._call(function, *arguments, {**(filters or {}), "offset": offset, "limit": size})
            yield from page.items if max_items is None else page.items[: max_items - offset]
            offset += size
            if offset >= page.total:
                return


def _core():
    # Imported at the first call only: whoever talks to a server needs neither the registry nor its database library.
    from lockyard_registry import operations

    return operations
