"""The transaction in which people are changed: with a record in the audit log, or not at all.

The log has one chain for all people of a registry; its id is the registry's.
"""

from __future__ import annotations

import getpass
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from ..store import PEOPLE, Store, append_record, new_id, state_digest, timestamp, utc_now

State = Mapping[str, Any] | list[Any] | None
Actor = tuple[str, str]
"""Id and name of who changes; the command line has no id."""


@dataclass(frozen=True, slots=True)
class Changing:
    """A transaction.

    Attributes:
        tx: the database connection.
        moment: the present moment.
        now: the same as the database keeps it.
        noted: what changed, for the log.
    """

    tx: Connection
    moment: datetime
    now: str
    noted: list[dict[str, Any]] = field(default_factory=list)

    def new_id(self) -> str:
        """A new id."""
        return new_id(self.moment)

    def note(self, kind: str, id: str, before: State, after: State) -> None:
        """Notes a change of one object for the log."""
        digests = state_digest(before), state_digest(after)
        if digests[0] != digests[1]:
            self.noted.append({"kind": kind, "id": id, "before": digests[0], "after": digests[1]})


def operator() -> Actor:
    """Who runs the command line."""
    try:
        return "", f"lockyard admin ({getpass.getuser()})"
    except (KeyError, OSError):
        return "", "lockyard admin"


@contextmanager
def changing(store: Store, action: str, actor: Actor | None = None) -> Generator[Changing, None, None]:
    """A transaction that changes people.

    Args:
        store: the database.
        action: what is done, such as `users.add`.
        actor: who does it; the user of this process when absent.
    """
    with store.write() as tx:
        moment = utc_now()
        change = Changing(tx, moment, timestamp(moment))
        yield change
        if change.noted:
            append_record(
                tx,
                store.registry_id,
                PEOPLE,
                at=change.now,
                action=action,
                actor=actor or operator(),
                request_id="",
                changes=change.noted,
            )
