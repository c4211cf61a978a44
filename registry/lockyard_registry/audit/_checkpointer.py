"""Making checkpoints: at once, and every minute while there are changes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import bindparam, insert, select, update

from lockyard.contract import StorageError

from ..store import NOTHING, Store, audit_heads, checkpoints, raw_rows, timestamp
from ._documents import Checkpoint, read_checkpoint, sign_checkpoint
from ._keys import SigningKey
from ._places import CheckpointPlace
from ._witness import check_witness, keep_witness, witness_file

INTERVAL = 60.0
"""Seconds between checkpoints of a server."""

_MOST_HEADS = 10_000
"""Chains in one checkpoint; more are in the next one, made right after it."""

_log = logging.getLogger("lockyard.registry")

_pending = (
    select(audit_heads)
    .where(audit_heads.c.pending.is_(True))
    .order_by(audit_heads.c.kind, audit_heads.c.chain)
    .limit(_MOST_HEADS)
)
_last = select(checkpoints).order_by(checkpoints.c.number.desc()).limit(1)
_known = select(checkpoints.c.number).where(checkpoints.c.number == bindparam("wanted"))
_add = insert(checkpoints)
# A chain that grew meanwhile stays pending.
_done = (
    update(audit_heads)
    .where(
        audit_heads.c.kind == bindparam("of"),
        audit_heads.c.chain == bindparam("wanted"),
        audit_heads.c.number == bindparam("signed"),
    )
    .values(pending=False)
)
_kinds = select(audit_heads.c.kind).where(audit_heads.c.chain == bindparam("wanted"))


def make_checkpoints(
    store: Store, key: SigningKey, place: CheckpointPlace, *, now: Callable[[], datetime] | None = None
) -> list[int]:
    """Signs the ends of all chains that grew since the last checkpoint.

    The document goes to its place before the database knows of it: after a crash in between, the next call finds it
    there and takes it over. Several servers may do this at once.

    Args:
        store: the database.
        key: signs.
        place: keeps the documents.
        now: the time; the machine's when absent.

    Returns:
        Numbers of the checkpoints made or taken over; none when nothing changed.

    Raises:
        StorageError: database or place cannot be used, or the place holds checkpoints that are not ours.
    """
    made: list[int] = []
    witness = witness_file(key.path, store.registry_id)
    while True:
        with store.read() as tx:
            heads = [(row.kind, row.chain, row.number, row.hash) for row in tx.execute(_pending)]
            last = tx.execute(_last).first()
        number = 1 if last is None else last.number + 1
        previous = NOTHING if last is None else read_checkpoint(last.document.encode()).hash
        found = place.get(number)
        if found is None:
            if not heads:
                if last is not None and not witness.exists():
                    keep_witness(witness, read_checkpoint(last.document.encode()))
                return made
            check_witness(witness, place, number)
            content = sign_checkpoint(
                key,
                number=number,
                registry_id=store.registry_id,
                at=timestamp((now or _utc_now)()),
                previous=previous,
                heads=heads,
            )
            if not place.put(number, content):
                continue
        else:
            content = found
        checkpoint = _checked(content, number, previous, store, key, place)
        _remember(store, checkpoint)
        keep_witness(witness, checkpoint)
        made.append(number)


def restore_checkpoints(store: Store, place: CheckpointPlace, witness: Path) -> int:
    """Puts the database's copies of the checkpoints where they belong and are not; gives their number.

    Args:
        store: the database.
        place: keeps the documents.
        witness: sees the newest one.

    Raises:
        StorageError: database or place cannot be used, or a copy is no checkpoint of this registry; then none is put
            there.
    """
    with store.read() as tx, store.lenient(tx):
        rows = [(row["number"], row["document"]) for row in raw_rows(tx, checkpoints)]
    for number, document in rows:
        if not is_checkpoint_of(document, number, store.registry_id):
            raise StorageError(
                f"the database's copy of checkpoint {number} is none of this registry, so no checkpoint was put into "
                f"{place.shown}: run `lockyard verify`"
            )
    for number, document in rows:
        place.put(number, document.encode())
    if rows:
        keep_witness(witness, read_checkpoint(rows[-1][1].encode()))
    return len(rows)


def is_checkpoint_of(document: object, number: object, registry_id: str) -> bool:
    """Whether a document is a signed checkpoint of that number and registry, whoever signed it."""
    try:
        found = read_checkpoint(str(document).encode())
    except ValueError:
        return False
    return found.valid and (found.number, found.registry_id) == (number, registry_id)


def _checked(
    content: bytes, number: int, previous: str, store: Store, key: SigningKey, place: CheckpointPlace
) -> Checkpoint:
    why = "it is signed with another key"
    try:
        checkpoint = read_checkpoint(content)
        if (checkpoint.number, checkpoint.registry_id, checkpoint.previous) != (number, store.registry_id, previous):
            why = "it does not follow the registry's last one"
        elif checkpoint.valid and checkpoint.key == key.public:
            return checkpoint
    except ValueError as error:
        why = str(error)
    raise StorageError(
        f"checkpoint {number} in {place.shown} is not this registry's ({why}): run `lockyard verify`, and name another "
        "place for new checkpoints"
    )


def _remember(store: Store, checkpoint: Checkpoint) -> None:
    with store.write(lambda tx: ("checkpoints",)) as tx:
        if tx.execute(_known, {"wanted": checkpoint.number}).first() is None:
            row = {"number": checkpoint.number, "at": checkpoint.at, "document": checkpoint.content.decode()}
            tx.execute(_add, row)
        signed = [
            {"of": kind, "wanted": chain, "signed": number}
            for named, chain, number, _ in checkpoint.heads
            # An earlier version made this one, and ended before it could note it.
            for kind in ([named] if named else tx.execute(_kinds, {"wanted": chain}).scalars())
        ]
        if signed:
            # In the order in which changes take their chains, so that nobody waits for each other.
            tx.execute(_done, sorted(signed, key=lambda head: (head["of"], head["wanted"])))


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Checkpointer:
    """Makes checkpoints in a thread, every minute while there are changes and once more at the end.

    Args:
        store: the database.
        key: signs.
        place: keeps the documents.
        interval: seconds between them.
    """

    def __init__(self, store: Store, key: SigningKey, place: CheckpointPlace, *, interval: float = INTERVAL) -> None:
        self._work = lambda: make_checkpoints(store, key, place)
        self._interval = interval
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lockyard-checkpoints", daemon=True)

    def __enter__(self) -> Checkpointer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            over = self._end.wait(self._interval)
            try:
                self._work()
            except StorageError as error:
                # The server goes on: the records wait, and `lockyard verify` says since when nothing is proved.
                _log.error("no checkpoint was made: %s", error)
            except Exception:
                _log.exception("no checkpoint was made")
            if over:
                return
