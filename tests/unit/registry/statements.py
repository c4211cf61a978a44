"""Which statements a registry's database is asked, in whatever way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from lockyard_registry.store import Store


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """The texts of the statements of one thread while it lasts.

    On SQLite the driver tells of them: not all of them come by SQLAlchemy.
    """
    texts: list[str] = []
    if not store.is_file:

        def watch(*args: Any) -> None:
            texts.append(args[2])

        event.listen(store._engine, "before_cursor_execute", watch)
        yield texts
        event.remove(store._engine, "before_cursor_execute", watch)
        return

    def heard(text: str) -> None:
        # What SQLite does within a statement, and where transactions begin and end, is none.
        if not text.startswith(("--", "BEGIN", "COMMIT", "ROLLBACK")):
            texts.append(text)

    with store.read() as tx:
        # The next transaction of this thread has the same connection.
        driver = tx.connection.driver_connection
    driver.set_trace_callback(heard)
    yield texts
    driver.set_trace_callback(None)
