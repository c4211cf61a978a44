"""Running `pulumi` with a deadline, with a Python function or a folder as its program."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import grpc
import psutil
import pulumi
from pulumi.automation._server import LanguageServer
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import language_pb2_grpc

from .results import Json, Run, plain

# Another engine may have listened at the same port before, and gRPC remembers that nobody answered there.
_GRPC_CHANNEL_OPTIONS.append(("grpc.use_local_subchannel_pool", 1))

# Six calls to the engine for each resource that a program registers here, and nobody reads what they say.
pulumi.log.debug = lambda *message, **about: None

Program = Callable[[], Any]

DEADLINE_SECONDS = 150.0


def run_pulumi(
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    program: Program | None = None,
    log: Path | None = None,
    deadline: float = DEADLINE_SECONDS,
) -> Run:
    """Run one command to its end.

    Args:
        arguments: The words after `pulumi`.
        folder: The project's folder.
        environment: The whole environment.
        program: The program of an operation, run in this process; None for the folder's own one.
        log: Where the engine writes its events; None for commands without any.
        deadline: Seconds after which it is ended, with every process it started.
    """
    words = [*arguments, "--non-interactive", "--color", "never"]
    if log is not None:
        log.unlink(missing_ok=True)
        words += ["--event-log", str(log)]
    with _served(program) as port:
        if port is not None:
            words += [f"--client=127.0.0.1:{port}", "--exec-kind", "auto.inline"]
        code, output = run_process(["pulumi", *words], folder=folder, environment=environment, deadline=deadline)
    return Run(command=" ".join(arguments), code=code, output=plain(output), events=_events(log))


def run_process(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], deadline: float = DEADLINE_SECONDS
) -> tuple[int, str]:
    """Run a program to its end and answer its exit code and all it printed."""
    with start_process(command, folder=folder, environment=environment) as process:
        return finish_process(process, deadline=deadline)


def start_process(command: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start a program whose output is collected by `finish_process`."""
    return subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def finish_process(process: subprocess.Popen[str], *, deadline: float = DEADLINE_SECONDS) -> tuple[int, str]:
    """Wait for a program; when the deadline passes, end it and everything it started, and fail."""
    try:
        output, _ = process.communicate(timeout=deadline)
    except BaseException as reason:
        started = [process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))]
        for pid in started:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        output, _ = process.communicate()
        if isinstance(reason, subprocess.TimeoutExpired):
            raise AssertionError(f"{process.args} took longer than {deadline:g} s:\n{output}") from None
        raise
    return process.returncode, output


class _Program(LanguageServer):
    """The function behind the language protocol, as the Automation API does it, but without its follow-up commands."""

    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.idle = threading.Event()
        self.idle.set()

    def Run(self, request: Any, context: Any) -> Any:
        self.idle.clear()
        try:
            return super().Run(request, context)
        finally:
            self.idle.set()


@contextmanager
def _served(program: Program | None) -> Iterator[int | None]:
    if program is None:
        yield None
        return
    servicer = _Program(program)
    server = grpc.server(ThreadPoolExecutor(max_workers=4), options=_GRPC_CHANNEL_OPTIONS)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield port
    finally:
        server.stop(grace=0).wait(timeout=10)
        servicer.idle.wait(timeout=10)
        _collect_quietly()


_modules = 0


def _collect_quietly() -> None:
    """Let the coroutines of a program that the engine gave up go here, where their complaints disturb nobody.

    Their clean-up runs Python code; in the middle of pytest's own parsing that ends the test process (CPython 3.11).
    """
    global _modules
    hook, sys.unraisablehook = sys.unraisablehook, lambda unraisable: None
    try:
        gc.collect()
        if len(sys.modules) != _modules:
            # What the imports left stays as long as the process. Looked through after every command, it took longer
            # than many a command.
            _modules = len(sys.modules)
            gc.freeze()
    finally:
        sys.unraisablehook = hook


def _events(log: Path | None) -> list[Json]:
    if log is None or not log.exists():
        return []
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.strip()]
