"""Options and look-ups that `verify`, `export` and `import` share."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from lockyard_registry.audit import AuditSettings
    from lockyard_registry.store import Store

DatabaseOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="FILE|URL",
        envvar="LOCKYARD_DATABASE",
        help="The SQLite file or `postgresql://` URL. Default: the database of the embedded registry.",
    ),
]
CheckpointsOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--checkpoints",
        metavar="PLACE",
        help="Folder or `s3://bucket/prefix` of the checkpoints. Default: LOCKYARD_CHECKPOINTS, else the folder "
        "`checkpoints` beside the data.",
    ),
]
KeyOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--checkpoint-key",
        metavar="FILE",
        help="The key that signs checkpoints. Default: LOCKYARD_CHECKPOINT_KEY, else one is made and kept beside the "
        "data, for this user only.",
    ),
]


@contextmanager
def looked_at(database: str | None) -> Generator[Store, None, None]:
    """The database, opened without making or upgrading anything.

    Raises:
        StorageError: It is missing, or has another schema.
    """
    from lockyard_registry import default_database
    from lockyard_registry.store import Store

    store = Store.open(default_database() if database is None else database, migrate=False)
    try:
        yield store
    finally:
        store.close()


def settings_of(store: Store, key: Path | None = None, place: str | None = None) -> AuditSettings:
    """Where key and checkpoints of a database are."""
    from lockyard_registry import audit, default_database

    return audit.audit_settings(audit.audit_folder(store, default_database().parent), key=key, place=place)
