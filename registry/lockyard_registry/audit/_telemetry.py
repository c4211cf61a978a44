"""Compares telemetry with its seals."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection

from ..store import SEALED, owner_of, raw_rows, row_seal, seal_text, telemetry_seals, typed
from ._report import Proof


def compare_telemetry(tx: Connection, proof: Proof) -> None:
    """Adds up what there is of each workload and artifact, and compares it with its seal."""
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for table in SEALED:
        for raw in raw_rows(tx, table):
            row = typed(table, raw)
            totals[owner_of(row)] += row_seal(table.name, row)
    told = {(row["kind"], row["object_id"]): row["digest"] for row in raw_rows(tx, telemetry_seals)}
    for owner in sorted(totals.keys() | told.keys(), key=str):
        if seal_text(totals.get(owner, 0)) != told.get(owner, seal_text(0)):
            name = " ".join(map(str, owner))
            text = f"the telemetry of {name} does not fit its seal: it was changed, or its seal was"
            proof.add("changed", f"telemetry {name}", text)
