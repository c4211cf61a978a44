"""Which headers of a request or an answer are forwarded: those that are listed, and no others (RFC 9110 §7.6.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lockyard.contract import ConfigurationError

Headers = list[tuple[bytes, bytes]]

_BOTH: Final = (
    "ce-*",  # CloudEvents, as KServe takes them
    "content-digest",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "inference-header-content-length",  # KServe's binary tensors
    "mcp-*",
    "nvcf-*",
    "openai-*",
    "anthropic-*",
    "repr-digest",
    "traceparent",
    "tracestate",
    "x-datarobot-*",
)
REQUEST_HEADERS: Final = (
    *_BOTH,
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "b3",
    "baggage",
    "cache-control",
    "idempotency-key",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "last-event-id",
    "pragma",
    "prefer",
    "priority",
    "range",
    "user-agent",
    "x-b3-*",
    "x-stainless-*",
)
"""What clients of models send. A name that ends in `*` stands for all that begin so."""

ANSWER_HEADERS: Final = (
    *_BOTH,
    "accept-ranges",
    "age",
    "allow",
    "cache-control",
    "content-range",
    "deprecation",
    "etag",
    "expires",
    "last-modified",
    "link",
    "location",
    "preference-applied",
    "ratelimit",
    "ratelimit-*",
    "retry-after",
    "server-timing",
    "sunset",
    "vary",
    "x-accel-buffering",
    "x-ratelimit-*",
)
"""What clients of models read. Nothing that would speak for the registry's own origin."""

NEVER_FORWARDED: Final = (
    # Who the caller is, and where the request came from, is for the registry to say.
    "authorization",
    "cookie",
    "cookie2",
    "forwarded",
    "from",
    "host",
    "origin",
    "referer",
    "remote-*",
    "set-cookie",
    "set-cookie2",
    "true-client-ip",
    "via",
    "x-auth-request-*",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-forwarded-*",
    "x-http-method*",
    "x-method-override",
    "x-original-*",
    "x-real-ip",
    "x-remote-*",
    "x-request-id",
    "x-rewrite-url",
    # One connection's own.
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "proxy-*",
    "te",
    "trailer",
    "trailers",
    "transfer-encoding",
    "upgrade",
    # What browsers and proxies take as the word of the registry's origin.
    "access-control-*",
    "alt-svc",
    "authentication-info",
    "clear-site-data",
    "content-security-policy*",
    "cross-origin-*",
    "nel",
    "origin-agent-cluster",
    "refresh",
    "report-to",
    "reporting-endpoints",
    "service-worker-allowed",
    "strict-transport-security",
    "www-authenticate",
    "x-accel-redirect",
    "x-content-type-options",
    "x-frame-options",
    "x-sendfile",
)
"""What no operator can add."""

_NAME: Final = re.compile(r"[a-z0-9!#$%&'+.^_`|~-]+\*?")
_LENGTH: Final = b"content-length"


@dataclass(frozen=True, slots=True)
class ForwardedHeaders:
    """A list of names, and of beginnings of names."""

    names: frozenset[bytes]
    beginnings: tuple[bytes, ...]

    def of(self, headers: Iterable[tuple[bytes, bytes]]) -> Headers:
        """Those headers that are listed, unless `Connection` says that they are for the next hop alone."""
        known = [(name.lower(), value) for name, value in headers]
        for_one_hop = {
            word.strip().lower() for name, value in known if name == b"connection" for word in value.split(b",")
        }
        return [(name, value) for name, value in known if self._has(name) and name not in for_one_hop]

    def _has(self, name: bytes) -> bool:
        return name in self.names or name.startswith(self.beginnings)


def forwarded_headers(listed: Sequence[str], more: Sequence[str] = ()) -> ForwardedHeaders:
    """Reads a list of headers.

    Args:
        listed: names; one that ends in `*` stands for all that begin so.
        more: what the operator adds.

    Raises:
        ConfigurationError: an entry is no name, or names what is never forwarded.
    """
    for entry in more:
        _check(entry.strip().lower())
    names = [name.strip().lower() for name in (*listed, *more)]
    return ForwardedHeaders(
        frozenset(name.encode() for name in names if not name.endswith("*")),
        tuple(name[:-1].encode() for name in names if name.endswith("*")),
    )


def framing(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """How the body of a request is sent on: with the length that was said, or in chunks; nothing without a body."""
    found = {name.lower(): value for name, value in headers}
    if b"transfer-encoding" in found:
        return [(b"transfer-encoding", b"chunked")]
    return [(_LENGTH, found[_LENGTH])] if _LENGTH in found else []


def answer_length(status: int, headers: Sequence[tuple[bytes, bytes]]) -> Headers:
    """The length that a workload says its answer has.

    Raises:
        ValueError: it says two things about where the answer ends.
    """
    lengths = {value for name, value in headers if name.lower() == _LENGTH}
    chunked = any(name.lower() == b"transfer-encoding" for name, _ in headers)
    if len(lengths) > 1 or (lengths and chunked):
        raise ValueError("the length is not clear")
    # These two have no body, whatever they say.
    return [(_LENGTH, value) for value in lengths if status not in (204, 304)]


def _check(entry: str) -> None:
    if not _NAME.fullmatch(entry):
        raise ConfigurationError(
            f"--invoke-headers: {entry!r} is no name of a header; one may end in * to stand for all that begin so"
        )
    if any(_overlap(entry, never) for never in NEVER_FORWARDED):
        raise ConfigurationError(
            f"--invoke-headers: {entry!r} is never forwarded: it says who calls, belongs to one connection, or speaks "
            "for the registry's own origin; name other headers one by one"
        )


def _overlap(one: str, other: str) -> bool:
    """Whether a header fits both."""
    begins, other_begins = one.removesuffix("*"), other.removesuffix("*")
    if one != begins and other_begins.startswith(begins):
        return True
    return one == other or (other != other_begins and begins.startswith(other_begins))
