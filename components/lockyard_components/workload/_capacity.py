"""What the workloads of one program need together of the pools they share."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_monitor

from lockyard.resources import InputError
from lockyard_components.manifests import WorkloadPlan
from lockyard_components.placement import CapacityBook, Placement

_SHOWN = 5


@dataclass
class _Alike:
    """Workloads of one bundle on the same pools: for what fits they are as good as one."""

    placement: Placement
    names: list[str] = field(default_factory=list[str])
    least: int = 0

    def label(self) -> str:
        more = len(self.names) - _SHOWN
        return ", ".join(self.names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


@dataclass
class _Books:
    """The whole book of a program, and a short one to judge every new workload by: the whole one would take long."""

    whole: CapacityBook = field(default_factory=CapacityBook)
    alike: dict[tuple[str, str, tuple[str, ...]], _Alike] = field(
        default_factory=dict[tuple[str, str, tuple[str, ...]], _Alike]
    )

    async def warn(self) -> None:
        """Tells what is tight, once all workloads are declared."""
        await asyncio.sleep(0)  # a program is a plain function: it has returned before anything else runs
        for warning in self.whole.problems().warnings:
            pulumi.log.warn(warning)


# By the engine's connection, which is another one for every run of a program, also where many run in one process.
_books: WeakKeyDictionary[Any, _Books] = WeakKeyDictionary()


def book_capacity(label: str, name: str, plan: WorkloadPlan, *, running: bool) -> None:
    """Adds a workload to the program's book. What is only tight is told once, when all workloads are declared.

    Args:
        label: the component, for errors.
        name: the workload in the book's messages.
        plan: what was decided for it; without errors.
        running: whether it runs.

    Raises:
        InputError: together with the workloads declared before it cannot fit.
    """
    placement, rollout = plan.placement, plan.rollout
    assert placement is not None and rollout is not None  # a plan without errors has both
    if not running:
        return
    monitor = get_monitor()
    books = _books.get(monitor)
    if books is None:
        books = _books[monitor] = _Books()
        pulumi.Output.from_input(books.warn())
    replicas = plan.replicas
    books.whole.add(name, placement, replicas.maximum, replicas_min=replicas.minimum, surge=rollout.max_surge)
    key = (placement.cluster, placement.bundle.id, tuple(pool.name for pool in placement.pools))
    alike = books.alike.setdefault(key, _Alike(placement))
    alike.names.append(name)
    alike.least += replicas.minimum
    judged = CapacityBook()
    for one in books.alike.values():
        judged.add(one.label(), one.placement, one.least)
    errors = judged.problems().errors
    if errors:
        raise InputError(f"{label}: {'; '.join(errors)}")
