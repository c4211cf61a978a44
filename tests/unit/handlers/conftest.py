"""A registry of its own for every test that needs one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.handlers.stage import Stage

from lockyard.client import EmbeddedRegistryClient
from lockyard_registry import Registry, open_registry
from lockyard_registry.runtime import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    """The registry's time; it moves when told to."""
    return ManualClock()


@pytest.fixture
def make_registry(tmp_path: Path, clock: ManualClock) -> Iterator[Callable[..., Registry]]:
    """Opens registries, each on a file of its own."""
    opened: list[Registry] = []

    def make(**options: Any) -> Registry:
        opened.append(open_registry(tmp_path / f"registry-{len(opened)}.db", clock=clock, **options))
        return opened[-1]

    yield make
    for registry in opened:
        registry.close()


@pytest.fixture
def registry(make_registry: Callable[..., Registry]) -> Registry:
    """A registry on which nothing runs until somebody reports."""
    return make_registry()


@pytest.fixture
def stage(registry: Registry) -> Stage:
    """A stack on that registry."""
    return Stage(EmbeddedRegistryClient(registry=registry))


@pytest.fixture
def simulated(make_registry: Callable[..., Registry]) -> Stage:
    """A stack on a registry whose workloads run by the clock."""
    return Stage(EmbeddedRegistryClient(registry=make_registry(driver="simulated")))
