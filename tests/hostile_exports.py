"""Exports that no `lockyard export` wrote, made from a sound one: a table by what is wrong with them."""

from __future__ import annotations

import base64
import copy
import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Float, Integer, String

from lockyard_registry.audit import SigningKey, read_checkpoint
from lockyard_registry.audit._documents import sign_checkpoint
from lockyard_registry.store import ID, TIMESTAMP, JsonText, metadata

Rows = list[list[Any]]

SQL = 'name") VALUES (1); DROP TABLE users; --'


class Export:
    """A sound export, and ways to spoil it.

    Args:
        content: the file.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.raw = gzip.decompress(content)
        lines = [json.loads(line) for line in self.raw.splitlines()]
        self.header: dict[str, Any] = lines[0]
        self.rows: Rows = lines[1:-1]

    def packed(self, rows: Rows | None = None, *, more: Any = (), **header: Any) -> bytes:
        """A file with a fitting end: header values of None are left out, `more` is put before the end as it is."""
        head = {name: value for name, value in {**self.header, **header}.items() if value is not None}
        found = self.rows if rows is None else rows
        lines = [_line(head), *map(_line, found), *(line + b"\n" for line in more)]
        counts: dict[str, int] = {}
        for table, *_ in found:
            counts[str(table)] = counts.get(str(table), 0) + 1
        end = {"rows": counts, "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
        return gzip.compress(b"".join([*lines, _line(end)]), compresslevel=1)

    def changed(self, table: str, change: Callable[[dict[str, Any]], object]) -> bytes:
        """A file whose rows of a table were all changed."""
        rows = copy.deepcopy(self.rows)
        assert any(name == table for name, _ in rows), table
        for name, row in rows:
            if name == table:
                change(row)
        return self.packed(rows)

    def of(self, table: str) -> dict[str, Any]:
        """A copy of a table's first row."""
        return copy.deepcopy(next(row for name, row in self.rows if name == table))


