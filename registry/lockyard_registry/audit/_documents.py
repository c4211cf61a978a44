"""Checkpoints as documents: which records the log ends with, signed."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lockyard.contract import canonical_json

from ..store import NOTHING
from ._keys import PublicKey, SigningKey

FORMAT = "lockyard-checkpoint"
VERSION = 2

_BY_ID = 1
"""The version whose heads name chains by their id alone."""

Head = tuple[str, str, int, str]
"""Kind and id of a chain, the number of its last record, and the hash of that; version 1 has no kind (empty)."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One checkpoint. Each holds the chains that grew since the one before, and that one's hash.

    So the newest one speaks for all of them, and what it costs follows from what changed.

    Attributes:
        number: from 1, without gaps.
        registry_id: of which registry.
        at: when it was made.
        previous: hash of the checkpoint before.
        heads: the ends of the chains.
        key: the key that signed it, as it says itself.
        content: the document, byte for byte.
        valid: whether the signature is that of the key.
    """

    number: int
    registry_id: str
    at: str
    previous: str
    heads: tuple[Head, ...]
    key: PublicKey
    content: bytes
    valid: bool

    @property
    def hash(self) -> str:
        """Hash of the document with its signature."""
        return hashlib.sha256(self.content).hexdigest()


def sign_checkpoint(
    key: SigningKey, *, number: int, registry_id: str, at: str, previous: str, heads: Sequence[Head]
) -> bytes:
    """The document of a new checkpoint.

    Args:
        key: signs it.
        number: its number.
        registry_id: the registry.
        at: the moment.
        previous: hash of the checkpoint before; of the first one, 64 zeros.
        heads: the chains that grew since.
    """
    document: dict[str, Any] = {
        "format": FORMAT,
        "v": VERSION,
        "number": number,
        "registryId": registry_id,
        "at": at,
        "previous": previous or NOTHING,
        "heads": [list(head) for head in heads],
        "publicKey": base64.b64encode(key.public.raw).decode(),
    }
    signature = base64.b64encode(key.sign(canonical_json(document))).decode()
    return canonical_json({**document, "signature": signature})


def read_checkpoint(content: bytes) -> Checkpoint:
    """A checkpoint from its document.

    Raises:
        ValueError: it is none; whether it is a forged one stands in `valid`.
    """
    try:
        document = json.loads(content)
        if document["format"] != FORMAT or document["v"] not in (_BY_ID, VERSION):
            raise ValueError("it has another format")
        signed = {name: value for name, value in document.items() if name != "signature"}
        key = PublicKey(base64.b64decode(document["publicKey"], validate=True))
        signature = base64.b64decode(document["signature"], validate=True)
        named = [("", *head) if document["v"] == _BY_ID else head for head in document["heads"]]
        heads = tuple((_text(kind), _text(chain), _number(number), _text(hash)) for kind, chain, number, hash in named)
        # Only one spelling of a document counts, so that no byte of it can change unseen.
        valid = canonical_json(document) == content and key.proves(signature, canonical_json(signed))
        return Checkpoint(
            _number(document["number"]),
            _text(document["registryId"]),
            _text(document["at"]),
            _text(document["previous"]),
            heads,
            key,
            content,
            valid,
        )
    except (KeyError, TypeError, AttributeError, binascii.Error, UnicodeDecodeError, RecursionError) as error:
        raise ValueError("it is no checkpoint") from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value
