"""Every example for Kubernetes on a real API server: objects are taken, pods land, and then nothing is left to do."""

from __future__ import annotations

import importlib.util
import json
import runpy
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from lightkube.resources.core_v1 import PersistentVolumeClaim
from tests.cluster.harness import FakePool, TestCluster, eventually
from tests.engine.harness import Project
from tests.engine.harness.surroundings import ROOT
from tests.engine.test_kubernetes_examples import EXPECTED
from tests.unit.program import Run, program

from lockyard.resources._resource import with_integers
from lockyard_components.placement import NodePool

__all__ = ["program"]

EXAMPLES = ROOT / "examples"
Json = dict[str, Any]
Example = Callable[..., Project]
GENERAL = NodePool(name="general", flavour="gke", node_cpu=7.5, node_memory="28GiB")

pytestmark = pytest.mark.timeout(420)

# Each goes to the worker that is free first; the dry runs are with the longest test, so that this one is not the last.
alone = pytest.mark.xdist_group


@pytest.fixture
def example(cluster: TestCluster, make_cluster_project: Callable[..., Project], tmp_path: Path) -> Iterator[Example]:
    """A copy of an example as a project on the cluster; all of a test share one registry."""
    namespaces: list[str] = []

    def make(name: str, **settings: str) -> Project:
        folder = tmp_path / "examples" / name
        shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("__pycache__", "Pulumi.*.yaml"))
        project = make_cluster_project(cluster, folder=folder, registry=tmp_path / "registry")
        # In this process, which has loaded everything; tests/engine runs these programs in processes of their own.
        about = yaml.safe_load((folder / "Pulumi.yaml").read_text())
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump({**about, "runtime": "python"}))
        project.program = lambda: run_example(folder)
        project.configure(settings)
        namespaces.append(settings["namespace"])
        return project

    yield make
    for name in namespaces:
        cluster.remove_namespace(name)


def module(path: str) -> ModuleType:
    """A module of an example, such as the one that describes its cluster."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, EXAMPLES / path)
    assert spec and spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def up(project: Project) -> None:
    """Applies the program; then nothing is left to do, by the state and by what is really there."""
    project.up()
    project.assert_empty_preview(None, "--refresh")


def outputs(project: Project) -> Json:
    run = project.pulumi("stack", "output", "--json")
    return json.loads(run.output[run.output.index("{") :])


def assert_landed(cluster: TestCluster, namespace: str, count: int, *pools: FakePool) -> None:
    """So many pods of Deployments run, all of them on nodes of these pools."""
    names = {name for pool in pools for name in pool.names}
    pods = eventually(
        lambda: [pod for pod in cluster.pods(namespace) if pod.status and pod.status.phase == "Running"],
        lambda found: len(found) == count,
        what=f"{count} pods in {namespace}",
    )
    assert {pod.spec.nodeName for pod in pods if pod.spec} <= names


# What the API server says to each object, with the fields that it does not know as errors.


@pytest.mark.xdist_group("scale")
@pytest.mark.parametrize("name", EXPECTED)
def test_every_object_passes_a_dry_run(
    cluster: TestCluster, name: str, program: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = yaml.safe_load((EXAMPLES / name / "Pulumi.yaml").read_text())["config"]
    config = {f"shop:{key}": str(about["default"]) for key, about in settings.items() if "default" in about}
    with cluster.namespace("dry-run") as place:
        config["shop:namespace"] = place
        if "repositoryId" in settings:
            config["shop:repositoryId"] = released(monkeypatch, tmp_path)
        run = program(lambda: run_example(EXAMPLES / name), config=config, outputs=as_the_registry)
        objects: list[Json] = [with_integers(one.inputs) for one in run.resources if one.type.startswith("kubernetes:")]
        assert len(objects) == sum(EXPECTED[name].values())
        for manifest in objects:
            code, answer, warnings = cluster.rest.try_create(manifest, dry_run=True)
            known = manifest["kind"] == "Namespace"  # made above, for the others to be in
            assert (code, warnings) == (409 if known else 201, []), (manifest["kind"], answer.get("message"))
            for pod in pods_of(manifest):
                assert_restricted(cluster, pod, place)


def run_example(folder: Path) -> None:
    """Runs an example's program as the language host does: its folder first on the path."""
    sys.path.insert(0, str(folder))
    try:
        runpy.run_path(str(folder / "__main__.py"))
    finally:
        sys.path.remove(str(folder))
        for neighbour in ("cluster", "clusters"):
            sys.modules.pop(neighbour, None)


