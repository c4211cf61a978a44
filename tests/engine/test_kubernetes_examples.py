"""Every example for Kubernetes renders YAML without a cluster, through the real `pulumi` and its Kubernetes plugin."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.engine.harness import Project
from tests.engine.harness.surroundings import ROOT

EXAMPLES = ROOT / "examples"

#: Kinds that each program renders, and how many of each.
EXPECTED = {
    "web-autoscaling": {
        "Deployment": 1,
        "HorizontalPodAutoscaler": 1,
        "Ingress": 1,
        "Namespace": 1,
        "NetworkPolicy": 1,
        "PodDisruptionBudget": 1,
        "Service": 1,
        "ServiceAccount": 1,
    },
    "nim-on-kubernetes": {
        "Deployment": 1,
        "Namespace": 1,
        "NetworkPolicy": 1,
        "PersistentVolumeClaim": 1,
        "Service": 1,
        "ServiceAccount": 1,
    },
    "nim-shared-cache": {
        "Deployment": 2,
        "Job": 1,
        "Namespace": 1,
        "NetworkPolicy": 2,
        "PersistentVolumeClaim": 1,
        "PodDisruptionBudget": 1,
        "Service": 2,
        "ServiceAccount": 2,
    },
    "clouds": {
        "Deployment": 1,
        "Namespace": 1,
        "NetworkPolicy": 1,
        "PodDisruptionBudget": 1,
        "Service": 1,
        "ServiceAccount": 1,
    },
    "staging-production/staging": {
        "CronJob": 1,
        "Deployment": 1,
        "Namespace": 1,
        "NetworkPolicy": 1,
        "Role": 1,
        "RoleBinding": 1,
        "Service": 1,
        "ServiceAccount": 2,
    },
    "staging-production/production": {
        "Deployment": 1,
        "HorizontalPodAutoscaler": 1,
        "Namespace": 1,
        "NetworkPolicy": 1,
        "PodDisruptionBudget": 1,
        "Service": 1,
        "ServiceAccount": 1,
    },
}


@pytest.fixture(scope="module")
def plugin_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pulumi's own folder with the Kubernetes plugin in it."""
    home = tmp_path_factory.mktemp("pulumi-home")
    script = str(ROOT / "toolchain" / "toolchain.py")
    subprocess.run([sys.executable, script, "plugin", str(home)], stdin=subprocess.DEVNULL, check=True, timeout=1500)
    return home


@pytest.fixture
def example(tmp_path: Path, plugin_home: Path) -> Callable[[str], Project]:
    """A copy of an example as a project that renders; no cluster is anywhere."""
    (tmp_path / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    made: list[Project] = []

    def make(name: str) -> Project:
        folder = tmp_path / "examples" / name
        shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("__pycache__", "Pulumi.*.yaml"))
        project = Project(
            tmp_path / f"project-{len(made)}",
            home=plugin_home,
            folder=folder,
            registry=tmp_path / "registry",
            variables={"KUBECONFIG": str(tmp_path / "no-such-kubeconfig")},
        )
        project.configure({"lockyard:renderTo": "rendered"})
        made.append(project)
        return project

    yield make
    for project in made:
        project.close()


def rendered(project: Project) -> list[dict[str, Any]]:
    """What lies in the folder."""
    files = sorted((project.folder / "rendered").rglob("*.yaml"))
    objects = [document for file in files for document in yaml.safe_load_all(file.read_text()) if document]
    assert objects, f"nothing in {project.folder / 'rendered'}"
    return objects


def outputs(project: Project) -> dict[str, Any]:
    """What the stack exports."""
    run = project.pulumi("stack", "output", "--json")
    return json.loads(run.output[run.output.index("{") :])


def assert_rendered(project: Project, name: str) -> list[dict[str, Any]]:
    """The first `up` renders what is expected, and the next preview is empty."""
    run = project.up()
    assert "nothing was applied" in run.output and "rendered" in run.output
    objects = rendered(project)
    kinds: dict[str, int] = {}
    for found in objects:
        kinds[found["kind"]] = kinds.get(found["kind"], 0) + 1
    assert kinds == EXPECTED[name]
    project.assert_empty_preview()
    return objects


