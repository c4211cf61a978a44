"""Containers and container groups of an artifact (workload-api §4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from ._base import ContractModel, RuleContext
from ._build import ImageBuildConfig
from ._environment import EnvironmentVariable
from ._errors import Problem
from ._images import image_problems
from ._naming import duplicate_problems
from ._ports import MAX_PORT, MIN_PORT, PortFacts, port_problems, primary_problems
from ._probe import Probe
from ._routes import Route
from ._security import SecurityContext
from ._types import ImageUri, Int, Label, NonEmptyTextItem, Text
from ._unknown import UNKNOWN, is_unknown


def _absent(value: Any) -> bool:
    return value is None


class Container(ContractModel):
    """One container of an artifact.

    Attributes:
        name: unique in its group; a DNS label (D23). Absent: `primary` for the primary container, else
            `container-<index>`.
        description: free text.
        image_uri: image to run (linux/amd64, non-root). Exactly one of this and `image_build_config` (R26, D7).
        image_build_config: how to build the image.
        port: HTTP port of the primary container, 1024 to 65535 (R21, R23); not allowed on others (R22).
        primary: receives the workload's requests; exactly one per group (R24). A single container always is (R25).
        entrypoint: run-time command; None runs the image's own.
        environment_vars: environment variables, no name twice.
        readiness_probe: gates traffic.
        liveness_probe: restarts the container when it fails.
        startup_probe: suspends liveness until it passes.
        security_context: rights of the processes.
        routes: refused with 403 whenever a body holds the key.
        build: set by the server; accepted from a client and cleared (R31).
    """

    name: Label | None = None
    description: Text = ""
    image_uri: ImageUri | None = None
    image_build_config: ImageBuildConfig | None = None
    port: Annotated[Int, Field(ge=MIN_PORT, le=MAX_PORT)] | None = None
    primary: bool = False
    entrypoint: list[NonEmptyTextItem] | None = None
    environment_vars: list[EnvironmentVariable] = Field(default_factory=list[EnvironmentVariable])
    readiness_probe: Probe | None = None
    liveness_probe: Probe | None = None
    startup_probe: Probe | None = None
    security_context: SecurityContext | None = None
    routes: Annotated[list[Route], Field(max_length=50)] | None = Field(default=None, exclude_if=_absent)
    build: Any = None

    def normalise(self, context: RuleContext) -> None:
        self.build = None

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        problems = image_problems(self.image_uri, self.image_build_config, context["stored_image_uris"])
        if not is_unknown(self.environment_vars) and len(self.environment_vars) > 1:
            names = [None if is_unknown(variable) else variable.name for variable in self.environment_vars]
            problems += duplicate_problems(names, "environmentVars")
        return problems


class ContainerGroup(ContractModel):
    """Containers that run together in one pod.

    Attributes:
        name: DNS label; `default` by default.
        containers: at least one to lock or run, with exactly one primary.
    """

    name: Label = "default"
    containers: list[Container] = Field(default_factory=list[Container])

    def normalise(self, context: RuleContext) -> None:
        """A single container is primary (R25); missing names are filled in."""
        if is_unknown(self.containers):
            return
        known = [container for container in self.containers if not is_unknown(container)]
        if len(self.containers) == 1 and known and known[0].primary is False:
            known[0].primary = True
        for index, container in enumerate(self.containers):
            if not is_unknown(container) and container.name is None and not is_unknown(container.primary):
                container.name = "primary" if container.primary else f"container-{index}"

    def rule_problems(self, context: RuleContext) -> Iterable[Problem]:
        if is_unknown(self.containers):
            return ()
        names = [UNKNOWN if is_unknown(container) else container.name for container in self.containers]
        facts = [
            PortFacts(UNKNOWN, UNKNOWN) if is_unknown(container) else PortFacts(container.primary, container.port)
            for container in self.containers
        ]
        return [
            *primary_problems(facts),
            *port_problems(facts),
            *duplicate_problems(names, "containers"),
        ]
