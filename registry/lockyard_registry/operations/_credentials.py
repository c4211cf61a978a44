"""Calls on credentials."""

from __future__ import annotations

from lockyard.contract import CredentialInput, CredentialPatch, CredentialQuery, Json, parse, parse_query

from .. import lifecycle
from ..lifecycle import Caller, Page, Registry
from ._lists import Query


def create_credential(reg: Registry, caller: Caller, data: object) -> Json:
    """Store a credential."""
    return lifecycle.create_credential(reg, caller, parse(CredentialInput, data))


def list_credentials(reg: Registry, caller: Caller, query: Query) -> Page:
    """The caller's credentials."""
    return lifecycle.list_credentials(reg, caller, parse_query(CredentialQuery, query))


def patch_credential(reg: Registry, caller: Caller, id: str, data: object) -> Json:
    """Change a credential."""
    return lifecycle.patch_credential(reg, caller, id, parse(CredentialPatch, data))
