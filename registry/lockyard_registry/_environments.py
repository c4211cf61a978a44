"""Which execution environments a registry has: the default ones, or those of an operator's file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ._files import read_json_file

if TYPE_CHECKING:
    from lockyard.contract import ExecutionEnvironment

ENVIRONMENTS_VARIABLE = "LOCKYARD_ENVIRONMENTS"
"""Environment variable that names the file."""


def configured_environments() -> tuple[ExecutionEnvironment, ...] | None:
    """The environments of the file that `LOCKYARD_ENVIRONMENTS` names; None without it: the default ones.

    Raises:
        ConfigurationError: the file cannot be read, or what it says is wrong.
    """
    file = os.environ.get(ENVIRONMENTS_VARIABLE)
    return read_environments(file, ENVIRONMENTS_VARIABLE) if file else None


def read_environments(file: str | Path, source: str) -> tuple[ExecutionEnvironment, ...]:
    """The environments of a file: a JSON document as `parse_environments` of the contract takes it.

    Args:
        file: its path; `~` is the home folder.
        source: the option or variable that named it, for messages.

    Raises:
        ConfigurationError: the file cannot be read, or what it says is wrong; one line with every problem.
    """
    from lockyard.contract import parse_environments  # only servers need it

    return read_json_file(file, source, "environments", parse_environments)
