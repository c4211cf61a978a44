"""Names of shared caches: the same image and profiles always give the same ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from ._plain import NotPlainError, is_opaque

CACHE_PATH: Final = "/model-store"
"""Where weights are mounted in the job and, unless `NIM_CACHE_PATH` says otherwise, in the server."""

ALL_PROFILES: Final = "all"
"""Folder of a cache that holds every profile of the image."""


@dataclass(frozen=True, kw_only=True)
class CacheNames:
    """Names of a cache; the same image and profiles always give the same ones.

    Attributes:
        claim: the claim: one per image, `nim-cache-` and 16 hex digits.
        subfolder: the folder of the profiles on it.
        job: the Job that fills the folder.
        pinned: the image is given by digest; a tag may move, and the cache would then hold another model's weights.
    """

    claim: str
    subfolder: str
    job: str
    pinned: bool


def cache_names(image: Any, profiles: Iterable[str] = ()) -> CacheNames:
    """Names from the image's digest, or its whole reference where it has none, and the profiles in any order.

    Args:
        image: image reference, plain.
        profiles: NIM profile ids; none is every profile.

    Raises:
        NotPlainError: the image is opaque.
    """
    if is_opaque(image):
        raise NotPlainError(["image"])
    _, at, digest = image.rpartition("@")
    pinned = bool(at) and digest.startswith("sha256:")
    claim = f"nim-cache-{_short(digest if pinned else image, 16)}"
    chosen = sorted(set(profiles))
    subfolder = _short("\n".join(chosen), 16) if chosen else ALL_PROFILES
    return CacheNames(claim=claim, subfolder=subfolder, job=f"{claim}-{subfolder}", pinned=pinned)


def is_other_image(one: str, other: str) -> bool:
    """Whether two references cannot be the same image. A tag and a digest of one repository may be."""
    (place, digest), (other_place, other_digest) = _place_and_digest(one), _place_and_digest(other)
    if digest and other_digest:
        return digest != other_digest  # wherever it comes from
    return place != other_place or (not digest and not other_digest and one != other)


def _place_and_digest(image: str) -> tuple[str, str]:
    """Repository of an image, and its digest if it has one."""
    name, _, digest = image.partition("@")
    host, slash, last = name.rpartition("/")
    return f"{host}{slash}{last.partition(':')[0]}", digest


def _short(text: str, length: int) -> str:
    return sha256(text.encode()).hexdigest()[:length]
