"""The tables of credentials and of use cases."""

from sqlalchemy import Column, ForeignKey, Index, PrimaryKeyConstraint, String, Table, Text, UniqueConstraint

from ._schema import metadata
from ._types import ID, TIMESTAMP

credentials = Table(
    "credentials",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", Text, nullable=False),
    Column("credential_type", String(64), nullable=False),
    Column("description", Text, nullable=False),
    # The values, encrypted; the key is not in the database (see `_vault.py`).
    Column("sealed", Text, nullable=False),
    Column("creator_id", Text, nullable=False),
    Column("creator_username", Text, nullable=False),
    Column("created_at", TIMESTAMP, nullable=False),
    Column("updated_at", TIMESTAMP, nullable=False),
    # Whose credentials are called what is for their owner alone to know.
    UniqueConstraint("creator_id", "name"),
)

# Which use cases hold a workload. Use cases themselves are not kept here, only their ids.
use_case_links = Table(
    "use_case_links",
    metadata,
    Column("use_case_id", ID, nullable=False),
    Column("workload_id", ID, ForeignKey("workloads.id"), nullable=False),
    Column("linked_at", TIMESTAMP, nullable=False),
    PrimaryKeyConstraint("use_case_id", "workload_id"),
    Index(None, "workload_id"),
)
