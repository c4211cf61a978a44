"""The transaction that every lifecycle function works in."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy import Connection

from lockyard.contract import ForbiddenError

from ..store import Lineages, TransientError, new_id, timestamp
from ._artifact_counts import ArtifactCounts
from ._changes import Changes
from ._facet_counts import FacetCounts
from ._registry import Caller, Registry

CLOCK = "clock"
"""The action of what time alone changes."""


class Transaction:
    """One transaction on the registry's records.

    The clock is asked when its time is wanted first: what asks for no time depends on the records alone, and servers
    may give such an answer again until a record changes.

    Args:
        reg: the registry.
        caller: who calls.
        tx: the database connection in its transaction.
        action: what is called, for the audit log; empty if it may only read.

    Attributes:
        writes: whether it may change records.
        changes: what it changed, for the audit log.
        counts: what it changed in the numbers of artifacts, which are stored last.
        facets: what it changed in the numbers that facets tell, which are stored last, too.
    """

    __slots__ = ("_moment", "_now", "_planned", "caller", "changes", "counts", "facets", "reg", "tx", "writes")

    def __init__(self, reg: Registry, caller: Caller, tx: Connection, action: str = "") -> None:
        self.reg = reg
        self.caller = caller
        self.tx = tx
        self.writes = bool(action)
        self.changes = Changes(action)
        self.counts = ArtifactCounts(one_writer=reg.store.is_file)
        self.facets = FacetCounts(one_writer=reg.store.is_file)
        self._moment: datetime | None = None
        self._now = ""
        self._planned = False

    @property
    def moment(self) -> datetime:
        """The registry's time; the same for everything in the transaction."""
        if self._moment is None:
            self._moment = self.reg.clock.now()
        return self._moment

    @property
    def now(self) -> str:
        """`moment` as the wire writes it."""
        if not self._now:
            self._now = timestamp(self.moment)
        return self._now

    def plan_for_values(self) -> None:
        """Has statements planned for their values from here on (see `Store`)."""
        if not self._planned:
            self.reg.store.plan_for_values(self.tx)
            self._planned = True

    def new_id(self) -> str:
        """A new object id."""
        return new_id(self.moment)


@contextmanager
def reading(reg: Registry, caller: Caller) -> Generator[Transaction, None, None]:
    """A transaction that only reads."""
    with reg.store.read() as tx:
        yield Transaction(reg, caller, tx)


@contextmanager
def writing(
    reg: Registry, caller: Caller, action: str, lineages: Lineages | None = None
) -> Generator[Transaction, None, None]:
    """A transaction that writes: all of it is stored with its audit records, or nothing when anything is raised.

    Args:
        reg: the registry.
        caller: who calls.
        action: what is called, for the audit log.
        lineages: names what is touched (see `_lineages.py`); None for anything.

    Raises:
        ForbiddenError: the caller's token may only read. What the clock does is no doing of the caller.
    """
    if action != CLOCK:
        refuse_reading_token(caller)
    with reg.store.write(lineages) as tx:
        # The clock is read once the locks are held, so that times follow the order of changes.
        t = Transaction(reg, caller, tx, action)
        yield t
        t.changes.store(tx, caller, t.now)
        t.counts.store(tx)
        t.facets.store(tx)


def refuse_reading_token(caller: Caller) -> None:
    """Refuses a change by a token that may only read.

    Raises:
        ForbiddenError: the caller came with one.
    """
    if caller.read_only:
        raise ForbiddenError("This token may only read: use one with the scope write")


Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")

_PAUSES = (0, 0.01, 0.05, 0.2)


def repeated(function: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
    """Calls the function again when its transaction was ended in favour, or because, of another one."""

    @wraps(function)
    def call(*args: Parameters.args, **options: Parameters.kwargs) -> Answer:
        for pause in _PAUSES:
            try:
                return function(*args, **options)
            except TransientError:
                time.sleep(pause)
        return function(*args, **options)

    return call
