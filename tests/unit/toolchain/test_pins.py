"""What is pinned in several places agrees, and no pin says where packages come from."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType


def pinned(root: Path) -> dict[str, str]:
    text = (root / "requirements" / "test.txt").read_text()
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", text, re.MULTILINE))


def test_every_pin_has_a_hash_and_names_no_place(root: Path) -> None:
    text = (root / "requirements" / "test.txt").read_text()
    blocks = re.split(r"\n(?=[a-z0-9])", text, flags=re.IGNORECASE)[1:]

    assert len(blocks) == len(re.findall(r"^\S+==", text, re.MULTILINE)) > 50
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host| @ ", text)


def test_kubernetes_sdk_is_not_newer_than_the_plugin(root: Path, toolchain: ModuleType) -> None:
    assert pinned(root)["pulumi-kubernetes"] == toolchain.KUBERNETES_VERSION


def test_versions_in_the_script_are_those_of_the_modules(root: Path, toolchain: ModuleType) -> None:
    def required(module: str, name: str) -> str:
        text = (root / "toolchain" / module / "go.mod").read_text()
        found = re.search(rf"{re.escape(name)} v(\S+)", text)
        assert found is not None
        return found[1]

    assert required("pulumi", "github.com/pulumi/pulumi/pkg/v3") == toolchain.PULUMI.version
    assert required("pulumi", toolchain.SDK) == toolchain.PULUMI.version
    assert required("language-python", toolchain.SDK) == toolchain.PYTHON_HOST.version
    assert required("kubernetes", "github.com/pulumi/pulumi-kubernetes/sdk/v4") == toolchain.KUBERNETES.version
    for program in (toolchain.PULUMI, toolchain.PYTHON_HOST, toolchain.KUBERNETES):
        assert program.stamp.endswith(program.version)


def test_every_wrapper_module_has_its_checksums(root: Path, toolchain: ModuleType) -> None:
    for program in (toolchain.PULUMI, toolchain.PYTHON_HOST, toolchain.KUBERNETES):
        assert (root / "toolchain" / program.module / "go.sum").stat().st_size > 1000
