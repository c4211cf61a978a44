"""The newest checkpoint, removed with the records that it signed, is missed: the witness beside the key saw it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.unit.registry.builders import REPOSITORY, Desk

from lockyard.contract import StorageError
from lockyard_registry import Registry
from lockyard_registry.audit import (
    Proof,
    checkpoint_place,
    make_checkpoints,
    read_checkpoint,
    signing_key,
    verify,
    witness_file,
)
from lockyard_registry.audit._documents import sign_checkpoint
from lockyard_registry.store import NOTHING
from lockyard_registry.transfer import export_registry, import_registry


@dataclass
class Office:
    """A registry, its key and its checkpoints."""

    desk: Desk
    folder: Path

    @property
    def key(self) -> Any:
        return signing_key(self.folder / "keys" / "key.pem")

    @property
    def place(self) -> Any:
        return checkpoint_place(self.folder / "signed", self.desk.reg.registry_id)

    @property
    def witness(self) -> Path:
        return witness_file(self.folder / "keys" / "key.pem", self.desk.reg.registry_id)

    def file(self, number: int) -> Path:
        return self.folder / "signed" / self.desk.reg.registry_id / f"{number:012d}.json"

    def sign(self) -> list[int]:
        return make_checkpoints(self.desk.reg.store, self.key, self.place)

    def prove(self, *, asked: bool = True) -> Proof:
        return verify(self.desk.reg.store, self.place, [self.key.public], self.witness if asked else None)

    def found(self) -> set[tuple[str, str]]:
        return {(finding.what, finding.where) for finding in self.prove().findings}


@pytest.fixture
def signed(office: Desk, tmp_path: Path) -> Office:
    made = Office(office, tmp_path)
    office.put()
    assert made.sign() == [1]
    assert made.prove().notes == []
    return made


@pytest.fixture
def older(
    signed: Office,
    tmp_path: Path,
    location: Path | str,
    request: pytest.FixtureRequest,
    open_it: Callable[..., Registry],
) -> Office:
    """The registry as it was before its second checkpoint, which is gone, too: all of it fits together."""
    export_registry(signed.desk.reg.store, tmp_path / "old")
    signed.desk.artifact(artifactRepositoryId=REPOSITORY)
    assert signed.sign() == [2]
    file = tmp_path / "older.db"
    target = file if isinstance(location, Path) else request.getfixturevalue("postgres").new_database()
    import_registry(tmp_path / "old", target)
    signed.file(2).unlink()
    desk = Desk(open_it(location=target), signed.desk.caller, signed.desk.clock)
    return Office(desk, tmp_path)


def test_it_holds_the_newest_checkpoint(signed: Office) -> None:
    assert signed.witness.read_bytes() == signed.file(1).read_bytes()
    signed.desk.artifact(artifactRepositoryId=REPOSITORY)
    assert signed.sign() == [2]
    assert signed.witness.read_bytes() == signed.file(2).read_bytes()
    assert signed.prove().findings == []
    assert [path.name for path in signed.witness.parent.iterdir() if path.name.startswith(".")] == []


def test_the_last_checkpoint_gone_with_its_records(older: Office) -> None:
    assert older.prove(asked=False).findings == [], "nothing else remembers it"
    assert older.found() == {
        ("removed", "checkpoint 2"),
        ("truncated", f"artifactRepositories {REPOSITORY}"),
    }
    assert all("\n" not in finding.text for finding in older.prove().findings)


def test_what_is_gone_is_not_made_again(older: Office) -> None:
    older.desk.artifact(artifactRepositoryId=REPOSITORY, description="another one")
    with pytest.raises(
        StorageError, match=r"lacks checkpoint 2, which the witness .* saw: run `lockyard verify`"
    ) as error:
        older.sign()
    assert "\n" not in str(error.value)
    assert not older.file(2).exists()
    # A wanted return to an older state.
    older.witness.unlink()
    assert older.sign() == [2]
    assert older.prove().findings == []


def test_another_checkpoint_of_that_number(older: Office) -> None:
    """Signed with the right key, by a registry that went on from the older state elsewhere."""
    seen = older.witness.read_bytes()
    older.witness.unlink()
    older.desk.artifact(artifactRepositoryId=REPOSITORY, description="another one")
    assert older.sign() == [2]
    older.witness.write_bytes(seen)
    assert ("rewritten", "checkpoint 2") in older.found()


@pytest.mark.parametrize("content", [b"", b"{}", b"forged", b"x" * 2**24])
def test_a_damaged_witness(signed: Office, content: bytes) -> None:
    signed.witness.write_bytes(content)
    assert {what for what, _ in signed.found()} == {"forged"}
    signed.desk.artifact(artifactRepositoryId=REPOSITORY)
    with pytest.raises(StorageError, match="damaged"):
        signed.sign()


def test_a_witness_that_was_changed(signed: Office) -> None:
    changed = bytearray(signed.witness.read_bytes())
    changed[changed.index(b'"at":"2') + 7] ^= 1
    signed.witness.write_bytes(bytes(changed))
    assert {what for what, _ in signed.found()} == {"forged"}


def test_a_witness_of_another_key(signed: Office, tmp_path: Path) -> None:
    thief = signing_key(tmp_path / "thief" / "key.pem")
    key, reg = signed.key, signed.desk.reg
    heads = read_checkpoint(signed.file(1).read_bytes()).heads
    forged = sign_checkpoint(
        thief, number=1, registry_id=reg.registry_id, at="2026-01-01", previous=NOTHING, heads=heads
    )
    signed.witness.write_bytes(forged)
    assert {what for what, _ in signed.found()} == {"forged"}
    assert key.public != thief.public


def test_an_id_that_is_a_path(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="none that Lockyard makes"):
        witness_file(tmp_path / "key.pem", "/../../evil")


def test_none_is_said_and_made_up_for(signed: Office) -> None:
    signed.witness.unlink()
    (note,) = signed.prove().notes
    assert "there is no witness" in note
    assert signed.sign() == []
    assert signed.prove().notes == []


def test_a_folder_that_cannot_be_written(
    signed: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As a Secret in a pod: the server goes on, and says so once."""
    before = signed.witness.read_bytes()

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    for number in (2, 3):
        signed.desk.artifact(artifactRepositoryId=REPOSITORY)
        assert signed.sign() == [number]
    assert signed.witness.read_bytes() == before
    warnings = [
        record for record in caplog.records if record.levelno == logging.WARNING and "witness" in record.message
    ]
    assert len(warnings) == 1
    assert signed.prove().findings == [], "an older one is true as well"
