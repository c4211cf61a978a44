"""Every command, and everything that is asked of a resource, on every hostile answer."""

from __future__ import annotations

import pytest
from tests.unit.cli.conftest import data_folder, run
from tests.unit.cli.test_hostile_text import COMMANDS, Peer, Run, peer, walk
from tests.unit.handlers import test_hostile_answers as resources
from tests.unit.handlers.test_hostile_answers import no_waiting

__all__ = ["data_folder", "no_waiting", "peer", "run"]

pytestmark = pytest.mark.timeout(3600)


def test_every_command_on_every_hostile_answer(peer: Peer, run: Run) -> None:
    tried = sum(walk(*row, peer, run, everyone=True) for row in COMMANDS if row[2][0] != "doctor")
    print(f"hostile peers {tried}/{tried} (tracebacks 0)")
    assert tried > 3000


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("kind", resources.KINDS)
def test_every_resource_on_every_hostile_answer(kind: str) -> None:
    assert resources.walk(kind, every=1) > 2000
