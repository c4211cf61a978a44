"""Where checkpoints are kept: a folder, or S3. Nothing there is ever overwritten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from lockyard.contract import ConfigurationError, StorageError

from ..store import UnfitFileError, plain_id, put_whole, read_whole

FOLDER = "checkpoints"
"""Name of the folder in the data folder."""
PLACE_VARIABLE = "LOCKYARD_CHECKPOINTS"

MOST_BYTES = 8 * 1024 * 1024
"""Largest checkpoint: 10,000 chains take a megabyte."""

_NAME = re.compile(r"([0-9]{12})\.json")


class CheckpointPlace(Protocol):
    """Keeps checkpoints by number.

    Attributes:
        shown: the place, for messages.
    """

    shown: str

    def put(self, number: int, content: bytes) -> bool:
        """Stores a checkpoint for good; False when there is one of that number already, which stays.

        Raises:
            StorageError: it cannot be stored.
        """
        ...

    def get(self, number: int) -> bytes | None:
        """The checkpoint of that number.

        Raises:
            StorageError: the place cannot be read.
        """
        ...

    def numbers(self) -> list[int]:
        """The numbers that are there, in order.

        Raises:
            StorageError: the place cannot be read.
        """
        ...


def checkpoint_place(place: str | Path, registry_id: str) -> CheckpointPlace:
    """The place for one registry's checkpoints: a folder of its own below the one given.

    Args:
        place: a folder, or `s3://bucket/prefix`; `?lockDays=365` locks each object for so many days (the bucket must
            have object lock). Endpoint, region and login are those of the usual AWS settings.
        registry_id: the registry.

    Raises:
        ConfigurationError: a URL of something else.
        StorageError: the id is none that can be a folder's name.
    """
    text, registry_id = str(place), plain_id(registry_id)
    if text.startswith("s3://"):
        from ._s3 import S3Place  # only needed there

        return S3Place(text, registry_id)
    if "://" in text:
        raise ConfigurationError(f"checkpoints cannot be kept in {text}: name a folder, or s3://bucket/prefix")
    return FolderPlace(Path(text).expanduser() / registry_id)


def file_name(number: int) -> str:
    """The name of a checkpoint."""
    return f"{number:012d}.json"


def number_of(name: str) -> int | None:
    """The number of a checkpoint's name; None for another name."""
    found = _NAME.fullmatch(name)
    return int(found[1]) if found else None


class FolderPlace:
    """A folder.

    Args:
        folder: the folder; made when it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.shown = str(folder)
        self._folder = folder

    def put(self, number: int, content: bytes) -> bool:
        """Stores a checkpoint; it is there whole or not at all."""
        try:
            return put_whole(self._folder / file_name(number), content, mode=0o444)
        except OSError as error:
            raise self._fault(error) from error

    def get(self, number: int) -> bytes | None:
        """The checkpoint of that number; nothing that could be one if it is too large or no regular file."""
        try:
            return read_whole(self._folder / file_name(number), MOST_BYTES)
        except FileNotFoundError:
            return None
        except UnfitFileError:
            return b""
        except OSError as error:
            raise self._fault(error) from error

    def numbers(self) -> list[int]:
        """The numbers that are there."""
        try:
            return sorted(self._found())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._fault(error) from error

    def _found(self) -> Iterator[int]:
        for path in self._folder.iterdir():
            number = number_of(path.name)
            if number is not None:
                yield number

    def _fault(self, error: OSError) -> StorageError:
        return StorageError(
            f"checkpoints in {self._folder} cannot be read or written ({error.strerror}): give this user permission, "
            f"or name another place with {PLACE_VARIABLE}"
        )
