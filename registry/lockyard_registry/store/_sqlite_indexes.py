"""Whether the indexes of a SQLite file hold what the tables do."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from ._text_search import SEARCHED

_SHADOWS = ("data", "idx", "docsize")
_CHECKED = "lockyard_checked"


def index_problems(driver: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """What is wrong: where, and a sentence.

    Args:
        driver: a connection in a transaction. What it needs for the look is in its temporary tables, and removed.
    """
    for (line,) in driver.execute("PRAGMA integrity_check").fetchall():
        if line != "ok":
            yield "database", f"SQLite finds the file damaged ({' '.join(str(line).split())})"
    for table in SEARCHED:
        try:
            problem = _search_problem(driver, table)
        except sqlite3.DatabaseError as error:
            problem = str(error)
        if problem:
            yield f"index {table}_search", f"searches go by an index that does not fit the texts of {table} ({problem})"


def _search_problem(driver: sqlite3.Connection, table: str) -> str:
    index = f"{table}_search"
    for one, other in ((table, f"{index}_rows"), (f"{index}_rows", table)):
        stray = driver.execute(f"SELECT id FROM {one} EXCEPT SELECT id FROM {other} LIMIT 1").fetchone()
        if stray is not None:
            return f"{stray[0]} is only in {one}"
    with _copied(driver, table) as copy:
        # Says how the index is read; a new one has the same.
        if not _same(driver, f"temp.{copy}_config", f"main.{index}_config"):
            return "its settings are not those that it was made with"
        for shadow in _SHADOWS:
            driver.execute(f"DELETE FROM temp.{copy}_{shadow}")
            driver.execute(f"INSERT INTO temp.{copy}_{shadow} SELECT * FROM main.{index}_{shadow}")
        # Compares every trigram of every text with the index, which a table without its own texts cannot do.
        driver.execute(f"INSERT INTO temp.{copy} ({copy}, rank) VALUES ('integrity-check', 1)")
    return "" if _finds_its_leaves(driver, index) else "some of its pages are not found"


def _same(driver: sqlite3.Connection, one: str, other: str) -> bool:
    return _rows(driver, one) == _rows(driver, other)


def _rows(driver: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    return sorted(driver.execute(f"SELECT * FROM {table}").fetchall(), key=repr)


def _finds_its_leaves(driver: sqlite3.Connection, index: str) -> bool:
    """Whether `…_idx`, by which a term's page is found, names each page on which a term begins.

    SQLite's own check looks only at the entries that are there. FTS5's file format (fts5_index.c): the number of a page
    is segment * 2**37 + page, with bits between for other kinds of pages; the third and fourth byte of a page say where
    its list of terms begins, which is its end if it has none.
    """
    found = {(segment, page >> 1) for segment, page in driver.execute(f"SELECT segid, pgno FROM {index}_idx")}
    leaves = driver.execute(
        f"SELECT id >> 37, id & 0x7fffffff, length(block), substr(block, 3, 2) FROM {index}_data "
        "WHERE id >> 37 > 0 AND (id >> 31) & 0x3f = 0"
    )
    segments = set()
    for segment, page, length, terms in leaves:
        segments.add(segment)
        if int.from_bytes(terms, "big") < length and (segment, page) not in found:
            return False
    return segments.issuperset(segment for segment, _ in found)


@contextmanager
def _copied(driver: sqlite3.Connection, table: str) -> Iterator[str]:
    """A temporary copy of the index of a table, which knows where the texts are."""
    index, copy = f"{table}_search", _CHECKED
    view = f"{copy}_texts"
    in_memory = not _has_folder()
    if in_memory:
        driver.execute("PRAGMA temp_store = MEMORY")
    driver.execute(
        f"CREATE TEMP VIEW {view} AS SELECT r.number AS number, t.search_text AS text "
        f"FROM main.{index}_rows r JOIN main.{table} t ON t.id = r.id"
    )
    try:
        driver.execute(
            f"CREATE VIRTUAL TABLE temp.{copy} USING fts5(text, content='{view}', content_rowid='number', "
            "tokenize='trigram case_sensitive 1')"
        )
        yield copy
    finally:
        driver.execute(f"DROP TABLE IF EXISTS temp.{copy}")
        driver.execute(f"DROP VIEW IF EXISTS temp.{view}")


def _has_folder() -> bool:
    try:
        return bool(tempfile.gettempdir())
    except FileNotFoundError:
        return False
