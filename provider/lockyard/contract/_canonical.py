"""Canonical JSON."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, cast

_LARGEST = 2**53 - 1


def canonical_json(value: Any) -> bytes:
    """Encode a JSON value by RFC 8785: one byte string for equal values, whatever the key order and number notation.

    Raises:
        ValueError: the value has no canonical form: an integer beyond ±(2**53 - 1), NaN or infinity, a lone
            surrogate, or something that is not JSON.
    """
    try:
        if _is_plain(value):
            return _encoder().encode(value).encode()
    except (RecursionError, UnicodeEncodeError):
        # For the library to refuse, in its words.
        pass
    import rfc8785  # only digests need it

    try:
        return rfc8785.dumps(value)
    except UnicodeEncodeError as error:
        raise ValueError("a text is not valid Unicode") from error


def _is_plain(value: object) -> bool:
    """Whether the standard library's encoder, which is many times as fast, writes the canonical form.

    It does but for fractions, large integers, the order of keys outside ASCII, and what is no JSON.
    """
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is dict:
        entries = cast("dict[object, object]", value)
        for key, entry in entries.items():
            if type(key) is not str or not key.isascii():
                return False
            # Most are texts, and a call for each would take longer than all else here.
            if type(entry) is not str and not _is_plain(entry):
                return False
        return True
    if kind is list:
        return all(map(_is_plain, cast("list[object]", value)))
    return kind is int and -_LARGEST <= cast("int", value) <= _LARGEST


@cache
def _encoder() -> json.JSONEncoder:
    # Without its own search for cycles: `_is_plain` would not have come to an end.
    return json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":"))
