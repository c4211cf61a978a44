"""The lines of an export, whoever made it: each is bounded as it is read, and held to its form before it is parsed."""

from __future__ import annotations

import gzip
import json
import os
import re
import stat
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NoReturn

from lockyard.contract import ConfigurationError

MOST_LINE_BYTES = 128 * 1024 * 1024
"""Longest line of a row: the largest body that a server ever took (16 MiB), escaped twice, twice in an audit record."""

_MOST_EDGE_BYTES = 64 * 1024
"""Longest first and last line."""

# A row is flat and its values are plain, so that parsing it costs no more than its bytes. Possessive, so that the
# search itself needs no memory either.
_TEXT = rb'"[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+"'
_NUMBER = rb"-?[0-9]{1,400}(?:\.[0-9]{1,400})?(?:[eE][+-]?[0-9]{1,4})?"
_PAIR = rb'"[a-z0-9_]{1,64}":(?:' + _TEXT + rb"|" + _NUMBER + rb"|true|false|null)"
_ROW = re.compile(rb'\["[a-z0-9_]{1,64}",\{(?:' + _PAIR + rb"(?:," + _PAIR + rb"){0,127}+)?\}\]\n")


class Unsound(Exception):
    """A file that no export wrote; the text says what does not fit, without a value of the file."""


@contextmanager
def opened(path: Path) -> Generator[IO[bytes], None, None]:
    """A file to read more than once. What has no end or must be waited for is refused.

    Raises:
        ConfigurationError: it cannot be read, or is no regular file.
    """
    try:
        # Without waiting: a pipe that nobody writes to would hold the command for ever.
        file = os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb")
    except (OSError, ValueError) as error:
        _unreadable(path, error)
    with file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ConfigurationError(f"cannot read {path} (it is no regular file): name the file of an export")
        yield file


def lines_of(file: IO[bytes], path: Path) -> Iterator[bytes]:
    """The lines from the beginning, unpacked; at most one of them is in memory.

    Raises:
        Unsound: a line is too long or has no end, or the file is not packed or is cut off.
        ConfigurationError: it cannot be read.
    """
    file.seek(0)
    most = _MOST_EDGE_BYTES
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as packed:
            while line := packed.readline(most + 1):
                if len(line) > most:
                    raise Unsound("one of its lines is too long")
                if not line.endswith(b"\n"):
                    raise Unsound("it is cut off")
                yield line
                most = MOST_LINE_BYTES
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise Unsound("it is no gzip, or is damaged or cut off") from None
    except OSError as error:
        _unreadable(path, error)


def edge(line: bytes) -> dict[str, Any]:
    """The object that a file's first or last line holds.

    Raises:
        Unsound: it is none.
    """
    if len(line) <= _MOST_EDGE_BYTES:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            return found
    raise Unsound("one of its lines is neither a row nor its header or end")


def row(line: bytes) -> tuple[str, dict[str, Any]] | None:
    """A table's name and a row; None for a line of another form, which only the last one may have.

    Raises:
        Unsound: a value cannot be read.
    """
    if _ROW.fullmatch(line) is None:
        return None
    try:
        name, values = json.loads(line, object_pairs_hook=_once)
    except ValueError:
        raise Unsound("a line is no JSON") from None
    return name, values


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unsound("a row names a column twice")
    return found


def _unreadable(path: Path, error: Exception) -> NoReturn:
    why = getattr(error, "strerror", None) or "its name is no path"
    raise ConfigurationError(f"cannot read {path} ({why}): name the file of an export") from None
