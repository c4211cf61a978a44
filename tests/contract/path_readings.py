"""How servers may read a path: decoded once or twice, with other slashes, without parameters, with dots resolved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes


def readings(path: bytes) -> Iterator[bytes]:
    """All that a path may mean to somebody."""
    for times in range(4):
        decoded = path
        for _ in range(times):
            decoded = unquote_to_bytes(decoded)
        for slashed in (decoded, decoded.replace(b"\\", b"/")):
            for plain in (slashed, re.sub(rb";[^/]*", b"", slashed), slashed.partition(b"\0")[0]):
                yield from (plain, re.sub(rb"[ ]+(?=/|$)", b"", plain), plain.replace(b"\xc0\xae", b"."))


def resolved(path: bytes) -> bytes:
    """The path without segments of dots, as RFC 3986 §5.2.4 removes them."""
    kept: list[bytes] = []
    for segment in path.split(b"/")[1:]:
        if segment == b"..":
            kept = kept[:-1]
        elif segment != b".":
            kept.append(segment)
    return b"/" + b"/".join(kept)
