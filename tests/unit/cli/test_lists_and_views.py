from __future__ import annotations

import json
import sys

import pytest

from lockyard.cli import _output

from .conftest import SECRET


def rows(result):
    assert result.exit_code == 0, result.output
    head, *lines = result.stdout.splitlines()
    return [dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines]


def test_lists_are_tab_separated_when_nobody_watches(run, shop):
    found = rows(run("artifacts", "list"))
    assert [(row["NAME"], row["STATUS"], row["VERSION"]) for row in found] == [
        ("chat-next", "draft", ""),
        ("chat-api", "locked", "1"),
    ]
    assert rows(run("repositories", "list"))[0]["LAST_VERSION"] == "1"
    assert rows(run("workloads", "list"))[0]["RUNS"] == "version 1"


def test_lists_on_an_empty_registry(run):
    for kind in ("artifacts", "repositories", "workloads"):
        assert rows(run(kind, "list")) == []
        assert json.loads(run(kind, "list", "--json").stdout) == []


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("artifacts", "list", "--status", "draft"), ["chat-next"]),
        (("artifacts", "list", "--type", "nim"), []),
        (("artifacts", "list", "--search", "API"), ["chat-api"]),
        (("artifacts", "list", "--repository", "0" * 24), []),
        (("repositories", "list", "--search", "chat"), ["chat-api"]),
        (("repositories", "list", "--type", "nim"), []),
        (("workloads", "list", "--artifact-status", "locked"), ["chat-prod"]),
        (("workloads", "list", "--artifact-status", "draft"), []),
        (("workloads", "list", "--importance", "low", "--importance", "high"), ["chat-prod"]),
        (("workloads", "list", "--status", "running"), []),
    ],
)
def test_filters(run, shop, words, names):
    assert [row["NAME"] for row in rows(run(*words))] == names


def test_the_limit_says_that_there_is_more(run, shop):
    result = run("artifacts", "list", "--limit", "1")
    assert len(rows(result)) == 1
    assert "There are more than these 1" in result.stderr


def test_json_holds_the_documents_as_answered(run, shop):
    listed = json.loads(run("artifacts", "list", "--json", "--show-values").stdout)
    assert listed[1] == shop.client.get_artifact(shop.locked["id"])
    shown = json.loads(run("workloads", "show", shop.workload["id"], "--json").stdout)
    assert shown["id"] == shop.workload["id"] and shown["runtime"] == shop.workload["runtime"]
    assert json.loads(run("repositories", "show", shop.repository["id"], "--json").stdout)["numArtifacts"] == 2


def test_values_of_the_environment_are_hidden_unless_asked_for(run, shop):
    for words in (("artifacts", "show", shop.locked["id"]), ("artifacts", "list")):
        for way in ((), ("--json",)):
            result = run(*words, *way)
            assert SECRET not in result.output
    assert "PASSWORD" in run("artifacts", "show", shop.locked["id"]).stdout
    assert SECRET in run("artifacts", "show", shop.locked["id"], "--show-values").stdout


def test_views_for_people(run, shop):
    artifact = run("artifacts", "show", shop.locked["id"]).stdout
    assert "locked, version 1" in artifact and "registry.example/chat-api:1.0.0" in artifact
    assert "container server (primary)" in artifact and "chat-prod" in artifact
    repository = run("repositories", "show", shop.repository["id"]).stdout
    assert "locked, version 1, chat-api" in repository and "draft, chat-next" in repository
    workload = run("workloads", "show", shop.workload["id"]).stdout
    assert "importance" in workload and "cpu.small" in workload and shop.locked["id"] in workload


@pytest.mark.parametrize("kind", ["artifacts", "repositories", "workloads"])
def test_an_unknown_id_is_one_line_and_exit_code_1(run, shop, kind):
    result = run(kind, "show", "f" * 24)
    assert result.exit_code == 1 and result.stdout == ""
    assert len(result.stderr.splitlines()) == 1 and "not found" in result.stderr


def test_names_cannot_command_the_terminal(run, shop):
    shop.client.update_artifact(shop.draft["id"], {"name": "evil\x1b[2J\tname\nline [red]x"})
    found = rows(run("artifacts", "list", "--status", "draft"))
    assert found[0]["NAME"] == "evil [2J name line [red]x"


def test_tables_are_drawn_on_a_terminal_and_ids_are_never_cut(shop, monkeypatch, capsys):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "60")
    row = (shop.locked["id"], "a long name " * 10, "locked", "service", "b" * 24)
    _output.print_table(("id", "name", "status", "type", "repository"), [row], more=False, nothing="")
    drawn = capsys.readouterr().out
    assert shop.locked["id"] in drawn and "…" in drawn and "b" * 10 not in drawn
    _output.print_table(("id", "name"), [], more=False, nothing="No artifacts.")
    assert capsys.readouterr().out == "No artifacts.\n"
