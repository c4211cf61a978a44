"""Export and import: everything arrives, between both databases, or nothing does."""

from __future__ import annotations

import gzip
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.postgres import Postgres
from tests.unit.registry.builders import REPOSITORY, Desk, spec

from lockyard.contract import ConfigurationError, StorageError, TagsInput, parse
from lockyard_registry import Registry, lifecycle
from lockyard_registry.audit import checkpoint_place, make_checkpoints, signing_key, verify
from lockyard_registry.store import Store, metadata
from lockyard_registry.transfer import export_registry, import_registry


def fill(desk: Desk) -> None:
    desk.put(name="Ünïcode \u2028 team")
    variables = [{"name": "GREETING", "value": "grüß dich \U0001f600 \u0001"}]
    locked = desk.make("k", artifactRepositoryId=REPOSITORY, status="locked", spec=spec(environmentVars=variables))
    desk.artifact(type="nim", name="n" * 200)
    tags = parse(TagsInput, {"tags": [{"name": "a", "value": "1"}]})
    lifecycle.replace_tags(desk.reg, desk.caller, "artifacts", locked.document["id"], tags)
    workload = desk.workload(locked.document["id"])
    desk.report(workload, "ready")
    desk.settings(workload["id"])
    lifecycle.cancel_replacement(desk.reg, desk.caller, workload["id"])
    other = desk.workload(desk.artifact()["id"])
    desk.settings(other["id"])


def everything(store: Store) -> dict[str, list[tuple]]:
    with store.read() as tx:
        return {
            table.name: sorted((tuple(row) for row in tx.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        return server.new_database()
    return tmp_path / "there" / "registry.db"


def test_everything_arrives(office: Desk, target: Path | str, tmp_path: Path, open_it: Callable[..., Registry]) -> None:
    fill(office)
    key = signing_key(tmp_path / "key.pem")
    place = checkpoint_place(tmp_path / "signed", office.reg.registry_id)
    make_checkpoints(office.reg.store, key, place)
    file = tmp_path / "registry.lockyard.gz"
    done = export_registry(office.reg.store, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (done.rows["artifacts"], done.rows["workloads"], done.rows["workload_events"]) == (3, 2, 1)
    arrived = import_registry(file, target)
    assert arrived.registry_id == office.reg.registry_id
    assert {name: count for name, count in done.rows.items() if count} == arrived.rows
    there = Desk(open_it(location=target), office.caller, office.clock)
    assert there.reg.registry_id == office.reg.registry_id
    assert everything(there.reg.store) == everything(office.reg.store)
    assert verify(there.reg.store, place, [key.public]).findings == []
    # It goes on: numbers, keys, events and the log follow what arrived.
    office.clock.advance(1)
    again = there.make("k", artifactRepositoryId=REPOSITORY)
    assert again.created
    assert there.patch(again.document["id"], status="locked")["version"] == 2
    there.settings(there.workload(there.artifact()["id"])["id"])
    assert make_checkpoints(there.reg.store, key, place) == [2]
    assert verify(there.reg.store, place, [key.public]).findings == []


def test_many_rows(desk: Desk, tmp_path: Path) -> None:
    with desk.reg.store.write() as tx:
        tags = metadata.tables["tags"]
        rows = [
            {"id": f"{n:024x}", "kind": "workloads", "object_id": "f" * 24, "position": n, "name": "n", "value": str(n)}
            for n in range(2345)
        ]
        tx.execute(tags.insert(), rows)
    assert export_registry(desk.reg.store, tmp_path / "file").rows["tags"] == 2345
    assert import_registry(tmp_path / "file", tmp_path / "new.db").rows["tags"] == 2345


def test_the_same_rows_are_the_same_file(desk: Desk, tmp_path: Path) -> None:
    fill(desk)
    for name in ("one", "two"):
        export_registry(desk.reg.store, tmp_path / name)
    one, two = (gzip.decompress((tmp_path / name).read_bytes()).splitlines() for name in ("one", "two"))
    assert one[1:-1] == two[1:-1], "only the moment differs"


def test_what_is_there_is_not_written_over(desk: Desk, tmp_path: Path) -> None:
    desk.put()
    file = tmp_path / "file"
    export_registry(desk.reg.store, file)
    before = file.read_bytes()
    with pytest.raises(ConfigurationError, match="is there already"):
        export_registry(desk.reg.store, file)
    assert file.read_bytes() == before
    desk.artifact()
    assert export_registry(desk.reg.store, file, replace=True).rows["artifacts"] == 1
    with pytest.raises(ConfigurationError, match="cannot write"):
        export_registry(desk.reg.store, tmp_path / "nowhere" / "file")
    with pytest.raises(StorageError, match="is not empty"):
        import_registry(file, tmp_path / "registry.db")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.filterwarnings("ignore:Column .* is marked as a member of the primary key")  # a row without its id
def test_files_that_are_cut_off_or_changed(desk: Desk, tmp_path: Path) -> None:
    fill(desk)
    file, bad, target = tmp_path / "file", tmp_path / "bad", tmp_path / "new.db"
    export_registry(desk.reg.store, file)
    content = file.read_bytes()
    lines = gzip.decompress(content).splitlines(keepends=True)

    def refused(changed: bytes, *, packed: bool = True) -> None:
        bad.write_bytes(gzip.compress(changed) if packed else changed)
        with pytest.raises(ConfigurationError) as error:
            import_registry(bad, target)
        assert str(bad) in str(error.value) and "\n" not in str(error.value)

    for size in (0, 1, 40, len(content) // 2, len(content) - 1):
        refused(content[:size], packed=False)
    refused(b"".join(lines[:-1]))
    refused(b"".join([*lines[:3], *lines[4:]]))
    refused(b"".join([*lines, lines[3]]))
    refused(b"".join(lines).replace(b'"locked"', b'"lacked"', 1))
    refused(b"".join([*lines[:5], b"[]\n", *lines[5:]]))
    refused(b"".join([*lines[:5], b'["tags",{}]\n', *lines[5:]]))
    refused(b"".join([*lines[:5], b'["songs",{"id":"a"}]\n', *lines[5:]]))
    refused(b"not json\n")
    refused(b'{"format":"something else"}\n')
    header = json.loads(lines[0])
    refused(json.dumps({**header, "version": 2}).encode() + b"\n")
    with pytest.raises(ConfigurationError, match="cannot read"):
        import_registry(tmp_path / "nothing", target)
    import_registry(file, target)


def test_an_export_of_a_newer_version(desk: Desk, tmp_path: Path) -> None:
    header = {"format": "lockyard-export", "version": 1, "schemaRevision": "0999", "registryId": "a" * 24, "at": ""}
    (tmp_path / "file").write_bytes(gzip.compress(json.dumps(header).encode() + b"\n"))
    with pytest.raises(StorageError, match=r"0999.*knows only up to"):
        import_registry(tmp_path / "file", tmp_path / "new.db")
    assert not (tmp_path / "new.db").exists()
