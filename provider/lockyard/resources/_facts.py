"""What a workload's check needs to know about its artifact."""

from __future__ import annotations

from typing import Any

import pulumi

from lockyard.contract import ALL_COMPAT, UNKNOWN, ContainerGroup, ValidationFailedError, parse
from lockyard.resources._inputs import is_mapping, is_sequence, outputs_in, without_none


def artifact_facts(
    *,
    type: pulumi.Input[str],
    status: pulumi.Input[str],
    container_groups: pulumi.Input[Any],
    origin: pulumi.Input[str] | None = None,
) -> dict[str, Any]:
    """Type, status, container names and origin. `check` uses them, `diff` does not compare them.

    The origin tells a new version of one declaration from another artifact; only artifacts of the program have one.
    """
    return without_none({"type": type, "status": status, "containerGroups": container_groups, "origin": origin})


def container_names(spec: Any) -> Any:
    """The container names of a wire-form spec by the name of their group, with the contract's defaults filled in.

    A container name that is an Output stays one in its place. Where an Output decides about more than that, such as
    a whole group, or whether a container without a name is the primary one, the whole answer is an Output. None if
    the names break the contract: then the check of the artifact refuses them.
    """
    groups = _names_only(spec)
    if any(True for _ in outputs_in(_deciding(groups))):
        return pulumi.Output.from_input(groups).apply(_by_group)
    return _by_group(groups)


def _by_group(groups: Any) -> dict[str, list[Any]] | None:
    if not is_sequence(groups):
        return None
    names: dict[str, list[Any]] = {}
    for group in groups:
        try:
            model = parse(ContainerGroup, _for_parsing(group), compat=ALL_COMPAT, bounded=False)
        except ValidationFailedError:
            return None
        names[model.name] = [
            given["name"] if _is_output(given["name"]) else container.name
            for given, container in zip(group.get("containers", ()), model.containers, strict=True)
        ]
    return names


def _for_parsing(group: Any) -> Any:
    """A group with names only, whose other rules have nothing to say."""
    containers = group.get("containers")
    if not is_sequence(containers):
        return group
    bodies = [
        {
            **without_none(container),
            **({"name": UNKNOWN} if _is_output(container["name"]) else {}),
            "imageUri": UNKNOWN,
            "port": UNKNOWN,
        }
        for container in containers
    ]
    return {**group, "containers": bodies}


def _names_only(spec: Any) -> Any:
    """The groups of a spec without everything that names do not depend on, so that nothing else defers the answer."""
    if _is_output(spec):
        return spec.apply(_names_only)
    groups = _field(spec, "containerGroups")
    return _each(groups, _group) if groups is not None else []


def _group(group: Any) -> dict[str, Any]:
    containers = _each(_field(group, "containers"), _container)
    return without_none({"name": _field(group, "name"), "containers": containers})


def _container(container: Any) -> dict[str, Any]:
    return {"name": _field(container, "name"), "primary": _field(container, "primary")}


def _each(items: Any, convert: Any) -> Any:
    """A list with every item converted, at once or when it resolves; what is no list is passed on."""
    if _is_output(items):

        def converted(known: Any) -> Any:
            return _each(known, convert)

        return items.apply(converted)
    if not is_sequence(items):
        return items
    return [item.apply(convert) if _is_output(item) else convert(item) for item in items]


def _deciding(groups: Any) -> list[Any]:
    """What must be plain for the answer to be plain: everything but the names of containers."""
    deciding: list[Any] = []
    for group in groups if is_sequence(groups) else [groups]:
        containers = _field(group, "containers")
        deciding.append(_field(group, "name") if is_mapping(group) else group)
        for container in containers if is_sequence(containers) else [containers]:
            if not is_mapping(container):
                deciding.append(container)
            elif container["name"] is None:
                deciding.append(container["primary"])
    return deciding


def _field(owner: Any, key: str) -> Any:
    return owner.get(key) if is_mapping(owner) else None


def _is_output(value: Any) -> bool:
    return isinstance(value, pulumi.Output)
