"""The witness: a copy of the newest checkpoint beside the signing key, apart from the database and the checkpoints.

Who removes the newest checkpoint together with the records that it signed leaves a registry that fits together. The
witness remembers that there was more.
"""

from __future__ import annotations

import logging
import os
import secrets
from functools import cache
from pathlib import Path

from lockyard.contract import StorageError

from ..store import UnfitFileError, plain_id, read_whole
from ._documents import Checkpoint, read_checkpoint
from ._places import MOST_BYTES, CheckpointPlace

_log = logging.getLogger("lockyard.registry")


def witness_file(key: Path, registry_id: str) -> Path:
    """Where the witness of a registry is.

    Args:
        key: file of the signing key.
        registry_id: the registry; one key may sign for several.

    Raises:
        StorageError: the id is none that can be part of a file's name.
    """
    return key.with_name(f"{key.name}.{plain_id(registry_id)}.witness")


def read_witness(path: Path) -> Checkpoint | None:
    """The newest checkpoint that was made, as far as the witness knows; None if there is no witness.

    Raises:
        ValueError: it is no checkpoint.
        StorageError: it cannot be read.
    """
    try:
        content = read_whole(path, MOST_BYTES)
    except FileNotFoundError:
        return None
    except UnfitFileError as error:
        raise ValueError(str(error.strerror)) from None
    except OSError as error:
        raise StorageError(f"the witness {path} cannot be read ({error.strerror}): give this user permission") from None
    return read_checkpoint(content)


def check_witness(path: Path, place: CheckpointPlace, number: int) -> None:
    """Makes sure that a new checkpoint follows those that the witness saw.

    Args:
        path: the witness.
        place: keeps the documents.
        number: number of the new one.

    Raises:
        StorageError: it would take the place of one that is gone, or follow another one than was made.
    """
    seen = _read(path)
    if seen is not None and place.get(seen.number) != seen.content:
        raise StorageError(
            f"no checkpoint {number} was made: {place.shown} lacks checkpoint {seen.number}, which the witness {path} "
            "saw: run `lockyard verify`; after a wanted return to an older state, remove the witness"
        )


def keep_witness(path: Path, checkpoint: Checkpoint) -> None:
    """Lets the witness see a checkpoint, if it is newer than what it saw. Goes on if the file cannot be written.

    Raises:
        StorageError: the witness is damaged.
    """
    seen = _read(path)
    try:
        if seen is not None and seen.number >= checkpoint.number:
            return
        made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb") as file:
                file.write(checkpoint.content)
                file.flush()
                os.fsync(file.fileno())
            made.replace(path)
        finally:
            made.unlink(missing_ok=True)
    except OSError as error:
        _warn(path, error.strerror)


def _read(path: Path) -> Checkpoint | None:
    try:
        return read_witness(path)
    except ValueError as error:
        raise StorageError(f"the witness {path} is damaged ({error}): run `lockyard verify`, then remove it") from None


@cache
def _warn(path: Path, why: str) -> None:
    _log.warning(
        "the witness %s cannot be written (%s): the removal of the newest checkpoint with its records may go unseen; "
        "keep the key in a folder that the server may write to, or the checkpoints where nobody can remove them",
        path,
        why,
    )
