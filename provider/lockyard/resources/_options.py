"""Resource options as the resources of this package need them."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import pulumi

from lockyard.resources._errors import InputError


def checked_options(
    opts: pulumi.ResourceOptions | None, *, label: str, wire_names: Mapping[str, str]
) -> pulumi.ResourceOptions:
    """A copy of the user's options that speaks the names of the state.

    `ignore_changes`, `replace_on_changes`, `additional_secret_outputs` and `hide_diffs` may name properties as in
    Python (`force_destroy`) or as in the state (`forceDestroy`).

    Raises:
        InputError: `import_` is set, which the engine does not support for resources of this kind.
    """
    merged = pulumi.ResourceOptions() if opts is None else copy.copy(opts)
    if merged.import_ is not None:
        raise InputError(
            f"{label}: import is not supported; use adopt_id to take the object over, or get() to only read it"
        )

    def renamed(paths: list[str] | None) -> list[str] | None:
        return None if paths is None else [_wire_path(path, wire_names) for path in paths]

    merged.ignore_changes = renamed(merged.ignore_changes)
    merged.replace_on_changes = renamed(merged.replace_on_changes)
    merged.additional_secret_outputs = renamed(merged.additional_secret_outputs)
    merged.hide_diffs = renamed(merged.hide_diffs)
    return merged


def retained(opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """The options with `retain_on_delete`, unless the user decided about it."""
    if opts.retain_on_delete is not None:
        return opts
    merged = copy.copy(opts)
    merged.retain_on_delete = True
    return merged


def external(opts: pulumi.ResourceOptions, object_id: pulumi.Input[str]) -> pulumi.ResourceOptions:
    """The options of a resource that is only read, by its id."""
    merged = copy.copy(opts)
    merged.id = object_id
    return merged


def _wire_path(path: str, wire_names: Mapping[str, str]) -> str:
    end = next((index for index, char in enumerate(path) if char in ".["), len(path))
    return wire_names.get(path[:end], path[:end]) + path[end:]
