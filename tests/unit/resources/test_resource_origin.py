"""The origin of resources: base, type chain and name, also inside components."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi

from lockyard.resources import ArtifactRepository

TYPE = "pulumi-python:dynamic/lockyard:ArtifactRepository"


class Component(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("acme:index:Component", name, None, opts)


class Outer(pulumi.ComponentResource):
    def __init__(self, name: str) -> None:
        super().__init__("acme:index:Outer", name)
        self.inner = Component(f"{name}-inner", pulumi.ResourceOptions(parent=self))
        self.repository = ArtifactRepository("r", opts=pulumi.ResourceOptions(parent=self.inner))
        self.register_outputs({})


def inputs_of(program: Callable[..., Any], main: Callable[[], Any], **settings: Any) -> dict[str, Any]:
    return program(main, **settings)["ArtifactRepository"].inputs


def test_in_the_stack(program: Callable[..., Any]) -> None:
    inputs = inputs_of(program, lambda: ArtifactRepository("r"))
    assert inputs["origin"] == f"acme/shop/dev::{TYPE}::r"
    assert inputs["originIsDefault"] is False


def test_in_a_component(program: Callable[..., Any]) -> None:
    inputs = inputs_of(program, lambda: ArtifactRepository("r", opts=pulumi.ResourceOptions(parent=Component("c"))))
    assert inputs["origin"] == f"acme/shop/dev::acme:index:Component${TYPE}::r"


def test_in_nested_components(program: Callable[..., Any]) -> None:
    inputs = inputs_of(program, lambda: Outer("o"))
    assert inputs["origin"] == f"acme/shop/dev::acme:index:Outer$acme:index:Component${TYPE}::r"


def test_a_resource_as_parent(program: Callable[..., Any]) -> None:
    def main() -> None:
        parent = ArtifactRepository("p")
        ArtifactRepository("r", opts=pulumi.ResourceOptions(parent=parent))

    (child,) = [resource for resource in program(main).resources if resource.name == "r"]
    assert child.inputs["origin"] == f"acme/shop/dev::{TYPE}${TYPE}::r"


def test_the_origin_of_a_child_does_not_depend_on_its_parent(program: Callable[..., Any]) -> None:
    """A dependency of a child on its own component would be a cycle."""

    def main() -> None:
        ArtifactRepository("r", opts=pulumi.ResourceOptions(parent=Component("c")))

    request = program(main)["ArtifactRepository"].request
    assert list(request.propertyDependencies["origin"].urns) == []
    assert list(request.dependencies) == []


def test_it_is_known_in_a_preview(program: Callable[..., Any]) -> None:
    assert not program(lambda: Outer("o"), preview=True)["ArtifactRepository"].is_unknown("origin")


def test_the_constant_organization_of_file_backends_is_marked(program: Callable[..., Any]) -> None:
    inputs = inputs_of(program, lambda: ArtifactRepository("r"), organization="organization")
    assert inputs["origin"] == f"organization/shop/dev::{TYPE}::r"
    assert inputs["originIsDefault"] is True


def test_a_configured_origin(program: Callable[..., Any]) -> None:
    config = {"lockyard:origin": "team-search/prod"}
    inputs = inputs_of(program, lambda: ArtifactRepository("r"), config=config, organization="organization")
    assert inputs["origin"] == f"team-search/prod::{TYPE}::r"
    assert inputs["originIsDefault"] is False
