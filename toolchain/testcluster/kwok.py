"""kwok: nodes that are not there, and the life of the pods on them; `kwok-stages.yaml` says how they behave."""

from __future__ import annotations

from pathlib import Path

from . import programs
from .layout import Layout
from .processes import Processes

STAGES = Path(__file__).with_name("kwok-stages.yaml")


def build() -> None:
    """Get the program."""
    programs.built(programs.KWOK)


def start(layout: Layout, processes: Processes) -> None:
    """Start it; it touches only nodes with its annotation, and what is on them."""
    kubeconfig = layout.certificates / "kwok.kubeconfig"
    processes.start("kwok", [programs.program("kwok"), f"--kubeconfig={kubeconfig}", f"--config={STAGES}"])
