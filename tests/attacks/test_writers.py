"""Eight processes write to one SQLite file for half a minute: none is refused, none is starved."""

from __future__ import annotations

from pathlib import Path

from tests.writers import write_at_once


def test_none_is_refused_or_starved(tmp_path: Path, capsys) -> None:  # pyright: ignore
    figures = write_at_once(tmp_path / "registry.db", 30.0)
    with capsys.disabled():
        print(f"\n{figures.line}")
    assert figures.slowest >= 1 / 3
