"""The transaction that every lifecycle function works in."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from ..store import new_id, timestamp
from ._registry import Caller, Registry


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction on the registry's records.

    Attributes:
        reg: the registry.
        caller: who calls.
        tx: the database connection in its transaction.
        moment: the registry's time; the same for everything in the transaction.
        now: `moment` as the wire writes it.
        writes: whether it may change records.
    """

    reg: Registry
    caller: Caller
    tx: Connection
    moment: datetime
    now: str
    writes: bool

    def new_id(self) -> str:
        """A new object id."""
        return new_id(self.moment)


@contextmanager
def reading(reg: Registry, caller: Caller) -> Generator[Transaction, None, None]:
    """A transaction that only reads."""
    with reg.store.read() as tx:
        yield _transaction(reg, caller, tx, writes=False)


@contextmanager
def writing(reg: Registry, caller: Caller) -> Generator[Transaction, None, None]:
    """A transaction that writes: all of it is stored, or nothing when anything is raised."""
    with reg.store.write() as tx:
        # The clock is read once the write lock is held, so that times follow the order of changes.
        yield _transaction(reg, caller, tx, writes=True)


def _transaction(reg: Registry, caller: Caller, tx: Connection, *, writes: bool) -> Transaction:
    moment = reg.clock.now()
    return Transaction(reg, caller, tx, moment, timestamp(moment), writes)
