"""Which paths below a workload are passed on to it: none that any server could read as a way out (workload-api §19)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import unquote_to_bytes

_MAX_DECODINGS: Final = 8
_VISIBLE_ASCII: Final = re.compile(rb"[\x21-\x7e]*")
_BROKEN_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
# Servlet containers cut parameters (`;x`) off a segment; what decodes twice may cut a query or a fragment off.
_SEGMENT_END: Final = re.compile(r"[;?#]")


def invoke_path_message(path: bytes) -> str | None:
    """Why a path is not passed on to a workload; None if it is.

    It arrives as it was sent, so nothing in it may mean another path to a server that decodes it once more, takes a
    backslash for a slash, cuts parameters off, or folds Unicode look-alikes.

    Args:
        path: the path as it was sent, without the query.
    """
    if not path.startswith(b"/"):
        return "must begin with a slash"
    if _VISIBLE_ASCII.fullmatch(path) is None:
        return "must be visible ASCII: percent-encode everything else"
    if b"#" in path:
        return "must hold no fragment: percent-encode the #"
    if _BROKEN_ESCAPE.search(path):
        return "has a % without two hexadecimal digits: write %25 for the sign itself"
    for _ in range(_MAX_DECODINGS):
        message = _message(path)
        decoded = unquote_to_bytes(path)
        if message or decoded == path:
            return message
        path = decoded
    return "is percent-encoded too often"


def invoke_query_message(query: bytes) -> str | None:
    """Why a query is not passed on to a workload; None if it is."""
    if _VISIBLE_ASCII.fullmatch(query) is None:
        return "must be visible ASCII: percent-encode everything else"
    return "must hold no fragment: percent-encode the #" if b"#" in query else None


def fully_decoded(text: bytes) -> bytes:
    """Percent-decoded until nothing is left to decode, or nobody would decode it any more."""
    for _ in range(_MAX_DECODINGS):
        decoded = unquote_to_bytes(text)
        if decoded == text:
            break
        text = decoded
    return text


def _message(path: bytes) -> str | None:
    try:
        text = unicodedata.normalize("NFKC", path.decode())
    except UnicodeDecodeError:
        return "must be UTF-8 under its percent-encoding"
    if _CONTROL.search(text):
        return "must hold no control characters"
    if "\\" in text:
        return "must hold no backslash: some servers take it for a slash"
    if text.startswith("//"):
        return "must begin with one slash: some servers take what follows two for a host"
    if any(_is_dots(segment) for segment in text.split("/")):
        return "must hold no segment of dots, however it is encoded: it could lead out of the workload"
    return None


def _is_dots(segment: str) -> bool:
    # Some file systems do not see spaces and dots at the end of a name.
    kept = _SEGMENT_END.split(segment, maxsplit=1)[0].strip(" ")
    return bool(kept) and not kept.strip(". ")
