"""Where key and checkpoints of a registry are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..store import Store
from ._keys import KEY_FILE, KEY_VARIABLE
from ._places import FOLDER, PLACE_VARIABLE
from ._witness import witness_file


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """Settings of the audit log.

    Attributes:
        key: file of the signing key.
        place: folder or `s3://` URL of the checkpoints.
    """

    key: Path
    place: str

    @property
    def public_key(self) -> Path:
        """File of the public half."""
        return self.key.with_name(f"{self.key.name}.pub")

    def witness(self, registry_id: str) -> Path:
        """File of a registry's witness."""
        return witness_file(self.key, registry_id)


def audit_folder(store: Store, data_folder: Path) -> Path:
    """The folder beside the data: that of a SQLite file, else the data folder of this machine's user."""
    return store.place.parent if isinstance(store.place, Path) else data_folder


def audit_settings(
    folder: Path,
    *,
    key: Path | None = None,
    place: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> AuditSettings:
    """The settings: what is given, else `LOCKYARD_CHECKPOINT_KEY` and `LOCKYARD_CHECKPOINTS`, else beside the data.

    Args:
        folder: what is beside the data (see `audit_folder`).
        key: file of the signing key.
        place: folder or `s3://` URL.
        environ: the environment; this process's when absent.
    """
    environ = os.environ if environ is None else environ
    given = key or (Path(environ[KEY_VARIABLE]) if environ.get(KEY_VARIABLE) else None)
    return AuditSettings(
        (given or folder / KEY_FILE).expanduser(),
        place or environ.get(PLACE_VARIABLE) or str(folder / FOLDER),
    )
