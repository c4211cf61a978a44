"""Checks that the descriptions share; every refusal names the object, the field and the value."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from lockyard.contract import memory_bytes

from ._errors import PlacementError

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_SUBDOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)
_NAME_PART = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", re.ASCII)


def refuse(what: str, field: str, value: object, why: str) -> PlacementError:
    """The error for a field's value, such as `pool 'l4': max_nodes=-1 must be at least 0`."""
    return PlacementError(f"{what}: {field}={value!r} {why}")


def dns_label(what: str, field: str, value: Any) -> None:
    """Refuses what is no DNS label."""
    if not isinstance(value, str) or _LABEL.fullmatch(value) is None:
        raise refuse(
            what, field, value, "must be 1 to 63 lower-case letters, digits and hyphens, no hyphen at either end"
        )


def dns_name(what: str, field: str, value: Any) -> None:
    """Refuses what is no DNS name, such as the name of most Kubernetes objects."""
    if (
        not isinstance(value, str)
        or _SUBDOMAIN.fullmatch(value) is None
        or any(_LABEL.fullmatch(part) is None for part in value.split("."))
    ):
        raise refuse(
            what, field, value, "must be lower-case letters, digits, hyphens and dots, such as gpu.example.com"
        )


def text(what: str, field: str, value: Any) -> None:
    """Refuses what is no text, an empty one, and one with white space."""
    if not isinstance(value, str) or not value or any(c.isspace() or c == "\0" for c in value):
        raise refuse(what, field, value, "must be text without white space, and not empty")


def label_key(what: str, field: str, value: Any) -> None:
    """Refuses what cannot be the key of a Kubernetes label or taint."""
    prefix, slash, name = value.rpartition("/") if isinstance(value, str) else ("", "", "")
    if _NAME_PART.fullmatch(name) is None or (slash and _SUBDOMAIN.fullmatch(prefix) is None):
        raise refuse(what, field, value, "is not the key of a Kubernetes label: write name or domain/name")


def label_value(what: str, field: str, value: Any) -> None:
    """Refuses what cannot be the value of a Kubernetes label or taint."""
    if not isinstance(value, str) or (value and _NAME_PART.fullmatch(value) is None):
        raise refuse(
            what, field, value, "is not the value of a Kubernetes label: at most 63 letters, digits, '-', '_' and '.'"
        )


def resource_name(what: str, field: str, value: Any) -> None:
    """Refuses what cannot be the name of an extended resource, such as `nvidia.com/gpu`."""
    label_key(what, field, value)
    if "/" not in value:
        raise refuse(what, field, value, "must be of the form domain/name")


def labels(what: str, field: str, value: Any) -> dict[str, str]:
    """A copy of a map of labels."""
    if not isinstance(value, Mapping):
        raise refuse(what, field, value, "must be a map of label keys to values")
    for key, item in value.items():
        label_key(what, field, key)
        label_value(what, f"{field}[{key!r}]", item)
    return dict(value)


def amount(what: str, field: str, value: Any, *, least: float = 0) -> None:
    """Refuses what is no finite number greater than `least`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least < value < float("inf"):
        raise refuse(what, field, value, f"must be a number greater than {least:g}")


def count(what: str, field: str, value: Any, *, least: int = 0) -> None:
    """Refuses what is no whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise refuse(what, field, value, f"must be a whole number of at least {least}")


def memory(what: str, field: str, value: Any) -> int:
    """Bytes of an amount of memory: a number of bytes, or text such as `64GiB`."""
    try:
        found = memory_bytes(value) if isinstance(value, str | int | float) else -1
    except ValueError as error:
        raise refuse(what, field, value, str(error)) from None
    if found <= 0:
        raise refuse(what, field, value, "must be an amount of memory greater than 0, such as '64GiB'")
    return found


def one_of(what: str, field: str, value: Any, allowed: Iterable[str]) -> None:
    """Refuses what is not in a fixed list."""
    known = tuple(allowed)
    if value not in known:
        raise refuse(what, field, value, f"must be one of {', '.join(known)}")


def sequence(what: str, field: str, value: Any, kind: type | tuple[type, ...]) -> tuple[Any, ...]:
    """The items of a list or tuple, all of one class."""
    if isinstance(value, str) or not isinstance(value, list | tuple):
        raise refuse(what, field, value, "must be a tuple")
    for index, item in enumerate(value):
        if not isinstance(item, kind):
            kinds = kind if isinstance(kind, tuple) else (kind,)
            raise refuse(what, f"{field}[{index}]", item, f"must be a {' or '.join(k.__name__ for k in kinds)}")
    return tuple(value)


def unique(what: str, field: str, values: Iterable[Hashable]) -> None:
    """Refuses a value that is there twice."""
    seen: set[Hashable] = set()
    for value in values:
        if value in seen:
            raise refuse(what, field, value, "is there twice: names must be unique")
        seen.add(value)
