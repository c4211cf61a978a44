"""The Workload API over HTTP: thin routes on the calls of `lockyard_registry.operations`."""

from ._app import create_app
from ._forward import Deadlines
from ._logs import LogFormat
from ._paths import API_PATH
from ._serve import DEFAULT_HOST, DEFAULT_PORT, running_server, serve
from ._tls import TlsFiles
from ._tokens import TOKEN_FILE, TOKEN_VARIABLE, ServerToken, read_token, server_token

__all__ = [
    "API_PATH",
    "DEFAULT_HOST",
    "DEFAULT_PORT",
    "TOKEN_FILE",
    "TOKEN_VARIABLE",
    "Deadlines",
    "LogFormat",
    "ServerToken",
    "TlsFiles",
    "create_app",
    "read_token",
    "running_server",
    "serve",
    "server_token",
]
