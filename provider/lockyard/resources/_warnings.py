"""Warnings about declarations that work, but probably not as intended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lockyard.contract import looks_like_credential
from lockyard.resources._inputs import is_mapping, is_sequence

URGENT = ("high", "critical")
"""Kinds of importance that do not go with the 8 hours of a draft."""


def literal_credentials(spec: Any) -> Iterator[str]:
    """Paths of the environment values in a wire-form spec that look like credentials given in clear.

    Only literal text is looked at: Outputs, and so all secrets, are not.
    """
    for group_path, group in _items(spec, "containerGroups", "spec"):
        for container_path, container in _items(group, "containers", group_path):
            for path, variable in _items(container, "environmentVars", container_path):
                name, value = variable.get("name"), variable.get("value")
                if isinstance(name, str) and isinstance(value, str) and looks_like_credential(name, value):
                    yield f"{path}.value"


def credential_warning(path: str) -> str:
    """What to say about one of them. The value is not shown."""
    return (
        f"{path} looks like a credential and is stored in clear in the state and in the registry: give it as a Pulumi "
        "secret (config.require_secret), or name a stored credential (source='dr-credential')"
    )


def urgent_draft_warning(importance: str, artifact: str) -> str:
    """What to say about an important workload on a draft."""
    return (
        f"importance is {importance!r}, but {artifact} is a draft: a draft workload ends 8 hours after its start and "
        "its artifact may change under it; set status='locked' on the artifact for production"
    )


def _items(owner: Any, key: str, path: str) -> Iterator[tuple[str, Any]]:
    items = owner.get(key) if is_mapping(owner) else None
    if is_sequence(items):
        for index, item in enumerate(items):
            if is_mapping(item):
                yield f"{path}.{key}.{index}", item
