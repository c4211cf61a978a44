"""Several processes that answer on one socket, watched by the one that was started."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
import threading
from dataclasses import dataclass
from multiprocessing import parent_process
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from .. import open_registry
from ._app import create_app
from ._logs import LogFormat, log_to_stderr
from ._metrics import SHARED_NUMBERS
from ._process import settle


@dataclass(frozen=True, slots=True)
class Worker:
    """Makes the application in a process of its own; it is sent there, so it holds only what can be.

    Attributes:
        opened: arguments of `open_registry`.
        created: arguments of `create_app`.
        log: form of the log.
    """

    opened: dict[str, Any]
    created: dict[str, Any]
    log: LogFormat

    def __call__(self) -> FastAPI:
        """The application, on a registry that stays open as long as the process lives."""
        log_to_stderr(self.log)
        threading.Thread(target=_end_with_parent, daemon=True).start()
        app = create_app(open_registry(**self.opened), **self.created)
        settle()
        return app


def _end_with_parent() -> None:
    # The parent ends its workers, unless it was killed.
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def run_workers(config: uvicorn.Config, listener: socket.socket) -> None:
    """Run until told to end; a worker that dies is replaced, and all of them finish what they began.

    Args:
        config: with a `Worker` as the application.
        listener: the socket that all of them accept from.
    """
    with tempfile.TemporaryDirectory(prefix="lockyard-metrics-") as folder:
        # Each worker counts in files there, and whichever is asked for the numbers adds all of them up.
        os.environ[SHARED_NUMBERS] = folder
        try:
            Multiprocess(config, [listener]).run()
        finally:
            del os.environ[SHARED_NUMBERS]
