"""What somebody else calls an export: nothing is written anywhere, and one line says why."""

from __future__ import annotations

import json
import os
import sqlite3
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from tests.hostile_exports import Export, cases, changes, rows
from tests.postgres import Postgres
from tests.unit.registry.builders import Desk
from tests.unit.registry.test_transfer import fill
from tests.unit.registry.test_upgrades import EARLIER, SCHEMAS

from lockyard.contract import ConfigurationError, LockyardError, StorageError
from lockyard_registry import Registry
from lockyard_registry.audit import (
    checkpoint_place,
    make_checkpoints,
    read_public_key,
    restore_checkpoints,
    signing_key,
    verify,
    witness_file,
)
from lockyard_registry.store import JsonText, Store, metadata, plain_id, raw_rows
from lockyard_registry.transfer import export_registry, import_registry
from lockyard_registry.transfer._columns import rules_of
from lockyard_registry.transfer._shapes import SHAPES


@pytest.fixture
def export(desk: Desk, tmp_path: Path) -> Export:
    fill(desk)
    key = signing_key(tmp_path / "key.pem")
    make_checkpoints(desk.reg.store, key, checkpoint_place(tmp_path / "signed", desk.reg.registry_id))
    export_registry(desk.reg.store, tmp_path / "sound.gz")
    return Export((tmp_path / "sound.gz").read_bytes())


def moved(file: Path, target: Path | str, signed: Path) -> None:
    """What `lockyard import` does."""
    import_registry(file, target)
    store = Store.open(target, migrate=False)
    try:
        place, witness = (
            checkpoint_place(signed, store.registry_id),
            witness_file(signed / "key.pem", store.registry_id),
        )
        restore_checkpoints(store, place, witness)
    finally:
        store.close()


def one_line(error: LockyardError) -> bool:
    return isinstance(error, LockyardError) and str(error).isprintable() and len(str(error)) < 600


def test_hostile_exports(export: Export, tmp_path: Path) -> None:
    jail = tmp_path / "a" / "b" / "c"
    jail.mkdir(parents=True)
    file, target, signed = jail / "h.gz", jail / "new" / "registry.db", jail / "new" / "checkpoints"
    file.touch()
    before, wrong, tried = sorted(tmp_path.rglob("*")), [], 0
    for name, spoilt in cases(export, tmp_path):
        file.write_bytes(spoilt())
        tried += 1
        try:
            moved(file, target, signed)
            wrong.append(f"{name}: taken")
        except (ConfigurationError, StorageError) as error:
            if not one_line(error):
                wrong.append(f"{name}: {error!r}")
        except Exception as error:
            wrong.append(f"{name}: {error!r:.200}")
        with suppress(OSError):
            (jail / "new").rmdir()  # which fails if anything is in it
        if sorted(tmp_path.rglob("*")) != before:
            wrong.append(f"{name}: files outside {set(tmp_path.rglob('*')) - set(before)}")
            break
    assert wrong == []
    assert tried >= 250
    print(f"hostile exports {tried}/{tried} (files outside 0, tracebacks 0)")
    file.write_bytes(export.packed())
    moved(file, target, signed)
    assert len(list(signed.rglob("*.json"))) == 1, "the sound one still arrives"


def test_rows_that_a_database_refuses(export: Export, postgres: Postgres, tmp_path: Path) -> None:
    file = tmp_path / "file"
    url = postgres.new_database()
    names = ("no artifact_repositories", "no artifacts", "rows backwards", "all rows twice")
    refused = dict(rows(export))
    for name in names:
        file.write_bytes(refused[name]())
        with pytest.raises(ConfigurationError, match="was changed"):
            import_registry(file, url)
    file.write_bytes(export.packed())
    import_registry(file, url)  # which it would not if anything were left in it


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    target = tmp_path / "new" / "registry.db"
    names = ("pipe", "loop", "none", "")
    for place in (*(tmp_path / name for name in names), "/dev/zero", "/dev/null", "a\0b"):
        with pytest.raises(ConfigurationError) as error:
            import_registry(Path(place), target)
        assert one_line(error.value)
    assert not target.parent.exists()


