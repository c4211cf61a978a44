"""Reading an operator's JSON files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from lockyard.contract import ConfigurationError, ValidationFailedError

from .store import read_whole

_MOST_BYTES = 4 * 1024 * 1024

Found = TypeVar("Found")


def read_json_file(file: str | Path, source: str, what: str, parse: Callable[[object], Found]) -> Found:
    """What a JSON file says.

    Args:
        file: its path; `~` is the home folder.
        source: the option or variable that named it, for messages.
        what: what it is called in messages, such as `bundles`.
        parse: reads the document; raises `ValidationFailedError`.

    Raises:
        ConfigurationError: the file cannot be read, or what it says is wrong; one line with every problem.
    """
    path = Path(file).expanduser()
    try:
        document = json.loads(read_whole(path, _MOST_BYTES))
    except OSError as error:
        raise ConfigurationError(
            f"{source}: the {what} file {path} cannot be read ({error.strerror}): give an existing JSON file"
        ) from None
    except (ValueError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise ConfigurationError(f"{source}: the {what} file {path} is no JSON document: {why}") from None
    try:
        return parse(document)
    except ValidationFailedError as error:
        problems = "; ".join(f"{problem.path or 'the document'}: {problem.message}" for problem in error.problems)
        raise ConfigurationError(f"{source}: the {what} file {path} is wrong: {problems}") from None
