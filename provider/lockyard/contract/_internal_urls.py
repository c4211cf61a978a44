"""The address that a report gives of a workload, as far as its text says whether it can be asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from ._invoke_paths import invoke_path_message
from ._types import TEXT_PATTERN

MAX_INTERNAL_URL: Final = 2048

_PORTS: Final = {"http": 80, "https": 443}
_SCHEME: Final = re.compile(r"(https?)://(.*)", re.IGNORECASE | re.DOTALL)
_AUTHORITY: Final = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([0-9]{1,5}))?")
# Underscores are in no host name, but in names of services that resolvers know.
_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
_MAX_NAME: Final = 253


@dataclass(frozen=True, slots=True)
class InternalUrl:
    """A workload's address in its parts.

    Attributes:
        scheme: `http` or `https`.
        host: a name in lower case, or an IP address without brackets.
        port: the port, also where the address leaves it out.
        authority: host and port as the `Host` header writes them.
        path: what the workload's paths are below; no slash at its end.
    """

    scheme: str
    host: str
    port: int
    authority: str
    path: str


def read_internal_url(text: str) -> InternalUrl:
    """Reads the address of a workload.

    Args:
        text: the address, such as `http://chat.serving.svc:8080`.

    Raises:
        ValueError: no workload can be asked at it; the message says why and repeats nothing of it.
    """
    if len(text) > MAX_INTERNAL_URL:
        raise ValueError(f"must have at most {MAX_INTERNAL_URL} characters")
    split = _SCHEME.fullmatch(text)
    if split is None:
        raise ValueError("must begin with http:// or https://")
    scheme, rest = split[1].lower(), split[2]
    if "?" in rest or "#" in rest:
        raise ValueError("must hold neither a query nor a fragment")
    authority, slash, below = rest.partition("/")
    if "@" in authority:
        raise ValueError("must hold no user and no password")
    if not authority.isascii():
        raise ValueError("must name its host in ASCII: write other characters as xn--…")
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        raise ValueError("must name a host, and after a colon maybe a port")
    port = int(found[2]) if found[2] else _PORTS[scheme]
    if not 1 <= port <= 65535:
        raise ValueError("must have a port between 1 and 65535")
    host = _host(found[1].lower())
    path = (slash + below).rstrip("/")
    message = invoke_path_message((path or "/").encode("utf-8", "replace"))
    if message:
        raise ValueError(f"has a path that cannot be asked: it {message}")
    shown = f"[{host}]" if ":" in host else host
    return InternalUrl(scheme, host, port, shown if port == _PORTS[scheme] else f"{shown}:{port}", path)


def _host(text: str) -> str:
    if text.startswith("["):
        try:
            # Zones name an interface of one machine.
            return str(IPv6Address("%" if "%" in text else text[1:-1]))
        except ValueError:
            raise ValueError("must have an IPv6 address without a zone between the brackets") from None
    labels = text.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        # Resolvers also take 2130706433, 0x7f.1 and 0177.0.0.1 for 127.0.0.1.
        try:
            return str(IPv4Address(text))
        except ValueError:
            raise ValueError("must have an IPv4 address as four decimal numbers") from None
    if len(text) > _MAX_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(
            "must have a host name of labels of 1 to 63 letters, digits and hyphens, 253 characters together"
        )
    return text


def internal_url_message(text: str) -> str | None:
    """Why no workload can be asked at an address; None if it can, or if there is none."""
    try:
        if text:
            read_internal_url(text)
    except ValueError as error:
        return str(error)
    return None


def _checked(text: str) -> str:
    message = internal_url_message(text)
    if message:
        raise PydanticCustomError("url_parsing", "{message}", {"message": message})
    return text


InternalUrlText = Annotated[str, StringConstraints(pattern=TEXT_PATTERN), AfterValidator(_checked)]
"""Address of a workload inside the cluster, or an empty text for none."""
