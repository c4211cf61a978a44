"""Reading a registry from a file."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lockyard.contract import ConfigurationError

from ..store import fill
from ._format import FORMAT, VERSION

_BATCH = 500


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
    source = _Source(path)
    header = source.header()
    try:
        fill(location, str(header["schemaRevision"]), source.batches())
    except ValueError:
        raise ConfigurationError(f"{path} was changed since it was exported: nothing was imported") from None
    return Imported(str(header["registryId"]), str(header["at"]), source.counts)


class _Source:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines = self._read()
        self._digest = hashlib.sha256()
        self.counts: dict[str, int] = {}

    def header(self) -> dict[str, Any]:
        line = next(self._lines, b"")
        self._digest.update(line)
        try:
            header = json.loads(line)
            if header["format"] != FORMAT:
                raise ValueError
        except (ValueError, KeyError, TypeError):
            raise ConfigurationError(f"{self._path} is no export of a registry") from None
        if header.get("version") != VERSION:
            raise ConfigurationError(
                f"{self._path} is an export of version {header.get('version')}, this version of Lockyard reads only "
                f"{VERSION}: install a newer one"
            )
        return header

    def batches(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        name, batch = "", []
        for line in self._lines:
            found = self._parse(line)
            if isinstance(found, dict):
                if batch:
                    yield name, batch
                self._check_end(found)
                return
            self._digest.update(line)
            if batch and (found[0] != name or len(batch) == _BATCH):
                yield name, batch
                batch = []
            name = found[0]
            batch.append(found[1])
            self.counts[name] = self.counts.get(name, 0) + 1
        raise ConfigurationError(f"{self._path} is cut off: export again; nothing was imported")

    def _check_end(self, end: dict[str, Any]) -> None:
        counts = {name: count for name, count in end.get("rows", {}).items() if count}
        if (
            end.get("sha256") != self._digest.hexdigest()
            or counts != self.counts
            or next(self._lines, None) is not None
        ):
            raise ConfigurationError(f"{self._path} was changed since it was exported: nothing was imported")

    def _parse(self, line: bytes) -> Any:
        try:
            found = json.loads(line)
            if isinstance(found, dict) or (isinstance(found[0], str) and isinstance(found[1], dict)):
                return found
        except (ValueError, IndexError, TypeError, KeyError):
            pass
        raise ConfigurationError(f"{self._path} was changed since it was exported: nothing was imported")

    def _read(self) -> Iterator[bytes]:
        try:
            with gzip.open(self._path) as packed:
                yield from packed
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise ConfigurationError(
                f"{self._path} is no export of a registry, or is damaged or cut off: nothing was imported"
            ) from None
        except OSError as error:
            raise ConfigurationError(
                f"cannot read {self._path} ({error.strerror}): name the file of an export"
            ) from None
