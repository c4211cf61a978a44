"""Checkpoints, which sign the audit log from outside the database, and the proof that nothing was changed since."""

from ._checkpointer import Checkpointer, is_checkpoint_of, make_checkpoints, restore_checkpoints
from ._documents import Checkpoint, read_checkpoint
from ._keys import KEY_FILE, KEY_VARIABLE, PublicKey, SigningKey, read_public_key, signing_key
from ._places import FOLDER, PLACE_VARIABLE, CheckpointPlace, checkpoint_place
from ._settings import AuditSettings, audit_folder, audit_settings
from ._verify import Finding, Proof, verify
from ._witness import witness_file

__all__ = [
    "FOLDER",
    "KEY_FILE",
    "KEY_VARIABLE",
    "PLACE_VARIABLE",
    "AuditSettings",
    "Checkpoint",
    "CheckpointPlace",
    "Checkpointer",
    "Finding",
    "Proof",
    "PublicKey",
    "SigningKey",
    "audit_folder",
    "audit_settings",
    "checkpoint_place",
    "is_checkpoint_of",
    "make_checkpoints",
    "read_checkpoint",
    "read_public_key",
    "restore_checkpoints",
    "signing_key",
    "verify",
    "witness_file",
]
