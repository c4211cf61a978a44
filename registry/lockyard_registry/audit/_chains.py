"""Recomputes one chain of the audit log: hashes, links, numbers, what the checkpoints signed, and what it says last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..store import NOTHING, audit, record_hash, typed
from ._report import Proof

Key = tuple[str, str]
"""Kind and id of an object."""

SEPARATE = "chain.separate"
"""The action that ends a chain in which objects of two kinds with one id were told of, or begins the other one."""

_OBJECTS = ("artifactRepositories", "artifacts", "workloads")


@dataclass(slots=True)
class Chain:
    """What a chain says.

    Attributes:
        kind: `artifactRepositories`, `workloads`, `credentials` or `people`.
        id: the object's; of people the registry's.
        number: number of its last record.
        hash: hash of its last record.
        state: digest that each object has according to it.
    """

    kind: str
    id: str
    number: int = 0
    hash: str = NOTHING
    state: dict[Key, str] = field(default_factory=dict)


def replay(key: Key, records: Iterable[dict[str, Any]], sealed: Mapping[int, tuple[str, int]], proof: Proof) -> Chain:
    """Walks through a chain.

    Args:
        key: kind and id of the chain.
        records: its raw rows in the order of their numbers.
        sealed: what checkpoints say of it, by number of the record.
        proof: takes findings and counts.
    """
    chain = Chain(*key)
    where = " ".join(key)
    mixed = 0
    rewritten = False
    newest = max(sealed, default=0)
    for raw in records:
        record = typed(audit, raw)
        number = record["number"]
        if record["kind"] != chain.kind:
            mixed = number
        elif record["action"] == SEPARATE:
            mixed = 0
        if number != chain.number + 1:
            proof.add("removed", where, f"{_span(chain.number + 1, number - 1)} missing in the log of {where}")
        elif record["previous"] != chain.hash:
            proof.add("broken", where, f"record {number} of {where} does not follow the one before it")
        if _hash(record) != record["hash"]:
            proof.add("changed", where, f"record {number} of {where} was changed: its hash is another one")
        if number in sealed and sealed[number][0] != record["hash"] and not rewritten:
            rewritten = True
            proof.add(
                "rewritten",
                where,
                f"record {number} of {where}, or one before it, is not what checkpoint {sealed[number][1]} signed",
            )
        if number > newest:
            proof.unproved_records += 1
            proof.unproved_since = min(proof.unproved_since or record["at"], record["at"])
        proof.records += 1
        chain.number, chain.hash = number, record["hash"]
        _apply(chain, record, proof)
    proof.chains += 1
    if mixed:
        proof.add("changed", where, f"record {mixed} in the log of {where} is of another kind of object")
    missed = [number for number in sealed if number > chain.number]
    if missed:
        left = f"ends with record {chain.number}" if chain.number else "is gone"
        proof.add(
            "truncated",
            where,
            f"the log of {where} {left}, but checkpoint {sealed[max(missed)][1]} signed record {max(missed)}",
        )
    return chain


def _apply(chain: Chain, record: dict[str, Any], proof: Proof) -> None:
    try:
        changes = [((c["kind"], c["id"]), c["before"], c["after"]) for c in record["changes"]]
    except (KeyError, TypeError):
        return  # found by its hash already
    for key, before, after in changes:
        # Records of another kind, in chains of old, told of both kinds' tags and roles under one id.
        alone = record["kind"] == chain.kind or key[1] != chain.id
        if record["action"] != "baseline" and alone and chain.state.get(key) != before:
            name, where = " ".join(key), f"record {record['number']} of {chain.kind} {chain.id}"
            proof.add("changed", name, f"{name} was changed outside of the log before {where}")
        if after is not None:
            chain.state[key] = after
            continue
        chain.state.pop(key, None)
        kind, id = key
        if record["action"] == SEPARATE:
            # It left this chain, and every key that goes with it is named.
            continue
        if kind == "workloads":
            chain.state.clear()
        elif kind in _OBJECTS:
            # What belongs to an object goes with it.
            chain.state.pop(("tags", id), None)
            chain.state.pop(("sharedRoles", id), None)


def _hash(record: dict[str, Any]) -> str:
    try:
        return record_hash(record)
    except ValueError:
        return "none"


def _span(first: int, last: int) -> str:
    return f"record {first} is" if first == last else f"the records {first} to {last} are"
