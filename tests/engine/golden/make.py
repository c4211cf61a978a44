"""Makes the golden state of the version at hand: `python -m tests.engine.golden.make`, at the root of the checkout.

Once a version is released its folder is never made again: it stands for the states that users have.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.engine.golden.program import program
from tests.engine.harness import Project
from tests.engine.harness.registries import DATABASE

GOLDEN = Path(__file__).parent
STATE, RECORDS = "stack.json", "registry.sql"


def main() -> None:
    """Run the program in an empty project, and keep its state and its registry."""
    folder = GOLDEN / version("lockyard")
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lockyard-golden-") as scratch:
        project = Project(Path(scratch, "project"), home=Path(scratch, "home"))
        project.up(program)
        exported = folder / STATE
        project.pulumi("stack", "export", "--stack", project.stack, "--file", str(exported))
        exported.write_text(json.dumps(without_places(json.loads(exported.read_text())), indent=1) + "\n")
        project.close()
        with closing(sqlite3.connect(project.data / DATABASE)) as database:
            folder.joinpath(RECORDS).write_text("\n".join(database.iterdump()) + "\n")
    print(f"wrote {folder.relative_to(Path.cwd())}")


def without_places(value: Any) -> Any:
    """The state without the engine's notes on where in a program each resource stands."""
    if isinstance(value, dict):
        return {key: without_places(item) for key, item in value.items() if key not in PLACES}
    return [without_places(item) for item in value] if isinstance(value, list) else value


PLACES = ("sourcePosition", "stackTrace")

if __name__ == "__main__":
    main()
