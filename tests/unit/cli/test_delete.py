from __future__ import annotations

import pytest

from lockyard.cli import _repositories
from lockyard.contract import NotFoundError


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr(_repositories, "_can_ask", lambda: True)


def test_without_a_terminal_it_needs_yes(run, shop):
    result = run("repositories", "delete", shop.repository["id"])
    assert result.exit_code == 2 and "--yes" in result.stderr
    assert shop.client.get_repository(shop.repository["id"])


def test_a_repository_in_use_is_refused_in_one_line(run, shop):
    result = run("repositories", "delete", shop.repository["id"], "--force", "--yes")
    assert result.exit_code == 1 and shop.workload["id"] in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_locked_versions_need_force(run, shop):
    shop.client.delete_workload(shop.workload["id"])
    refused = run("repositories", "delete", shop.repository["id"], "--yes")
    assert refused.exit_code == 1 and "locked" in refused.stderr
    done = run("repositories", "delete", shop.repository["id"], "--yes", "--force")
    assert done.exit_code == 0 and "1 draft and locked version 1" in done.stdout
    with pytest.raises(NotFoundError):
        shop.client.get_repository(shop.repository["id"])


def test_it_asks_and_takes_no_for_an_answer(run, shop, terminal):
    shop.client.delete_workload(shop.workload["id"])
    result = run("repositories", "delete", shop.repository["id"], "--force", input="n\n")
    assert result.exit_code == 1 and "nothing was done" in result.stderr
    assert "locked version 1" in result.stderr
    assert shop.client.get_repository(shop.repository["id"])
    assert run("repositories", "delete", shop.repository["id"], "--force", input="y\n").exit_code == 0


def test_an_unknown_repository(run, shop):
    result = run("repositories", "delete", "f" * 24, "--yes")
    assert result.exit_code == 1 and "not found" in result.stderr
