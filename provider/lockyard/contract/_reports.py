"""What the component or controller that runs a workload tells the registry (our addition; design §5)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ._base import ContractModel
from ._internal_urls import InternalUrlText
from ._statistics import Measurement
from ._times import Time
from ._types import Count, Identifier, Int, Text


class ContainerState(ContractModel):
    """A past state of a container.

    Attributes:
        status: `running`, `waiting`, `terminated` or `unknown`.
        reason: short cause, such as `OOMKilled`.
        message: longer text.
        exit_code: exit code of the process.
        started_at: when it began.
        finished_at: when it ended.
    """

    status: Literal["running", "waiting", "terminated", "unknown"] = "unknown"
    reason: Text | None = None
    message: Text | None = None
    exit_code: Int | None = None
    started_at: Time | None = None
    finished_at: Time | None = None


class ContainerReport(ContractModel):
    """One container of a replica (workload-api §12.4).

    Attributes:
        name: name of the container in the artifact.
        status: `running`, `waiting`, `terminated` or `unknown`.
        ready: passes its readiness probe.
        restart_count: how often it was restarted.
        image: image that runs.
        started_at: when it began.
        reason: short cause of the status, such as `CrashLoopBackOff` (R122).
        message: longer text.
        exit_code: exit code of the process.
        last_state: how its previous run ended.
    """

    name: Text
    status: Literal["running", "waiting", "terminated", "unknown"] = "unknown"
    ready: bool = False
    restart_count: Count = 0
    image: Text = ""
    started_at: Time | None = None
    reason: Text | None = None
    message: Text | None = None
    exit_code: Int | None = None
    last_state: ContainerState | None = None


class ConditionReport(ContractModel):
    """One condition of a replica (D17).

    Attributes:
        type: such as `Ready` or `PodScheduled`.
        value: whether it holds.
        last_transition_time: since when.
        reason: short cause.
        message: longer text.
    """

    type: Text
    value: bool
    last_transition_time: Time | None = None
    reason: Text = ""
    message: Text = ""


class ReplicaReport(ContractModel):
    """One replica of a workload (workload-api §12.4).

    Attributes:
        name: name of the pod.
        status: `pending`, `running`, `succeeded`, `failed` or `unknown`.
        address: address of the pod.
        node_address: address of its node.
        started_at: when it began.
        conditions: conditions of the pod.
        containers: its containers.
    """

    name: Text
    status: Literal["pending", "running", "succeeded", "failed", "unknown"] = "unknown"
    address: Text = ""
    node_address: Text = ""
    started_at: Time | None = None
    conditions: list[ConditionReport] = Field(default_factory=list[ConditionReport])
    containers: list[ContainerReport] = Field(default_factory=list[ContainerReport])


class Report(ContractModel):
    """Body of POST of a report; the same report twice changes nothing, an older one is ignored.

    Attributes:
        artifact_id: artifact that was applied.
        content_digest: content digest that was applied; tells an edited draft from its former content.
        runtime_digest: digest of the runtime that was applied.
        phase: `progressing`, `ready`, `failed` or `stopped`.
        message: one sentence for people.
        replicas: what runs.
        internal_url: address of the service inside the cluster.
        observed_at: when this was seen, RFC 3339 with offset; a time in the future counts as now.
        measurements: what was counted of its requests since.
    """

    artifact_id: Identifier
    content_digest: Text | None = None
    runtime_digest: Text | None = None
    phase: Literal["progressing", "ready", "failed", "stopped"]
    message: Text = ""
    replicas: list[ReplicaReport] = Field(default_factory=list[ReplicaReport])
    internal_url: InternalUrlText | None = None
    observed_at: Time
    measurements: Annotated[list[Measurement], Field(max_length=1000)] = Field(default_factory=list[Measurement])
