"""Where an object comes from: the name under which a registry recognises it after a crash."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from lockyard.resources._settings import NAMESPACE

DEFAULT_ORGANIZATION = "organization"
"""What the file and object-store backends call every organization."""

_STACK_TYPE = "pulumi:pulumi:Stack"


@dataclass(frozen=True)
class Origin:
    """The origin of one resource.

    Attributes:
        value: `<base>::<type chain>::<name>`. Known in every preview; an Output only as the URN of a parent is one.
        is_default: Whether nothing in it tells two people's stacks of the same name apart. `check` refuses such an
            origin on a shared registry.
    """

    value: pulumi.Input[str]
    is_default: bool


def origin_of(resource_type: str, resource_name: str, opts: pulumi.ResourceOptions) -> Origin:
    """The origin of the resource that is about to be registered.

    The base is the configuration value `lockyard:origin` if set, else `<organization>/<project>/<stack>`; the type
    chain and the name are those of the resource's URN, so two resources of one stack never share an origin. Aliases
    are not considered: a renamed resource keeps the object in its state and its new origin is not compared.
    """
    base, is_default = stack_origin()

    def text(parent_chain: str) -> str:
        chain = f"{parent_chain}${resource_type}" if parent_chain else resource_type
        return f"{base}::{chain}::{resource_name}"

    parent = opts.parent
    if parent is None or parent.pulumi_resource_type == _STACK_TYPE:
        return Origin(text(""), is_default)

    async def from_parent(parent: pulumi.Resource) -> str:
        # Only the text of the URN is used: the parent as a dependency of its own child would be a cycle.
        urn = await parent.urn.future()
        return text(_type_chain(urn or ""))

    return Origin(pulumi.Output.from_input(from_parent(parent)), is_default)


def stack_origin() -> tuple[str, bool]:
    """The base of all origins of this stack, and whether it could be that of another person's stack, too."""
    configured = pulumi.Config(NAMESPACE).get("origin")
    organization = pulumi.get_organization()
    base = configured or f"{organization}/{pulumi.get_project()}/{pulumi.get_stack()}"
    return base, not configured and organization == DEFAULT_ORGANIZATION


def _type_chain(urn: str) -> str:
    """The qualified type of a URN without the stack, which real URNs leave out and mocked ones do not."""
    parts = urn.split("::")
    chain = parts[2] if len(parts) > 2 else ""
    return chain.removeprefix(_STACK_TYPE).removeprefix("$")
