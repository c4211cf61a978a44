"""Leaf types shared by the models: each lets UNKNOWN through when it is an item of a list or map."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationInfo,
    WrapValidator,
)
from pydantic_core import PydanticCustomError

from ._naming import name_message
from ._unknown import UNKNOWN

INT32_MAX: Final = 2**31 - 1
"""Largest count or number of seconds that Kubernetes stores."""

MAX_SAFE_INTEGER: Final = 2**53 - 1
"""Largest integer that every JSON reader, and canonical JSON, keeps exactly."""

TEXT_PATTERN: Final = r"^[^\x00]*$"
"""NUL fits neither a process environment nor a database text; a lone surrogate is refused by any pattern."""

IMAGE_PATTERN: Final = r"^[^\s\x00]+$"
PVC_SIZE_PATTERN: Final = r"^[0-9]+(\.[0-9]+)?(Gi|Mi|Ti)$"
ROUTE_PATTERN: Final = r"^/[^\x00]*$"
OBJECT_ID_PATTERN: Final = r"^[0-9a-f]{24}$"
TRACE_ID_PATTERN: Final = r"^[0-9a-fA-F]{32}$"
SPAN_ID_PATTERN: Final = r"^[0-9a-fA-F]{16}$"
OTLP_ID_PATTERN: Final = r"^([0-9a-fA-F]{16}|[0-9a-fA-F]{32})?$"


def pass_unknown(value: Any, handler: Callable[[Any], Any]) -> Any:
    """Wrap validator for items: UNKNOWN stands for itself."""
    return value if value is UNKNOWN else handler(value)


def _integral(value: Any) -> Any:
    # JSON has one number type, and Pulumi sends every number as a float.
    if type(value) is float and value.is_integer():
        return int(value)
    return value


def _checked_name(value: str, info: ValidationInfo) -> str:
    context = info.context
    message = name_message(value, loose=bool(context) and context["compat"].loose_names)
    if message:
        raise PydanticCustomError("invalid", "{message}", {"message": message})
    return value


Text = Annotated[str, StringConstraints(pattern=TEXT_PATTERN)]
"""Any text without NUL."""

NonEmptyText = Annotated[str, StringConstraints(pattern=TEXT_PATTERN, min_length=1)]
"""Text of at least one character."""

ObjectName = Annotated[str, StringConstraints(pattern=TEXT_PATTERN, min_length=1, max_length=5000)]
"""Name of an artifact, repository or workload: 1 to 5000 characters, not unique (R12, R13, R82)."""

Identifier = Annotated[str, StringConstraints(pattern=TEXT_PATTERN, min_length=1, max_length=255)]
"""Id of another object.

Its shape is not checked: an id that names nothing gets the answer of the look-up (R18, R78).
"""

ObjectId = Annotated[str, StringConstraints(pattern=OBJECT_ID_PATTERN)]
"""Id of an object that the caller names itself."""

Label = Annotated[str, AfterValidator(_checked_name)]
"""Container or container group name (D23)."""

ImageUri = Annotated[str, StringConstraints(pattern=IMAGE_PATTERN, max_length=4096)]
"""Pullable image reference, without white space."""

Int = Annotated[int, BeforeValidator(_integral)]
# Bounds stand before the validator, or JSON schemas would not have them.
Count = Annotated[int, Field(ge=0, le=INT32_MAX), BeforeValidator(_integral)]
PositiveCount = Annotated[int, Field(ge=1, le=INT32_MAX), BeforeValidator(_integral)]
Amount = Annotated[float, Field(ge=0)]

TextItem = Annotated[Text, WrapValidator(pass_unknown)]
NonEmptyTextItem = Annotated[NonEmptyText, WrapValidator(pass_unknown)]

ArtifactType = Literal["service", "nim", "agent", "mcp"]
"""`agent` and `mcp` only with the compat switch `agent_types` (D16)."""

ArtifactStatus = Literal["draft", "locked"]
Importance = Literal["critical", "high", "moderate", "low"]
"""How much a workload matters; `low` is the default (R79, R83)."""

WorkloadStatus = Literal[
    "unknown",
    "submitted",
    "initializing",
    "provisioning",
    "launching",
    "running",
    "warming",
    "draining",
    "restarting",
    "updating",
    "stopping",
    "stopped",
    "suspended",
    "interrupted",
    "errored",
    "terminated",
    "failed",
]
"""Every status that any source knows (§12.1, D20); filters accept all of them."""
