"""How a server writes its log."""

from __future__ import annotations

import logging
import sys
from typing import Any, Literal

import structlog

LogFormat = Literal["text", "json", "none"]
"""`text` for people, `json` for collectors (one object a line), `none` for errors only."""

_OWN = ("lockyard", "uvicorn", "uvicorn.error")


def log_to_stderr(form: LogFormat) -> None:
    """Set up the log of this process: the server's own lines and uvicorn's, in one form, on standard error."""
    renderer: Any = (
        structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    # The code logs with the standard library; what it passes as `extra` becomes fields of the line.
    known: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if form == "json":
        known.append(structlog.processors.format_exc_info)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=known,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    for name in _OWN:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.ERROR if form == "none" else logging.WARNING if "uvicorn" in name else logging.INFO)
