"""Between the engine's values and ours: unknowns become the contract's marker, the reserved key is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi.output import Unknown

from lockyard.contract import UNKNOWN, Json, is_unknown

PROVIDER_KEY = "__provider"

# One sentinel per type of unknown (sdk/go/common/resource/plugin/rpc.go); the Python SDK turns only the first into an
# object.
SENTINELS = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
    }
)


_UNCHANGED = frozenset({str, int, float, bool})


def from_engine(values: Mapping[str, Any] | None) -> Json:
    """The properties as handlers see them: plain JSON, UNKNOWN for unknowns, integral numbers as integers."""
    return {key: _from(value) for key, value in (values or {}).items() if key != PROVIDER_KEY}


def to_engine(values: Mapping[str, Any]) -> Json:
    """A fresh dict for the engine; None is left out, since Pulumi's wire drops it anyway."""
    return {key: _to(value) for key, value in values.items() if value is not None}


def _from(value: Any) -> Any:
    # Exact types first: a preview turns every value of every resource, and nearly all are text or numbers.
    kind = type(value)
    if kind is str:
        return UNKNOWN if value in SENTINELS else value
    if kind is float:
        return int(value) if value.is_integer() else value
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, Mapping):
        return {str(key): _from(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_from(item) for item in value]
    return value


def _to(value: Any) -> Any:
    if type(value) in _UNCHANGED:
        return value
    if is_unknown(value):
        return Unknown()
    if isinstance(value, Mapping):
        return {str(key): _to(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_to(item) for item in value]
    return value
