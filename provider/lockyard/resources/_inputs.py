"""What an argument is: a plain value, or one that Pulumi resolves later (an Output or an awaitable)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from inspect import isawaitable
from typing import Any, TypeGuard, TypeVar, cast

import pulumi

from lockyard.resources._errors import InputError

T = TypeVar("T")

SCALARS = frozenset({str, int, float, bool, type(None)})
"""Most values of a program are of one of these types, and need no closer look: a program walks over thousands."""


def is_deferred(value: object) -> bool:
    """Whether Pulumi resolves `value` later, so that the program cannot look at it."""
    return isinstance(value, pulumi.Output) or isawaitable(value)


def lifted(value: Any) -> Any:
    """An awaitable as an Output (it may be awaited more than once then); everything else as it is."""
    if not isinstance(value, pulumi.Output) and isawaitable(value):
        return pulumi.Output.from_input(value)
    return value  # pyright: ignore[reportUnknownVariableType]


def is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether `value` is a plain mapping. Outputs are not, although they answer to every attribute."""
    return not isinstance(value, pulumi.Output) and isinstance(value, Mapping)


def is_sequence(value: object) -> TypeGuard[Sequence[Any]]:
    """Whether `value` is a plain list or tuple; text is not."""
    return not isinstance(value, pulumi.Output | str | bytes | bytearray) and isinstance(value, Sequence)


def outputs_in(value: Any) -> Iterator[pulumi.Output[Any]]:
    """Every Output inside a value that was already converted to its wire form."""
    if type(value) in SCALARS:  # pyright: ignore[reportUnknownArgumentType]
        return
    if isinstance(value, pulumi.Output):
        yield cast("pulumi.Output[Any]", value)
    elif is_mapping(value):
        for item in value.values():
            yield from outputs_in(item)
    elif is_sequence(value):
        for item in value:
            yield from outputs_in(item)


def require_plain(value: object, *, argument: str, of: str, because: str) -> None:
    """Refuse an Output where the program needs the value itself.

    Raises:
        InputError: `value` is an Output or an awaitable; the text names the argument.
    """
    if is_deferred(value):
        raise InputError(f"{of}: the argument {argument!r} is an Output, but {because}: give it as a plain value")


def without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    """A fresh dict of the values that are set."""
    return {key: value for key, value in values.items() if value is not None}
