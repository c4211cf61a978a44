"""Threads for what hooks wait for, apart from those of Pulumi's own requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Any, Final, TypeVar

_Answer = TypeVar("_Answer")

# Not `asyncio.to_thread`: that takes a thread of the loop's default pool, which has as many as the engine does steps at
# once. Each registration holds one until its resource is made, and the resource is not made before its hook answers:
# with many workloads all threads wait for hooks, and the hooks wait for a thread, for ever.
_POOL: Final = ThreadPoolExecutor(max_workers=8, thread_name_prefix="lockyard-hook")


async def in_thread(function: Callable[..., _Answer], *arguments: Any) -> _Answer:
    """What a function that blocks answers, called in a thread of ours with the context of the caller."""
    call = partial(copy_context().run, function, *arguments)
    return await asyncio.get_running_loop().run_in_executor(_POOL, call)
