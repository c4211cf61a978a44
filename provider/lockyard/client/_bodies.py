"""Reads the body of an answer: bounded, also after it is unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator

import httpx

from ._documents import MOST_BYTES

ACCEPTED = "gzip"
"""The one encoding that is asked for."""

_STEP = 1024 * 1024
_PACKED = ("gzip", "x-gzip")


class UnfitBodyError(Exception):
    """A body that is not read to its end; the text says why."""


def body_of(response: httpx.Response, check: Callable[[], None]) -> bytes:
    """The body.

    Args:
        response: an answer whose body was not read yet.
        check: called after each part; raises when it took too long.

    Raises:
        UnfitBodyError: it is larger than anything that a registry answers, or packed in a way that nobody asked for.
        httpx.TransportError: it broke off.
    """
    if response.is_stream_consumed:
        return response.content  # a stand-in for a server gave it whole
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", *_PACKED):
        raise UnfitBodyError("a body in an encoding that was not asked for")
    found = bytearray()
    parts = response.iter_raw()
    for part in _unpacked(parts) if encoding in _PACKED else parts:
        found += part
        if len(found) > MOST_BYTES:
            raise UnfitBodyError(f"more than {MOST_BYTES // 2**20} MiB")
        check()
    return bytes(found)


def _unpacked(parts: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        for part in parts:
            while part and not unpacker.eof:
                yield unpacker.decompress(part, _STEP)
                part = unpacker.unconsumed_tail
            if unpacker.eof:
                return
        yield unpacker.flush()
    except zlib.error:
        raise UnfitBodyError("a body that is not packed as it says") from None
    if not unpacker.eof:
        raise UnfitBodyError("a packed body that breaks off")
