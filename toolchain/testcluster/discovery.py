"""Finds for Prometheus what ServiceMonitors select, in place of its operator, which is not among the programs here.

Debian's Prometheus knows nothing of Kubernetes, so what it is to scrape is written into a file that it reads again and
again. Of the operator's work this is the part that the components rely on: which Services a monitor selects, which of
their ports and which path it names, and how the series are labelled.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from .api import Api
from .layout import Layout

Json = dict[str, Any]

TARGETS = "targets.json"
_EVERY_SECONDS = 1.0
_MONITORS = "/apis/monitoring.coreos.com/v1/servicemonitors"


def follow(layout: Layout, folder: Path) -> None:
    """Keep the file of targets up to date, for ever."""
    api, written = Api(layout), ""
    while True:
        found = json.dumps(targets(api), indent=1, sort_keys=True)
        if found != written:
            scratch = folder / f"{TARGETS}.new"
            scratch.write_text(found)
            scratch.rename(folder / TARGETS)
            written = found
        time.sleep(_EVERY_SECONDS)


def targets(api: Api) -> list[Json]:
    """Every address that a ServiceMonitor selects, as `file_sd` takes it."""
    return [
        target
        for monitor in _items(api, _MONITORS)
        for namespace in monitor["spec"]
        .get("namespaceSelector", {})
        .get("matchNames", [monitor["metadata"]["namespace"]])
        for service in _services(api, namespace, monitor["spec"]["selector"]["matchLabels"])
        for target in _of_service(api, service, monitor["spec"]["endpoints"])
    ]


def _services(api: Api, namespace: str, labels: dict[str, str]) -> list[Json]:
    selector = ",".join(f"{key}%3D{value}" for key, value in labels.items())
    return _items(api, f"/api/v1/namespaces/{namespace}/services?labelSelector={selector}")


def _of_service(api: Api, service: Json, wanted: list[Json]) -> list[Json]:
    name, namespace = service["metadata"]["name"], service["metadata"]["namespace"]
    slices = f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices"
    found: list[Json] = []
    for one in _items(api, f"{slices}?labelSelector=kubernetes.io/service-name%3D{name}"):
        ports = {port.get("name", ""): port["port"] for port in one.get("ports") or []}
        for endpoint in one.get("endpoints") or []:
            for settings in wanted:
                if settings["port"] in ports:
                    labels = {
                        "namespace": namespace,
                        "service": name,
                        "pod": endpoint.get("targetRef", {}).get("name", ""),
                        "endpoint": settings["port"],
                        "job": name,
                        "__metrics_path__": settings.get("path", "/metrics"),
                    }
                    addresses = [f"{address}:{ports[settings['port']]}" for address in endpoint["addresses"]]
                    found.append({"targets": addresses, "labels": labels})
    return found


def _items(api: Api, path: str) -> list[Json]:
    _, answer = api.get(path)
    return answer.get("items") or [] if isinstance(answer, dict) else []
