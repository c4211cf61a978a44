"""From pydantic's errors to the contract's problems: wire paths, plain sentences, no input values."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from ._errors import Problem
from ._types import (
    IMAGE_PATTERN,
    OBJECT_ID_PATTERN,
    OTLP_ID_PATTERN,
    PVC_SIZE_PATTERN,
    ROUTE_PATTERN,
    SPAN_ID_PATTERN,
    TEXT_PATTERN,
    TRACE_ID_PATTERN,
)
from ._unknown import UNKNOWN

Loc = tuple[int | str, ...]

SERVER_OWNED = frozenset(
    [
        "id",
        "version",
        "createdAt",
        "updatedAt",
        "creator",
        "owners",
        "permissions",
        "contentDigest",
        "claim",
        "etag",
        "registryId",
        "protonId",
        "endpoint",
        "replacement",
        "runtimeDigest",
        "artifactDigest",
        "expiresAt",
        "lastReportAt",
        "driver",
        "requestStats",
        "lastResponse",
        "statusDetails",
    ]
)
"""Keys that only answers carry; sending one back is a common mistake that deserves its own sentence."""

_KEY_MARK = "[key]"

_SENTENCES = {
    "missing": "Field required",
    "string_type": "must be a string",
    "string_unicode": "must be valid Unicode text without NUL characters",
    "string_too_short": "must have at least {min_length} character(s)",
    "string_too_long": "must have at most {max_length} characters",
    "int_type": "must be an integer",
    "int_parsing": "must be an integer",
    "int_parsing_size": "must be an integer of reasonable size",
    "int_from_float": "must be an integer",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be greater than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "too_short": "must have at least {min_length} item(s), not {actual_length}",
    "too_long": "must have at most {max_length} item(s), not {actual_length}",
    "literal_error": "must be one of {expected}",
    "timezone_aware": "must be an RFC 3339 time with an offset",
}


_UNKNOWN_FIELD = "unknown field"

_PATTERN_SENTENCES = {
    TEXT_PATTERN: "must be valid Unicode text without NUL characters",
    IMAGE_PATTERN: "must be an image reference without white space",
    PVC_SIZE_PATTERN: "must be a number followed by Mi, Gi or Ti, such as '150Gi'",
    TRACE_ID_PATTERN: "must be 32 hexadecimal digits",
    SPAN_ID_PATTERN: "must be 16 hexadecimal digits",
    OTLP_ID_PATTERN: "must be 16 or 32 hexadecimal digits, or empty",
    OBJECT_ID_PATTERN: "must be 24 hexadecimal digits in lower case",
    ROUTE_PATTERN: "must start with '/'",
}


@dataclass(frozen=True, slots=True)
class Located:
    """A problem with its place as keys and indexes.

    Attributes:
        remove: the offending key itself has to go, not only its value.
    """

    problem: Problem
    loc: Loc
    remove: bool = False


def located(model: type[BaseModel], error: ValidationError) -> Iterator[Located]:
    """The problems of a pydantic error, in its order."""
    for line in error.errors(include_url=False, include_input=False):
        loc: Loc = line["loc"]
        code = line["type"]
        bad_key = bool(loc) and loc[-1] == _KEY_MARK
        if bad_key:
            loc = loc[:-1]
        message = line["msg"]
        if code == "extra_forbidden" and not message.startswith(_UNKNOWN_FIELD):  # else a rule of ours says more
            message = _unknown_key(model, loc)
        elif code == "string_pattern_mismatch":
            message = _PATTERN_SENTENCES[line.get("ctx", {})["pattern"]]
        elif code in _SENTENCES:
            message = _SENTENCES[code].format_map(line.get("ctx", {}))
        if bad_key:
            message = f"key {message}"
        yield Located(
            Problem(".".join(map(str, loc)), message, code),
            loc,
            remove=bad_key or code == "extra_forbidden",
        )


def sort_key(loc: Any) -> list[tuple[bool, int, str]]:
    """Order of problems: as the places follow each other in lists, alphabetically in objects."""
    return [(isinstance(part, str), part if isinstance(part, int) else 0, str(part)) for part in loc]


class Redacted:
    """A document whose refused values are replaced by UNKNOWN one after another; the original stays as it is.

    Every object and list is copied once at most, so that a document with many mistakes costs no more than its size.
    """

    def __init__(self, data: object) -> None:
        self.data: Any = data
        self._own: dict[int, Any] = {}

    def forget(self, loc: Loc, *, remove: bool) -> None:
        """Put UNKNOWN at `loc`, or take that key away."""
        if not loc:
            self.data = UNKNOWN
            return
        holder = self.data = self._owned(self.data)
        for part in loc[:-1]:
            if not self._has(holder, part):
                return
            inner = self._owned(holder[part])
            holder[part] = inner
            holder = inner
        if remove and isinstance(holder, dict):
            typing.cast("dict[Any, Any]", holder).pop(loc[-1], None)
        elif isinstance(holder, dict) or self._has(holder, loc[-1]):
            holder[loc[-1]] = UNKNOWN

    def _owned(self, value: Any) -> Any:
        if id(value) in self._own or not isinstance(value, (dict, list)):
            return value
        copied = typing.cast("dict[Any, Any] | list[Any]", value).copy()
        self._own[id(copied)] = copied
        return copied

    @staticmethod
    def _has(holder: Any, part: int | str) -> bool:
        if isinstance(holder, list):
            return isinstance(part, int) and part < len(typing.cast("list[Any]", holder))
        return isinstance(holder, dict) and part in holder


def _unknown_key(model: type[BaseModel], loc: Loc) -> str:
    key = str(loc[-1])
    holder = _model_at(model, loc[:-1])
    names = [field.alias or name for name, field in holder.model_fields.items()] if holder else []
    if key in SERVER_OWNED:
        return f"{_UNKNOWN_FIELD}: it is set by the server and cannot be sent"
    import difflib  # only errors need it

    near = difflib.get_close_matches(key, names, n=2, cutoff=0.7)
    if not near:
        folded = key.replace("_", "").lower()
        near = [name for name in names if name.lower() == folded]
    if near:
        return f"{_UNKNOWN_FIELD}; did you mean {' or '.join(map(repr, near))}?"
    return _UNKNOWN_FIELD


def _model_at(model: type[BaseModel], loc: Loc) -> type[BaseModel] | None:
    """The model that describes the object at `loc` below `model`."""
    annotation: Any = model
    for part in loc:
        annotation = _bare(annotation)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            fields = (f for n, f in annotation.model_fields.items() if part in (n, f.alias))
            field = next(fields, None)
            if field is None:
                return None
            annotation = field.annotation
        elif typing.get_args(annotation):
            annotation = typing.get_args(annotation)[-1]
        else:
            return None
    annotation = _bare(annotation)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _bare(annotation: Any) -> Any:
    """`X` of `X | None` and of `Annotated[X, ...]`."""
    while True:
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        elif origin in (typing.Union, types.UnionType):
            annotation = next(arg for arg in typing.get_args(annotation) if arg is not type(None))
        else:
            return annotation
