"""The scripts under test are no package: load them from their files."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]


def load_script(relative: str) -> ModuleType:
    path = ROOT / relative
    name = f"lockyard_script_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def root() -> Path:
    return ROOT


@pytest.fixture
def run_tests() -> ModuleType:
    return load_script("scripts/run_tests.py")


@pytest.fixture
def bin_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only directory on PATH."""
    directory = tmp_path / "bin"
    directory.mkdir()
    monkeypatch.setenv("PATH", str(directory))
    return directory


@pytest.fixture
def toolchain(tmp_path: Path, bin_directory: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, with a cache and a home of its own and nothing on PATH."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LOCKYARD_TOOLCHAIN", raising=False)
    monkeypatch.delenv("PULUMI_HOME", raising=False)
    return load_script("toolchain/toolchain.py")


@pytest.fixture
def fake_program(bin_directory: Path) -> Callable[[str, str], Path]:
    """Put a small shell script with the name of a real program on PATH: a stand-in that answers one question."""

    def put(name: str, body: str) -> Path:
        path = bin_directory / name
        path.write_text(f"#!/bin/sh\n# A fake, for tests only.\n{body}\n")
        path.chmod(0o755)
        return path

    return put
