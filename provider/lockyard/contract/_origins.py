"""Origins: a scheme, a host and maybe a port, as `--invoke-url` takes them."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_LABEL: Final = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST: Final = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)*{_LABEL}|\[[0-9a-f:.]+\]")
_PORTS: Final = {"http": 80, "https": 443}


def read_origin(text: str) -> str:
    """An origin as browsers write it: in lower case, without the port that is the scheme's own.

    Args:
        text: such as `https://models.example`; a slash at its end changes nothing.

    Raises:
        ValueError: it is none.
    """
    try:
        url = urlsplit(text.strip().lower())
        port, name = url.port, url.hostname or ""
    except ValueError:
        raise ValueError(_WRONG) from None
    host = f"[{name}]" if ":" in name else name
    bare = url.path in ("", "/") and not any(mark in text for mark in "?#@")
    if url.scheme not in _PORTS or not _HOST.fullmatch(host) or not bare or port == 0:
        raise ValueError(_WRONG)
    return f"{url.scheme}://{host}" + ("" if port in (None, _PORTS[url.scheme]) else f":{port}")


_WRONG: Final = (
    "must be an origin such as https://models.example: http or https, a host, maybe a port, and nothing else"
)
