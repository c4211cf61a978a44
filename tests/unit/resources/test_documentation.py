"""The documentation's programs run, and what it points at is there."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

import lockyard

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("examples/*/README.md")])
RESOURCES = (
    lockyard.ArtifactRepository,
    lockyard.Artifact,
    lockyard.Workload,
    lockyard.WorkloadReady,
    lockyard.RolloutReport,
)


def blocks(text: str) -> list[str]:
    """The Python programs in a page or docstring."""
    return [inspect.cleandoc(block) for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL)]


def complete(text: str) -> list[str]:
    """Those that are whole programs: the others show a few lines of a program that is named beside them."""
    return [block for block in blocks(text) if block.startswith("import ")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_make_targets_exist(page: Path) -> None:
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`?(?:^\$ |`)make ([a-z-]+)", page.read_text(), re.MULTILINE)) <= known


def test_the_readme_has_a_program() -> None:
    assert complete((ROOT / "README.md").read_text())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_programs_run(page: Path, program: Callable[..., Any]) -> None:
    for source in complete(page.read_text()):
        run = program(lambda source=source: exec(compile(source, str(page), "exec"), {}))
        assert run.resources


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.__name__)
def test_docstring_examples_run(resource: type, program: Callable[..., Any]) -> None:
    sources = blocks(resource.__doc__ or "")
    assert sources, f"{resource.__name__} has no example"
    for source in sources:
        names = {"pulumi": pulumi, **{name: getattr(lockyard, name) for name in lockyard.__all__}}
        before = "" if "ArtifactRepository(" in source else PRELUDE + WORKLOAD * ("Workload(" not in source)
        program(lambda source=before + source, names=names: exec(compile(source, resource.__name__, "exec"), names))


PRELUDE = """
repository = ArtifactRepository("prelude")
artifact = Artifact("prelude", repository=repository, spec={"container_groups": []})
"""
WORKLOAD = """
workload = Workload("prelude", artifact=artifact)
"""
