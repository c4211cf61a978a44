"""One session per plugin process: settings from `configure`, a client opened on first use, errors made readable.

Provider instances carry no state of their own (a stateful pickle breaks after some 970 resources in one process), so
what they share lives here.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from lockyard.client import Settings, connect, load_settings
from lockyard.contract import ApiError, ConfigurationError, LockyardError, plain
from lockyard.handlers import Context

T = TypeVar("T")

_lock = threading.Lock()
_context: Context | None = None
_refusal: ConfigurationError | None = None


class Failure(Exception):
    """What the engine shows: one line. It prints as `lockyard.Error: ...`, the name users search for."""


Failure.__module__, Failure.__qualname__ = "lockyard", "Error"


def configure(get: Callable[[str], str | None]) -> None:
    """Reads the settings. Wrong ones are kept as a refusal, so that `check` can report them as one clean line."""
    global _context, _refusal
    if not debugging():
        sys.tracebacklimit = 0
    with _lock:
        try:
            settings = load_settings(get)
        except ConfigurationError as error:
            _context, _refusal = None, error
            return
        if _context is None or _context.settings != settings:
            _context, _refusal = Context(settings=settings, connect=_connect, say=_say), None


def refusal() -> ConfigurationError | None:
    """Why the settings cannot be used; None when they can."""
    return _refusal


def context() -> Context:
    """The session's context.

    Raises:
        ConfigurationError: The settings cannot be used.
    """
    if _refusal is not None:
        raise _refusal
    if _context is None:
        configure(lambda key: None)
        return context()
    return _context


def answer(what: str, call: Callable[[], T]) -> T:
    """Runs one provider call. Every way out is an ordinary exception with one line; others would hang the engine.

    Unexpected errors name their type only: their text may hold what the user gave as a secret.
    """
    try:
        return call()
    except LockyardError as error:
        if debugging():
            raise
        # Over HTTP a refusal names its call; one of the embedded registry says only what was refused.
        bare = isinstance(error, ApiError) and not error.call
        raise Failure(f"{what}: {error}" if bare else str(error)) from None
    except BaseException as error:
        if debugging() and isinstance(error, Exception):
            raise
        raise Failure(
            f"{what}: unexpected {type(error).__name__}; set LOCKYARD_DEBUG=1 to see where, and report it"
        ) from None


def debugging() -> bool:
    """Whether the user asked for tracebacks; they may show secret values."""
    return bool(os.environ.get("LOCKYARD_DEBUG"))


def _connect(settings: Settings) -> Any:
    client = connect(settings)
    atexit.register(client.close)
    return client


def _say(line: str) -> None:
    """The engine shows a plugin's standard output as an information message."""
    print(plain(line), flush=True)
