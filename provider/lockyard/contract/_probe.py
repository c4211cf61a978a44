"""Health probes of a container (workload-api §4.3)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ._base import ContractModel
from ._types import Count, Int, NonEmptyText, PositiveCount, Text, TextItem


class Probe(ContractModel):
    """An HTTP health check (R27).

    Attributes:
        path: URL path to ask; required.
        port: port to ask, 1 to 65535; 8080 by default, whatever the container's port is.
        scheme: `HTTP` or `HTTPS`.
        host: host name to ask; None is the pod's own address.
        http_headers: request headers to send.
        initial_delay_seconds: wait before the first check, seconds.
        period_seconds: time between checks, seconds.
        timeout_seconds: how long one check may take, seconds.
        failure_threshold: failures in a row that count as failed.
        success_threshold: successes in a row that count as healthy.
    """

    path: NonEmptyText
    port: Annotated[Int, Field(ge=1, le=65535)] = 8080
    scheme: Literal["HTTP", "HTTPS"] = "HTTP"
    host: Text | None = None
    http_headers: dict[Text, TextItem] = Field(default_factory=dict[Text, TextItem])
    initial_delay_seconds: Count = 30
    period_seconds: PositiveCount = 30
    timeout_seconds: PositiveCount = 30
    failure_threshold: PositiveCount = 3
    success_threshold: PositiveCount = 1