def as_the_registry(args: Any) -> Json:
    """What only the registry fills in."""
    if args.typ.endswith(":Artifact"):
        return {"contentDigest": "v1:" + "ab" * 32, "version": 1}
    return {"expiresAt": "2100-01-01T00:00:00Z"} if args.typ.endswith(":Workload") else {}


def released(monkeypatch: pytest.MonkeyPatch, folder: Path) -> str:
    """A registry with one locked version for the program to look up."""
    from lockyard.client import EmbeddedRegistryClient

    monkeypatch.setenv("LOCKYARD_DATA_DIR", str(folder))
    monkeypatch.setenv("LOCKYARD_ENDPOINT", "embedded")
    client = EmbeddedRegistryClient(folder / "registry.db")
    container = {"name": "ranker", "imageUri": "registry.example/ranker:1.9.0", "port": 9000}
    spec = {"containerGroups": [{"containers": [container]}]}
    made = client.create_artifact({"name": "ranker", "type": "service", "status": "locked", "spec": spec})
    client.close()
    return made["artifactRepositoryId"]


def pods_of(manifest: Json) -> list[Json]:
    """The pods that an object would make: Pod Security refuses pods only."""
    spec = manifest.get("spec") or {}
    template = (spec.get("jobTemplate") or {}).get("spec", spec).get("template") if isinstance(spec, dict) else None
    return [template] if template else []


def assert_restricted(cluster: TestCluster, template: Json, place: str) -> None:
    account = template["spec"].get("serviceAccountName")
    if account and not cluster.kubectl("get", "serviceaccount", account, "-n", place, "--ignore-not-found"):
        cluster.kubectl("create", "serviceaccount", account, "-n", place)
    metadata = {**template["metadata"], "name": "as-a-pod", "namespace": place}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}
    code, answer, warnings = cluster.rest.try_create(pod, dry_run=True)
    assert (code, warnings) == (201, []), answer.get("message")


# What really happens.


