import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.unit.registry.builders import Desk

from lockyard_registry import Caller, Registry, open_registry
from lockyard_registry.runtime import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 9, 30, 15, 26, 54, 349000, tzinfo=UTC))


@pytest.fixture
def caller() -> Caller:
    return Caller("0" * 23 + "a", "ada", "http://registry.example/api/v2", "r-1")


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh database: making one costs more than most tests."""
    path = tmp_path_factory.mktemp("blank") / "registry.db"
    open_registry(path).close()
    return path


@pytest.fixture
def open_it(tmp_path: Path, clock: ManualClock, blank: Path) -> Iterator[Callable[..., Registry]]:
    opened: list[Registry] = []
    shutil.copy(blank, tmp_path / "registry.db")

    def opener(**settings: Any) -> Registry:
        opened.append(open_registry(settings.pop("location", tmp_path / "registry.db"), clock=clock, **settings))
        return opened[-1]

    yield opener
    for registry in opened:
        registry.close()


@pytest.fixture
def reg(open_it: Callable[..., Registry]) -> Registry:
    return open_it()


@pytest.fixture
def desk(reg: Registry, caller: Caller, clock: ManualClock) -> Desk:
    """The external driver."""
    return Desk(reg, caller, clock)


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest, tmp_path: Path, blank: Path) -> Path | str:
    """A fresh registry's database, once of each kind."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_url")
    shutil.copy(blank, tmp_path / "registry.db")
    return tmp_path / "registry.db"


@pytest.fixture
def office(location: Path | str, open_it: Callable[..., Registry], caller: Caller, clock: ManualClock) -> Desk:
    """The external driver, on each kind of database."""
    return Desk(open_it(location=location), caller, clock)


@pytest.fixture
def simulated(open_it: Callable[..., Registry], caller: Caller, clock: ManualClock) -> Desk:
    """The simulated driver."""
    return Desk(open_it(driver="simulated"), caller, clock)
