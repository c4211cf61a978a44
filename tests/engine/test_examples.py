"""Every example runs as its README says, through the real `pulumi` and from its own folder."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.engine.harness import Project
from tests.engine.harness.surroundings import ROOT
from tests.engine.test_kubernetes_examples import EXPECTED

EXAMPLES = ROOT / "examples"
TOKEN = "correct-horse-battery-staple"


@pytest.fixture
def example(make_project: Callable[..., Project], tmp_path: Path) -> Callable[..., Project]:
    """A copy of an example as a project; all examples of a test share one registry, as on a user's machine."""

    # The projects name the checkout's environment by its place relative to their own.
    (tmp_path / ".venv").symlink_to(sys.prefix, target_is_directory=True)

    def make(name: str) -> Project:
        folder = tmp_path / "examples" / name
        shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("__pycache__", "Pulumi.*.yaml"))
        return make_project(folder=folder, registry=tmp_path / "registry")

    return make


def outputs(project: Project) -> dict[str, object]:
    """What the stack exports; secrets in clear."""
    run = project.pulumi("stack", "output", "--json", "--show-secrets")
    return json.loads(run.output[run.output.index("{") :])


def lockyard(project: Project, *words: str) -> str:
    """What the `lockyard` command prints about the project's registry."""
    done = subprocess.run(
        [sys.executable, "-m", "lockyard.cli", *words],
        env=project.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def ops(run) -> dict[str, str]:
    return {f"{step.kind}/{step.name}": step.op for step in run.changes}


@pytest.mark.timeout(400)
def test_draft_to_locked(example):
    project = example("draft-to-locked")
    assert set(ops(project.up()).values()) == {"create"}
    first = outputs(project)

    project.configure({"image": "registry.example/sentiment:0.2.0"})
    assert ops(project.up()) == {"Artifact/sentiment": "update", "Workload/sentiment": "update"}
    project.configure({"status": "locked"})
    assert ops(project.up()) == {"Artifact/sentiment": "update"}
    assert outputs(project)["version"] == 1
    project.configure({"replicas": "3"})
    assert ops(project.up()) == {"Workload/sentiment": "update"}

    project.configure({"logLevel": "debug"})
    preview = project.preview()
    assert ops(preview) == {"Artifact/sentiment": "replace", "Workload/sentiment": "update"}
    assert "spec" in preview.change("Artifact", "sentiment").replaces
    project.up()
    project.assert_empty_preview()
    last = outputs(project)
    assert last["version"] == 2
    assert (last["workloadId"], last["endpoint"]) == (first["workloadId"], first["endpoint"])

    locked = json.loads(lockyard(project, "artifacts", "list", "--status", "locked", "--json"))
    assert [artifact["version"] for artifact in locked] == [2, 1]
    assert "registry.example/sentiment:0.2.0" in lockyard(project, "artifacts", "show", locked[0]["id"])
    project.destroy()
    assert len(json.loads(lockyard(project, "artifacts", "list", "--json"))) == 2


@pytest.mark.timeout(400)
def test_shared_repository(example):
    staging = example("shared-repository/staging")
    staging.up()
    production = example("shared-repository/production")
    production.configure({"repositoryId": str(outputs(staging)["repositoryId"])})
    production.up()
    first = outputs(production)
    assert first["version"] == 1

    staging.configure({"image": "registry.example/ranker:2.0.0-rc2"})
    assert ops(staging.up()) == {"Artifact/candidate": "update", "Workload/ranker-staging": "update"}
    production.assert_empty_preview()

    staging.configure({"release": "registry.example/ranker:2.0.0"})
    assert ops(staging.up()) == {"Artifact/release": "replace"}
    step = production.preview().change("Workload", "ranker")
    assert step.op == "update" and "artifactId" in step.changed
    production.up()
    second = outputs(production)
    assert second["version"] == 2 and second["workloadId"] == first["workloadId"]

    production.configure({"version": "1"})
    production.up()
    assert outputs(production)["artifactId"] == first["artifactId"]
    production.assert_empty_preview()

    staging.destroy()
    production.assert_empty_preview()
    production.destroy()


@pytest.mark.timeout(300)
def test_nim_dedicated_storage(example):
    project = example("nim-dedicated-storage")
    project.up()
    project.assert_empty_preview()
    found = outputs(project)
    assert found["version"] == 1
    artifact = project.registry.get_artifact(str(found["artifactId"]))
    assert artifact["type"] == "nim"
    assert artifact["spec"]["storage"] == {"mode": "dedicatedPvc", "pvcSize": "150Gi"}
    project.configure({"maxReplicas": "5"})
    assert ops(project.up()) == {"Workload/llama": "update"}
    project.configure({"pvcSize": "200Gi"})
    assert ops(project.preview())["Artifact/llama"] == "replace"
    project.destroy()


@pytest.mark.timeout(300)
def test_secrets(example):
    project = example("secrets")
    project.configure(secret={"upstreamToken": TOKEN})
    preview = project.preview()
    up = project.up()
    project.assert_empty_preview()
    found = outputs(project)
    digest = str(found["contentDigest"])
    state = json.dumps(project.checkpoint())
    for text in (preview.output, up.output, state):
        assert TOKEN not in text and digest not in text
    spec = json.dumps(project.registry.get_artifact(str(found["artifactId"]))["spec"])
    assert f"https://gateway:{TOKEN}@upstream.example" in spec
    shown = lockyard(project, "artifacts", "show", str(found["artifactId"]))
    assert "UPSTREAM_TOKEN" in shown and TOKEN not in shown
    project.destroy()


def test_every_example_is_run():
    """A new folder needs a test, here or beside those for Kubernetes, and a line in the table of examples/README.md."""
    tested = {"draft-to-locked", "nim-dedicated-storage", "secrets", "shared-repository"}
    tested |= {name.partition("/")[0] for name in EXPECTED}
    present = {path.parent.relative_to(EXAMPLES).parts[0] for path in EXAMPLES.rglob("Pulumi.yaml")}
    assert present == tested
    table = (EXAMPLES / "README.md").read_text()
    assert all(f"[{name}]({name})" in table for name in tested)
