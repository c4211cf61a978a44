"""Whatever is changed behind the registry's back is named, or documented as outside: every column, index and file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.registry.builders import Desk
from tests.unit.registry.full_registry import FullRegistry, fill
from tests.unit.registry.tampering import (
    MOST_OUTSIDE,
    NEVER_OUTSIDE,
    OUTSIDE,
    behind_its_back,
    column_changes,
    columns,
    missed,
    structure_changes,
    tables,
)

from lockyard_registry import Caller, Registry
from lockyard_registry.runtime import ManualClock

DOCUMENTED = Path(__file__).parents[3] / "docs" / "registry.md"


@pytest.fixture
def full(
    location: Path | str, open_it: Callable[..., Registry], caller: Caller, clock: ManualClock, tmp_path: Path
) -> FullRegistry:
    registry = open_it(location=location, credentials_key=tmp_path / "keys" / "credentials-key")
    return fill(Desk(registry, caller, clock), tmp_path)


def test_every_column(full: FullRegistry, location: Path | str) -> None:
    found, number = missed(full, location, column_changes)
    unknown = sorted(set(found) - set(OUTSIDE))
    print(f"tamper score {number - len(unknown)}/{number} columns, {len(found)} of them outside", *unknown)
    assert unknown == [], "name their change in `verify`, or say in OUTSIDE and in the docs why not"


def test_what_is_outside_is_little_and_documented(full: FullRegistry, location: Path | str) -> None:
    with behind_its_back(full, location) as connection:
        there = {f"{table}.{column}" for table in tables(connection) for column in columns(connection, table)}
    assert set(OUTSIDE) <= there
    assert len(OUTSIDE) <= MOST_OUTSIDE * len(there)
    assert {name.partition(".")[0] for name in OUTSIDE} & NEVER_OUTSIDE == set()
    text = DOCUMENTED.read_text(encoding="utf-8")
    assert [name for name in OUTSIDE if f"`{name}`" not in text] == []


def test_every_index_trigger_and_table(full: FullRegistry, location: Path | str) -> None:
    found, number = missed(full, location, structure_changes)
    print(f"tamper score {number - len(found)}/{number} indexes, triggers, constraints, tables")
    assert found == []


def test_every_checkpoint_file(full: FullRegistry) -> None:
    folder = full.folder / "signed" / full.desk.reg.registry_id
    found, files = [], sorted(folder.iterdir())
    for file in files:
        content = file.read_bytes()
        file.chmod(0o644)
        for name, new in (
            ("changed", content.replace(b'"at":"2026', b'"at":"2027')),
            ("emptied", b""),
            ("swapped", files[0].read_bytes() if file is not files[0] else files[1].read_bytes()),
        ):
            file.write_bytes(new)
            if full.prove().clean:
                found.append(f"{file.name} {name}")
        file.unlink()
        if full.prove().clean:
            found.append(f"{file.name} removed")
        file.write_bytes(content)
    print(f"tamper score {4 * len(files) - len(found)}/{4 * len(files)} checkpoint files")
    assert len(files) == 3
    assert found == []
    assert full.prove().findings == []
