"""Which resource bundles a registry has: the default ones, or those of an operator's file."""

import os
from pathlib import Path

from lockyard.contract import DEFAULT_BUNDLES, ResourceBundle, parse_bundles

from ._files import read_json_file

BUNDLES_VARIABLE = "LOCKYARD_BUNDLES"
"""Environment variable that names the file."""


def configured_bundles() -> tuple[ResourceBundle, ...]:
    """The bundles of the file that `LOCKYARD_BUNDLES` names; without it the default ones.

    Raises:
        ConfigurationError: the file cannot be read, or what it says is wrong.
    """
    file = os.environ.get(BUNDLES_VARIABLE)
    return read_bundles(file, BUNDLES_VARIABLE) if file else DEFAULT_BUNDLES


def read_bundles(file: str | Path, source: str) -> tuple[ResourceBundle, ...]:
    """The bundles of a file: a JSON document as `parse_bundles` of the contract takes it.

    Args:
        file: its path; `~` is the home folder.
        source: the option or variable that named it, for messages.

    Raises:
        ConfigurationError: the file cannot be read, or what it says is wrong; one line with every problem.
    """
    return read_json_file(file, source, "bundles", parse_bundles)
