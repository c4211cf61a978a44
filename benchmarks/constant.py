"""The least that a server of ours could do: an ASGI application whose answers are always the same.

It runs as a program, under the same uvicorn with the same settings as `lockyard serve`. What it answers are real
answers of ours, headers included, so that the same number of bytes goes over the same sockets.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from client import Answer
from servers import HOST, Server, running

# What the server adds to every answer by itself.
_SERVERS_OWN = ("date", "server", "connection", "transfer-encoding")


@contextmanager
def constant_server(folder: Path, answers: Mapping[str, Answer], workers: int) -> Iterator[Server]:
    """A server that knows some paths.

    Args:
        folder: for its log.
        answers: what it answers, by path.
        workers: processes.
    """
    told = {
        path: {
            "status": answer.status,
            "headers": [(name, value) for name, value in answer.headers.items() if name not in _SERVERS_OWN],
            "body": answer.body.decode(),
        }
        for path, answer in answers.items()
    }
    file = folder / "constant.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LOCKYARD_", "PYTHON"))}
    command = [sys.executable, "-u", str(Path(__file__).resolve()), str(file), str(workers)]
    with running(command, folder / "constant.log", environment, {}, _address) as server:
        yield server


def _address(printed: str) -> str | None:
    found = re.search(r"listening: (http://\S+)\n", printed)
    return found and found[1]


class Constant:
    """The application.

    Args:
        answers: status, headers and body by path.
    """

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._messages = {
            path: (
                {
                    "type": "http.response.start",
                    "status": answer["status"],
                    "headers": [(name.encode(), value.encode()) for name, value in answer["headers"]],
                },
                {"type": "http.response.body", "body": answer["body"].encode()},
            )
            for path, answer in answers.items()
        }

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        """Answers; it asks for nothing but the path."""
        for message in self._messages[scope["path"]]:
            await send(message)


def constant(file: str) -> Any:
    """The application with the answers of a file."""
    return Constant(json.loads(Path(file).read_text(encoding="utf-8")))


def main(file: str, workers: str) -> None:
    """Serves the answers of a file until the process is told to end."""
    from uvicorn.supervisors import Multiprocess

    from lockyard_registry.api import _serve

    config = _serve._config(partial(constant, file), workers=int(workers))
    config.factory = True
    with _serve._listen(HOST, 0) as listener:
        print(f"listening: http://{HOST}:{listener.getsockname()[1]}")
        Multiprocess(config, [listener]).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
