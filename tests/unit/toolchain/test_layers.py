"""The import contracts of pyproject.toml refuse each import that they are there to refuse."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOTS = {"lockyard": "provider", "lockyard_components": "components", "lockyard_registry": "registry"}

#: A small tree with every import that is allowed.
ALLOWED = {
    "lockyard": "",
    "lockyard.contract": "import json\n",
    "lockyard.client": "import lockyard.contract\n",
    "lockyard.client._embedded": "def connect():\n    from lockyard_registry import lifecycle\n    return lifecycle\n",
    "lockyard.handlers": "import lockyard.client\nimport lockyard.contract\n",
    "lockyard.dynamic": "import pulumi\nimport lockyard.handlers\n",
    "lockyard.resources": "import pulumi\nimport lockyard.dynamic\nimport lockyard.contract\n",
    "lockyard.cli": (
        "import lockyard.resources\nimport lockyard_registry.lifecycle\n"
        "def reap():\n    from lockyard_components.reaper import _live, _reap\n    return _live, _reap\n"
    ),
    "lockyard_components": "",
    "lockyard_components.manifests": "import lockyard.contract\nimport lockyard_components.placement\n",
    "lockyard_components.placement": "import lockyard.contract\n",
    "lockyard_components.reaper": "",
    "lockyard_components.reaper._component": "import pulumi_kubernetes\nimport lockyard_components.manifests\n",
    "lockyard_components.reaper._live": "import lightkube\nimport lockyard_components.reaper._reap\n",
    "lockyard_components.reaper._reap": "import lockyard.contract\n",
    "lockyard_components.workload": "import pulumi_kubernetes\nimport lockyard.resources\n",
    "lockyard_registry": "",
    "lockyard_registry.lifecycle": "import lockyard.contract\n",
}


def check(root: Path, tree: Path, modules: dict[str, str]) -> subprocess.CompletedProcess[str]:
    packages = {name.rsplit(".", 1)[0] for name in modules if "." in name} | set(ROOTS)
    for name, source in modules.items():
        top, *rest = name.split(".")
        path = tree.joinpath(ROOTS[top], top, *rest)
        is_package = name in packages or not rest or not rest[-1].startswith("_")
        path = path / "__init__.py" if is_package else path.with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    (tree / "pyproject.toml").write_text((root / "pyproject.toml").read_text())
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--no-logo"],
        cwd=tree,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(tree / folder) for folder in ROOTS.values()),
            "COLUMNS": "200",  # each contract on one line
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_imports_of_the_design_are_allowed(root: Path, tmp_path: Path) -> None:
    done = check(root, tmp_path, ALLOWED)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "wrong", "contract"),
    [
        ("lockyard.contract", "import lockyard.client", "Imports point one way"),
        ("lockyard.client", "import lockyard.handlers", "Imports point one way"),
        ("lockyard.handlers", "import lockyard.resources", "Imports point one way"),
        ("lockyard.resources", "import lockyard_components", "Imports point one way"),
        ("lockyard.resources", "import lockyard.cli", "Imports point one way"),
        ("lockyard_registry.lifecycle", "import lockyard.handlers", "The registry imports only lockyard.contract"),
        ("lockyard_registry.lifecycle", "import lockyard", "The registry imports only lockyard.contract"),
        ("lockyard_registry.lifecycle", "import pulumi", "know nothing of Pulumi"),
        ("lockyard.client", "import lockyard_registry.lifecycle", "imports the registry only in"),
        ("lockyard.dynamic", "def late():\n    import lockyard_registry", "imports the registry only in"),
        ("lockyard_components", "import lockyard_registry", "imports the registry only in"),
        ("lockyard.handlers", "from pulumi import Output", "know nothing of Pulumi"),
        ("lockyard.contract", "import pulumi", "know nothing of Pulumi"),
        ("lockyard.resources", "import lockyard_components.placement", "Imports point one way"),
        ("lockyard_components.workload", "import lockyard.cli", "Imports point one way"),
        ("lockyard_components.manifests", "import pulumi_kubernetes", "know nothing of Pulumi"),
        ("lockyard_components.placement", "import lockyard.resources", "know nothing of Pulumi"),
        ("lockyard_components.reaper._reap", "import lockyard_components.workload", "know nothing of Pulumi"),
    ],
)
def test_a_wrong_import_is_refused(root: Path, tmp_path: Path, module: str, wrong: str, contract: str) -> None:
    done = check(root, tmp_path, {**ALLOWED, module: ALLOWED[module] + wrong + "\n"})

    broken = [line for line in done.stdout.splitlines() if " BROKEN" in line]
    assert done.returncode == 1, done.stdout + done.stderr
    assert any(contract in line for line in broken), done.stdout


def test_the_registry_and_the_contract_run_without_pulumi() -> None:
    """Importing a sub-package runs the packages around it, which the contracts do not see."""
    code = (
        "import sys, lockyard_registry, lockyard.contract\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in ('pulumi', 'grpc', 'pulumi_kubernetes')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_every_package_is_shipped_with_its_types(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

    assert sorted(packages) == sorted(f"{folder}/{name}" for name, folder in ROOTS.items())
    assert all((root / package / "py.typed").exists() for package in packages)