@pytest.mark.parametrize("revision", EARLIER)
def test_exports_of_earlier_schemas_arrive(revision: str, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.db")
    connection.executescript((SCHEMAS / f"{revision}.sql").read_text())
    connection.row_factory = sqlite3.Row
    made = _export_of(connection, revision)
    connection.close()
    (tmp_path / "old.gz").write_bytes(made.packed())
    done = import_registry(tmp_path / "old.gz", tmp_path / "new.db")
    assert done.rows["artifacts"] >= 4 and done.registry_id == "6b013f167a5cd2cb2c061577"
    store = Store.open(tmp_path / "new.db", migrate=False)
    with store.read() as tx:
        assert len(list(raw_rows(tx, metadata.tables["artifacts"]))) == done.rows["artifacts"]
    store.close()


@pytest.mark.parametrize("revision", [revision for revision in EARLIER if revision >= "0002"])
def test_records_that_a_migration_could_not_read(revision: str, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "old.db")
    connection.executescript((SCHEMAS / f"{revision}.sql").read_text())
    connection.row_factory = sqlite3.Row
    made = _export_of(connection, revision)
    connection.close()
    for name, spoilt in changes(made):
        (tmp_path / "old.gz").write_bytes(spoilt())
        with pytest.raises(ConfigurationError, match="its column changes cannot have"):
            import_registry(tmp_path / "old.gz", tmp_path / "new" / "registry.db")
        assert not (tmp_path / "new").exists(), name


def _export_of(connection: sqlite3.Connection, revision: str) -> Export:
    """As `lockyard export` of that time wrote it."""
    from sqlalchemy import Boolean

    from lockyard_registry.store import schema_at

    made = object.__new__(Export)
    made.header = {
        "format": "lockyard-export",
        "version": 1,
        "schemaRevision": revision,
        "registryId": "6b013f167a5cd2cb2c061577",
        "at": "2026-09-30T15:26:54.349000+00:00",
    }
    made.rows = []
    for table in schema_at(revision).sorted_tables:
        flags = {column.name for column in table.c if isinstance(column.type, Boolean)}
        for row in connection.execute(f"SELECT * FROM {table.name}"):
            values = {name: bool(row[name]) if name in flags else row[name] for name in row.keys()}  # noqa: SIM118
            made.rows.append([table.name, values])
    return made


def test_every_column_of_today_has_a_rule() -> None:
    assert rules_of(metadata).keys() == metadata.tables.keys()
    documents = {(t.name, c.name) for t in metadata.tables.values() for c in t.c if isinstance(c.type, JsonText)}
    assert {(table, name) for table, shapes in SHAPES.items() for name in shapes} == documents


@pytest.mark.parametrize(
    "id", ["..", ".", "", "a/b", "/abs", "a\0b", "~", "-x", "é", "a" * 65, "a b", "\n", "CON", "nul", "Com1", None]
)
def test_ids_that_become_no_path(id: str, tmp_path: Path) -> None:
    for place in (tmp_path, "s3://bucket/prefix"):
        with pytest.raises(StorageError):
            checkpoint_place(place, id)
    assert plain_id("6b013f167a5cd2cb2c061577")


def test_a_database_with_another_id_or_other_documents_writes_nothing(
    open_it: Callable[..., Registry], tmp_path: Path
) -> None:
    registry = open_it()
    place = checkpoint_place(tmp_path / "signed", registry.registry_id)
    with registry.store.write() as tx:
        row = {"number": 1, "at": "2026", "document": "* * * * * root touch /pwned"}
        tx.execute(metadata.tables["checkpoints"].insert(), row)
    with pytest.raises(StorageError, match="lockyard verify"):
        restore_checkpoints(registry.store, place, tmp_path / "witness")
    assert not (tmp_path / "signed").exists()


def test_hostile_checkpoints_in_their_folder(tmp_path: Path) -> None:
    place = checkpoint_place(tmp_path, "a")
    folder = tmp_path / "a"
    folder.mkdir()
    os.mkfifo(folder / "000000000001.json")
    (folder / "000000000002.json").symlink_to("/dev/zero")
    (folder / "000000000003.json").mkdir()
    with (folder / "000000000004.json").open("wb") as file:
        file.truncate(1 << 34)
    for number in (1, 2, 3, 4):
        assert place.get(number) == b"", "it is there, and no checkpoint"


HOSTILE_FILES = {
    "empty": b"",
    "binary": bytes(range(256)) * 4,
    "deep": b"[" * 200_000,
    "digits": b"9" * 9000,
    "huge": b" " * (5 << 20),
    "PEM without end": b"-----BEGIN PUBLIC KEY-----\n" + b"A" * 1000,
    "PEM of nothing": b"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
    "private PEM of nothing": b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    "locked PEM": b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    "wrong types": json.dumps({"bundles": 7, "environments": 7}).encode(),
    "escapes": b"\x1b[31mred\x07\xe2\x80\xae",
    "surrogate": b'"\\ud800"',
}


@pytest.mark.parametrize("name", [*HOSTILE_FILES, "folder", "pipe", "device", "nothing"])
def test_hostile_files_that_an_operator_names(name: str, tmp_path: Path) -> None:
    from lockyard_registry._bundles import read_bundles
    from lockyard_registry._environments import read_environments
    from lockyard_registry.api._tokens import read_token
    from lockyard_registry.store import Vault

    file = tmp_path / "file"
    if name == "folder":
        file.mkdir()
    elif name == "pipe":
        os.mkfifo(file)
    elif name == "device":
        file = Path("/dev/zero")
    elif name != "nothing":
        file.write_bytes(HOSTILE_FILES[name])
        file.chmod(0o600)
    for read in (
        lambda: read_public_key(file),
        lambda: read_bundles(file, "--bundles"),
        lambda: read_environments(file, "--environments"),
        lambda: Vault(file).open("a", "b"),
        lambda: None if name in ("digits", "surrogate", "deep") else read_token(file),
        lambda: None if name == "nothing" else signing_key(file),
    ):
        try:
            found = read()
        except LockyardError as error:
            assert one_line(error) or "file" in str(error)
        else:
            assert found is None, "it was taken"


def test_verify_lists_no_numbers_that_a_row_merely_claims(desk: Desk) -> None:
    fill(desk)
    repositories = metadata.tables["artifact_repositories"]
    with desk.reg.store.write() as tx:
        tx.execute(repositories.update().values(last_version_number=1_000_000))
    tracemalloc.start()
    try:
        assert not verify(desk.reg.store, None, []).clean
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()
