"""The components' pages: their programs run under mocks, their links lead somewhere, every component has its page."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
from tests.unit.program import Run

import lockyard
import lockyard_components

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted(ROOT.glob("docs/components/*.md"))
COMPONENTS = [
    found
    for found in (getattr(lockyard_components, name) for name in lockyard_components.__all__)
    if isinstance(found, type) and issubclass(found, pulumi.ComponentResource)
]

#: What the examples in docstrings take as given.
GIVEN = """
import pulumi
from lockyard import *
from lockyard_components import *
image = "nvcr.example/nim/llama@sha256:" + "ab" * 32
profile = "tp1"
pools = (
    NodePool(name="cpu", flavour="gke", node_cpu=7, node_memory="28GiB"),
    GpuNodePool(
        name="l40s", flavour="karpenter", gpu="L40S", gpus_per_node=4, node_cpu=46, node_memory="360GiB",
        taints=(Taint(key="nvidia.com/gpu"),),
    ),
)
shared = StorageClass(name="shared", access_modes=("ReadWriteMany",))
cluster = Cluster(name="main", pools=pools, storage_classes=(shared,))
"""
NIM = """
container = {"name": "nim", "image_uri": image, "port": 8000}
spec = {"storage": {"mode": "nimCache"}, "container_groups": [{"containers": [container]}]}
artifact = Artifact("given", repository=ArtifactRepository("given", type="nim"), status="locked", spec=spec)
runtime = {"container_groups": [{"replica_count": 1, "resource_bundles": ["gpu.l40s.1"]}]}
"""
SERVICE = """
spec = {"container_groups": [{"containers": [{"name": "web", "image_uri": "registry.example/web:1", "port": 8080}]}]}
artifact = Artifact("given", repository=ArtifactRepository("given"), status="locked", spec=spec)
"""


def programs(text: str) -> list[str]:
    """The Python programs in a page or docstring."""
    return [inspect.cleandoc(block) for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL)]


def with_digests(args: Any) -> dict[str, Any]:
    """What only the registry fills in."""
    return {"contentDigest": "v1:" + "ab" * 32} if args.typ.endswith(":Artifact") else {}


def run(program: Callable[..., Run], source: str, where: str) -> Run:
    return program(lambda: exec(compile(source, where, "exec"), {}), outputs=with_digests)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_programs_of_a_page_run(page: Path, program: Callable[..., Run]) -> None:
    sources = programs(page.read_text())
    assert sources, "a page needs a program that runs as it is"
    whole = [source for source in sources if re.match(r"(import|from) ", source)]
    assert whole
    for source in whole:
        ran = run(program, source, str(page))
        assert bool(ran.resources) == (page.stem not in ("placement", "manifests"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_a_picture_and_its_sections(page: Path) -> None:
    text = page.read_text()
    assert "```mermaid\n" in text
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert any(heading.startswith("What it refuses") or heading.startswith("What they refuse") for heading in headings)
    assert "What replaces what" in headings


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_component_has_a_page() -> None:
    told = {page.stem.replace("-", "") for page in PAGES}
    assert {component.__name__.lower().removeprefix("kubernetes") for component in COMPONENTS} <= told


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.__name__)
def test_docstring_examples_run(component: type, program: Callable[..., Run]) -> None:
    sources = programs(component.__doc__ or "")
    assert sources, f"{component.__name__} has no example"
    for source in sources:
        given = NIM if "nim_cache" in source else SERVICE
        declared = run(program, GIVEN + given + source, component.__name__)
        assert any(name.endswith(f":{component.__name__}") for name, _ in declared.names)


def test_public_names_are_sorted_documented_and_load() -> None:
    names = lockyard_components.__all__
    assert names == sorted(names)
    assert all(getattr(lockyard_components, name).__doc__ for name in names)
    assert set(names) <= set(dir(lockyard_components))
    assert not set(names) & set(lockyard.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = lockyard_components.Nothing
