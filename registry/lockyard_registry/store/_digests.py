"""Digests of what the audit log speaks of. Their form is for ever: a log written years ago must still prove right."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from lockyard.contract import canonical_json

NOTHING = "0" * 64
"""What the first record of a chain has in place of the hash of the record before."""

_DERIVED = ("search_text", "visible_to")
_OUTSIDE = ("chain_kind", "hash")


def state_digest(state: Mapping[str, Any] | list[Any] | None) -> str | None:
    """Digest of an object's state as the database keeps it; None for nothing.

    Keys without a value are left out, so that a column added later changes no digest; so is what derives from others.

    Args:
        state: a row by its column names, with JSON columns as values; or the list of an object's tags or roles.
    """
    if isinstance(state, list):
        content: Any = [_kept(entry) for entry in state]
    else:
        content = state and _kept(state)
    if not content:
        return None
    return "s1:" + hashlib.sha256(canonical_json(content)).hexdigest()


def record_hash(record: Mapping[str, Any]) -> str:
    """Hash of a record of the audit log: everything in it but the hash itself and `chain_kind`, in canonical JSON."""
    content = {"v": 1, **{name: value for name, value in record.items() if name not in _OUTSIDE}}
    return hashlib.sha256(canonical_json(content)).hexdigest()


def _kept(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None and name not in _DERIVED}


def scope_of(recipients: Iterable[tuple[str, str]]) -> str:
    """The scope of what is shared with exactly these (see `_visibility_tables.py`): 24 hexadecimal digits.

    Args:
        recipients: types and ids, in any order.
    """
    return hashlib.sha256(canonical_json([list(each) for each in sorted(set(recipients))])).hexdigest()[:24]


@lru_cache(10_000)
def recipient_holder(kind: str, id: str) -> str:
    """The holder in `artifact_counts` that stands for all that is shared with a recipient: no scope has this digest."""
    return hashlib.sha256(canonical_json([kind, id])).hexdigest()[:24]
