"""Every hostile export through the command itself, and packed bombs under a limit of memory."""

from __future__ import annotations

import gzip
import resource
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.hostile_exports import Export, cases
from tests.unit.cli.conftest import body

from lockyard.client import EmbeddedRegistryClient

LIMIT = 2 << 30
"""Bytes of address space that the command may have."""

COMMAND = [sys.executable, "-m", "lockyard.cli"]


@pytest.fixture
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Export:
    """One of a registry with a repository, artifacts, a workload and a checkpoint."""
    for name in ("LOCKYARD_ENDPOINT", "LOCKYARD_API_TOKEN", "LOCKYARD_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOCKYARD_DATA_DIR", str(tmp_path / "data"))
    client = EmbeddedRegistryClient(tmp_path / "data" / "registry.db")
    home = client.create_repository({"name": "chat-api", "type": "service"})
    locked = client.create_artifact(body("chat-api", home["id"], status="locked"))
    runtime = {"containerGroups": [{"replicaCount": 2, "resourceBundles": ["cpu.small"]}]}
    client.create_workload({"name": "chat", "artifactId": locked["id"], "importance": "high", "runtime": runtime})
    client.close()
    subprocess.run([*COMMAND, "export", str(tmp_path / "sound.gz")], check=True, capture_output=True, timeout=120)
    return Export((tmp_path / "sound.gz").read_bytes())


# Packing 3 GB and starting the command some thousand times takes longer than a unit test may.
pytestmark = pytest.mark.timeout(3600)


def imported(file: Path, target: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "import", str(file), "--database", str(target)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT)),
    )


def refused(done: subprocess.CompletedProcess[str]) -> bool:
    lines = done.stderr.splitlines()
    return done.returncode in (1, 2) and len(lines) == 1 and "unexpected" not in lines[0] and lines[0].isprintable()


def test_every_hostile_export(export: Export, tmp_path: Path) -> None:
    jail = tmp_path / "a" / "b" / "c"
    jail.mkdir(parents=True)
    file, target = jail / "h.gz", jail / "new" / "registry.db"
    file.touch()
    before = sorted(tmp_path.rglob("*"))
    tried, wrong, outside = 0, [], 0
    for name, spoilt in cases(export, tmp_path, everyone=True):
        file.write_bytes(spoilt())
        done = imported(file, target)
        tried += 1
        if not refused(done):
            wrong.append(f"{name}: {done.returncode} {done.stdout} {done.stderr[-300:]}")
        if (jail / "new").is_dir() and not list((jail / "new").iterdir()):
            (jail / "new").rmdir()
        outside += len(set(tmp_path.rglob("*")) - set(before))
    assert wrong == []
    print(f"hostile peers {tried}/{tried} (files outside {outside}, tracebacks 0)")
    assert outside == 0


def _bombs(export: Export) -> Iterator[tuple[str, Iterator[bytes]]]:
    head = export.raw.partition(b"\n")[0] + b"\n"
    whole = 16 << 20

    def long_line(begin: bytes, part: bytes, times: int) -> Iterator[bytes]:
        yield head + begin
        block = part * (whole // len(part))
        for _ in range(times):
            yield block

    yield "a line of 3 GB", long_line(b'["artifacts",{"name":"', b"0", 190)
    yield "a long first line", iter([b"0" * whole] * 12)
    yield "an object of a million keys", long_line(b'["artifacts",{"a":1', b',"abcdefgh":1', 7)
    yield "lists in a list", long_line(b'["artifacts",[[]', b",[]", 7)
    yield "deep", long_line(b'["artifacts",', b"[", 7)
    yield "lists in a JSON column", long_line(b'["artifacts",{"spec":"[[]', b",[]", 7)
    yield "blank lines", long_line(b"", b"\n", 4)
    yield "a packed file of zeros", iter([b"\0" * whole] * 12)


def test_bombs_need_little_memory(export: Export, tmp_path: Path) -> None:
    target = tmp_path / "new" / "registry.db"
    for name, parts in _bombs(export):
        file = tmp_path / "bomb.gz"
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        with file.open("wb") as out:
            for part in parts:
                out.write(packer.compress(part))
            out.write(packer.flush())
        done = imported(file, target)
        assert refused(done), (name, done.stderr[-500:])
        assert not target.parent.exists()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"bombs: refused under a limit of {LIMIT >> 20} MiB, at most {peak} MiB resident")


def test_the_largest_row_is_taken(export: Export, tmp_path: Path) -> None:
    """What a server could ever store still arrives under the same limit: its text is 100 MB escaped."""

    def grown(row: dict[str, object]) -> None:
        row["description"] = "é" * 15_000_000

    file = tmp_path / "large.gz"
    file.write_bytes(export.changed("artifacts", grown))
    done = imported(file, tmp_path / "new" / "registry.db")
    assert done.returncode == 0, done.stderr


def test_many_packs_in_one_file(export: Export, tmp_path: Path) -> None:
    file = tmp_path / "many.gz"
    file.write_bytes(gzip.compress(b"") * 200_000)
    assert refused(imported(file, tmp_path / "new" / "registry.db"))
