"""Keys, places and the making of checkpoints."""

from __future__ import annotations

import json
import stat
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer
from tests.unit.registry.builders import REPOSITORY, Desk

from lockyard.contract import ConfigurationError, StorageError
from lockyard_registry.audit import (
    Checkpointer,
    CheckpointPlace,
    audit_settings,
    checkpoint_place,
    make_checkpoints,
    read_checkpoint,
    read_public_key,
    restore_checkpoints,
    signing_key,
    verify,
)
from lockyard_registry.audit import _checkpointer as checkpointer

ID = "0123456789abcdef01234567"


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, desk: Desk
) -> CheckpointPlace:
    id = desk.reg.registry_id
    if request.param == "folder":
        return checkpoint_place(tmp_path / "signed", id)
    monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("s3_endpoint"))
    for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    # Tests copy one blank registry, so its id says nothing.
    bucket = f"audit-{uuid.uuid4()}"
    boto3.client("s3").create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    return checkpoint_place(f"s3://{bucket}/team/a?lockDays=30", id)


def test_a_key_is_made_once_for_this_user(tmp_path: Path) -> None:
    path = tmp_path / "new" / "key.pem"
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: signing_key(path), range(8)))
    assert len({key.public for key in keys}) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_public_key(path.with_name("key.pem.pub")) == keys[0].public == read_public_key(path)
    assert {entry.name for entry in path.parent.iterdir()} == {"key.pem", "key.pem.pub"}
    assert "PRIVATE" not in repr(keys[0])


@pytest.mark.parametrize(("mode", "good"), [(0o440, True), (0o400, True), (0o444, False), (0o460, False)])
def test_a_key_of_somebody_else_may_be_for_this_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: int, good: bool
) -> None:
    """As a Secret is in a pod: of root, for the pod's group."""
    path = tmp_path / "key.pem"
    signing_key(path)
    path.chmod(mode)
    owner = path.stat().st_uid
    monkeypatch.setattr("os.getuid", lambda: owner + 1)
    if good:
        assert signing_key(path).public.fingerprint
    else:
        with pytest.raises(ConfigurationError, match="other users"):
            signing_key(path)


def test_keys_that_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    signing_key(path)
    path.chmod(0o640)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        signing_key(path)
    path.chmod(0o600)
    path.write_text("nothing")
    for read in (signing_key, read_public_key):
        with pytest.raises(ConfigurationError, match="no Ed25519 key in PEM"):
            read(path)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_public_key(tmp_path / "nowhere")
    with pytest.raises(ConfigurationError, match="cannot be read or made"):
        signing_key(path / "below" / "a-file")


def test_settings(tmp_path: Path) -> None:
    plain = audit_settings(tmp_path, environ={})
    assert (plain.key, plain.place) == (tmp_path / "checkpoint-key.pem", str(tmp_path / "checkpoints"))
    environ = {"LOCKYARD_CHECKPOINT_KEY": "/k/key.pem", "LOCKYARD_CHECKPOINTS": "s3://bucket/x"}
    assert audit_settings(tmp_path, environ=environ).key == Path("/k/key.pem")
    assert audit_settings(tmp_path, environ=environ).place == "s3://bucket/x"
    given = audit_settings(tmp_path, key=Path("a"), place="b", environ=environ)
    assert (given.key, given.place, given.public_key) == (Path("a"), "b", Path("a.pub"))


@pytest.mark.parametrize("place", ["ftp://x", "s3://", "s3://bucket?colour=1", "s3://bucket?lockDays=many"])
def test_places_that_are_none(place: str) -> None:
    with pytest.raises(ConfigurationError):
        checkpoint_place(place, ID)


def test_a_checkpoint_speaks_of_what_changed(desk: Desk, place: CheckpointPlace, tmp_path: Path) -> None:
    key, store = signing_key(tmp_path / "key.pem"), desk.reg.store
    assert make_checkpoints(store, key, place) == []
    desk.put()
    other = desk.artifact()["artifactRepositoryId"]
    assert make_checkpoints(store, key, place) == [1]
    assert make_checkpoints(store, key, place) == []
    desk.artifact(artifactRepositoryId=REPOSITORY)
    assert make_checkpoints(store, key, place) == [2]
    first, second = (read_checkpoint(place.get(number) or b"") for number in (1, 2))
    assert first.valid and second.valid and first.key == second.key == key.public
    assert {head[:2] for head in first.heads} == {("artifactRepositories", id) for id in (REPOSITORY, other)}
    assert [head[:3] for head in second.heads] == [("artifactRepositories", REPOSITORY, 2)]
    assert (second.previous, second.registry_id) == (first.hash, desk.reg.registry_id)
    assert place.numbers() == [1, 2]
    assert not place.put(2, b"{}"), "nothing is overwritten"
    assert place.get(2) == second.content
    assert place.get(3) is None
    assert verify(store, place, [key.public]).clean


