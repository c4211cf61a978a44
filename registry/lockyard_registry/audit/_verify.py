"""Proves that a registry's records are what was written to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain as both
from itertools import groupby
from typing import Any

from sqlalchemy import select

from ..store import Store, audit, audit_heads, raw_rows
from ._chains import SEPARATE, Chain, replay
from ._derived import compare_derived
from ._keys import PublicKey
from ._objects import compare, strangers
from ._places import CheckpointPlace
from ._report import Finding, Proof
from ._seals import sealed_heads

__all__ = ["Finding", "Proof", "verify"]


def verify(store: Store, place: CheckpointPlace | None, trusted: Collection[PublicKey]) -> Proof:
    """Recomputes every digest, chain and signature, on one snapshot. Changes nothing.

    Without checkpoints this finds whoever did not know the log: a changed object, record, number or status. Whoever
    rewrote the log consistently, or cut off its end, is found by the checkpoints signed before that.

    Args:
        store: the database.
        place: where the checkpoints are; None uses the copies in the database alone.
        trusted: keys that may have signed; empty takes the checkpoints' word for it, and the proof says so.

    Raises:
        StorageError: the database or the place cannot be read.
    """
    proof = Proof(store.registry_id)
    try:
        _walk(store, place, trusted, proof)
    except UnicodeEncodeError:
        # A key that is no text cannot even be asked for.
        proof.add("broken", "database", "ids in the database hold bytes that are no text: the rest was not looked at")
    return proof


def _walk(store: Store, place: CheckpointPlace | None, trusted: Collection[PublicKey], proof: Proof) -> None:
    with store.read() as tx, store.lenient(tx):
        sealed = dict(sealed_heads(tx, place, trusted, proof))
        heads = {(row["kind"], row["chain"]): row for row in raw_rows(tx, audit_heads)}
        for key, group in groupby(raw_rows(tx, audit), key=lambda row: (row["chain_kind"], row["chain"])):
            first, records = _peeked(group)
            signed = sealed.pop(key, {})
            if first["action"] != SEPARATE:
                signed = {**sealed.pop(("", key[1]), {}), **signed}
            chain = replay(key, records, signed, proof)
            _compare_head(chain, heads.pop(key, None), proof)
            compare(tx, chain, proof)
        for (kind, id), signed in sealed.items():
            replay((kind or "chain", id), (), signed, proof)
            proof.chains -= 1
        strangers(tx, proof)
        compare_derived(tx, proof)
        _note_late(tx, proof)


def _peeked(rows: Iterator[dict[str, Any]]) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    first = next(rows)
    return first, both((first,), rows)


def _compare_head(chain: Chain, head: dict[str, Any] | None, proof: Proof) -> None:
    where = f"{chain.kind} {chain.id}"
    if head is None or (head["number"], head["hash"], head["kind"]) != (chain.number, chain.hash, chain.kind):
        proof.add("broken", where, f"the log of {where} does not end where the registry noted its end")


def _note_late(tx: Any, proof: Proof) -> None:
    if proof.proved_until is None or proof.unproved_since is None or proof.unproved_since >= proof.proved_until:
        return
    waiting = tx.execute(select(audit_heads.c.chain).where(audit_heads.c.pending.is_(True)).limit(1)).first()
    if waiting is None:
        proof.add(
            "broken",
            "audit_heads",
            f"records since {proof.unproved_since} are in no checkpoint, though none is marked as waiting for one",
        )
