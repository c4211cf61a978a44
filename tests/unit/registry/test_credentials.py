"""Credentials lie encrypted in the database, under a key that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from lockyard.contract import CredentialInput, CredentialPatch, NotFoundError, StorageError, parse
from lockyard_registry import Caller, Registry, lifecycle
from lockyard_registry.audit import verify
from lockyard_registry.store import Vault, credentials

SECRET = "s3cret-value"


def make(reg: Registry, caller: Caller, name: str = "one", **values: Any) -> str:
    body = {"name": name, "credentialType": "bearer", "token": SECRET, **values}
    return lifecycle.create_credential(reg, caller, parse(CredentialInput, body))["credentialId"]


def sealed(reg: Registry, id: str) -> str:
    with reg.store.read() as tx:
        return tx.execute(select(credentials.c.sealed).where(credentials.c.id == id)).scalar_one()


@pytest.fixture
def placed(open_it: Callable[..., Registry], location: Path | str, tmp_path: Path) -> Registry:
    return open_it(location=location, credentials_key=tmp_path / "keys" / "credentials-key")


def test_values_lie_encrypted(placed: Registry, caller: Caller) -> None:
    id = make(placed, caller)
    assert SECRET not in sealed(placed, id)
    key = placed.credentials_key
    assert key is not None
    assert key.stat().st_mode & 0o777 == 0o600
    assert Vault(key).open(id, sealed(placed, id)) == {"token": SECRET}
    lifecycle.patch_credential(placed, caller, id, parse(CredentialPatch, {"token": "other"}))
    assert Vault(key).open(id, sealed(placed, id)) == {"token": "other"}
    proof = verify(placed.store, None, ())
    assert (proof.findings, proof.chains, proof.records) == ([], 1, 2)
    lifecycle.delete_credential(placed, caller, id)
    assert verify(placed.store, None, ()).findings == []


def test_a_forged_credential_is_found(placed: Registry, caller: Caller) -> None:
    one, two = make(placed, caller), make(placed, caller, "two", token="another")
    with placed.store.write() as tx:
        tx.execute(credentials.update().where(credentials.c.id == one).values(sealed=sealed(placed, two)))
    assert {finding.what for finding in verify(placed.store, None, ()).findings} == {"changed"}
    # Sealed values of one credential are not taken for those of another.
    with pytest.raises(StorageError):
        lifecycle.patch_credential(placed, caller, one, parse(CredentialPatch, {"token": "x"}))


def test_a_lost_key_is_not_replaced(placed: Registry, caller: Caller) -> None:
    id = make(placed, caller)
    key = placed.credentials_key
    assert key is not None
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(StorageError, match="cannot be read") as error:
        make(placed, caller, "two")
    assert "\n" not in str(error.value)
    assert not key.exists()
    key.write_bytes(Fernet.generate_key())
    key.chmod(0o600)
    with pytest.raises(StorageError, match="does not open"):
        make(placed, caller, "two")
    key.chmod(0o640)
    with pytest.raises(StorageError, match="chmod 600"):
        make(placed, caller, "two")
    # A new first line seals from now on, the old one still opens.
    key.chmod(0o600)
    key.write_bytes(Fernet.generate_key() + b"\n" + kept)
    two = make(placed, caller, "two")
    assert Vault(key).open(two, sealed(placed, two)) == Vault(key).open(id, sealed(placed, id))


def test_they_belong_to_who_made_them(placed: Registry, caller: Caller) -> None:
    id = make(placed, caller)
    other = replace(caller, user_id="b" * 24, username="bob", administrator=False)
    with pytest.raises(NotFoundError):
        lifecycle.get_credential(placed, other, id)
    with pytest.raises(NotFoundError):
        lifecycle.delete_credential(placed, other, id)


def test_a_body_does_not_show_its_values() -> None:
    body = parse(CredentialInput, {"name": "one", "credentialType": "bearer", "token": SECRET})
    assert SECRET not in repr(body)
