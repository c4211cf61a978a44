"""A process that answers requests from now on."""

from __future__ import annotations

import gc

_NEW_OBJECTS = 50_000
"""Objects made, beyond those freed, after which Python looks for garbage among the new ones. Its own 700 are made by
a few requests; what a request makes is almost all freed without a search."""


def settle() -> None:
    """Tells Python that what exists stays: a search for garbage through all of it would keep every request waiting."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])
