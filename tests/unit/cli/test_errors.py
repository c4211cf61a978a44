from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("artifacts", "lst"), "list"),
        (("artifacts", "list", "--nope"), "--nope"),
        (("artifacts", "list", "--limit", "0"), "--limit"),
        (("artifacts", "show"), "ID"),
        (("artifacts", "list", "--status", "frozen"), "status"),
        (("workloads", "list", "--importance", "urgent"), "importance"),
        (("artifacts", "list", "--endpoint", "ftp://x"), "--endpoint"),
        (("artifacts", "list", "--endpoint", "http://127.0.0.1:1"), "token"),
        (("serve", "--driver", "kubernetes"), "kubernetes"),
        (("serve", "--compat", "nonsense"), "nonsense"),
        (("serve", "--token-file", "/nowhere/token"), "/nowhere/token"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(run, words, said):
    result = run(*words)
    assert result.exit_code == 2, result.output
    assert len(result.stderr.splitlines()) == 1 and said in result.stderr
    assert "Traceback" not in result.output


def test_the_embedded_registry_must_be_chosen_by_name_where_ci_is_set(run, monkeypatch):
    monkeypatch.setenv("CI", "true")
    assert run("artifacts", "list").exit_code == 2
    assert run("artifacts", "list", "--endpoint", "embedded").exit_code == 0


def test_a_damaged_database_is_one_line_and_exit_code_1(run, data_folder):
    data_folder.mkdir()
    (data_folder / "registry.db").write_bytes(b"no database at all " * 100)
    result = run("artifacts", "list")
    assert result.exit_code == 1 and "is not a database" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_server_that_is_down(run, monkeypatch):
    monkeypatch.setenv("LOCKYARD_API_TOKEN", "a-token-nobody-may-see")
    result = run("artifacts", "list", "--endpoint", "http://127.0.0.1:1")
    assert result.exit_code == 1 and "127.0.0.1:1" in result.stderr
    assert "a-token-nobody-may-see" not in result.output


def test_an_unexpected_error_shows_no_values(run, monkeypatch):
    def broken(*arguments, **options):
        raise RuntimeError("hunter2")

    monkeypatch.setattr("lockyard.client.connect", broken)
    result = run("artifacts", "list")
    assert result.exit_code == 1 and "unexpected RuntimeError" in result.stderr and "hunter2" not in result.output


def test_help_names_the_exit_codes_and_loads_nothing_heavy(run):
    assert "Exit codes" in run("--help").stdout
    assert "Exit codes" in run("serve", "--help").stdout
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, lockyard.cli; print(*sys.modules)"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout.split()
    assert {"pydantic", "httpx", "sqlalchemy", "fastapi", "pulumi", "rich.table"}.isdisjoint(loaded)


def test_version(run):
    assert run("--version").stdout.startswith("lockyard ")
