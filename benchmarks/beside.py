"""A few writes a second on a server that is under another load: what it remembers of reads is soon outdated."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from client import Client
from load import Request
from servers import Server

WRITES = 10
"""How many a second are tried; a server that takes longer for one gets fewer."""

_numbers = itertools.count(1_000_000_000)


@contextmanager
def writing(server: Server, requests: Sequence[Request]) -> Iterator[None]:
    """Sends requests in turn while it lasts, one at a time; what becomes of them does not matter.

    Args:
        server: the server.
        requests: as the load generator takes them, with `@number@` for another number each time.
    """
    over = threading.Event()

    def write() -> None:
        client = Client(server.address, server.headers)
        for request in itertools.cycle(requests):
            if over.wait(1 / WRITES):
                break
            body = json.loads(request.body.replace("@number@", str(next(_numbers))))
            with suppress(OSError, http.client.HTTPException):
                client.send(request.method, request.path, body)
        client.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()
