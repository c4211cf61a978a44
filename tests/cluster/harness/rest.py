"""Plain requests to the API server, with objects as dicts; for many objects at once, and from several threads."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx

Json = dict[str, Any]


class Rest:
    """The API server as the administrator. May be used from several threads, which lightkube's decoding may not.

    Args:
        server: Its URL.
        certificates: Folder with the cluster's certificates.
    """

    def __init__(self, server: str, certificates: Path) -> None:
        context = ssl.create_default_context(cafile=str(certificates / "ca.crt"))
        context.load_cert_chain(certificates / "admin.crt", certificates / "admin.key")
        limits = httpx.Limits(max_connections=32, max_keepalive_connections=32)
        self._http = httpx.Client(base_url=server, verify=context, timeout=60, limits=limits, trust_env=False)
        self._lock = threading.Lock()
        self._served: dict[str, dict[str, tuple[str, bool]]] = {}

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def path(self, manifest: Mapping[str, Any], *, namespace: str | None = None) -> str:
        """The path of an object's collection.

        Args:
            manifest: The object.
            namespace: Its namespace if it names none; ignored for objects of the whole cluster.
        """
        version = manifest["apiVersion"]
        plural, namespaced = self._kinds(version)[manifest["kind"]]
        where = manifest["metadata"].get("namespace") or namespace or "default"
        return _root(version) + (f"/namespaces/{where}/{plural}" if namespaced else f"/{plural}")

    def create(self, manifest: Mapping[str, Any], *, namespace: str | None = None, dry_run: bool = False) -> Json:
        """Create an object, or only ask whether it could be; answers it as the API server has it.

        Raises:
            AssertionError: It is refused; with the API server's reason.
        """
        code, answer, _ = self.try_create(manifest, namespace=namespace, dry_run=dry_run)
        assert code == 201, f"{manifest['kind']} {manifest['metadata'].get('name')}: {answer.get('message', answer)}"
        return answer

    def try_create(
        self, manifest: Mapping[str, Any], *, namespace: str | None = None, dry_run: bool = False
    ) -> tuple[int, Json, list[str]]:
        """Status, answer and warnings of a creation."""
        # Strict: a field that the kind does not have is an error, not dropped.
        parameters = {"fieldValidation": "Strict", **({"dryRun": "All"} if dry_run else {})}
        answer = self._http.post(self.path(manifest, namespace=namespace), json=manifest, params=parameters)
        return answer.status_code, answer.json(), answer.headers.get_list("warning")

    def get(self, path: str, **parameters: str) -> Json:
        """Any GET; the answer must be 200."""
        answer = self._http.get(path, params=parameters)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()

    def items(self, path: str, **parameters: str) -> list[Json]:
        """The objects of a collection, as the API server's memory has them."""
        return self.get(path, **{"resourceVersion": "0", **parameters})["items"]

    def watch(self, path: str, version: str) -> Iterator[Json]:
        """Every change of a collection after a version, in order: `{"type": "MODIFIED", "object": …}`; without end."""
        parameters = {"watch": "true", "resourceVersion": version}
        with self._http.stream("GET", path, params=parameters, timeout=httpx.Timeout(30, read=None)) as answer:
            assert answer.status_code == 200, f"watching {path}: {answer.status_code}"
            for line in answer.iter_lines():
                yield json.loads(line)

    def patch(self, path: str, body: Any, kind: str = "application/merge-patch+json") -> Json:
        """Patch an object."""
        answer = self._http.patch(path, json=body, headers={"Content-Type": kind})
        assert answer.status_code == 200, f"PATCH {path}: {answer.status_code} {answer.text[:300]}"
        return answer.json()

    def delete(self, path: str, **parameters: str) -> None:
        """Delete an object or a whole collection; what is not there is fine."""
        answer = self._http.delete(path, params=parameters)
        assert answer.status_code in (200, 202, 404), f"DELETE {path}: {answer.status_code} {answer.text[:300]}"

    def _kinds(self, version: str) -> dict[str, tuple[str, bool]]:
        with self._lock:
            if version not in self._served:
                resources = self.get(_root(version))["resources"]
                own = [one for one in resources if "/" not in one["name"]]
                self._served[version] = {one["kind"]: (one["name"], one["namespaced"]) for one in own}
            return self._served[version]


def _root(version: str) -> str:
    return f"/apis/{version}" if "/" in version else f"/api/{version}"
