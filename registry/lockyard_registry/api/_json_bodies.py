"""Reads JSON bodies, of which no more is read than a document may hold."""

from __future__ import annotations

import json
from typing import Any

from lockyard.contract import MAX_VALUES, Problem, ValidationFailedError, too_many_values


def parsed(content: bytes) -> Any:
    """The document in a body.

    Args:
        content: the body.

    Raises:
        ValidationFailedError: it is no JSON, or holds more values than a document may.
    """
    if _holds_too_many(content):
        raise ValidationFailedError(problems=[too_many_values()])
    try:
        return json.loads(content, parse_constant=_no_constant)
    except RecursionError:
        raise _not_json("it is nested too deeply") from None
    except ValueError as error:
        raise _not_json(str(error)) from None


def _holds_too_many(content: bytes) -> bool:
    """Whether a body surely holds more values than allowed.

    Nobody else gets a turn while a body is parsed, and one of 2 MiB may be 700,000 empty lists; counting bytes takes a
    hundredth of that time. A document has more values than commas, and at least as many as brackets that open.
    """
    if _marks(content) <= 2 * MAX_VALUES:
        return False
    plain = content.replace(b"\\\\", b"").replace(b'\\"', b"")
    # A value may be a text, and so may its key.
    if plain.count(b'"') > 4 * MAX_VALUES:
        return True
    outside_of_texts = b" ".join(plain.split(b'"')[::2])
    return _marks(outside_of_texts) > 2 * MAX_VALUES


def _marks(content: bytes) -> int:
    return content.count(b",") + content.count(b"[") + content.count(b"{")


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _not_json(why: str) -> ValidationFailedError:
    return ValidationFailedError(problems=[Problem("", f"The request body is not valid JSON: {why}", "json_invalid")])