@pytest.mark.parametrize("place", ["s3"], indirect=True)
def test_locked_objects_stay(desk: Desk, place: CheckpointPlace, tmp_path: Path) -> None:
    key = signing_key(tmp_path / "key.pem")
    desk.put()
    make_checkpoints(desk.reg.store, key, place)
    s3 = boto3.client("s3")
    bucket, _, folder = place.shown.removeprefix("s3://").partition("/")
    name = f"{folder}000000000001.json"
    version = s3.list_object_versions(Bucket=bucket, Prefix=name)["Versions"][0]["VersionId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket, Key=name, VersionId=version)
    # Hiding it behind a newer version or a delete marker changes nothing either.
    s3.put_object(Bucket=bucket, Key=name, Body=b"forged", ChecksumAlgorithm="SHA256")
    s3.delete_object(Bucket=bucket, Key=name)
    assert verify(desk.reg.store, place, [key.public]).clean


def test_a_crash_before_the_database_knows(
    desk: Desk, place: CheckpointPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, store = signing_key(tmp_path / "key.pem"), desk.reg.store
    desk.put()

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(checkpointer, "_remember", crash)
        make_checkpoints(store, key, place)
    assert place.numbers() == [1]
    desk.artifact(artifactRepositoryId=REPOSITORY)
    assert make_checkpoints(store, key, place) == [1, 2], "the first is taken over"
    assert verify(store, place, [key.public]).clean
    assert verify(store, place, [key.public]).unproved_records == 0


def test_two_servers_at_once(desk: Desk, place: CheckpointPlace, tmp_path: Path) -> None:
    key, store = signing_key(tmp_path / "key.pem"), desk.reg.store
    for _ in range(3):
        desk.artifact()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: make_checkpoints(store, key, place), range(4)))
    proof = verify(store, place, [key.public])
    assert (proof.clean, proof.unproved_records) == (True, 0)


def test_somebody_elses_checkpoints(desk: Desk, place: CheckpointPlace, tmp_path: Path) -> None:
    desk.put()
    place.put(1, b"{}")
    with pytest.raises(StorageError, match=r"checkpoint 1 in .* is not this registry's") as error:
        make_checkpoints(desk.reg.store, signing_key(tmp_path / "key.pem"), place)
    assert "\n" not in str(error.value)


def test_copies_go_back_to_their_place(desk: Desk, tmp_path: Path) -> None:
    key, store = signing_key(tmp_path / "key.pem"), desk.reg.store
    desk.put()
    make_checkpoints(store, key, checkpoint_place(tmp_path / "one", store.registry_id))
    other = checkpoint_place(tmp_path / "two", store.registry_id)
    assert restore_checkpoints(store, other, tmp_path / "two.witness") == 1
    assert verify(store, other, [key.public]).clean


def test_many_chains_are_several_checkpoints(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpointer, "_pending", checkpointer._pending.limit(3))
    for _ in range(7):
        desk.artifact()
    key, place = signing_key(tmp_path / "key.pem"), checkpoint_place(tmp_path / "signed", desk.reg.registry_id)
    assert make_checkpoints(desk.reg.store, key, place) == [1, 2, 3]
    assert verify(desk.reg.store, place, [key.public]).unproved_records == 0


def test_a_server_signs_again_and_again_and_at_its_end(desk: Desk, tmp_path: Path) -> None:
    key, store = signing_key(tmp_path / "key.pem"), desk.reg.store
    place = checkpoint_place(tmp_path / "signed", store.registry_id)
    with Checkpointer(store, key, place, interval=0.02):
        desk.put()
        deadline = time.monotonic() + 30
        while not place.numbers() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert place.numbers() == [1]
    with Checkpointer(store, key, place, interval=3600):
        desk.artifact()
    assert place.numbers() == [1, 2]
    assert not [thread for thread in threading.enumerate() if thread.name == "lockyard-checkpoints"]


def test_a_place_that_fails_stops_no_server(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    place = checkpoint_place(tmp_path / "file", desk.reg.registry_id)
    desk.put()
    with Checkpointer(desk.reg.store, signing_key(tmp_path / "key.pem"), place, interval=3600):
        pass
    assert "no checkpoint was made" in caplog.text
    good = checkpoint_place(tmp_path / "signed", desk.reg.registry_id)
    assert make_checkpoints(desk.reg.store, signing_key(tmp_path / "key.pem"), good) == [1]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_checkpoint(content: bytes) -> None:
    with pytest.raises(ValueError):
        read_checkpoint(content)


def test_only_one_spelling_counts(desk: Desk, tmp_path: Path) -> None:
    place = checkpoint_place(tmp_path / "signed", desk.reg.registry_id)
    desk.put()
    make_checkpoints(desk.reg.store, signing_key(tmp_path / "key.pem"), place)
    content = place.get(1) or b""
    assert read_checkpoint(content).valid
    assert not read_checkpoint(content + b" ").valid
    assert not read_checkpoint(json.dumps(json.loads(content)).encode()).valid
