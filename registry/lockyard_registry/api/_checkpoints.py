"""Checkpoints while a server runs."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .. import default_database
from ..audit import Checkpointer, audit_folder, audit_settings, checkpoint_place, signing_key
from ..lifecycle import Registry

OFF = "off"
"""Names no place: no checkpoints are made."""


@contextmanager
def keeping_checkpoints(
    registry: Registry,
    *,
    place: str | None,
    key: Path | None,
    say: Callable[[str], None],
    environ: Mapping[str, str] | None,
) -> Generator[None, None, None]:
    """Signs the audit log every minute while the context lasts, and once more at its end.

    Args:
        registry: The registry.
        place: Folder or `s3://` URL; `off` makes none; see `audit_settings` when absent.
        key: File of the signing key.
        say: Shows one line to the user.
        environ: The environment; this process's when absent.

    Raises:
        ConfigurationError: The key or the place cannot be used.
    """
    folder = audit_folder(registry.store, default_database().parent)
    settings = audit_settings(folder, key=key, place=place, environ=environ)
    if settings.place == OFF:
        say("checkpoints: off")
        yield
        return
    kept = checkpoint_place(settings.place, registry.registry_id)
    signer = signing_key(settings.key)
    say(f"checkpoints: {kept.shown}, signed with {settings.key} ({signer.public.fingerprint})")
    with Checkpointer(registry.store, signer, kept):
        yield
