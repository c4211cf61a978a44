"""To whom a claim of weights belongs: in a program, and among stacks."""

from __future__ import annotations

from typing import Any, Final
from weakref import WeakKeyDictionary

from pulumi.runtime.settings import get_monitor

from lockyard.resources import InputError
from lockyard.resources._origin import stack_origin
from lockyard_components.manifests import Manifest

CACHE_LABEL: Final = "lockyard.dev/cache"
"""The label of everything that belongs to a cache or uses it; its value is the claim's name."""
OWNER: Final = "lockyard.dev/owner"
"""The annotation with the stack that declares the object."""
IMAGE: Final = "lockyard.dev/image"
"""The annotation with the image whose weights these are."""

ALLOW_DELETION: Final = "lockyard.dev/allow-deletion"
"""The annotation of a claim that is neither protected nor retained."""

_Key = tuple[str, str, str, str | None]

# By the engine's connection, which is another one for every run of a program.
_taken: WeakKeyDictionary[Any, dict[_Key, str]] = WeakKeyDictionary()


class ClaimsOfProgram:
    """The claims, and the folders on them, that the caches of this run of the program declare."""

    def __init__(self) -> None:
        self._known = _taken.setdefault(get_monitor(), {})

    def take(self, label: str, cluster: str, namespace: str, claim: str, folder: str | None = None) -> None:
        """Notes who declares a claim, or a folder on it.

        Args:
            label: the cache, such as `NimCache 'llama'`.
            cluster: name of the cluster.
            namespace: namespace of the claim.
            claim: name of the claim.
            folder: a folder on it; None for the claim itself.

        Raises:
            InputError: another cache of the program does already.
        """
        other = self._known.setdefault((cluster, namespace, claim, folder), label)
        if other == label:
            return
        if folder is None:
            what = f"{namespace}/{claim}, the volume of this image"
            remedy = "use that one, or give existing_claim=<that cache> to add other profiles to the same volume"
        else:
            what = f"the folder {folder} of {namespace}/{claim}"
            remedy = "use that one, for one folder has one writer"
        raise InputError(f"{label}: {other} already declares {what}: {remedy}")


def owned(manifest: Manifest, image: str) -> Manifest:
    """The object with the image it belongs to, and with its stack.

    Two stacks that declare the same cache meet in a field that both want to own, so the second one is refused by the
    API server instead of taking the first one's object over.
    """
    annotations = {OWNER: stack_origin()[0], IMAGE: image}
    return {**manifest, "metadata": {**manifest["metadata"], "annotations": annotations}}
