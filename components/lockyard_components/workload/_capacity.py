"""What the workloads of one program need together of the pools they share."""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_monitor

from lockyard.resources import InputError
from lockyard_components.manifests import WorkloadPlan
from lockyard_components.placement import CapacityBook

# By the engine's connection, which is another one for every run of a program, also where many run in one process.
_books: WeakKeyDictionary[Any, CapacityBook] = WeakKeyDictionary()


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
    monitor = get_monitor()
    book = _books.get(monitor)
    if book is None:
        book = _books[monitor] = CapacityBook()
        pulumi.Output.from_input(_warn_at_the_end(book))
    book.add(
        name,
        placement,
        plan.replicas.maximum if running else 0,
        replicas_min=plan.replicas.minimum if running else 0,
        surge=rollout.max_surge if running else 0,
    )
    errors = book.problems().errors
    if errors:
        raise InputError(f"{label}: {'; '.join(errors)}")


async def _warn_at_the_end(book: CapacityBook) -> None:
    await asyncio.sleep(0)  # the program is a plain function: nothing runs before it has returned
    for warning in book.problems().warnings:
        pulumi.log.warn(warning)
