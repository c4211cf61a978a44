"""`lockyard check`."""

import json

import pytest


@pytest.fixture
def on_draft(shop):
    """A workload of production on the draft."""
    return shop.client.create_workload(
        {"name": "chat-live", "artifactId": shop.draft["id"], "importance": "critical", "runtime": {}}
    )


def test_everything_is_locked(run, shop):
    shop.client.update_workload(shop.workload["id"], {"importance": "high"})
    result = run("check")
    assert (result.exit_code, result.output) == (
        0,
        "Every workload of importance high or critical that you may see runs a locked version.\n",
    )


def test_a_draft_in_production(run, shop, on_draft):
    result = run("check")
    assert result.exit_code == 1
    assert on_draft["id"] in result.output and shop.draft["id"] in result.output
    assert "1 of importance high or critical on drafts: lock their artifacts." in result.output
    (found,) = json.loads(run("check", "--json").output)
    assert found["id"] == on_draft["id"]


def test_what_counts_as_production(run, on_draft):
    assert run("check", "--importance", "high").exit_code == 0
    assert run("check", "--importance", "high", "--importance", "critical").exit_code == 1
    result = run("check", "--importance", "urgent")
    assert result.exit_code == 2
    assert "importance" in result.output


def test_a_stopped_one_disturbs_nobody(run, shop, on_draft):
    shop.client.stop_workload(on_draft["id"])
    assert run("check").exit_code == 0


def test_once_it_is_locked(run, shop, on_draft):
    shop.client.update_artifact(shop.draft["id"], {"status": "locked"})
    assert run("check").exit_code == 0
