"""Canonical JSON."""

from __future__ import annotations

from typing import Any


def canonical_json(value: Any) -> bytes:
    """Encode a JSON value by RFC 8785: one byte string for equal values, whatever the key order and number notation.

    Raises:
        ValueError: the value has no canonical form: an integer beyond ±(2**53 - 1), NaN or infinity, a lone
            surrogate, or something that is not JSON.
    """
    import rfc8785  # only digests need it

    try:
        return rfc8785.dumps(value)
    except UnicodeEncodeError as error:
        raise ValueError("a text is not valid Unicode") from error
