"""Writing a registry to a file."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean

from lockyard.contract import ConfigurationError

from ..store import HEAD_REVISION, Store, raw_rows, timestamp, utc_now
from ._format import FORMAT, VERSION, exported_tables

# Most of the size goes with the fastest levels already; higher ones take several times as long.
_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        path: the file.
        registry_id: the registry.
        rows: number of rows by table.
    """

    path: Path
    registry_id: str
    rows: dict[str, int]


def export_registry(store: Store, path: Path, *, replace: bool = False) -> Exported:
    """Writes everything to one file that only this user may read: it may hold secrets, as the database does.

    The rows are of one moment; changes go on meanwhile. The file appears when it is complete.

    Args:
        store: the database.
        path: the file.
        replace: write over a file that is there.

    Raises:
        ConfigurationError: the file is there already, or cannot be written.
        StorageError: the database cannot be read.
    """
    if path.exists() and not replace:
        raise ConfigurationError(f"{path} is there already: name another file, or say --force to replace it")
    made = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            rows = _write(store, file)
            file.flush()
            os.fsync(file.fileno())
        made.replace(path)
    except OSError as error:
        raise ConfigurationError(f"cannot write {path} ({error.strerror}): name another file") from None
    finally:
        made.unlink(missing_ok=True)
    return Exported(path, store.registry_id, rows)


def _write(store: Store, file: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    digest = hashlib.sha256()
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=_LEVEL, filename="", mtime=0) as packed:

        def line(value: Any) -> None:
            content = json.dumps(value, separators=(",", ":")).encode() + b"\n"
            digest.update(content)
            packed.write(content)

        line(
            {
                "format": FORMAT,
                "version": VERSION,
                "schemaRevision": HEAD_REVISION,
                "registryId": store.registry_id,
                "at": timestamp(utc_now()),
            }
        )
        with store.read() as tx, store.lenient(tx):
            for table in exported_tables():
                flags = [column.name for column in table.c if isinstance(column.type, Boolean)]
                counts[table.name] = 0
                for row in raw_rows(tx, table):
                    # SQLite has no booleans of its own.
                    row.update({name: bool(row[name]) for name in flags if row[name] in (0, 1)})
                    line([table.name, row])
                    counts[table.name] += 1
        line({"rows": counts, "sha256": digest.hexdigest()})
    return counts
