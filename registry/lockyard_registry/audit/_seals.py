"""Checks checkpoints among themselves, and gathers what they say of each chain."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from ..store import NOTHING, checkpoints, raw_rows
from ._documents import Checkpoint, read_checkpoint
from ._keys import PublicKey
from ._places import CheckpointPlace
from ._report import Proof
from ._witness import read_witness

Sealed = Mapping[tuple[str, str], Mapping[int, tuple[str, int]]]
"""By kind and id of a chain, and number of a record: its hash, and which checkpoint says so.

Checkpoints of version 1 name a chain by its id alone; the kind is empty then. There was one chain of an id."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where checkpoints are, beside the copies in the database.

    Attributes:
        place: where they really are; None when only the copies are at hand.
        witness: file of the witness; None asks none.
    """

    place: CheckpointPlace | None
    witness: Path | None


def sealed_heads(tx: Connection, sources: Sources, trusted: Collection[PublicKey], proof: Proof) -> Sealed:
    """What valid checkpoints say, with findings for those that are not.

    Args:
        tx: the database's transaction; it holds copies of the checkpoints.
        sources: where they are besides.
        trusted: keys that may have signed; empty when none is known.
        proof: takes findings and notes.
    """
    found: dict[tuple[str, str], dict[int, tuple[str, int]]] = {}
    previous, expected, last = NOTHING, 1, None
    keys: set[str] = set()
    moments = {row["number"]: row["at"] for row in raw_rows(tx, checkpoints)}
    seen = _seen(sources, trusted, proof)
    for number, content in _contents(tx, sources.place, seen, proof):
        if number != expected:
            proof.add("removed", f"checkpoint {expected}", _missing(expected, number - 1))
            previous = ""
        expected = number + 1
        checkpoint = _read(number, content, trusted, proof)
        if checkpoint is None:
            previous = ""
            continue
        if previous and checkpoint.previous != previous:
            proof.add("forged", f"checkpoint {number}", f"checkpoint {number} does not follow checkpoint {number - 1}")
        previous = checkpoint.hash
        if number in moments and moments[number] != checkpoint.at:
            text = f"the database says another moment of checkpoint {number} than its document"
            proof.add("changed", f"checkpoint {number}", text)
        proof.checkpoints += 1
        last = checkpoint
        keys.add(checkpoint.key.fingerprint)
        for kind, chain, at, hash in checkpoint.heads:
            found.setdefault((kind, chain), {})[at] = (hash, number)
    if last is None:
        proof.notes.append(
            "there is no valid checkpoint: who could write to the database could have rewritten all of it"
        )
        return found
    proof.proved_until = last.at
    if seen is None and sources.witness is not None:
        proof.notes.append(
            f"there is no witness {sources.witness}: if the newest checkpoint was removed together with the records "
            "that it signed, nobody remembers it"
        )
    if not trusted:
        proof.notes.append(
            f"no public key was named: the signatures hold for the key {', '.join(sorted(keys))} that the checkpoints "
            "themselves name, whosever it is"
        )
    if sources.place is None:
        proof.notes.append(
            f"only copies of the checkpoints were at hand: those made after checkpoint {last.number}, and records that "
            "went with them, would not be missed"
        )
    return found


def _seen(sources: Sources, trusted: Collection[PublicKey], proof: Proof) -> Checkpoint | None:
    """The checkpoint that the witness saw last."""
    if sources.witness is None:
        return None
    where = f"witness {sources.witness}"
    try:
        seen = read_witness(sources.witness)
    except ValueError as error:
        proof.add("forged", where, f"the {where} cannot be read ({error})")
        return None
    if seen is None:
        return None
    if not seen.valid or (trusted and seen.key not in trusted) or seen.registry_id != proof.registry_id:
        proof.add("forged", where, f"the {where} holds no checkpoint that this registry's key signed")
        return None
    return seen


def _contents(
    tx: Connection, place: CheckpointPlace | None, seen: Checkpoint | None, proof: Proof
) -> Iterator[tuple[int, bytes]]:
    copies = {row["number"]: _bytes(row["document"]) for row in raw_rows(tx, checkpoints)}
    kept = set() if place is None else set(place.numbers())
    remembered = {} if seen is None else {seen.number: seen.content}
    for number in sorted({*copies, *kept, *remembered}):
        original = place.get(number) if place is not None and number in kept else None
        if place is not None and original is None:
            proof.add(
                "removed",
                f"checkpoint {number}",
                f"checkpoint {number} is not in {place.shown} any more; the "
                f"{'database' if number in copies else 'witness'} has a copy",
            )
        elif original is not None and number in copies and copies[number] != original:
            proof.add("changed", f"checkpoint {number}", f"the database's copy of checkpoint {number} is another one")
        content = next(each for each in (original, copies.get(number), remembered.get(number)) if each is not None)
        if remembered.get(number, content) != content:
            text = f"checkpoint {number} is not the one that the witness saw: records since may have been rewritten"
            proof.add("rewritten", f"checkpoint {number}", text)
        yield number, content


def _bytes(document: object) -> bytes:
    return str(document).encode("utf-8", "surrogateescape")


def _read(number: int, content: bytes, trusted: Collection[PublicKey], proof: Proof) -> Checkpoint | None:
    where = f"checkpoint {number}"
    try:
        checkpoint = read_checkpoint(content)
    except ValueError as error:
        proof.add("forged", where, f"{where} cannot be read ({error})")
        return None
    if not checkpoint.valid:
        proof.add("forged", where, f"the signature of {where} does not hold: its document was changed")
        return None
    if trusted and checkpoint.key not in trusted:
        proof.add("forged", where, f"{where} is signed with an unknown key ({checkpoint.key.fingerprint})")
        return None
    if (checkpoint.number, checkpoint.registry_id) != (number, proof.registry_id):
        proof.add(
            "forged",
            where,
            f"{where} is number {checkpoint.number} of the registry {checkpoint.registry_id}, not this one",
        )
        return None
    return checkpoint


def _missing(first: int, last: int) -> str:
    return f"checkpoint {first} is missing" if first == last else f"the checkpoints {first} to {last} are missing"
