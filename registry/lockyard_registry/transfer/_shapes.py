"""Which parts the documents in JSON columns have at least: those that migrations, proofs and answers ask for by name.

What else is in them may be of another version, and is borne.
"""

from __future__ import annotations

from typing import Any, Final, cast

Shape = Any
"""A type; a tuple of shapes, one of which fits; a list of one shape, that of every item; or an object of shapes by
name, all of which must be there. The name `*` stands for all others."""

_SPEC: Final[Shape] = {"containerGroups": [{"containers": [{}]}]}
_RUNTIME: Final[Shape] = {"containerGroups": [{}]}
_DIGEST: Final[Shape] = (str, type(None))

SHAPES: Final[dict[str, dict[str, Shape]]] = {
    "artifacts": {"spec": _SPEC},
    "workloads": {"runtime": _RUNTIME},
    "protons": {"runtime": _RUNTIME, "deployed_images": {"*": str}, "replicas": [{"containers": [{}]}]},
    "replacements": {"runtime": _RUNTIME, "config": {}, "candidate_proton_ids": [str], "previous_proton_ids": [str]},
    "workload_events": {"details": {}},
    "audit": {"changes": [{"kind": str, "id": str, "before": _DIGEST, "after": _DIGEST}]},
    "measurements": {"response_times": [[(int, float)]]},
    "otel_logs": {"attributes": {}},
    "otel_spans": {"attributes": {}},
}
"""By table and column; a test walks all JSON columns."""


def has_shape(value: Any, shape: Shape) -> bool:
    """Whether a document has at least the parts of a shape."""
    if isinstance(shape, type):
        return type(value) is shape
    if isinstance(shape, tuple):
        return any(has_shape(value, option) for option in cast("tuple[Shape, ...]", shape))
    if isinstance(shape, list):
        (each,) = cast("list[Shape]", shape)
        return isinstance(value, list) and all(has_shape(item, each) for item in cast("list[Any]", value))
    if not isinstance(value, dict):
        return False
    found = cast("dict[str, Any]", value)
    others = shape.get("*")
    named = all(name in found and has_shape(found[name], of) for name, of in shape.items() if name != "*")
    return named and (others is None or all(has_shape(item, others) for item in found.values()))
