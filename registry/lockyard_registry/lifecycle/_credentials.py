"""Credentials (workload-api §16). Each belongs to who made it; its values are stored encrypted and never answered."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update

from lockyard.contract import (
    ConflictError,
    CredentialInput,
    CredentialPatch,
    CredentialQuery,
    Json,
    NotFoundError,
    ServerFaultError,
    ValidationFailedError,
    credential_problems,
)

from ..store import Lineages, Vault, credentials
from ._changes import CREDENTIALS
from ._registry import Caller, Page, Registry
from ._transaction import Transaction, reading, repeated, writing

NAME_TAKEN_MESSAGE = "credential name already exists"

_one = select(credentials).where(credentials.c.id == bindparam("credential"))
_named = select(credentials.c.id).where(
    credentials.c.creator_id == bindparam("creator"), credentials.c.name == bindparam("name")
)
_any = select(credentials.c.id, credentials.c.sealed).order_by(credentials.c.id).limit(1)
_insert = insert(credentials)


def _all(tx: Any) -> tuple[str, ...]:
    # Names are unique, so changes of credentials follow each other.
    return (CREDENTIALS,)


_lineage: Lineages = _all


@repeated
def create_credential(reg: Registry, caller: Caller, body: CredentialInput) -> Json:
    """Stores a credential.

    Raises:
        ConflictError: another one of the caller has the name.
        StorageError: the key that encrypts it cannot be used.
    """
    with writing(reg, caller, "credential.create", _lineage) as t:
        _refuse_taken(t, caller.user_id, body.name, "")
        id = t.new_id()
        row = {
            "id": id,
            "name": body.name,
            "credential_type": body.credential_type,
            "description": body.description,
            "sealed": _vault(reg).seal(id, body.secret_values(), sample=_sample(t)),
            "creator_id": caller.user_id,
            "creator_username": caller.username,
            "created_at": t.now,
            "updated_at": t.now,
        }
        t.tx.execute(_insert, row)
        t.changes.note((CREDENTIALS, id), CREDENTIALS, id, None, row)
        return _document(row)


def list_credentials(reg: Registry, caller: Caller, query: CredentialQuery) -> Page:
    """The caller's credentials, by name; an administrator sees all."""
    where: list[ColumnElement[bool]] = []
    if not caller.administrator:
        where.append(credentials.c.creator_id == caller.user_id)
    if query.types:
        where.append(credentials.c.credential_type.in_(query.types))
    with reading(reg, caller) as t:
        total = t.tx.execute(select(func.count()).select_from(credentials).where(*where)).scalar_one()
        page = select(credentials).where(*where).order_by(credentials.c.name).offset(query.offset).limit(query.limit)
        return Page(total, [_document(row._mapping) for row in t.tx.execute(page)] if query.offset < total else [])


def get_credential(reg: Registry, caller: Caller, id: str) -> Json:
    """A credential, without its values.

    Raises:
        NotFoundError: the caller has none of that id.
    """
    with reading(reg, caller) as t:
        return _document(_need(t, id))


def refuse_foreign_credential(reg: Registry, caller: Caller, id: str) -> None:
    """Refuses who has no such credential, before anything is read for it; errors: as `get_credential`."""
    with reading(reg, caller) as t:
        _need(t, id)


@repeated
def patch_credential(reg: Registry, caller: Caller, id: str, body: CredentialPatch) -> Json:
    """Changes name, description or values; running containers see new values when they start again.

    Raises:
        NotFoundError: the caller has none of that id.
        ConflictError: another one has the name.
        ValidationFailedError: the values do not fit the type.
        StorageError: the key that encrypts it cannot be used.
    """
    with writing(reg, caller, "credential.patch", _lineage) as t:
        before = _need(t, id)
        after = dict(before)
        if body.name is not None:
            _refuse_taken(t, before["creator_id"], body.name, id)
            after["name"] = body.name
        if body.description is not None:
            after["description"] = body.description
        if given := body.secret_values():
            values = {**_vault(reg).open(id, before["sealed"]), **given}
            if problems := credential_problems(before["credential_type"], values):
                raise ValidationFailedError(problems=problems)
            after["sealed"] = _vault(reg).seal(id, values, sample=(id, before["sealed"]))
        if after != before:
            after["updated_at"] = t.now
            t.tx.execute(update(credentials).where(credentials.c.id == id).values(after))
            t.changes.note((CREDENTIALS, id), CREDENTIALS, id, before, after)
        return _document(after)


@repeated
def delete_credential(reg: Registry, caller: Caller, id: str) -> None:
    """Forgets a credential; artifacts that name it keep its id, as they may name any (R29).

    Raises:
        NotFoundError: the caller has none of that id.
    """
    with writing(reg, caller, "credential.delete", _lineage) as t:
        before = _need(t, id)
        t.tx.execute(delete(credentials).where(credentials.c.id == id))
        t.changes.note((CREDENTIALS, id), CREDENTIALS, id, before, None)


def _need(t: Transaction, id: str) -> dict[str, Any]:
    row = None if "\0" in id else t.tx.execute(_one, {"credential": id}).first()
    if row is None or not (t.caller.administrator or row.creator_id == t.caller.user_id):
        raise NotFoundError(f"The credential item: {id} is not found", as_message=True)
    return dict(row._mapping)


def _refuse_taken(t: Transaction, creator: str, name: str, besides: str) -> None:
    # Among one's own: whether somebody else has a credential of that name is nobody's business.
    if t.tx.execute(_named, {"creator": creator, "name": name}).scalar() not in (None, besides):
        raise ConflictError(NAME_TAKEN_MESSAGE, as_message=True)


def _sample(t: Transaction) -> tuple[str, str] | None:
    row = t.tx.execute(_any).first()
    return None if row is None else (row.id, row.sealed)


def _vault(reg: Registry) -> Vault:
    if reg.credentials_key is None:
        raise ServerFaultError("This registry has no key for credentials", status=503)
    return Vault(reg.credentials_key)


def _document(row: Any) -> Json:
    return {
        "credentialId": row["id"],
        "name": row["name"],
        "credentialType": row["credential_type"],
        "description": row["description"],
        "creationDate": row["created_at"],
        "storageMode": "registry",
        "secretReferences": [],
    }
