"""A running cluster as the tests see it."""

from __future__ import annotations

import itertools
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lightkube import Client, KubeConfig
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import Namespace, Node, Pod

from lockyard_components.placement import NodePool

from .nodes import FakePool, fake_node
from .rest import Rest
from .waiting import eventually


class TestCluster:
    """A Kubernetes with real control plane.

    Args:
        facts: What `cluster.py start --json` told.

    Attributes:
        kubeconfig: Path of the administrator's kubeconfig.
        client: A lightkube client with it. For one thread only: its decoding crashes when several do it at once.
        rest: Plain requests, for many objects and several threads.
        facts: As given.
    """

    __test__ = False  # the name is no test class's

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        self.kubeconfig = Path(facts["kubeconfig"])
        self.client = Client(config=KubeConfig.from_file(str(self.kubeconfig)), trust_env=False)
        self.rest = Rest(facts["server"], self.kubeconfig.parent / "certificates")
        self._numbers = itertools.count(1)

    def close(self) -> None:
        """Close the clients."""
        self.client.close()
        self.rest.close()

    def kubectl(self, *arguments: str, stdin: str | None = None, fails: bool = False, timeout: float = 60) -> str:
        """Run kubectl and answer what it printed, its complaints too."""
        done = subprocess.run(
            [self.facts["kubectl"], f"--kubeconfig={self.kubeconfig}", *arguments],
            input=stdin if stdin is not None else "",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert (done.returncode != 0) == fails, f"kubectl {' '.join(arguments)}: {done.returncode}\n{done.stdout}"
        return done.stdout

    @contextmanager
    def namespace(self, prefix: str = "test", *, pod_security: str | None = "restricted") -> Iterator[str]:
        """A fresh namespace, gone afterwards with all in it.

        Args:
            prefix: Begin of its name.
            pod_security: Level that the API server enforces in it; None for none.
        """
        name = f"{prefix}-{next(self._numbers)}"
        labels = {"pod-security.kubernetes.io/enforce": pod_security} if pod_security else {}
        self.client.create(Namespace(metadata=ObjectMeta(name=name, labels=labels)))
        try:
            yield name
        finally:
            self.remove_namespace(name)

    def remove_namespace(self, name: str, *, wait: bool = False, seconds: float = 120) -> None:
        """Delete a namespace, if it is there, and wait until its pods have left their nodes.

        Args:
            name: Its name.
            wait: Wait until the namespace itself is gone too, which takes Kubernetes some 10 s.
            seconds: How long at most.
        """
        self.rest.delete(f"/api/v1/namespaces/{name}")
        # Kubernetes begins to empty a namespace only after 5 s.
        for kind in ("apps/v1", "deployments"), ("batch/v1", "cronjobs"), ("batch/v1", "jobs"):
            self.rest.delete(f"/apis/{kind[0]}/namespaces/{name}/{kind[1]}", propagationPolicy="Background")
        self.rest.delete(f"/api/v1/namespaces/{name}/pods")
        eventually(
            lambda: not list(self.client.list(Pod, namespace=name)), seconds=seconds, what=f"pods of {name} to go"
        )
        if wait:
            eventually(lambda: name not in self._namespaces(), seconds=seconds, what=f"namespace {name} to go")

    def _namespaces(self) -> set[str]:
        return {one.metadata.name or "" for one in self.client.list(Namespace) if one.metadata}

    def add_pool(self, pool: NodePool, *, nodes: int) -> FakePool:
        """Create fake nodes as that flavour's nodes of such a pool really are, and wait until they are ready."""
        start = next(self._numbers)
        names = [f"{pool.name}-{start}-{number}" for number in range(nodes)]
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda name: self.rest.create(fake_node(pool, name)), names))
        eventually(lambda: set(names) - set(self.ready_nodes()), lambda missing: not missing, what="nodes to be ready")
        return FakePool(pool, names)

    def remove_pool(self, made: FakePool) -> None:
        """Delete a pool's nodes."""
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda name: self.rest.delete(f"/api/v1/nodes/{name}"), made.names))

    @contextmanager
    def pools(self, *sizes: tuple[NodePool, int]) -> Iterator[list[FakePool]]:
        """Pools with so many nodes each, gone afterwards."""
        made: list[FakePool] = []
        try:
            for pool, nodes in sizes:
                made.append(self.add_pool(pool, nodes=nodes))
            yield made
        finally:
            for one in made:
                self.remove_pool(one)

    def ready_nodes(self) -> list[str]:
        """Names of the nodes that are ready."""
        return [
            node.metadata.name or ""
            for node in self.client.list(Node)
            if node.metadata
            and any(
                one.type == "Ready" and one.status == "True" for one in (node.status and node.status.conditions) or []
            )
        ]

    def pods(self, namespace: str, labels: dict[str, Any] | None = None) -> list[Pod]:
        """The pods of a namespace that are not on their way out."""
        found: Sequence[Pod] = list(self.client.list(Pod, namespace=namespace, labels=labels))
        return [pod for pod in found if pod.metadata and pod.metadata.deletionTimestamp is None]