@contextmanager
def ingress_controller(cluster: TestCluster, namespace: str) -> Generator[None, None, None]:
    """A stand-in for the controller, which is not here: it only says where an Ingress is reached."""
    path = f"/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses"
    stop = threading.Event()

    def answer() -> None:
        while not stop.wait(0.5):
            for one in cluster.rest.items(path):
                if not one["status"]["loadBalancer"].get("ingress"):
                    status = {"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}}
                    cluster.rest.patch(f"{path}/{one['metadata']['name']}/status", status)

    answering = threading.Thread(target=answer)
    answering.start()
    try:
        yield
    finally:
        stop.set()
        answering.join()


@alone("web_autoscaling")
def test_web_autoscaling(cluster: TestCluster, example: Example) -> None:
    known = module("web-autoscaling/cluster.py").cluster("web-1")
    with cluster.pools((known.pools[0], 2)) as pools, ingress_controller(cluster, "web-1"):
        project = example("web-autoscaling", namespace="web-1")
        up(project)
        assert_landed(cluster, "web-1", 2, *pools)
        assert project.registry.get_workload(outputs(project)["workloadId"])["status"] == "running"

        # The autoscaler's decision stays, whatever the program says of other things.
        cluster.kubectl("scale", "deployment/storefront", "--replicas=4", "-n", "web-1")
        assert_landed(cluster, "web-1", 4, *pools)
        project.assert_empty_preview()
        project.configure({"maxReplicas": "8", "image": "registry.example/storefront:1.5.0"})
        project.up()
        assert outputs(project)["version"] == 2
        assert_landed(cluster, "web-1", 4, *pools)
        project.destroy()
        assert "web-1" not in cluster.kubectl("get", "deployments,hpa,ingress", "-A")


@alone("nim_on_kubernetes")
def test_nim_on_kubernetes(cluster: TestCluster, example: Example) -> None:
    known = module("nim-on-kubernetes/cluster.py").cluster("nim-1", "test-rwo")
    with cluster.pools((known.pools[0], 1)) as pools:
        project = example("nim-on-kubernetes", namespace="nim-1", storageClass="test-rwo")
        up(project)
        assert_landed(cluster, "nim-1", 1, *pools)
        (claim,) = cluster.client.list(PersistentVolumeClaim, namespace="nim-1")

        project.configure({"pvcSize": "200Gi"})
        changes = {(step.kind, step.op) for step in project.up().changes}
        assert ("PersistentVolumeClaim", "update") in changes and ("Artifact", "replace") in changes
        (grown,) = cluster.client.list(PersistentVolumeClaim, namespace="nim-1")
        assert grown.metadata and claim.metadata and grown.metadata.uid == claim.metadata.uid
        assert grown.spec and grown.spec.resources and grown.spec.resources.requests == {"storage": "200Gi"}
        project.destroy()


@alone("nim_shared_cache")
def test_nim_shared_cache(cluster: TestCluster, example: Example) -> None:
    known = module("nim-shared-cache/cluster.py").cluster("nim-2", "test-rwx")
    with cluster.pools((known.pools[0], 1), (known.pools[1], 2)) as (general, gpus):
        project = example("nim-shared-cache", namespace="nim-2", storageClass="test-rwx")
        up(project)
        assert_landed(cluster, "nim-2", 3, gpus)
        claim = outputs(project)["claim"]
        users = cluster.kubectl("get", "deployments", "-n", "nim-2", "-l", f"lockyard.dev/cache={claim}", "-o", "name")
        assert users.split() == ["deployment.apps/chat", "deployment.apps/summaries"]
        assert general.names

        refused = project.pulumi("destroy", "--yes", "--stack", project.stack, fails=True)
        assert "protected" in refused.output
        assert_landed(cluster, "nim-2", 3, gpus)
        project.destroy("--exclude-protected")
        (kept,) = cluster.client.list(PersistentVolumeClaim, namespace="nim-2")
        assert kept.metadata and kept.metadata.name == claim
        assert not cluster.kubectl("get", "deployments", "-n", "nim-2", "-o", "name").strip()


@alone("clouds")
def test_clouds(cluster: TestCluster, example: Example) -> None:
    """One workload on nodes of three providers: another description of the cluster moves its pods, and nothing else."""
    known = module("clouds/clusters.py").clusters("speech")
    sizes = [(one.pools[0], 2) for one in known.values()]
    with cluster.pools(*sizes) as pools:
        project = example("clouds", namespace="speech", cloud="gke")
        up(project)
        assert_landed(cluster, "speech", 2, pools[list(known).index("gke")])
        for cloud in ("eks", "aks"):
            project.configure({"cloud": cloud})
            changes = project.up().changes
            assert {(step.kind, step.op) for step in changes} <= {("Deployment", "update"), ("RolloutReport", "update")}
            assert_landed(cluster, "speech", 2, pools[list(known).index(cloud)])
        project.destroy()


@alone("staging_and_production")
def test_staging_and_production(cluster: TestCluster, example: Example) -> None:
    with cluster.pools((GENERAL, 2)) as pools:
        staging = example("staging-production/staging", namespace="ranker-s")
        up(staging)
        assert_landed(cluster, "ranker-s", 1, *pools)
        production = example(
            "staging-production/production", namespace="ranker-p", repositoryId=outputs(staging)["repositoryId"]
        )
        up(production)
        assert_landed(cluster, "ranker-p", 2, *pools)

        staging.configure({"release": "registry.example/ranker:2.0.0"})
        staging.up()
        production.up()
        assert outputs(production)["version"] == 2
        assert "ranker:2.0.0" in cluster.kubectl("get", "deployment", "ranker", "-n", "ranker-p", "-o", "yaml")

        # The draft was forgotten: its pods go, production's stay, and no stack sees work in it.
        draft = ("deployment", "ranker-staging", "-n", "ranker-s")
        cluster.kubectl("annotate", *draft, "--overwrite", "lockyard.dev/expires-at=2020-01-01T00:00:00Z")
        reap(cluster)
        assert_landed(cluster, "ranker-s", 0)
        assert_landed(cluster, "ranker-p", 2, *pools)
        staging.assert_empty_preview()
        production.destroy()
        staging.destroy()


def reap(cluster: TestCluster) -> None:
    command = [sys.executable, "-m", "lockyard.cli", "reap", "--kubeconfig", str(cluster.kubeconfig)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "scaled Deployment ranker-s/ranker-staging from 1 to 0 replicas" in done.stdout
