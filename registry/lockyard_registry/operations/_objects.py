"""Calls on repositories, and on the tags and shared roles of every kind of object."""

from __future__ import annotations

from lockyard.contract import Json, RepositoryInput, SharedRolesPatch, TagsInput, parse

from .. import lifecycle
from ..lifecycle import Caller, Created, Kind, Registry


def create_repository(reg: Registry, caller: Caller, data: object, *, idempotency_key: str | None = None) -> Created:
    """Make a repository."""
    body = parse(RepositoryInput, data, compat=reg.compat)
    return lifecycle.create_repository(reg, caller, body, idempotency_key=idempotency_key)


def put_repository(reg: Registry, caller: Caller, id: str, data: object) -> Json:
    """Rename a repository."""
    return lifecycle.put_repository(reg, caller, id, parse(RepositoryInput, data, compat=reg.compat))


def replace_tags(reg: Registry, caller: Caller, kind: Kind, id: str, data: object) -> Json:
    """Replace all tags of an object, from a body `{"tags": […]}`."""
    return lifecycle.replace_tags(reg, caller, kind, id, parse(TagsInput, data))


def update_shared_roles(reg: Registry, caller: Caller, kind: Kind, id: str, data: object) -> None:
    """Set the roles of the listed recipients."""
    lifecycle.update_shared_roles(reg, caller, kind, id, parse(SharedRolesPatch, data))
