"""Every command on every hostile answer."""

from __future__ import annotations

import pytest
from tests.unit.cli.conftest import data_folder, run
from tests.unit.cli.test_hostile_text import COMMANDS, Peer, Run, peer, walk

__all__ = ["data_folder", "peer", "run"]

pytestmark = pytest.mark.timeout(3600)


def test_every_command_on_every_hostile_answer(peer: Peer, run: Run) -> None:
    tried = sum(walk(*row, peer, run, everyone=True) for row in COMMANDS if row[2][0] != "doctor")
    print(f"hostile peers {tried}/{tried} (tracebacks 0)")
    assert tried > 3000
