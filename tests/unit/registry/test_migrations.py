import sqlite3
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Table
from tests.unit.registry.builders import schema_differences

from lockyard.contract import StorageError
from lockyard_registry import store
from lockyard_registry.lifecycle import _rows
from lockyard_registry.store import HEAD_REVISION, Store
from lockyard_registry.store._live_schema import expected_facts, schema_facts
from lockyard_registry.store._migrate import configuration

pytestmark = pytest.mark.usefixtures("files_from_migrations")


def test_the_constant_is_the_newest_revision() -> None:
    assert ScriptDirectory.from_config(configuration()).get_heads() == [HEAD_REVISION]


def test_migrations_make_the_schema_of_the_code(tmp_path: Path) -> None:
    opened = Store.open(tmp_path / "registry.db")
    with opened.read() as tx:
        assert schema_differences(tx) == []
    opened.close()


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_the_schema_that_is_expected_is_what_the_migrations_make(
    dialect: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = dialect == "postgresql"
    opened = Store.open(request.getfixturevalue("postgres").new_database() if server else tmp_path / "registry.db")
    with opened.read() as tx:
        made = schema_facts(tx)
    opened.close()
    assert made == expected_facts(dialect), "run scripts/write_schema.py on a new database of this kind"


@pytest.mark.parametrize(
    ("row", "table"),
    [
        (_rows.RepositoryRow, store.artifact_repositories),
        (_rows.ArtifactRow, store.artifacts),
        (_rows.WorkloadRow, store.workloads),
        (_rows.ProtonRow, store.protons),
        (_rows.ReplacementRow, store.replacements),
    ],
)
def test_rows_have_the_columns_of_their_table_in_order(row: type, table: Table) -> None:
    assert [field.name for field in fields(row)] == [column.name for column in table.columns]


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    Store.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    before = path.read_bytes()
    with pytest.raises(StorageError) as error:
        Store.open(path)
    assert "0999" in str(error.value)
    assert HEAD_REVISION in str(error.value)
    assert str(path) in str(error.value)
    assert path.read_bytes() == before


def test_a_crash_while_it_is_made_leaves_nothing_half_made(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    crash = (
        "import os, sys\n"
        "import lockyard_registry.store._migrate as m\n"
        "real = m.upgrade\n"
        "def upgrade(*args):\n"
        "    real(*args)\n"
        "    os._exit(9)\n"
        "m.upgrade = upgrade\n"
        "from lockyard_registry.store import Store\n"
        "Store.open(sys.argv[1])\n"
    )
    assert subprocess.run([sys.executable, "-c", crash, str(path)], check=False).returncode == 9
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    Store.open(path).close()


def test_a_ready_database_needs_no_migration_library(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    Store.open(path).close()
    look = (
        "import sys\n"
        "from lockyard_registry import open_registry, lifecycle, Caller\n"
        "registry = open_registry(sys.argv[1])\n"
        "lifecycle.list_bundles(registry, Caller('a', 'a', ''))\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", look, str(path)], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "sqlalchemy" in loaded
    assert not loaded & {"alembic", "fastapi", "starlette", "httpx", "pulumi", "platformdirs", "rfc8785"}
    assert "sqlalchemy.orm" not in done.stdout
