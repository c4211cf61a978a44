"""Workloads out of the pure functions, applied without Pulumi: what the objects do, not who makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lightkube.codecs import from_dict
from lightkube.resources.apps_v1 import Deployment
from tests.cluster.harness import eventually

from lockyard_components.manifests import WorkloadDescription, render_workload
from lockyard_components.placement import Cluster

from .node import NodeCluster
from .platform import IMAGES, ONE, platform

Json = dict[str, Any]

MANAGER = "lockyard-test"


def web_spec(version: str, *, image: str = f"{IMAGES.web}:1", **variables: Any) -> Json:
    """A service of the HTTP server; further variables are the server's settings."""
    settings = {"VERSION": version, **variables}
    probe = {"path": "/healthz", "port": 8080, "periodSeconds": 1, "initialDelaySeconds": 0, "timeoutSeconds": 2}
    container = {
        "name": "server",
        "imageUri": image,
        "primary": True,
        "port": 8080,
        "environmentVars": [{"name": name, "value": str(value)} for name, value in settings.items()],
        "startupProbe": {**probe, "failureThreshold": 20},
        "readinessProbe": {**probe, "failureThreshold": 2},
    }
    return {"containerGroups": [{"name": "main", "containers": [container]}]}


def runtime(replicas: int = 1, bundle: str = ONE) -> Json:
    """A fixed number of replicas of a bundle."""
    return {"containerGroups": [{"name": "main", "replicaCount": replicas, "resourceBundles": [bundle]}]}


@dataclass
class Applied:
    """A workload whose objects are on the cluster.

    Attributes:
        cluster: Where.
        namespace: Its namespace.
        name: Its name.
        platform: The cluster as workloads see it.
        artifact_type: `service` or `nim`.
        more: Further fields of its description.
    """

    cluster: NodeCluster
    namespace: str
    platform: Cluster
    name: str = "chat"
    artifact_type: str = "service"
    more: Json | None = None

    def apply(self, spec: Json, runtime: Json, version: str) -> None:
        """Apply its objects as they are for a version of the artifact."""
        description = WorkloadDescription(
            name=self.name,
            namespace=self.namespace,
            workload_id="w-1",
            artifact_id=f"a-{version}",
            artifact_digest=f"v1:{version}",
            runtime_digest="v1:0",
            version=version,
            artifact_type=self.artifact_type,
            draft=False,
            spec=spec,
            runtime=runtime,
            **(self.more or {}),
        )
        for manifest in render_workload(description, self.platform).values():
            self.cluster.client.apply(from_dict(manifest), field_manager=MANAGER, force=True)

    def serves(self, *, seconds: float = 60.0) -> None:
        """Wait until its rollout is complete and the old pods are gone."""
        eventually(self.settled, seconds=seconds, what=f"the rollout of {self.name}: {self._pods()}")

    def settled(self) -> bool:
        """Whether all pods are those of the newest version, and ready."""
        found = self.cluster.client.get(Deployment, self.name, namespace=self.namespace)
        status, spec, metadata = found.status, found.spec, found.metadata
        assert status is not None and spec is not None and metadata is not None
        wanted = spec.replicas
        seen = (status.replicas, status.updatedReplicas, status.availableReplicas)
        return status.observedGeneration == metadata.generation and seen == (wanted, wanted, wanted)

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.cluster.address(self.namespace, self.name)

    def _pods(self) -> str:
        return self.cluster.kubectl("get", "pods", "-n", self.namespace)


def workload(cluster: NodeCluster, namespace: str, *, kind: str = "service", **more: Any) -> Applied:
    """A workload on the test's platform; further arguments are fields of its description."""
    return Applied(cluster, namespace, platform(namespace), artifact_type=kind, more=more)
