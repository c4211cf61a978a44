import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.unit.registry.builders import Desk

from lockyard.contract import ArtifactQuery, ConfigurationError, StorageError
from lockyard_registry import Caller, lifecycle, open_registry
from lockyard_registry.runtime import ManualClock
from lockyard_registry.store import Store

pytestmark = pytest.mark.usefixtures("files_from_migrations")

LEFT_OVER = {"registry.db", "registry.db-wal", "registry.db-shm"}


@pytest.fixture
def file(tmp_path: Path, desk: Desk) -> Path:
    """A database with one artifact that nobody has open."""
    desk.artifact()
    desk.reg.close()
    return tmp_path / "registry.db"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that any user may enter."""
    with TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


@contextmanager
def without_privileges() -> Iterator[None]:
    """Permissions do not bind root, so be somebody else for a while."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(me)


def refused(error: pytest.ExceptionInfo[StorageError], path: Path, *words: str) -> None:
    text = str(error.value)
    assert "\n" not in text
    assert str(path) in text
    for word in words:
        assert word in text


def test_settings_of_the_connection(desk: Desk) -> None:
    with desk.reg.store.write() as tx:
        assert tx.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert tx.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert tx.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert tx.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30000


def test_a_copy_that_lost_its_journal_mode(file: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with sqlite3.connect(file) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    store = Store.open(copy)
    with store.read() as tx:
        assert tx.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    store.close()


def test_only_the_user_may_read_the_file(tmp_path: Path) -> None:
    Store.open(tmp_path / "new" / "deep" / "registry.db").close()
    assert stat.S_IMODE((tmp_path / "new" / "deep" / "registry.db").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new" / "deep").stat().st_mode) == 0o700


def test_the_id_stays(tmp_path: Path) -> None:
    first = Store.open(tmp_path / "registry.db")
    first.close()
    again = Store.open(f"sqlite:///{tmp_path}/registry.db")
    assert again.registry_id == first.registry_id
    assert len(again.registry_id) == 24
    again.close()
    assert {entry.name for entry in tmp_path.iterdir()} <= LEFT_OVER


@pytest.mark.parametrize(
    "url", ["mysql://ada:secret@db.example/lockyard", "sqlite://", "sqlite:///x.db?mode=ro", "nonsense://x"]
)
def test_other_databases(url: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        Store.open(url)
    assert "secret" not in str(error.value)
    assert "sqlite:////" in str(error.value)


def test_a_refused_change_leaves_nothing(desk: Desk) -> None:
    with pytest.raises(RuntimeError), desk.reg.store.write() as tx:
        tx.exec_driver_sql("DELETE FROM artifacts")
        raise RuntimeError
    assert desk.artifact()["status"] == "draft"


def test_nobody_writes_while_reading(desk: Desk) -> None:
    with desk.reg.store.read() as tx:
        before = tx.exec_driver_sql("SELECT count(*) FROM artifacts").scalar()
        desk.artifact()
        assert tx.exec_driver_sql("SELECT count(*) FROM artifacts").scalar() == before


def test_not_a_database(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    path.write_text("this is no database " * 500)
    with pytest.raises(StorageError) as error:
        Store.open(path)
    refused(error, path, "is not a database", "backup")
    assert path.read_text().startswith("this is no database")


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    with pytest.raises(StorageError) as error:
        Store.open(path)
    refused(error, path, "another program")


def test_damaged(file: Path, caller: Caller) -> None:
    content = bytearray(file.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    file.write_bytes(content)
    with pytest.raises(StorageError) as error:
        registry = open_registry(file)
        lifecycle.list_artifacts(registry, caller, ArtifactQuery())
    refused(error, file, "backup")


def test_health(desk: Desk) -> None:
    assert desk.reg.store.check() == []


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as error:
        Store.open(tmp_path)
    refused(error, tmp_path, "is a folder")


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StorageError) as error:
        Store.open(tmp_path / "data" / "registry.db")
    refused(error, tmp_path / "data", "LOCKYARD_DATA_DIR")


def test_folder_without_permission(folder: Path) -> None:
    folder.chmod(0o555)
    with without_privileges(), pytest.raises(StorageError) as error:
        Store.open(folder / "registry.db")
    refused(error, folder, "write permission", "LOCKYARD_DATA_DIR")
    assert list(folder.iterdir()) == []


def test_read_only_file(folder: Path, caller: Caller, clock: ManualClock) -> None:
    path = folder / "registry.db"
    open_registry(path).close()
    path.chmod(0o444)
    folder.chmod(0o777)
    with without_privileges():
        registry = open_registry(path, clock=clock)
        with pytest.raises(StorageError) as error:
            Desk(registry, caller, clock).artifact()
        assert lifecycle.list_artifacts(registry, caller, ArtifactQuery()).total == 0
        registry.close()
    refused(error, path, "is read-only", "write permission")


def test_file_that_may_not_be_read(folder: Path) -> None:
    path = folder / "registry.db"
    open_registry(path).close()
    path.chmod(0o000)
    with without_privileges(), pytest.raises(StorageError) as error:
        open_registry(path)
    refused(error, path, "cannot be opened", "may read and write")


def test_locked_by_another_process(file: Path, caller: Caller, clock: ManualClock) -> None:
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    registry = open_registry(file, clock=clock, busy_timeout=0.2)
    desk = Desk(registry, caller, clock)
    try:
        with pytest.raises(StorageError) as error:
            desk.artifact()
        refused(error, file, "locked by another process", "repeat")
        other.execute("ROLLBACK")
        desk.artifact()
    finally:
        other.close()
        registry.close()


def test_locked_while_it_is_made(tmp_path: Path) -> None:
    path = tmp_path / "registry.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StorageError) as error:
        Store.open(path, busy_timeout=0.2)
    refused(error, path, "locked by another process")
    other.execute("ROLLBACK")
    other.close()
    Store.open(path).close()


def test_disk_full(file: Path, caller: Caller, clock: ManualClock) -> None:
    registry = open_registry(file, clock=clock)
    desk = Desk(registry, caller, clock)
    before = lifecycle.list_artifacts(registry, desk.caller, ArtifactQuery())
    try:
        with registry.store.write() as tx:
            pages = tx.exec_driver_sql("PRAGMA page_count").scalar_one()
            tx.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        with pytest.raises(StorageError) as error:
            for _ in range(500):
                desk.artifact(description="x" * 10_000)
        refused(error, file, "full", "free some space")
        after = lifecycle.list_artifacts(registry, desk.caller, ArtifactQuery())
        assert after.total == before.total
        assert registry.store.check() == []
    finally:
        registry.close()
