"""Which headers of a request or an answer are forwarded (RFC 9110 §7.6.1)."""

from __future__ import annotations

from collections.abc import Iterable

Headers = list[tuple[bytes, bytes]]

_HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authentication-info",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
# The caller's token is for the registry alone; where the request came from is for the registry to say.
_OURS = frozenset(
    {
        b"authorization",
        b"forwarded",
        b"host",
        b"x-forwarded-for",
        b"x-forwarded-host",
        b"x-forwarded-prefix",
        b"x-forwarded-proto",
        b"x-request-id",
    }
)


def for_workload(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers of a request that the workload may see."""
    return [(name, value) for name, value in _end_to_end(headers) if name.lower() not in _OURS]


def for_caller(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """The headers of the workload's answer; the request id is the registry's."""
    return [(name, value) for name, value in _end_to_end(headers) if name.lower() != b"x-request-id"]


def _end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    known = list(headers)
    named = {
        word.strip().lower() for name, value in known if name.lower() == b"connection" for word in value.split(b",")
    }
    return [(name, value) for name, value in known if name.lower() not in _HOP_BY_HOP | named]
