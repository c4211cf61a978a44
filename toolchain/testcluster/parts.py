"""Optional parts of a cluster: what they do before the control plane starts, after it, and at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from toolchain import ToolchainError

from . import autoscaling, kwok, programs
from .api import Api
from .control_plane import Wait
from .layout import Layout
from .node import start as node
from .processes import Processes


@dataclass(frozen=True)
class Running:
    """What a part gets to start with.

    Attributes:
        layout: The cluster.
        processes: Starts and ends programs.
        api: The API server.
        wait: Waits for a condition.
    """

    layout: Layout
    processes: Processes
    api: Api
    wait: Wait


@dataclass(frozen=True)
class Part:
    """One part.

    Attributes:
        about: What it is.
        build: Get its programs.
        start: Start it; the control plane is ready.
        prepare: Change the layout before anything starts, as for a network namespace of the cluster's own.
        stop: End what is more than its processes, while the control plane still runs; they are ended after that.
        clean: Remove what it left on the machine; also called for a cluster whose supervisor is gone.
    """

    about: str
    build: Callable[[], None]
    start: Callable[[Running], None]
    prepare: Callable[[Layout], Layout] = lambda layout: layout
    stop: Callable[[Running], None] = lambda running: None
    clean: Callable[[Layout], None] = lambda layout: None


#: Every part by its name; started in this order.
PARTS: dict[str, Part] = {
    "kwok": Part(
        "fake nodes and their pods", kwok.build, lambda running: kwok.start(running.layout, running.processes)
    ),
    "node": Part(
        "a real node in a network namespace of its own, with fake GPUs",
        node.build,
        lambda running: node.start(running.layout, running.processes, running.api, running.wait),
        prepare=node.prepare,
        clean=node.clean,
    ),
    "metrics-server": Part(
        "CPU and memory of pods on the real node",
        lambda: _built(programs.METRICS_SERVER),
        autoscaling.start_metrics_server,
        prepare=autoscaling.with_ports(autoscaling.METRICS_SERVER),
    ),
    "prometheus": Part(
        "numbers of pods on the real node, scraped as the monitors of the components say",
        autoscaling.build_prometheus,
        autoscaling.start_prometheus,
        prepare=autoscaling.with_ports(autoscaling.PROMETHEUS),
    ),
    "keda": Part(
        "KEDA's operator and adapter",
        lambda: _built(programs.KEDA),
        autoscaling.start_keda,
        prepare=autoscaling.with_ports(*autoscaling.KEDA_PORTS),
    ),
}

#: What every cluster has.
ALWAYS = ("kwok",)


def _built(product: programs.Product) -> None:
    programs.built(product)


def chosen_parts(names: list[str]) -> tuple[str, ...]:
    """The names of the parts to start, in order.

    Raises:
        ToolchainError: A name that is none.
    """
    unknown = sorted(set(names) - set(PARTS))
    if unknown:
        raise ToolchainError(f"there is no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return tuple(name for name in PARTS if name in names or name in ALWAYS)
