"""A client of the API server for what is needed to start: a few requests with the administrator's certificate."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from pathlib import Path
from typing import Any

from .layout import Layout

_ATTEMPTS = 3


class Api:
    """The API server, as the administrator.

    Args:
        layout: The cluster.
    """

    def __init__(self, layout: Layout) -> None:
        folder = layout.certificates
        self._context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
        self._context.load_cert_chain(folder / "admin.crt", folder / "admin.key")
        self._address, self._port = layout.address, layout.ports["apiserver"]

    def get(self, path: str) -> tuple[int, Any]:
        """Status and answer; 0 when nobody answers."""
        return self.request("GET", path)

    def request(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/yaml", timeout: float = 10.0
    ) -> tuple[int, Any]:
        """Send a request; the status is 0 when nobody answers."""
        connection = http.client.HTTPSConnection(self._address, self._port, timeout=timeout, context=self._context)
        try:
            headers = {"Content-Type": kind} if body is not None else {}
            connection.request(method, path, body, {**headers, "Accept": "application/json"})
            response = connection.getresponse()
            raw = response.read()
            try:
                return response.status, json.loads(raw)
            except ValueError:
                return response.status, raw.decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            return 0, str(error)
        finally:
            connection.close()

    def create(self, path: str, manifest: dict[str, Any] | Path) -> None:
        """Create an object from a dict or a YAML file; one that exists is left as it is."""
        body = manifest.read_bytes() if isinstance(manifest, Path) else json.dumps(manifest).encode()
        status, answer = 0, ""
        for _ in range(_ATTEMPTS):  # a machine that compiles something may make it wait; a second one finds it made
            status, answer = self.request("POST", path, body, timeout=60)
            if status not in (0, 429, 500, 503):
                break
            time.sleep(1)
        if status not in (200, 201, 202, 409):
            reason = answer.get("message", answer) if isinstance(answer, dict) else answer
            raise RuntimeError(f"the API server refused to create {path}: {status} {reason}")
