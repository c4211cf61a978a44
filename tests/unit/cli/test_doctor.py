from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from lockyard_registry import open_registry
from lockyard_registry.store import HEAD_REVISION


@pytest.fixture
def doctor(run, monkeypatch):
    """Runs it and answers its exit code and the findings by name."""
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)

    def call(*words):
        result = run("doctor", "--json", *words)
        answer = json.loads(result.stdout)
        assert answer["healthy"] == (result.exit_code == 0)
        return result.exit_code, {check["name"]: check for check in answer["checks"]}

    return call


def test_before_the_first_use_nothing_is_made(doctor, data_folder):
    code, checks = doctor()
    assert code == 0
    assert checks["endpoint"]["found"] == "embedded (from default)"
    assert str(data_folder / "registry.db") in checks["database"]["found"]
    assert checks["registry"]["found"].startswith("none yet")
    assert not data_folder.exists()


def test_a_healthy_embedded_registry(doctor, shop):
    code, checks = doctor()
    assert code == 0
    assert shop.client.identity().registry_id in checks["registry"]["found"]
    assert checks["schema"]["found"] == f"revision {HEAD_REVISION}"
    assert checks["objects"]["found"] == "1 repositories, 2 artifacts, 1 workloads"
    assert checks["integrity"]["status"] == checks["disk"]["status"] == "ok"


def test_the_database_of_a_server(doctor, postgres, tmp_path, monkeypatch):
    url = postgres.new_database()
    for place in (tmp_path / "server.db", url):
        registry = open_registry(place)
        registry.close()
        _, checks = doctor("--database", str(place))
        assert registry.registry_id in checks["registry"]["found"]
        assert checks["ownership"]["status"] == "ok"
    monkeypatch.setenv("LOCKYARD_DATABASE", str(tmp_path / "server.db"))
    assert registry.registry_id not in doctor()[1]["registry"]["found"]
    assert "server.db" in doctor()[1]["database"]["found"]
    code, checks = doctor("--database", str(tmp_path / "none.db"))
    assert (code, checks["database"]["status"]) == (1, "fail")


def test_a_file_that_is_no_database(doctor, data_folder):
    data_folder.mkdir()
    (data_folder / "registry.db").write_bytes(b"nothing of the kind " * 100)
    code, checks = doctor()
    assert code == 1 and checks["integrity"]["status"] == "fail" and checks["integrity"]["advice"]


def test_a_database_of_another_program(doctor, data_folder):
    data_folder.mkdir()
    with closing(sqlite3.connect(data_folder / "registry.db")) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    code, checks = doctor()
    assert code == 1 and checks["schema"]["found"] == "the file is no registry"


def test_a_damaged_database(doctor, shop, data_folder):
    shop.client.close()
    path = data_folder / "registry.db"
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\xff" * (4096 * 3)
    path.write_bytes(content)
    code, checks = doctor()
    assert code == 1 and checks["integrity"]["status"] == "fail"


def test_a_database_of_a_newer_version(doctor, shop, data_folder):
    with closing(sqlite3.connect(data_folder / "registry.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    code, checks = doctor()
    assert code == 1 and "newer" in checks["schema"]["found"]


def test_others_may_read_the_database(doctor, shop, data_folder):
    (data_folder / "registry.db").chmod(0o644)
    code, checks = doctor()
    assert code == 0 and checks["permissions"]["status"] == "warn"


def test_wrong_settings_are_a_finding(doctor, monkeypatch):
    monkeypatch.setenv("LOCKYARD_ENDPOINT", "registry.example")
    code, checks = doctor()
    assert code == 1 and "LOCKYARD_ENDPOINT" in checks["settings"]["found"]


def test_a_server_that_is_down_is_a_finding_and_no_token_shows(doctor, run, monkeypatch):
    monkeypatch.setenv("LOCKYARD_API_TOKEN", "a-token-nobody-may-see")
    code, checks = doctor("--endpoint", "http://127.0.0.1:1")
    assert code == 1 and checks["registry"]["status"] == "fail"
    assert checks["token"]["found"] == "set (from LOCKYARD_API_TOKEN)"
    assert "a-token-nobody-may-see" not in run("doctor", "--endpoint", "http://127.0.0.1:1").output


@pytest.mark.parametrize(
    ("script", "status", "said"),
    [
        ("echo v3.260.0", "ok", "v3.260.0"),
        ("echo v3.200.0", "warn", "v3.200.0"),
        ("echo v4.0.0-dev", "ok", "v4.0.0"),
        ("exit 3", "fail", "exit code 3"),
    ],
)
def test_the_pulumi_on_path(doctor, tmp_path, monkeypatch, script, status, said):
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    found = doctor()[1]["pulumi"]
    assert found["status"] == status and said in found["found"]


def test_without_pulumi_and_without_bytecode(doctor, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    code, checks = doctor()
    assert code == 0 and checks["pulumi"]["status"] == checks["bytecode"]["status"] == "warn"


def test_people_get_lines(run, shop):
    lines = run("doctor").stdout.splitlines()
    assert lines[0].startswith("ok") and any("quick check" in line for line in lines)
