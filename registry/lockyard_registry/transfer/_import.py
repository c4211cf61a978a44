"""Reading a registry from a file that may come from anybody.

The file is read twice: the first time everything in it is checked that can be checked without a database, and nothing
is written anywhere. Only then is it read into a new database, which checks what only a database can: keys.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lockyard.contract import ConfigurationError, StorageError

from ..audit import is_checkpoint_of
from ..store import fill, plain_id, schema_at
from ._columns import TableRules, is_timestamp, rules_of
from ._format import FORMAT, VERSION
from ._lines import Unsound, edge, lines_of, opened, row

_BATCH = 500
_BATCH_BYTES = 4 * 1024 * 1024
_REVISION = re.compile(r"[0-9a-z]{1,32}")


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read.

    Attributes:
        registry_id: the registry, the same as where it came from.
        at: when it was exported.
        rows: number of rows by table.
    """

    registry_id: str
    at: str
    rows: dict[str, int]


def import_registry(path: Path, location: str | Path) -> Imported:
    """Makes a registry from an export: all of it, or nothing.

    Args:
        path: the export.
        location: a SQLite file or PostgreSQL URL with nothing in it.

    Raises:
        ConfigurationError: the file is no export, is cut off, or was changed.
        StorageError: the database is not empty or cannot be used, or a newer version made the export.
    """
    try:
        with opened(path) as file:
            header, counts = _checked(file, path)
            source = _Source(file, path)
            fill(location, str(header["schemaRevision"]), source.batches())
    except Unsound as error:
        raise ConfigurationError(f"{path} is no export of a registry, or was changed ({error}): {_NOTHING}") from None
    except ValueError:
        raise ConfigurationError(f"{path} was changed since it was exported: {_NOTHING}") from None
    return Imported(str(header["registryId"]), str(header["at"]), counts)


_NOTHING = "nothing was imported"


def _checked(file: IO[bytes], path: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """The file's header and the number of its rows by table, once all of it was looked through."""
    source = _Source(file, path)
    header = source.header()
    registry_id = _registry_id(header.get("registryId"))
    tables = rules_of(schema_at(header["schemaRevision"]))
    if not is_timestamp(header.get("at")):
        raise Unsound("its first line does not say of when it is")
    facts = _Facts(tables, registry_id)
    for name, rows in source.batches():
        for found in rows:
            facts.check(name, found)
    if not facts.named:
        raise Unsound("it does not name its registry")
    return header, source.counts


def _registry_id(given: object) -> str:
    try:
        return plain_id(given)
    except StorageError:
        raise Unsound("its registry's id is none") from None


class _Facts:
    """Holds rows to their tables, and to the registry that the header names."""

    def __init__(self, tables: dict[str, TableRules], registry_id: str) -> None:
        self._tables = tables
        self._registry_id = registry_id
        self.named = False

    def check(self, name: str, found: dict[str, Any]) -> None:
        if name not in self._tables:
            raise Unsound("a row belongs to no table of its schema")
        self._tables[name].check(found)
        if name == "registry_facts" and found["name"] == "registryId":
            if found["value"] != self._registry_id:
                raise Unsound("its header names another registry than its rows")
            self.named = True
        if name == "checkpoints" and not is_checkpoint_of(found["document"], found["number"], self._registry_id):
            raise Unsound("a checkpoint in it is not what it says")


class _Source:
    """One reading of the file."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self._lines = lines_of(file, path)
        self._path = path
        self._digest = hashlib.sha256()
        self._begun = False
        self.counts: dict[str, int] = {}

    def header(self) -> dict[str, Any]:
        """What the first line says."""
        line = next(self._lines, b"")
        self._begun = True
        self._digest.update(line)
        header = edge(line)
        if header.get("format") != FORMAT:
            raise Unsound("its first line is not that of an export")
        version = header.get("version")
        if type(version) is not int or version != VERSION:
            named = f"an export of version {version}" if type(version) is int else "an export of another version"
            raise ConfigurationError(
                f"{self._path} is {named}, this version of Lockyard reads only {VERSION}: install a newer one"
            )
        revision = header.get("schemaRevision")
        if not isinstance(revision, str) or not _REVISION.fullmatch(revision):
            raise Unsound("its first line names no schema")
        return header

    def batches(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """The rows with their table's name, a few at a time, to the end that the file says it has."""
        if not self._begun:
            self.header()
        name, batch, size = "", [], 0
        for line in self._lines:
            found = row(line)
            if found is None:
                if batch:
                    yield name, batch
                self._check_end(edge(line))
                return
            self._digest.update(line)
            if batch and (found[0] != name or len(batch) == _BATCH or size > _BATCH_BYTES):
                yield name, batch
                batch, size = [], 0
            name, size = found[0], size + len(line)
            batch.append(found[1])
            self.counts[name] = self.counts.get(name, 0) + 1
            if len(self.counts) > 1000:
                raise Unsound("its rows belong to no tables")
        raise Unsound("it is cut off")

    def _check_end(self, end: dict[str, Any]) -> None:
        rows = end.get("rows")
        counts = {name: count for name, count in rows.items() if count} if isinstance(rows, dict) else None
        if end.get("sha256") != self._digest.hexdigest():
            raise Unsound("it was changed since it was exported")
        if counts != self.counts or next(self._lines, None) is not None:
            raise Unsound("it has other rows than its last line says")
