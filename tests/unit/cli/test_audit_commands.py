"""`lockyard verify`, `export` and `import`."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing


def tamper(file, statement):
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)


def test_prove_move_and_prove_again(shop, run, data_folder, tmp_path):
    shop.client.close()
    first = run("verify")
    assert (
        first.exit_code == 0 and "there is no valid checkpoint" in first.stdout and "nothing is wrong" in first.stdout
    )
    file = tmp_path / "registry.lockyard.gz"
    exported = run("export", str(file))
    assert exported.exit_code == 0, exported.output
    assert "1 repositories, 2 artifacts, 1 workloads" in exported.stdout
    proof = json.loads(run("verify", "--json").stdout)
    assert proof["clean"] and proof["checkpoints"] == 1 and proof["unproved_records"] == 0 and proof["notes"] == []
    offline = run("verify", "--export", str(file))
    assert offline.exit_code == 0 and "only copies of the checkpoints" in offline.stdout

    target = tmp_path / "elsewhere" / "registry.db"
    imported = run("import", str(file), "--database", str(target))
    assert imported.exit_code == 0, imported.output
    assert "1 checkpoints in" in imported.stdout and str(target.parent) in imported.stdout
    key = str(data_folder / "checkpoint-key.pem.pub")
    moved = run("verify", "--database", str(target), "--public-key", key, "--json")
    assert json.loads(moved.stdout)["notes"] == [] and moved.exit_code == 0

    tamper(target, "UPDATE artifacts SET status = 'draft', version = NULL WHERE status = 'locked'")
    broken = run("verify", "--database", str(target), "--public-key", key)
    assert broken.exit_code == 1 and f"artifacts {shop.locked['id']}" in broken.stdout
    findings = json.loads(run("verify", "--database", str(target), "--json").stdout)["findings"]
    assert {finding["what"] for finding in findings} == {"changed"}


def test_wrong_use_is_one_line(shop, run, data_folder, tmp_path):
    shop.client.close()
    for code, words in (
        (2, ("verify", "--database", "a.db", "--export", "b")),
        (1, ("verify", "--database", str(tmp_path / "nothing.db"))),
        (2, ("verify", "--export", str(tmp_path / "nothing"))),
        (2, ("verify", "--public-key", str(tmp_path / "nothing"))),
        (2, ("verify", "--checkpoints", "ftp://x")),
        (1, ("export", str(tmp_path / "file"), "--database", str(tmp_path / "nothing.db"))),
        (2, ("export", str(data_folder / "registry.db"))),
        (2, ("import", str(data_folder / "registry.db"), "--database", str(tmp_path / "new.db"))),
        (2, ("import", "file")),
    ):
        result = run(*words)
        assert (result.exit_code, len(result.stderr.splitlines())) == (code, 1), (words, result.output)
    assert not (tmp_path / "nothing.db").exists()


def test_import_makes_nothing_over_what_is_there(shop, run, data_folder, tmp_path):
    shop.client.close()
    file = tmp_path / "file"
    assert run("export", str(file), "--no-checkpoint").exit_code == 0
    assert not (data_folder / "checkpoints").exists()
    again = run("import", str(file), "--database", str(data_folder / "registry.db"))
    assert again.exit_code == 1 and "is not empty" in again.stderr
    assert run("export", str(file)).exit_code == 2
    assert run("export", str(file), "--force").exit_code == 0


def test_nothing_is_upgraded_by_looking(run, tmp_path):
    tamper(tmp_path / "old.db", "CREATE TABLE alembic_version (version_num VARCHAR(32))")
    tamper(tmp_path / "old.db", "INSERT INTO alembic_version VALUES ('0001')")
    before = (tmp_path / "old.db").read_bytes()
    result = run("verify", "--database", str(tmp_path / "old.db"))
    assert result.exit_code == 1 and "0001" in result.stderr
    assert (tmp_path / "old.db").read_bytes() == before