def one(objects: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    (found,) = [item for item in objects if item["kind"] == kind]
    return found


@pytest.mark.timeout(300)
def test_web_autoscaling(example: Callable[[str], Project]) -> None:
    project = example("web-autoscaling")
    objects = assert_rendered(project, "web-autoscaling")
    assert one(objects, "HorizontalPodAutoscaler")["spec"]["maxReplicas"] == 6
    assert one(objects, "Ingress")["spec"]["rules"][0]["host"] == "storefront.web.shop.example.com"
    # Nothing reports, so the registry does not say that anything runs.
    found = outputs(project)
    assert project.registry.get_workload(found["workloadId"])["status"] == "submitted"

    project.configure({"maxReplicas": "10"})
    before = one(objects, "Deployment")["spec"]["template"]
    changed = {(step.kind, step.op) for step in project.up().changes}
    # The Deployment only notes the new settings: its pods stay as they are.
    assert changed == {("Workload", "update"), ("Deployment", "update"), ("HorizontalPodAutoscaler", "update")}
    assert one(rendered(project), "Deployment")["spec"]["template"] == before
    assert one(rendered(project), "HorizontalPodAutoscaler")["spec"]["maxReplicas"] == 10
    project.destroy()


@pytest.mark.timeout(300)
def test_nim_on_kubernetes(example: Callable[[str], Project]) -> None:
    project = example("nim-on-kubernetes")
    objects = assert_rendered(project, "nim-on-kubernetes")
    assert one(objects, "PersistentVolumeClaim")["spec"]["resources"]["requests"]["storage"] == "150Gi"
    assert one(objects, "Deployment")["spec"]["strategy"]["type"] == "Recreate"
    assert outputs(project)["version"] == 1
    project.configure({"pvcSize": "200Gi"})
    changes = {(step.kind, step.op) for step in project.preview().changes}
    assert {("Artifact", "replace"), ("PersistentVolumeClaim", "update")} <= changes


@pytest.mark.timeout(300)
def test_nim_shared_cache(example: Callable[[str], Project]) -> None:
    project = example("nim-shared-cache")
    objects = assert_rendered(project, "nim-shared-cache")
    claim = one(objects, "PersistentVolumeClaim")["metadata"]["name"]
    deployments = [found for found in objects if found["kind"] == "Deployment"]
    for found in deployments:
        volumes = found["spec"]["template"]["spec"]["volumes"]
        assert claim in {volume.get("persistentVolumeClaim", {}).get("claimName") for volume in volumes}
        assert found["metadata"]["labels"]["lockyard.dev/cache"] == claim
    said = outputs(project)
    assert said["claim"] == claim and len(said["consumers"]) == 2
    before = set(project.resources())
    refused = project.pulumi("destroy", "--yes", "--stack", project.stack, fails=True)
    assert "protected" in refused.output
    assert set(project.resources()) == before


@pytest.mark.timeout(300)
def test_clouds(example: Callable[[str], Project]) -> None:
    project = example("clouds")
    selectors: dict[str, Any] = {}
    for cloud in ("gke", "eks", "aks"):
        project.configure({"cloud": cloud})
        if cloud == "gke":
            objects = assert_rendered(project, "clouds")
        else:
            preview = project.preview()
            # The artifact and the record stay as they are: it is the same version, elsewhere.
            assert {step.kind for step in preview.changes} == {"Deployment"}, preview.changes
            project.up()
            objects = rendered(project)
        pod = one(objects, "Deployment")["spec"]["template"]["spec"]
        selectors[cloud] = json.dumps([pod.get("nodeSelector"), pod.get("affinity")])
        assert pod["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "1"
    assert "nvidia-tesla-t4" in selectors["gke"]
    assert "g4dn.2xlarge" in selectors["eks"]
    assert "Standard_NC8as_T4_v3" in selectors["aks"]


@pytest.mark.timeout(400)
def test_staging_and_production(example: Callable[[str], Project]) -> None:
    staging = example("staging-production/staging")
    objects = assert_rendered(staging, "staging-production/staging")
    draft = one(objects, "Deployment")
    assert draft["metadata"]["labels"]["lockyard.dev/draft"] == "true"
    assert "lockyard.dev/expires-at" in draft["metadata"]["annotations"]
    command = one(objects, "CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["command"]
    assert command == ["lockyard", "reap", "--namespace", "ranker-staging"]

    production = example("staging-production/production")
    production.configure({"repositoryId": str(outputs(staging)["repositoryId"])})
    objects = assert_rendered(production, "staging-production/production")
    assert one(objects, "Deployment")["metadata"]["labels"]["lockyard.dev/draft"] == "false"
    assert outputs(production)["version"] == 1

    staging.configure({"release": "registry.example/ranker:2.0.0"})
    staging.up()
    production.up()
    container = one(rendered(production), "Deployment")["spec"]["template"]["spec"]["containers"][0]
    assert outputs(production)["version"] == 2 and container["image"] == "registry.example/ranker:2.0.0"


def test_every_example_for_kubernetes_is_run() -> None:
    programs = [file for file in EXAMPLES.rglob("__main__.py") if "lockyard_components" in file.read_text()]
    assert {str(file.parent.relative_to(EXAMPLES)) for file in programs} == set(EXPECTED)
