"""Opens lanes, and prints at the end which rules were shown where."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

pytest.register_assert_rewrite("tests.contract.rules", "tests.contract.world")

from tests.longest_first import longest_first  # noqa: E402 - what they load explains its asserts only after that

from .coverage import coverage_lines  # noqa: E402
from .table import POSTGRES  # noqa: E402
from .world import World, open_world  # noqa: E402

_CASE = re.compile(r"test_rules\.py::test_rule\[(?P<case>.+)\]$")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first."""
    longest_first(items, ("test_schemathesis", "test_rules", "test_killed", "test_permissions", "test_workers"))


@pytest.fixture(scope="session")
def worlds(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[str, str], World]]:
    """Gives the world of a lane and a driver; each is opened once, and the rules keep out of each other's way."""
    opened: dict[tuple[str, str], World] = {}
    with ExitStack() as stack:

        def get(lane: str, driver: str) -> World:
            key = (lane, driver)
            if key not in opened:
                location = tmp_path_factory.mktemp(f"{lane}-{driver}") / "registry.db"
                if lane == POSTGRES:
                    # Asked for here, so that no server starts unless this lane runs.
                    server = request.getfixturevalue("postgres")
                    location = server.new_database(request.getfixturevalue("blank_postgres"))
                opened[key] = stack.enter_context(open_world(lane, driver, location))
            return opened[key]

        yield get


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    outcomes: dict[str, str] = {}
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, ()):
            found = _CASE.search(getattr(report, "nodeid", ""))
            if found:
                outcomes[found["case"]] = outcome
    if outcomes:
        terminalreporter.section("conformance rules")
        for line in coverage_lines(outcomes):
            terminalreporter.write_line(line)
