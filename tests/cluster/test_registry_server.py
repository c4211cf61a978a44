"""The registry server's objects on a real API server, and the component on a cluster with fake nodes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from tests.cluster.harness import TestCluster
from tests.cluster.workloads import CPU_POOL, cluster_of
from tests.engine.harness import Project

from lockyard_components import Exposure, Gateway, Ingress, PrometheusOperator, RegistryServer, SecretReference
from lockyard_components.manifests import RegistryDescription, render_registry_server

pytestmark = pytest.mark.timeout(240)

DATABASE = SecretReference(name="lockyard-database", key="url")
KEY = SecretReference(name="lockyard-key", key="key.pem")
WAYS_IN: list[dict[str, Any]] = [
    {},
    {"gateway": Gateway(name="edge", namespace="edge", domain="example.org")},
    {"ingress": Ingress(class_name="nginx", namespace="nginx", domain="example.org")},
]


@pytest.mark.parametrize("way_in", WAYS_IN, ids=["inside", "gateway", "ingress"])
def test_every_object_is_accepted(cluster: TestCluster, way_in: dict[str, Any]) -> None:
    with cluster.namespace("registry") as namespace:
        where = cluster_of(
            namespace,
            prometheus=PrometheusOperator(namespace="monitoring", server_address="http://prometheus:9090"),
            **way_in,
        )
        description = RegistryDescription(
            name="registry",
            namespace=namespace,
            image="registry.example/lockyard:1",
            database=DATABASE,
            checkpoints="s3://proofs/lockyard?lockDays=365",
            checkpoint_key=KEY,
            bundles=[],
            rate_limit="200/second",
            exposure=Exposure() if way_in else None,
            callers=("ci",),
        )
        objects = render_registry_server(description, where)
        assert {"monitor", "bundles", *(["route"] if way_in else [])} <= set(objects)
        # A pod needs the account that it names; a dry run does not make one.
        cluster.rest.create(objects.pop("serviceAccount"), namespace=namespace)
        for key in ("deployment", "migration"):
            template = objects[key]["spec"]["template"]
            metadata = {"name": key, "namespace": namespace, **template["metadata"]}
            spec = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
            objects[f"pod of the {key}"] = spec
        for key, manifest in objects.items():
            code, answer, warnings = cluster.rest.try_create(manifest, namespace=namespace, dry_run=True)
            assert (code, warnings) == (201, []), f"{key}: {code} {answer.get('message')} {warnings}"


def test_a_new_image_upgrades_the_database_before_it_rolls(cluster: TestCluster, cluster_project: Project) -> None:
    with cluster.namespace("registry") as namespace, cluster.pools((CPU_POOL, 1)):

        def version(image: str) -> Callable[[], Any]:
            def main() -> None:
                made = RegistryServer(
                    "registry",
                    cluster=cluster_of(namespace),
                    image=f"registry.example/lockyard:{image}",
                    database=DATABASE,
                    environment={"LOCKYARD_OIDC_ISSUER": "https://login.example"},
                )
                pulumi.export("registry", made.endpoint)

            return main

        def get(kind: str) -> dict[str, Any]:
            return json.loads(cluster.kubectl("get", kind, "-n", namespace, "-o", "json"))

        cluster_project.up(version("1"))
        assert get("deployment/lockyard-registry")["status"]["readyReplicas"] == 2
        cluster_project.assert_empty_preview(version("1"))

        shown = cluster_project.preview(version("2"))
        assert shown.change("Job", "registry-migration").op in ("replace", "create-replacement")
        run = cluster_project.up(version("2"))
        done = [(step.kind, step.op) for step in run.steps if step.kind in ("Job", "Deployment")]
        assert done.index(("Deployment", "update")) > max(
            index for index, (kind, op) in enumerate(done) if kind == "Job" and op == "create-replacement"
        )
        assert get("job/lockyard-registry-migration")["status"]["succeeded"] == 1
        assert get("deployment/lockyard-registry")["status"]["readyReplicas"] == 2

        cluster_project.destroy()
        assert cluster.kubectl("get", "deployment,job,service,pdb", "-n", namespace, "-o", "name").split() == []
