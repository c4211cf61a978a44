"""Arguments of health probes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import Input

from lockyard.resources._arguments import Arguments


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class ProbeArgs(Arguments):
    """An HTTP request by which the platform finds out how a container is.

    A failing liveness probe restarts the container, a readiness probe keeps traffic away from it, and a startup
    probe holds the liveness probe back until it passes. On a locked artifact a change of any field replaces.

    Example:
        ```python
        ProbeArgs(path="/healthz", port=8080, period_seconds=10)
        ```
    """

    path: Input[str]
    """Path of the URL to request, for example `/healthz`."""
    port: Input[int] | None = None
    """Port to request, 1 to 65535. Default 8080: it does not follow the container's own port."""
    scheme: Input[str] | None = None
    """`HTTP` (default) or `HTTPS`."""
    host: Input[str] | None = None
    """Host name to connect to. Default: the address of the replica."""
    http_headers: Input[Mapping[str, Input[str]]] | None = None
    """Headers to send. The names are yours and are never changed. Default: none."""
    initial_delay_seconds: Input[int] | None = None
    """Seconds after the start of the container before the first request. Default 30."""
    period_seconds: Input[int] | None = None
    """Seconds between two requests. Default 30."""
    timeout_seconds: Input[int] | None = None
    """Seconds to wait for an answer. Default 30."""
    failure_threshold: Input[int] | None = None
    """How many failures in a row count as failed. Default 3."""
    success_threshold: Input[int] | None = None
    """How many successes in a row count as passed. Default: the platform's, 1."""
