"""Who uses which GPUs at every moment, from the API server's own sequence of changes."""

from __future__ import annotations

import threading
from collections import Counter
from types import TracebackType
from typing import Any, Self

import httpx

from .cluster import TestCluster
from .nodes import FakePool

Json = dict[str, Any]

_PATH = "/api/v1/pods"


class GpuWatch:
    """Follows every pod while the `with` block runs, and notes each moment at which a node had more than it holds.

    It reads the API server's watch, so no state between two looks is missed: every change of every pod comes, in the
    order in which it was stored.

    Args:
        cluster: The cluster.
        pools: The pools whose nodes are looked at.
        resource: What is counted.

    Attributes:
        faults: What went wrong: a node or a pool with more than it has; empty is well.
        changes: How many changes were seen.
        most: The greatest number of GPUs in use at one moment, by pool.
    """

    def __init__(self, cluster: TestCluster, pools: list[FakePool], resource: str = "nvidia.com/gpu") -> None:
        self._rest, self._resource = cluster.rest, resource
        nodes = {node["metadata"]["name"]: node for node in self._rest.items("/api/v1/nodes")}
        self._pool_of = {name: made.pool.name for made in pools for name in made.names}
        self._room = {name: int(nodes[name]["status"]["allocatable"].get(resource, "0")) for name in self._pool_of}
        self._pods: dict[str, tuple[str, int]] = {}
        self._nodes: Counter[str] = Counter()
        self.faults: list[str] = []
        self.changes = 0
        self.most: Counter[str] = Counter()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._version = ""

    def __enter__(self) -> Self:
        listed = self._rest.get(_PATH)
        self._version = listed["metadata"]["resourceVersion"]
        for pod in listed["items"]:
            self._note("ADDED", pod)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        # Any change of any pod wakes the watch, so that it sees that it is to end.
        marker = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "end-of-watch", "namespace": "default"}}
        marker["spec"] = {"containers": [{"name": "none", "image": "none"}], "nodeName": "nowhere"}
        self._rest.create(marker)
        self._thread.join(timeout=30)
        assert not self._thread.is_alive()
        self._rest.delete("/api/v1/namespaces/default/pods/end-of-watch", gracePeriodSeconds="0")

    def used(self) -> dict[str, int]:
        """GPUs in use now, by pool."""
        found: Counter[str] = Counter()
        for name, count in self._nodes.items():
            found[self._pool_of[name]] += count
        return dict(found)

    def _follow(self) -> None:
        try:
            for change in self._rest.watch(_PATH, self._version):
                if self._ending.is_set():
                    return
                if change["type"] == "ERROR":
                    self.faults.append(f"the watch ended: {change['object'].get('message')}")
                    return
                self.changes += 1
                self._note(change["type"], change["object"])
        except (httpx.HTTPError, AssertionError) as error:
            self.faults.append(f"the watch ended: {error}")

    def _note(self, kind: str, pod: Json) -> None:
        uid = pod["metadata"]["uid"]
        node, count = self._pods.pop(uid, ("", 0))
        self._nodes[node] -= count
        over = kind == "DELETED" or pod["status"].get("phase") in ("Succeeded", "Failed")
        node = pod["spec"].get("nodeName", "")
        if over or node not in self._room:
            self._nodes += Counter()  # drops what is zero
            return
        count = _gpus(pod, self._resource)
        self._pods[uid] = (node, count)
        self._nodes[node] += count
        if self._nodes[node] > self._room[node]:
            name = pod["metadata"]["name"]
            self.faults.append(f"{node} has {self._room[node]} and {self._nodes[node]} are used since {name}")
        self._nodes += Counter()
        for pool, used in self.used().items():
            self.most[pool] = max(self.most[pool], used)


def _gpus(pod: Json, resource: str) -> int:
    requests = [one.get("resources", {}).get("requests", {}) for one in pod["spec"]["containers"]]
    return sum(int(one.get(resource, "0")) for one in requests)
