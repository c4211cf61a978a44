"""The server's token: given, read from a file, or made."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lockyard.contract import ConfigurationError

from ..store import put_whole, read_whole

_MOST_BYTES = 64 * 1024

TOKEN_VARIABLE = "LOCKYARD_API_TOKEN"
TOKEN_FILE = "server-token"
"""Name of the file in the data folder that keeps a made token."""


@dataclass(frozen=True, slots=True)
class ServerToken:
    """The token that callers must send.

    Attributes:
        value: The token; never shown.
        source: Where it came from, for people.
        path: The file it is kept in, None if it came from elsewhere.
    """

    value: str = field(repr=False)
    source: str
    path: Path | None = None


def server_token(
    data_folder: Path,
    *,
    token: str | None = None,
    token_file: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> ServerToken:
    """Find the token, or make one that stays.

    Args:
        data_folder: Where a made token is kept, readable by this user only.
        token: The token itself.
        token_file: A file that holds it.
        environ: The environment; this process's when absent.

    Raises:
        ConfigurationError: The file cannot be read, or what was found is no token.
    """
    environ = os.environ if environ is None else environ
    if token is not None:
        return ServerToken(_checked(token, "the caller"), "the caller")
    if token_file is not None:
        return ServerToken(read_token(token_file), "a file", token_file)
    if environ.get(TOKEN_VARIABLE, "").strip():
        return ServerToken(_checked(environ[TOKEN_VARIABLE], TOKEN_VARIABLE), TOKEN_VARIABLE)
    kept = data_folder / TOKEN_FILE
    _make(kept)
    return ServerToken(read_token(kept), "a file", kept)


def read_token(path: Path) -> str:
    """The token in a file.

    Raises:
        ConfigurationError: The file cannot be read, or holds none.
    """
    return _checked(_read(path), str(path))


def _make(path: Path) -> None:
    try:
        put_whole(path, f"{secrets.token_urlsafe(32)}\n".encode())
    except OSError as error:
        raise ConfigurationError(
            f"cannot keep a token in {path} ({error.strerror}): set {TOKEN_VARIABLE}, or make the folder writable"
        ) from None


def _read(path: Path) -> str:
    try:
        return read_whole(path, _MOST_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise ConfigurationError(
            f"cannot read the token file {path} ({why}): name another, or set {TOKEN_VARIABLE}"
        ) from None


def _checked(token: str, source: str) -> str:
    token = token.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigurationError(
            f"the token from {source} is empty or holds blanks, line ends or characters outside ASCII: give another one"
        )
    return token
