"""Registry and cluster side by side."""

from __future__ import annotations

from typing import Any

from tests.cluster.harness import TestCluster
from tests.cluster.workloads import IMAGE
from tests.engine.harness import Project

from lockyard.client import RegistryClient

Json = dict[str, Any]


class Scene:
    """What the registry and the cluster say about the workload `chat` of a project."""

    def __init__(
        self, project: Project, cluster: TestCluster, namespace: str, *, registry: RegistryClient | None = None
    ) -> None:
        self.project, self.cluster, self.namespace = project, cluster, namespace
        self._registry = registry

    @property
    def registry(self) -> RegistryClient:
        """The project's registry."""
        return self._registry or self.project.registry

    @property
    def record(self) -> Json:
        """The workload on the registry."""
        return self.registry.get_workload(self.project.id("Workload/chat"))

    @property
    def deployment(self) -> Json:
        """The Deployment on the cluster."""
        return self.deployment_of("chat")

    def deployment_of(self, workload: str) -> Json:
        """The Deployment of another workload."""
        return self.cluster.rest.get(f"/apis/apps/v1/namespaces/{self.namespace}/deployments/{workload}")

    def pods(self) -> list[Json]:
        """All pods, those on their way out too."""
        return self.cluster.rest.get(f"/api/v1/namespaces/{self.namespace}/pods")["items"]

    def names(self, kinds: str) -> list[str]:
        """Names of the objects of some kinds."""
        return self.cluster.kubectl("get", kinds, "-n", self.namespace, "-o", "name").split()

    @property
    def images(self) -> set[str]:
        """What the pods run that are not on their way out."""
        pods = self.cluster.pods(self.namespace)
        return {container.image or "" for pod in pods if pod.spec for container in pod.spec.containers}

    def ready_images(self) -> list[str]:
        """What the ready pods run, one entry for each."""
        return sorted(
            pod.spec.containers[0].image or ""
            for pod in self.cluster.pods(self.namespace)
            if pod.spec
            and any(
                one.type == "Ready" and one.status == "True" for one in (pod.status and pod.status.conditions) or []
            )
        )

    def active_proton(self) -> Json:
        """The generation that serves, as the registry knows it."""
        protons = self.registry.list_protons(self.record["id"])
        [proton] = [one for one in protons if one.get("role") == "active"]
        return proton

    def agree(self, version: str, *, replicas: int = 2) -> None:
        """The registry says that this version runs, and the cluster runs just that."""
        record, deployment = self.record, self.deployment
        notes, labels = deployment["metadata"]["annotations"], deployment["metadata"]["labels"]
        assert record["status"] == "running"
        assert (record["replacement"] or {"status": "completed"})["status"] in ("completed", "errored")
        assert notes["lockyard.dev/artifact-id"] == record["artifactId"] == self.project.id("Artifact/chat")
        assert notes["lockyard.dev/content-digest"] == record["artifactDigest"]
        assert notes["lockyard.dev/runtime-digest"] == record["runtimeDigest"]
        assert notes.get("lockyard.dev/expires-at") == record["expiresAt"]
        assert labels["lockyard.dev/draft"] == ("true" if record["artifact"]["status"] == "draft" else "false")
        assert labels["lockyard.dev/workload-id"] == record["id"]
        assert deployment["status"]["readyReplicas"] == deployment["spec"]["replicas"] == replicas
        assert self.images == {IMAGE.format(version)}
        proton = self.active_proton()
        assert (proton["status"], proton["internalUrl"]) == ("running", f"http://chat.{self.namespace}.svc")