def _line(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def _bad_values(column: Any) -> Iterator[tuple[str, Any]]:
    """Values that a column of its type cannot have, by name."""
    yield "a list", [1]
    yield "an object", {"a": 1}
    if not column.nullable:
        yield "null", None
    kind = column.type
    if isinstance(kind, Boolean):
        yield from (("1", 1), ("text", "true"))
    elif isinstance(kind, Integer):
        yield from (("text", "../x"), ("a fraction", 1.5), ("true", True), ("a huge number", 10**30))
    elif isinstance(kind, Float):
        yield from (("text", "1"), ("infinite", float("inf")), ("not a number", float("nan")), ("huge", 10**350))
    else:
        assert isinstance(kind, String | JsonText)
        yield from (("a number", 7), ("a surrogate", "\ud800"), ("NUL", "a\0b"))
        if isinstance(kind, String) and kind.length:
            yield "too long", "a" * (kind.length + 1)
        if kind is ID:
            yield from (("a path", "../x"), ("an escape", "\x1b[31m"))
        if kind is TIMESTAMP:
            yield from (("no time", "tomorrow"), ("no such day", "2026-02-31T00:00:00.000000+00:00"))
        if isinstance(kind, JsonText):
            yield from (("no JSON", "{"), ("deep", "[" * 5000 + "]" * 5000), ("half deep", "[" * 300 + "]" * 300))
            yield from (("NaN", "[NaN]"), ("many parts", "[" + "1," * 4_000_000 + "1]"), ("digits", "9" * 5000))


def columns(export: Export, *, everyone: bool) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Each column of each table with rows, with each value that it cannot have; or only the first of each type."""
    seen: set[str] = set()
    for table in metadata.tables.values():
        if not any(name == table.name for name, _ in export.rows):
            continue
        for column in table.c:
            kind = "ID" if column.type is ID else "TIME" if column.type is TIMESTAMP else repr(column.type)
            if kind in seen and not everyone:
                continue
            seen.add(kind)
            yield (
                f"{table.name} without {column.name}",
                lambda t=table.name, c=column.name: export.changed(t, lambda row: row.pop(c)),
            )
            for name, value in _bad_values(column):
                yield (
                    f"{table.name}.{column.name}: {name}",
                    lambda t=table.name, c=column.name, v=value: export.changed(t, lambda row: row.update({c: v})),
                )


def headers(export: Export) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Each value of the header, missing or of another kind."""
    others: list[Any] = [[], {}, 1, 1.5, True, "", "../x", "/abs", "\x1b[31mEVIL", "\ud800", "a\nb", "x" * 70_000]
    others += [10**30, "head", "base", "0001:0002", -1, "é", "..", "."]
    for name in export.header:
        yield f"header without {name}", lambda n=name: export.packed(**{str(n): None})
        for value in others:
            if (name, value) in (("version", 1), ("at", ""), ("version", True)):
                continue
            yield f"header {name}={value!r:.20}", lambda n=name, v=value: export.packed(**{n: v})
    texts = (b"", b"\n", b"null\n", b"[]\n", b'"x"\n', b'["lockyard-export"]\n', b"[" * 60_000, b"\xff\xfe\n", b"{" * 9)
    for text in texts:
        yield f"first line {text[:12]!r}", lambda t=text: gzip.compress(t + export.raw.partition(b"\n")[2])


def paths(export: Export, outside: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Registry ids that are paths, in the header as well, with documents that are signed for them or are not."""
    key = SigningKey(_private(), Path("key.pem"))
    ids = ("../../../evil", str(outside / "evil"), "..", ".", "", "a/b", "a\\b", "a\0b", "~", "~root", "é", "a" * 65)
    for id in (
        *ids,
        "-x",
        "a b",
        "$HOME",
        "file:x",
        "con\n",
        "\x1b[31m",
        "\u202eevil",
        "%2e%2e",
        "*",
        "CON",
        "nul",
        "lpt9",
    ):
        for signed in (True, False):

            def spoilt(id: str = id, signed: bool = signed) -> bytes:
                rows = copy.deepcopy(export.rows)
                for name, row in rows:
                    if name == "registry_facts" and row["name"] == "registryId":
                        row["value"] = id
                    if name == "checkpoints":
                        row["document"] = _signed(key, row, id) if signed else "* * * * * root touch /pwned\n"
                return export.packed(rows, registryId=id)

            yield f"registry id {id[:20]!r}{' signed' if signed else ''}", spoilt


def checkpoints(export: Export) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Checkpoints that are not what they say."""
    key = SigningKey(_private(), Path("key.pem"))
    made = export.of("checkpoints")
    document = json.loads(made["document"])
    spoilt: dict[str, dict[str, Any]] = {
        "text": {"document": "* * * * * root touch /pwned\n"},
        "another number": {"number": 2},
        "number -5": {"number": -5},
        "number 0": {"number": 0},
        "another registry": {"document": _signed(key, made, "f" * 24)},
        "another signature": {"document": json.dumps({**document, "signature": base64.b64encode(b"x" * 64).decode()})},
        "another spelling": {"document": made["document"] + " "},
        "signed number": {"document": _signed(key, {**made, "number": 7}, export.header["registryId"])},
        "deep": {"document": "[" * 100_000},
        "a surrogate": {"document": '"\\ud800"'},
    }
    for name, value in document.items():
        for other in (None, [], {}, 1, "x", float("inf"), True, [[1, 2, 3]]):
            if other != value:
                spoilt[f"{name}={other}"] = {"document": json.dumps({**document, name: other})}
    for name, values in spoilt.items():
        yield f"checkpoint: {name}", lambda v=values: export.changed("checkpoints", lambda row: row.update(v))
    yield "two checkpoints of one number", lambda: export.packed([*export.rows, ["checkpoints", made]])


CHANGES: list[Any] = [7, None, {}, {"a": 1}, "x", [7], [None], ["abc"], [[]], [{}], [{"kind": "tags", "id": "x"}]]
CHANGES += [
    [{"kind": "tags", "id": "x", "before": None, "after": None, **wrong}]
    for wrong in (
        {"kind": []},
        {"kind": None},
        {"id": {}},
        {"id": 7},
        {"before": 0},
        {"before": {}},
        {"after": [7]},
    )
]
"""What is JSON and no changes of a record of the audit log, which migrations read."""


DOCUMENTS: list[Any] = [None, 7, "x", [7], [None], {"containerGroups": 7}, {"containerGroups": [7]}]
DOCUMENTS += [[{"containers": 7}], [[["x"]]], {"containerGroups": {"a": 1}}, [{"containers": [None]}]]
"""What is JSON, and no document of any JSON column."""


def documents(export: Export) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Documents without the parts that are asked for by name."""
    there = {name for name, _ in export.rows}
    for table in metadata.tables.values():
        for column in table.c:
            for value in DOCUMENTS if isinstance(column.type, JsonText) and table.name in there else ():
                # An object needs no parts where nobody asks for any.
                if isinstance(value, dict) and column.name in ("details", "config", "attributes"):
                    continue
                text = json.dumps(value)
                yield (
                    f"{table.name}.{column.name} {text}",
                    lambda t=table.name, c=column.name, v=text: export.changed(t, lambda row: row.update({c: v})),
                )


def changes(export: Export) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Records that do not say what changed, in chains that a migration separates."""
    for value in CHANGES:
        row = {"kind": "credentials", "changes": json.dumps(value)}
        yield f"changes {value!r:.60}", lambda r=row: export.changed("audit", lambda of: of.update(r))


def rows(export: Export) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Rows that no table has, or that do not go together."""
    first = export.of("artifacts")
    foreign: list[list[Any]] = [
        ["alembic_version", {"version_num": "0001"}],
        ["sqlite_master", {"type": "table"}],
        ["sqlite_sequence", {"name": "workload_events", "seq": 1}],
        ["artifacts_search", {"artifacts_search": "rebuild"}],
        ["artifacts_search_data", {"id": 1, "block": "x"}],
        ["artifacts_search_config", {"k": "version", "v": 5}],
        ["pg_catalog", {"a": 1}],
        ["evil", {"a": 1}],
        ["tags", {}],
        ["", {}],
        ["artifacts", {**first, "evil": 1}],
        ["artifacts", {**first, SQL: 1}],
        ["artifacts", {name: value for name, value in first.items() if name != "spec"}],
        ["artifacts", [first]],
        ["artifacts", first, 1],
        ["artifacts", None],
        ["artifacts"],
        ["artifacts", first],
        [1, {}],
        [None, None],
        [["artifacts"], first],
        [],
    ]
    for row in foreign:
        yield f"row {json.dumps(row)[:40]}", lambda r=row: export.packed([*export.rows, r or [""]])
    more: dict[str, bytes] = {
        "null": b"null",
        "text": b'"str"',
        "number": b"1",
        "object": b"{}",
        "end twice": b'{"rows":{},"sha256":""}',
        "nothing": b"",
        "deep": b'["artifacts",' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"]",
        "deep list": b"[" * 200_000,
        "a column twice": b'["tags",{"id":"a","id":"b"}]',
        "digits": b'["tags",{"id":' + b"9" * 9000 + b"}]",
        "no UTF-8": b'["tags",{"id":"\xff\xfe"}]',
        "blanks": b'[ "tags" , { } ]',
        "comment": b"// x",
        "control": b'["tags",{"id":"\x01"}]',
        "escape": b'["tags",{"id":"\\x"}]',
        "half a pair": b'["tags",{"id":"\\u12"}]',
        "many columns": b'["tags",{' + b",".join(b'"c%d":1' % n for n in range(1000)) + b"}]",
    }
    for name, line in more.items():
        yield f"line: {name}", lambda text=line: export.packed(more=[text])
    for table in ("artifact_repositories", "artifacts", "registry_facts"):
        yield f"no {table}", lambda t=table: export.packed([row for row in export.rows if row[0] != t])
    yield "rows backwards", lambda: export.packed(export.rows[::-1])
    yield "all rows twice", lambda: export.packed(export.rows * 2)


def files(export: Export, *, everyone: bool) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Files that are damaged, or packed otherwise."""
    whole, raw = export.content, export.raw
    lines = raw.splitlines(keepends=True)
    for size in (0, 1, 9, 10, 11, 40, len(whole) // 3, len(whole) // 2, len(whole) - 8, len(whole) - 1):
        yield f"cut after {size}", lambda n=size: whole[:n]
    yield "a bit is wrong", lambda: whole[:200] + bytes([whole[200] ^ 1]) + whole[201:]
    yield "the CRC is wrong", lambda: whole[:-8] + b"\0\0\0\0" + whole[-4:]
    yield "something after it", lambda: whole + b"more"
    yield "an export after it", lambda: whole + whole
    yield "not packed", lambda: raw
    yield "packed twice", lambda: gzip.compress(whole)
    yield "an empty pack", lambda: gzip.compress(b"")
    yield "many empty packs", lambda: gzip.compress(b"") * 20_000
    yield "zip", lambda: b"PK\x03\x04" + bytes(500)
    yield "an endless name in the pack's head", lambda: b"\x1f\x8b\x08\x08" + bytes(6) + b"a" * 100_000
    for number in range(0, len(lines), 1 if everyone else 8):
        yield f"cut after line {number}", lambda n=number: gzip.compress(b"".join(lines[:n]), 1)
        yield f"cut in line {number}", lambda n=number: gzip.compress(b"".join(lines[:n]) + lines[n][:-7], 1)
    yield "no end", lambda: gzip.compress(b"".join(lines[:-1]))
    yield "no line end", lambda: gzip.compress(raw[:-1])
    yield "a row less", lambda: gzip.compress(b"".join([*lines[:3], *lines[4:]]))
    yield "a row after the end", lambda: gzip.compress(raw + lines[3])
    yield "another digest", lambda: gzip.compress(b"".join([*lines[:-1], b'{"rows":{},"sha256":"0"}\n']))
    for end in ({}, {"rows": []}, {"rows": {"a": "b"}}, {"sha256": []}, {"rows": None, "sha256": None}):
        yield f"end {end}", lambda e=end: gzip.compress(b"".join([*lines[:-1], _line(e)]))
    digest = hashlib.sha256(b"".join(lines[:-1])).hexdigest()
    for counts in ([], None, {}, {"artifacts": 1}, {"artifacts": "3"}, {"evil": 1}, 7):
        end = _line({"rows": counts, "sha256": digest})
        yield f"counts {counts}", lambda e=end: gzip.compress(b"".join([*lines[:-1], e]))


def cases(export: Export, outside: Path, *, everyone: bool = False) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """All of them; every column of every table only where that is asked for."""
    yield from headers(export)
    yield from paths(export, outside)
    yield from checkpoints(export)
    yield from changes(export)
    yield from documents(export)
    yield from rows(export)
    yield from files(export, everyone=everyone)
    yield from columns(export, everyone=everyone)


def _private() -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(b"k" * 32)


def _signed(key: SigningKey, row: dict[str, Any], registry_id: str) -> str:
    found = read_checkpoint(row["document"].encode())
    return sign_checkpoint(
        key,
        number=row["number"],
        registry_id=registry_id,
        at=found.at,
        previous=found.previous,
        heads=found.heads,
    ).decode()
