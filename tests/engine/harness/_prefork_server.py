"""A process with everything imported that splits off a copy of itself for every plugin (see prefork.py).

_prefork_server.py SOCKET
"""

from __future__ import annotations

import array
import gc
import importlib
import io
import json
import os
import runpy
import selectors
import signal
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path

# What a plugin with an embedded registry loads sooner or later.
_MODULES = (
    "dill",
    "pulumi.automation",
    "pulumi.dynamic",
    "lockyard.dynamic.providers",
    "lockyard.dynamic._adapter",
    "lockyard.client",
    "lockyard_registry",
    "alembic.command",
    "sqlalchemy.dialects.sqlite",
)

_LENGTH = struct.Struct("!I")


class _Server:
    """Splits off a copy of this process for every request, and ends the copy when whoever asked is gone."""

    def __init__(self, where: Path) -> None:
        self._where = where
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(where))
        self._listener.listen(16)
        self._selector = selectors.DefaultSelector()
        self._running: dict[int, socket.socket] = {}

    def serve(self) -> None:
        """Serve until standard input ends."""
        ended, wake = socket.socketpair()
        for end in (ended, wake):
            end.setblocking(False)
        signal.set_wakeup_fd(wake.fileno())
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        for source in (self._listener, ended, sys.stdin):
            self._selector.register(source, selectors.EVENT_READ)
        print("ready", flush=True)
        while True:
            for key, _ in self._selector.select():
                source = key.fileobj
                if source is sys.stdin:
                    return self._close()
                if source is self._listener:
                    self._start(self._listener.accept()[0])
                elif source is ended:
                    ended.recv(4096)
                    self._reap()
                else:
                    self._end(source)

    def _start(self, asker: socket.socket) -> None:
        request, streams = _receive(asker)
        child = os.fork()
        if child == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._selector.close()
            for open_socket in (self._listener, asker, *self._running.values()):
                open_socket.close()
            _become_plugin(request, streams)
        for stream in streams:
            os.close(stream)
        self._running[child] = asker
        self._selector.register(asker, selectors.EVENT_READ)

    def _reap(self) -> None:
        for child, asker in list(self._running.items()):
            found, status = os.waitpid(child, os.WNOHANG)
            if found:
                with suppress(OSError):
                    asker.sendall(_LENGTH.pack(os.waitstatus_to_exitcode(status) & 0xFF))
                self._forget(child)

    def _end(self, asker: object) -> None:
        for child, known in list(self._running.items()):
            if known is asker:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                self._forget(child)

    def _forget(self, child: int) -> None:
        asker = self._running.pop(child)
        self._selector.unregister(asker)
        asker.close()

    def _close(self) -> None:
        for asker in list(self._running.values()):
            self._end(asker)
        self._where.unlink()
        self._where.with_name("python").unlink(missing_ok=True)
        self._where.parent.rmdir()


def _receive(asker: socket.socket) -> tuple[dict[str, object], list[int]]:
    """The request, and the three standard streams that come with it."""
    first, streams = b"", array.array("i")
    head, control, _, _ = asker.recvmsg(_LENGTH.size, socket.CMSG_SPACE(3 * streams.itemsize))
    for level, kind, data in control:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            streams.frombytes(data)
    (length,) = _LENGTH.unpack(head)
    while len(first) < length:
        first += asker.recv(length - len(first))
    return json.loads(first), list(streams)


def _become_plugin(request: dict[str, object], streams: list[int]) -> None:
    """Go on as `python -u -m MODULE …` would, with the environment, the folder and the streams of whoever asked."""
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin = io.TextIOWrapper(io.FileIO(0))
    sys.stdout, sys.stderr = (io.TextIOWrapper(io.FileIO(number, "w"), write_through=True) for number in (1, 2))
    environment, arguments = request["environment"], request["arguments"]
    assert isinstance(environment, dict) and isinstance(arguments, list)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(str(request["folder"]))
    sys.orig_argv[:] = [sys.executable, *arguments]
    assert arguments[:2] == ["-u", "-m"], arguments
    sys.argv[:] = ["", *arguments[3:]]
    sys.path.insert(0, str(Path.cwd()))
    code = 0
    try:
        for folder in filter(None, environment.get("PYTHONPATH", "").split(os.pathsep)):
            sys.path.insert(1, folder)
            if Path(folder, "sitecustomize.py").exists():
                runpy.run_path(str(Path(folder, "sitecustomize.py")))
        runpy.run_module(arguments[2], run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
        code = 1
    finally:
        os._exit(code)


def _main() -> None:
    del sys.path[0]  # its neighbours have names that others have, too
    for name in _MODULES:
        importlib.import_module(name)
    # What is here stays: no copy needs to look through it, and copy its memory by that.
    gc.freeze()
    _Server(Path(sys.argv[1])).serve()


if __name__ == "__main__":
    _main()
