"""A workload on a draft ends 8 hours after its start; the next `up` after a refresh starts it again."""

from __future__ import annotations

from tests.engine.harness import Project, Server
from tests.engine.harness.programs import lineage, workload

HOURS = 3600.0


def program() -> None:
    workload("draft", lineage("draft"))
    workload("locked", lineage("locked", status="locked"))


def test_eight_hours_of_a_draft(server_project: Project, server: Server) -> None:
    project = server_project
    project.up(program)
    id = project.id("Workload/draft")

    server.clock.advance(7.9 * HOURS)
    assert server.client.get_workload(id)["status"] == "submitted"
    assert project.refresh().refreshed == []

    server.clock.advance(0.2 * HOURS)
    assert server.client.get_workload(id)["status"] == "stopped"
    assert server.client.get_workload(project.id("Workload/locked"))["status"] == "submitted"
    project.assert_empty_preview()  # a plain preview has no clock

    [seen] = project.refresh().refreshed
    assert (seen.kind, seen.name, seen.changed) == ("Workload", "draft", ("status",))
    assert seen.new["outputs"]["status"] == "stopped"

    shown = project.preview()
    assert [(step.op, step.kind, step.name) for step in shown.changes] == [("update", "Workload", "draft")]
    project.up()

    assert server.client.get_workload(id)["status"] == "submitted"
    project.assert_empty_preview()
    server.clock.advance(7.9 * HOURS)
    assert server.client.get_workload(id)["status"] == "submitted", "the 8 hours begin again with the start"


def test_locking_ends_the_limit(server_project: Project, server: Server) -> None:
    project = server_project
    project.up(lambda: workload("chat", lineage("chat")))
    server.clock.advance(4 * HOURS)
    project.up(lambda: workload("chat", lineage("chat", status="locked")))
    server.clock.advance(100 * HOURS)
    found = server.client.get_workload(project.id("Workload/chat"))
    assert (found["status"], found["expiresAt"]) == ("submitted", None)
    assert project.refresh().refreshed == []
