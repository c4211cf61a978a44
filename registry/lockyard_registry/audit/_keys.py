"""The Ed25519 key that signs checkpoints; it is never in the database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lockyard.contract import ConfigurationError

from ..store import may_be_used_by_others, put_whole, read_whole

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_FILE = "checkpoint-key.pem"
"""Name of the key in the data folder. Its public half is beside it, with `.pub` at the end."""
KEY_VARIABLE = "LOCKYARD_CHECKPOINT_KEY"

_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What proves signatures.

    Attributes:
        raw: the 32 bytes of the key.
    """

    raw: bytes

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that name the key."""
        return hashlib.sha256(self.raw).hexdigest()[:16]

    def proves(self, signature: bytes, content: bytes) -> bool:
        """Whether the signature of this content was made with the private half."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, content)
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """The private key.

    Args:
        key: the key.
        path: its file.
    """

    def __init__(self, key: Ed25519PrivateKey, path: Path) -> None:
        self._key = key
        self.path = path
        self.public = PublicKey(key.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"SigningKey({self.public.fingerprint})"

    def sign(self, content: bytes) -> bytes:
        """The signature, 64 bytes."""
        return self._key.sign(content)


def signing_key(path: Path) -> SigningKey:
    """The key in a file; it is made when the file is missing.

    Args:
        path: a PEM file that only this user may read, or somebody else's file that this user's group may read, as a
            Secret is in a pod.

    Raises:
        ConfigurationError: the file is not such a key, may be read by others, or cannot be made.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        _make(path)
        exposed = may_be_used_by_others(path)
        content = read_whole(path, _MOST_BYTES)
    except OSError as error:
        raise ConfigurationError(
            f"the checkpoint key {path} cannot be read or made ({error.strerror}): name another with {KEY_VARIABLE}"
        ) from None
    if exposed:
        raise ConfigurationError(f"the checkpoint key {path} may be used by other users: run `chmod 600` on it")
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(f"{path} is no Ed25519 key in PEM: restore it, or name another with {KEY_VARIABLE}")
    return SigningKey(key, path)


def read_public_key(path: Path) -> PublicKey:
    """The public key in a PEM file; a private key's file gives its public half.

    Raises:
        ConfigurationError: it is no such file.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

    try:
        content = read_whole(path, _MOST_BYTES)
    except OSError as error:
        raise ConfigurationError(f"the public key {path} cannot be read ({error.strerror})") from None
    try:
        key = load_pem_private_key(content, None) if b"PRIVATE" in content else load_pem_public_key(content)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if isinstance(key, Ed25519PrivateKey):
        key = key.public_key()
    if not isinstance(key, Ed25519PublicKey):
        raise ConfigurationError(f"{path} is no Ed25519 key in PEM: name the `.pub` file of the checkpoint key")
    return PublicKey(key.public_bytes_raw())


def _make(path: Path) -> None:
    if path.exists():
        return
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    public = key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    if put_whole(path, private):
        beside = path.with_name(f"{path.name}.pub")
        beside.unlink(missing_ok=True)
        put_whole(beside, public, mode=0o644)
