"""Writes down the schema that the migrations make, which `lockyard verify` compares databases with.

Usage, after a new migration, once for each kind of database:

    python scripts/write_schema.py /tmp/new.db
    python scripts/write_schema.py postgresql://user@host/new_database
"""

import json
import sys

from lockyard_registry.store import Store
from lockyard_registry.store._live_schema import EXPECTED, schema_facts


def main(location: str) -> None:
    """Makes a registry in a database with nothing in it, and writes the file of its kind."""
    store = Store.open(location)
    with store.read() as tx:
        path = EXPECTED / f"{tx.dialect.name}.json"
        facts = schema_facts(tx)
    store.close()
    path.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(facts)} facts written to {path}")


if __name__ == "__main__":
    main(sys.argv[1])
