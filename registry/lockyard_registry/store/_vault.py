"""Encrypts the values of credentials; the key is a file outside the database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lockyard.contract import StorageError

from ._whole_files import may_be_used_by_others, put_whole, read_whole

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

_MOST_BYTES = 64 * 1024


class Vault:
    """Seals and opens.

    The file holds one Fernet key a line: the first one seals, all of them open, so a new first line rotates the key.

    Args:
        path: the key's file, which only this user may read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def seal(self, id: str, values: Mapping[str, str], *, sample: tuple[str, str] | None) -> str:
        """Encrypts values.

        Args:
            id: what they belong to; sealed values of one credential are not taken for those of another.
            values: the values.
            sample: id and sealed values of another credential, if there is one: a key that does not open it is not
                used, and none is made.

        Raises:
            StorageError: the key cannot be read or made, or is not the one of this database.
        """
        if sample is None:
            _make(self._path)
        else:
            self.open(*sample)
        return self._keys().encrypt(json.dumps({"id": id, "values": dict(values)}).encode()).decode()

    def open(self, id: str, sealed: str) -> dict[str, str]:
        """Decrypts values.

        Raises:
            StorageError: the key cannot be read, is another one, or somebody changed the sealed values.
        """
        from cryptography.fernet import InvalidToken

        try:
            content = json.loads(self._keys().decrypt(sealed.encode()))
        except InvalidToken:
            content = {}
        if content.get("id") != id:
            raise StorageError(
                f"the key {self._path} does not open the registry's credentials: restore the key that they were made "
                "with, or name it (--credentials-key)"
            )
        return content["values"]

    def _keys(self) -> MultiFernet:
        from cryptography.fernet import Fernet, MultiFernet

        try:
            exposed = may_be_used_by_others(self._path)
            lines = read_whole(self._path, _MOST_BYTES).decode("ascii").split()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is no text"
            raise StorageError(
                f"the credentials key {self._path} cannot be read ({why}): restore it, or name it (--credentials-key)"
            ) from None
        if exposed:
            raise StorageError(f"the credentials key {self._path} may be used by other users: run `chmod 600` on it")
        try:
            return MultiFernet([Fernet(line) for line in lines])
        except ValueError:
            raise StorageError(f"{self._path} holds no Fernet keys, one a line: restore it") from None


def _make(path: Path) -> None:
    from cryptography.fernet import Fernet

    try:
        put_whole(path, Fernet.generate_key() + b"\n")
    except OSError as error:
        raise StorageError(
            f"the credentials key {path} cannot be made ({error.strerror}): name another file (--credentials-key)"
        ) from None
