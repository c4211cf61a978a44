"""Settings for all levels of tests."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from .postgres import blank_postgres, postgres, postgres_url
from .sqlite import blank_sqlite, files_from_copies, files_from_migrations

__all__ = [
    "blank_postgres",
    "blank_sqlite",
    "files_from_copies",
    "files_from_migrations",
    "postgres",
    "postgres_url",
]

# The machine may be busy with other levels of tests: time says nothing about the code here.
settings.register_profile("lockyard", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("lockyard")


@pytest.fixture(autouse=True)
def loggers_put_back() -> Iterator[None]:
    """A server that a test starts in this process sets up the process' log: the next test finds it as it was."""
    loggers = [logging.getLogger(name) for name in ("lockyard", "uvicorn", "uvicorn.error")]
    before = [(logger, logger.handlers, logger.propagate, logger.level) for logger in loggers]
    yield
    for logger, handlers, propagate, level in before:
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)
