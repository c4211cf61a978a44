"""From argument objects and dictionaries to the names of the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pulumi

from lockyard.resources._arguments import Arguments
from lockyard.resources._errors import InputError
from lockyard.resources._inputs import SCALARS, is_mapping, is_sequence, lifted
from lockyard.resources._shape import LEAF, ListOf, MapOf, ObjectOf, Shape, shape_of


def to_wire(annotation: Any, value: Any, *, path: str) -> Any:
    """A value as it goes over the wire, with every Output in its place.

    Args:
        annotation: What the value is: a contract model, or a type made of them such as `list[SharedRole]`.
        value: An argument object, a dictionary with the same names, a list of them, or an Output of any of these.
            An Output is converted when it resolves and stays secret if it was.
        path: Where the value stands, for errors.

    Returns:
        Fresh dictionaries and lists with the wire's names. Fields that are None are left out. Keys that the user
        chose, such as the names of HTTP headers, are never renamed. What does not fit is passed on as it is, so that
        `check` reports it with its path together with everything else.

    Raises:
        InputError: A field is given twice, once by each of its names, or a key is not text.
    """
    return _convert(shape_of(annotation), value, path)


def _convert(shape: Shape, value: Any, path: str) -> Any:
    if type(value) in SCALARS:
        return value
    value = lifted(value)
    if isinstance(value, pulumi.Output):
        output = cast("pulumi.Output[Any]", value)
        return output if shape == LEAF else output.apply(lambda known: _convert(shape, known, path))
    if isinstance(value, Arguments):
        return _convert_object(shape, value.given(), path)
    if is_mapping(value):
        return _convert_object(shape, value, path)
    if is_sequence(value):
        item = shape.item if isinstance(shape, ListOf) else LEAF
        return [_convert(item, element, f"{path}.{index}") for index, element in enumerate(value)]
    return value


def _convert_object(shape: Shape, values: Mapping[str, Any], path: str) -> dict[str, Any]:
    wire: dict[str, Any] = {}
    for key, value in values.items():
        if not isinstance(key, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InputError(f"{path}: a key of an object must be text, not {type(key).__name__}")
        if value is None:
            continue
        name = shape.wire_name(key) if isinstance(shape, ObjectOf) else key
        if name in wire:
            raise InputError(f"{path}: {name!r} is given twice, as {name!r} and in snake case")
        wire[name] = _convert(_field(shape, name), value, f"{path}.{name}")
    return wire


def _field(shape: Shape, name: str) -> Shape:
    if isinstance(shape, ObjectOf):
        return shape.field(name)
    return shape.value if isinstance(shape, MapOf) else LEAF
