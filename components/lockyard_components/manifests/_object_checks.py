"""What Kubernetes would refuse in names, labels, tolerations, variables and users of any pod that we render."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from lockyard.contract import Problem

from ._labels import DOMAIN
from ._plain import is_opaque

if TYPE_CHECKING:
    from ._description import PodSecurity

_NAMESPACE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?", re.ASCII)
_LABEL_KEY = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", re.ASCII
)
_VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*", re.ASCII)
_TOLERATION: Final = ("key", "operator", "value", "effect", "tolerationSeconds")
_OPERATORS: Final = ("Equal", "Exists")
_EFFECTS: Final = ("NoSchedule", "PreferNoSchedule", "NoExecute")


def is_label_key(key: str) -> bool:
    """Whether it can be the key of a label or annotation."""
    return _LABEL_KEY.fullmatch(key) is not None


def is_variable_name(name: str) -> bool:
    """Whether Kubernetes takes it as the name of an environment variable."""
    return _VARIABLE.fullmatch(name) is not None


def namespace_problems(namespace: str, path: str = "namespace") -> Iterator[Problem]:
    """A namespace that cannot be."""
    if _NAMESPACE.fullmatch(namespace) is None:
        yield Problem(path, "must be 1 to 63 lower-case letters, digits and hyphens")


def label_problems(labels: Mapping[str, str]) -> Iterator[Problem]:
    """Labels that Kubernetes refuses, or that are ours to set."""
    for key, value in labels.items():
        if key.startswith((f"{DOMAIN}/", "app.kubernetes.io/")):
            yield Problem("labels", f"{key!r} does nothing: this label is set by Lockyard")
        elif not is_label_key(key) or _LABEL_VALUE.fullmatch(value) is None:
            yield Problem(
                "labels",
                f"{key!r} is not a label of Kubernetes: at most 63 letters, digits, '-', '_' and '.' on each side",
            )


def security_problems(security: PodSecurity) -> Iterator[Problem]:
    """Users and groups that are root."""
    for field in ("run_as_user", "run_as_group"):
        value = getattr(security, field)
        if value is not None and value < 1:
            yield Problem(f"security.{field}", "must be at least 1: nothing runs as root")


def toleration_problems(tolerations: Iterable[Mapping[str, Any]]) -> Iterator[Problem]:
    """Tolerations that the API server refuses; values may be opaque."""
    for index, toleration in enumerate(tolerations):
        path = f"tolerations.{index}"
        for name in toleration:
            if name not in _TOLERATION:
                yield Problem(f"{path}.{name}", f"unknown field: a toleration has {', '.join(_TOLERATION)}")
        for name, allowed in (("operator", _OPERATORS), ("effect", _EFFECTS)):
            value = toleration.get(name)
            if value is not None and not is_opaque(value) and value not in allowed:
                yield Problem(f"{path}.{name}", f"must be one of {', '.join(allowed)}")
        exists = toleration.get("operator") == "Exists"
        key = toleration.get("key")
        if not key and not exists:
            yield Problem(path, "needs a key, or operator Exists to tolerate everything")
        if key and not is_opaque(key) and not is_label_key(str(key)):
            yield Problem(f"{path}.key", f"{key!r} is not the key of a taint: write name or domain/name")
        if exists and toleration.get("value"):
            yield Problem(f"{path}.value", "does nothing with operator Exists, and Kubernetes refuses it: leave it out")
        if toleration.get("tolerationSeconds") is not None and toleration.get("effect") != "NoExecute":
            yield Problem(f"{path}.tolerationSeconds", "is only allowed with effect NoExecute")
