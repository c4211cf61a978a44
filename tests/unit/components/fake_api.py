"""A fake of the Kubernetes API: only what the reaper asks, over real HTTP, with failures on demand.

The real API server stands in tests/cluster/test_reaper.py.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

Json = dict[str, Any]
_DEPLOYMENT = re.compile(r"/apis/apps/v1/namespaces/([^/]+)/deployments/([^/]+)(/scale)?$")
_SCALER = re.compile(r"/apis/keda.sh/v1alpha1/namespaces/([^/]+)/scaledobjects/([^/]+)$")


@dataclass
class FakeApi:
    """The objects, the calls that came in, and the failures to come.

    Attributes:
        deployments: By namespace and name.
        scalers: ScaledObjects by namespace and name; None: KEDA is not installed.
        calls: Method, path and body of every call.
        failures: Answers to give instead, as `(pattern of "METHOD path", status)`; each is used once.
        before: Called before every call, with method and path: changes of other people.
    """

    deployments: dict[tuple[str, str], Json] = field(default_factory=dict)
    scalers: dict[tuple[str, str], Json] | None = None
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    failures: list[tuple[str, int]] = field(default_factory=list)
    before: Callable[[str, str], None] = lambda method, path: None
    server: str = ""

    def add(self, name: str, *, namespace: str = "team-a", replicas: int | None = 2, **more: Any) -> Json:
        """A Deployment of a draft; `expires_at=` and `labels=` as given."""
        annotations = {"lockyard.dev/expires-at": more["expires_at"]} if more.get("expires_at") else {}
        deployment = {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {
                "name": name,
                "namespace": namespace,
                "labels": more.get("labels", {"lockyard.dev/draft": "true"}),
                "annotations": annotations,
                "resourceVersion": "1",
            },
            "spec": {"selector": {}, "template": {}} | ({} if replicas is None else {"replicas": replicas}),
        }
        self.deployments[namespace, name] = deployment
        return deployment

    def add_scaler(
        self, name: str, *, namespace: str = "team-a", target: str | None = None, **annotations: str
    ) -> Json:
        """A ScaledObject for the Deployment of the same name, or for `target`."""
        scaler = {
            "apiVersion": "keda.sh/v1alpha1",
            "kind": "ScaledObject",
            "metadata": {"name": name, "namespace": namespace, "annotations": dict(annotations)},
            "spec": {"scaleTargetRef": {"name": target or name}},
        }
        self.scalers = {**(self.scalers or {}), (namespace, name): scaler}
        return scaler

    @property
    def writes(self) -> list[tuple[str, str, Any]]:
        """The calls that change something."""
        return [call for call in self.calls if call[0] != "GET"]

    def answer(self, method: str, url: str, body: Any) -> tuple[int, Json]:
        """What the API says to one call."""
        path = urlsplit(url).path
        self.calls.append((method, path, body))
        self.before(method, path)
        for index, (pattern, status) in enumerate(self.failures):
            if re.search(pattern, f"{method} {path}"):
                del self.failures[index]
                return status, _status(status, f"made up by the test: {status}")
        if path.endswith("/deployments"):
            selector = parse_qs(urlsplit(url).query).get("labelSelector", [""])[0]
            return 200, _list("apps/v1", "DeploymentList", self._within(self.deployments, path), selector)
        if path.endswith("/scaledobjects"):
            if self.scalers is None:
                return 404, _status(404, "the server could not find the requested resource")
            return 200, _list("keda.sh/v1alpha1", "ScaledObjectList", self._within(self.scalers, path))
        if found := _DEPLOYMENT.search(path):
            return self._deployment(found, method, body)
        if found := _SCALER.search(path):
            scaler = (self.scalers or {})[found[1], found[2]]
            _merge(scaler, body)
            return 200, scaler
        raise AssertionError(f"the fake knows no {method} {path}")

    def _deployment(self, found: re.Match[str], method: str, body: Any) -> tuple[int, Json]:
        deployment = self.deployments.get((found[1], found[2]))
        if deployment is None:
            return 404, _status(404, f'deployments.apps "{found[2]}" not found')
        if method == "GET":
            return 200, deployment
        assert found[3] == "/scale", "the reaper's role may only write the scale"
        metadata = deployment["metadata"]
        if body["metadata"]["resourceVersion"] != metadata["resourceVersion"]:
            return 409, _status(409, "the object has been modified")
        deployment["spec"]["replicas"] = body["spec"]["replicas"]
        metadata["resourceVersion"] = str(int(metadata["resourceVersion"]) + 1)
        return 200, {"apiVersion": "autoscaling/v1", "kind": "Scale", "metadata": metadata, "spec": body["spec"]}

    def _within(self, objects: dict[tuple[str, str], Json], path: str) -> list[Json]:
        place = re.search(r"/namespaces/([^/]+)/", path)
        return [found for (namespace, _), found in objects.items() if place is None or namespace == place[1]]

    def kubeconfig(self, folder: Path) -> Path:
        """A kubeconfig for it, with the contexts `fake` (current) and `nowhere`."""
        file = folder / "kubeconfig"
        clusters = {"fake": self.server, "nowhere": "http://127.0.0.1:9"}
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "fake",
            "clusters": [{"name": name, "cluster": {"server": server}} for name, server in clusters.items()],
            "users": [{"name": "me", "user": {"token": "made-up"}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": "me"}} for name in clusters],
        }
        file.write_text(yaml.safe_dump(document))
        return file


def start(api: FakeApi) -> ThreadingHTTPServer:
    """Serves it on a free port of the loopback interface, in a thread; `shutdown` and `server_close` end it."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            status, document = api.answer(self.command, self.path, body)
            payload = json.dumps(document).encode()
            with suppress(ConnectionError):  # the caller's deadline may have passed
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

        do_GET = do_PATCH = _serve

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    api.server = f"http://127.0.0.1:{server.server_port}"
    return server


def _list(version: str, kind: str, items: list[Json], selector: str = "") -> Json:
    wanted = dict(part.split("=", 1) for part in selector.split(",") if part)
    kept = [item for item in items if wanted.items() <= (item["metadata"].get("labels") or {}).items()]
    return {"apiVersion": version, "kind": kind, "metadata": {"resourceVersion": "7"}, "items": kept}


def _status(code: int, message: str) -> Json:
    return {"apiVersion": "v1", "kind": "Status", "status": "Failure", "code": code, "message": message}


def _merge(target: Json, patch: Json) -> None:
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, dict):
            _merge(target.setdefault(key, {}), value)
        else:
            target[key] = value
