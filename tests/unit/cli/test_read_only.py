"""`verify` and `export` on a database that may only be read: by its permissions, or on a read-only mount.

Root may write everything, so tests run by root give the command to the user `nobody` for permissions; the read-only
mount is made in a mount namespace of the command's own, as root or in a user namespace.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from lockyard.client import EmbeddedRegistryClient

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="namespaces are Linux's")

_NOBODY = 65534
_CALL = [sys.executable, "-c", "import sys; from lockyard.cli import main; sys.exit(main())"]
_MOUNTED = 'folder=$1; shift; mount --bind "$folder" "$folder" && mount -o remount,ro,bind "$folder" && exec "$@"'

Runner = Callable[[Path, Path, list[str]], subprocess.CompletedProcess[str]]


def as_reader(folder: Path, writable: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    """As a user who may not write the file or its folder."""
    for path in folder.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    folder.chmod(0o555)
    user = {}
    if os.geteuid() == 0:
        os.chown(writable, _NOBODY, _NOBODY)
        user = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
    return call([*_CALL, *words], writable, **user)


def on_mount(folder: Path, writable: Path, words: list[str]) -> subprocess.CompletedProcess[str]:
    """On a mount that is read-only for everybody who sees it."""
    own = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]
    if shutil.which("unshare") is None or subprocess.run([*own, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody make a mount namespace")
    return call([*own, "sh", "-c", _MOUNTED, "sh", str(folder), *_CALL, *words], writable)


def call(words: list[str], home: Path, **options: object) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TMPDIR": str(home),
        "LOCKYARD_DATA_DIR": str(home / "none"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(words, env=environment, text=True, capture_output=True, timeout=120, check=False, **options)


@contextmanager
def at_rest(source: Path, folder: Path) -> Iterator[None]:
    """Nobody has it open."""
    shutil.copytree(source, folder)
    assert not (folder / "registry.db-wal").exists()
    yield


@contextmanager
def with_log(source: Path, folder: Path) -> Iterator[None]:
    """A server died: the last change is only in the log of changes."""
    client = EmbeddedRegistryClient(source / "registry.db")
    client.create_artifact({"name": "last", "spec": spec()})
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("*-shm"))
    client.close()
    assert (folder / "registry.db-wal").stat().st_size > 0
    yield


@contextmanager
def served(source: Path, folder: Path) -> Iterator[None]:
    """Somebody who may write has it open."""
    shutil.copytree(source, folder)
    with closing(sqlite3.connect(folder / "registry.db")) as connection:
        connection.execute("SELECT count(*) FROM artifacts").fetchone()
        assert (folder / "registry.db-shm").exists()
        yield


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder that others may go through, which pytest's are not."""
    with tempfile.TemporaryDirectory(prefix="lockyard-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)
        for path in (Path(name), *Path(name).rglob("*")):
            if path.is_dir():
                path.chmod(0o755)


@pytest.mark.parametrize(
    ("state", "run_there"), [(at_rest, as_reader), (with_log, as_reader), (at_rest, on_mount), (served, on_mount)]
)
def test_it_is_proved_and_exported(room: Path, run, data_folder: Path, state, run_there: Runner) -> None:
    client = EmbeddedRegistryClient(data_folder / "registry.db")
    client.create_artifact({"name": "first", "spec": spec()})
    client.close()
    assert run("export", str(room / "first")).exit_code == 0
    with state(data_folder, room / "data"):
        wanted = json.loads(run("verify", "--json").stdout)
        here = {path.name: path.read_bytes() for path in (room / "data").glob("registry.db*")}
        (room / "out").mkdir()
        database = ["--database", str(room / "data" / "registry.db")]
        proved = run_there(room / "data", room / "out", ["verify", "--json", *database])
        assert proved.returncode == 0, proved.stderr
        found = json.loads(proved.stdout)
        assert found["clean"] and found["notes"] == []
        assert [found[name] for name in ("records", "objects")] == [wanted[name] for name in ("records", "objects")]
        exported = run_there(room / "data", room / "out", ["export", str(room / "out" / "file"), *database])
        assert exported.returncode == 0, exported.stderr
        assert "no checkpoint was signed (the file or its folder is read-only)" in exported.stderr
        last = json.loads(gzip.decompress((room / "out" / "file").read_bytes()).splitlines()[-1])
        assert last["rows"]["audit"] == wanted["records"]
        there = {path.name: path.read_bytes() for path in (room / "data").glob("registry.db*")}
        assert here.keys() == there.keys()
        assert {name: here[name] for name in here if not name.endswith("-shm")} == {
            name: there[name] for name in there if not name.endswith("-shm")
        }
    assert [path.name for path in (room / "out").iterdir() if path.name.startswith("lockyard-")] == []


def test_what_cannot_be_read_is_one_line(room: Path) -> None:
    for name in ("data", "out"):
        (room / name).mkdir()
    (room / "data" / "registry.db").write_bytes(b"no database" * 1000)
    done = as_reader(room / "data", room / "out", ["verify", "--database", str(room / "data" / "registry.db")])
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr


def spec() -> dict[str, object]:
    container = {"name": "main", "imageUri": "registry.example/chat:1", "port": 8080, "primary": True}
    return {"containerGroups": [{"name": "default", "containers": [container]}]}
