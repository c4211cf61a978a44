"""`lockyard migrate`: makes and upgrades a database, and says what is wrong in one line."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from typer.testing import CliRunner

from lockyard.cli._main import app
from lockyard_registry import open_registry
from lockyard_registry.store import HEAD_REVISION


def migrate(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["migrate", *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_it_makes_a_database_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "registry.db"
    code, said, _ = migrate("--database", str(file), "--json")
    made = json.loads(said)
    assert (code, made["schema"], made["database"]) == (0, HEAD_REVISION, str(file))
    code, said, _ = migrate("--database", str(file))
    assert code == 0
    assert said == f"registry {made['registryId']}: the schema is {HEAD_REVISION} in {file}\n"
    registry = open_registry(file)
    assert registry.registry_id == made["registryId"]
    registry.close()


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "registry.db"
    migrate("--database", str(file))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    code, said, complaint = migrate("--database", str(file))
    assert code == 1 and said == ""
    assert "9999" in complaint and "newer" in complaint and len(complaint.strip().splitlines()) == 1
