"""`lockyard admin`."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lockyard_registry import people
from lockyard_registry.store import Store


@pytest.fixture
def started(run):
    """A registry with its first administrator, and the administrator's token."""
    result = run("admin", "init")
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


def whose(data_folder, secret):
    store = Store.open(data_folder / "registry.db")
    try:
        found = people.identify(store, secret)
        return found and (found[0].username, found[0].read_only)
    finally:
        store.close()


def test_the_token_is_alone_on_standard_output_and_shown_once(run, data_folder):
    made = run("admin", "init", "--username", "root")
    assert made.exit_code == 0
    (secret,) = made.stdout.splitlines()
    assert whose(data_folder, secret) == ("root", False)
    assert "root is the first administrator" in made.stderr and secret not in made.stderr
    again = run("admin", "init")
    assert again.exit_code == 1 and "has users already" in again.stderr
    for words in (("users", "list"), ("tokens", "list"), ("tokens", "list", "--json")):
        assert secret not in run("admin", *words).output


def test_the_one_token_of_before_stays_valid(run, data_folder, tmp_path):
    file = tmp_path / "server-token"
    file.write_text("the-one-token\n")
    assert run("admin", "init", "--token-file", str(file)).exit_code == 0
    assert whose(data_folder, "the-one-token") == ("admin", False)
    missing = run("admin", "init", "--token-file", str(tmp_path / "nothing"))
    assert missing.exit_code == 2 and len(missing.stderr.splitlines()) == 1


def test_users_groups_and_tokens(run, started, data_folder):
    made = json.loads(run("admin", "users", "add", "anna", "--email", "anna@company.example", "--json").stdout)
    assert (made["username"], made["email"], made["administrator"]) == ("anna", "anna@company.example", False)
    assert "made group ml" in run("admin", "groups", "add", "ml").stdout
    assert "members: anna" in run("admin", "groups", "join", "ml", "anna").stdout
    token = run("admin", "tokens", "add", "anna", "--name", "laptop", "--scope", "read", "--expires", "12h")
    (secret,) = token.stdout.splitlines()
    assert whose(data_folder, secret) == ("anna", True)
    (known,) = json.loads(run("admin", "tokens", "list", "--user", "anna", "--json").stdout)
    assert (known["name"], known["scope"], known["revoked_at"]) == ("laptop", "read", None)
    assert "hash" not in known and "secret" not in known
    lines = run("admin", "tokens", "list").stdout.splitlines()
    assert lines[0].split("\t") == ["ID", "USER", "NAME", "SCOPE", "CREATED", "EXPIRES", "REVOKED"]
    assert len(lines) == 3
    assert "revoked token" in run("admin", "tokens", "revoke", known["id"]).stdout
    assert whose(data_folder, secret) is None

    lasting = json.loads(run("admin", "tokens", "add", "anna", "--expires", "never", "--json").stdout)
    assert lasting["expires_at"] is None and whose(data_folder, lasting["secret"]) == ("anna", False)
    assert run("admin", "users", "change", "anna", "--disable").exit_code == 0
    assert whose(data_folder, lasting["secret"]) is None
    assert run("admin", "users", "change", "anna", "--enable", "--administrator").exit_code == 0
    listed = json.loads(run("admin", "users", "list", "--json").stdout)
    assert [(user["username"], user["administrator"]) for user in listed] == [("admin", True), ("anna", True)]
    assert "anna" in run("admin", "groups", "list").stdout
    assert "changed group" in run("admin", "groups", "leave", "ml", "anna").stdout
    assert "removed group" in run("admin", "groups", "remove", "ml").stdout
    assert json.loads(run("admin", "groups", "list", "--json").stdout) == []


def test_wrong_use_is_one_line(run, started, tmp_path):
    for code, words in (
        (1, ("users", "add", "admin")),
        (1, ("users", "change", "admin", "--disable")),
        (1, ("users", "change", "nobody")),
        (1, ("groups", "join", "nothing", "admin")),
        (1, ("tokens", "add", "nobody")),
        (1, ("tokens", "revoke", "nothing")),
        (1, ("tokens", "add", "admin", "--scope", "all")),
        (2, ("tokens", "add", "admin", "--expires", "soon")),
        (2, ("tokens", "add", "admin", "--expires", "0d")),
        (2, ("tokens", "add", "admin", "--expires", "999999d")),
        (1, ("users", "list", "--database", str(tmp_path / "nothing.db"))),
        (2, ("users", "rename", "admin")),
        (2, ("users", "add", "anna", "--issuer", "https://login.example")),
    ):
        result = run("admin", *words)
        assert (result.exit_code, len(result.stderr.splitlines())) == (code, 1), (words, result.output)


def test_help_says_what_each_command_does(run):
    top = run("admin", "--help").stdout
    assert all(name in top for name in ("init", "users", "groups", "tokens", "Exit codes"))
    for name, commands in (
        ("users", ("list", "add", "change")),
        ("groups", ("list", "add", "remove", "join", "leave")),
        ("tokens", ("list", "add", "revoke")),
    ):
        shown = run("admin", name, "--help").stdout
        assert all(command in shown for command in commands)
        for command in commands:
            assert "--json" in run("admin", name, command, "--help").stdout


def test_repair_gives_back_what_was_taken_over(run, data_folder, monkeypatch):
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    data_folder.mkdir()
    file = data_folder / "registry.db"
    script = (Path(__file__).parents[1] / "registry" / "takeovers" / "0006.sql").read_text()
    names = json.loads(script.splitlines()[1].removeprefix("-- "))
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(script)
    Store.open(file).close()

    def ownership():
        checks = {check["name"]: check for check in json.loads(run("doctor", "--json").stdout)["checks"]}
        return checks["ownership"]

    assert ownership()["status"] == "fail"
    assert "and 4 more" in ownership()["found"]
    looked = run("admin", "repair", "--dry-run")
    assert looked.exit_code == 0
    assert f"workload {names['robbed']}: a repository under its id is to be removed; " in looked.stdout
    assert "alice, who made it, is to own it again" in looked.stdout
    assert "workload.patch by mallory" in looked.stdout
    assert ownership()["status"] == "fail", "--dry-run only looks"
    mended = json.loads(run("admin", "repair", "--json").stdout)
    assert mended["mended"]
    assert len(mended["objects"]) == 7
    assert ownership()["status"] == "ok"
    assert run("admin", "repair").stdout == "No object was taken over.\n"
