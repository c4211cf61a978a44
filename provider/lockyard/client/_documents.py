"""JSON of a server, bounded before it is parsed: what it becomes in memory may be twenty times as large."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn, cast

from lockyard.contract import Json

MOST_BYTES = 64 * 1024 * 1024
"""Largest answer that is read, unpacked."""
MOST_PARTS = 4_000_000
"""Most commas and opening brackets in it."""
MOST_DEPTH = 128
"""Deepest nesting."""

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def parse_document(content: bytes) -> Json:
    """The JSON object that an answer holds.

    Raises:
        ValueError: it holds none, or one that is too large, nested too deeply, or no text in Unicode.
    """
    if sum(content.count(sign) for sign in (b"[", b"{", b",")) > MOST_PARTS:
        raise ValueError("it has too many parts")
    try:
        value = json.loads(content, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("it is no object")
    _check_depth(value)
    if _SURROGATE.search(content):
        # Half a character: nothing could print, store or send it on.
        json.dumps(value, ensure_ascii=False).encode()
    return cast("Json", value)


def _check_depth(value: Any) -> None:
    level: list[Any] = [value]
    for _ in range(MOST_DEPTH):
        level = [inner for outer in level for inner in _parts(outer) if type(inner) is dict or type(inner) is list]
        if not level:
            return
    raise ValueError("it is nested too deeply")


def _parts(outer: Any) -> Iterable[Any]:
    return cast("Json", outer).values() if type(outer) is dict else outer


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
