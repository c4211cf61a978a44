"""Proves that a registry's records are what was written to them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import chain as both
from itertools import groupby
from pathlib import Path
from typing import Any

from ..store import PEOPLE, Store, audit, audit_heads, raw_rows
from ._chains import SEPARATE, Chain, replay
from ._derived import compare_derived
from ._keys import PublicKey
from ._objects import compare, strangers
from ._places import CheckpointPlace
from ._report import Finding, Proof
from ._seals import Sources, sealed_heads
from ._structure import check_schema, check_structure
from ._telemetry import compare_telemetry

__all__ = ["Finding", "Proof", "verify"]


def verify(
    store: Store, place: CheckpointPlace | None, trusted: Collection[PublicKey], witness: Path | None = None
) -> Proof:
    """Recomputes every digest, chain and signature, on one snapshot. Changes nothing.

    Without checkpoints this finds whoever did not know the log: a changed object, record, number or status. Whoever
    rewrote the log consistently, or cut off its end, is found by the checkpoints signed before that.

    Args:
        store: the database.
        place: where the checkpoints are; None uses the copies in the database alone.
        trusted: keys that may have signed; empty takes the checkpoints' word for it, and the proof says so.
        witness: file of the witness; None asks none.

    Raises:
        StorageError: the database or the place cannot be read.
    """
    proof = Proof(store.registry_id)
    try:
        _walk(store, Sources(place, witness), trusted, proof)
    except UnicodeEncodeError:
        # A key that is no text cannot even be asked for.
        proof.add("broken", "database", "ids in the database hold bytes that are no text: the rest was not looked at")
    return proof


def _walk(store: Store, sources: Sources, trusted: Collection[PublicKey], proof: Proof) -> None:
    with store.read() as tx, store.lenient(tx):
        if not check_schema(tx, proof):
            return
        check_structure(tx, store, proof)
        sealed = dict(sealed_heads(tx, sources, trusted, proof))
        heads = {(row["kind"], row["chain"]): row for row in raw_rows(tx, audit_heads)}
        for key, group in groupby(raw_rows(tx, audit), key=lambda row: (row["chain_kind"], row["chain"])):
            first, records = _peeked(group)
            signed = sealed.pop(key, {})
            if first["action"] != SEPARATE:
                signed = {**sealed.pop(("", key[1]), {}), **signed}
            chain = replay(key, records, signed, proof)
            if chain.kind == PEOPLE and chain.id != store.registry_id:
                proof.add("changed", f"people {chain.id}", f"the log of people is that of the registry {chain.id}")
            _compare_head(chain, heads.pop(key, None), max(signed, default=0), proof)
            compare(tx, chain, proof)
        for (kind, id), signed in sealed.items():
            replay((kind or "chain", id), (), signed, proof)
            proof.chains -= 1
        strangers(tx, proof)
        compare_derived(tx, proof)
        compare_telemetry(tx, proof)


def _peeked(rows: Iterator[dict[str, Any]]) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    first = next(rows)
    return first, both((first,), rows)


def _compare_head(chain: Chain, head: dict[str, Any] | None, signed: int, proof: Proof) -> None:
    where = f"{chain.kind} {chain.id}"
    if head is not None and not head["pending"] and chain.number > signed:
        text = f"no checkpoint speaks for the end of the log of {where}, and it is not marked as waiting for one"
        proof.add("broken", where, text)
    if head is None or (head["number"], head["hash"], head["kind"]) != (chain.number, chain.hash, chain.kind):
        proof.add("broken", where, f"the log of {where} does not end where the registry noted its end")
