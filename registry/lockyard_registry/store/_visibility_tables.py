"""Who sees how many artifacts: what the lists would otherwise have to count anew for each page.

A *scope* is the set of users, groups and organizations that a repository is shared with, in whatever roles. Each
artifact has the scope of its repository, so what a caller sees is the sum of some scopes, nothing counted twice.

A user may see thousands of scopes, since all who own something and share it make one. So the numbers are also kept by
recipient: what the recipient with the most sees is one number, and only the scopes that it does not see are added up.
"""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from ._schema import artifacts, metadata, tags
from ._types import ID

EVERYTHING = "*"
"""The holder in `artifact_counts` that stands for all artifacts."""

scope_recipients = Table(
    "scope_recipients",
    metadata,
    Column("recipient_type", String(16), nullable=False),
    Column("recipient_id", String(255), nullable=False),
    # Says nothing by itself: a digest of its recipients.
    Column("scope", ID, nullable=False),
    PrimaryKeyConstraint("recipient_type", "recipient_id", "scope"),
    # Of one scope, whether a caller sees it.
    Index(None, "scope", "recipient_type", "recipient_id"),
)

artifact_counts = Table(
    "artifact_counts",
    metadata,
    # A scope, a recipient (`recipient_holder`), a repository, or `EVERYTHING`.
    Column("holder", ID, nullable=False),
    Column("type", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    # Changes of different repositories shall not wait for one row; only the sum over all slots means something.
    Column("slot", Integer, nullable=False, autoincrement=False),
    Column("number", Integer, nullable=False),
    PrimaryKeyConstraint("holder", "type", "status", "slot"),
)

facet_counts = Table(
    "facet_counts",
    metadata,
    # A scope, or `EVERYTHING`.
    Column("holder", ID, nullable=False),
    Column("facet", String(16), nullable=False),
    # Of a tag, the name and value; of a creator, the username and id; of a repository, nothing and the id.
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("type", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    # As in `artifact_counts`.
    Column("slot", Integer, nullable=False, autoincrement=False),
    Column("number", Integer, nullable=False),
    PrimaryKeyConstraint("holder", "facet", "name", "value", "type", "status", "slot"),
    # What is added up lies side by side.
    sqlite_with_rowid=False,
)

# The runs that pages are merged from (lifecycle/_artifact_pages.py): equal in front, in the list's order behind.
Index(None, artifacts.c.type, artifacts.c.status, artifacts.c.created_at, artifacts.c.id, artifacts.c.visible_to)
Index(None, artifacts.c.repository_id, artifacts.c.created_at, artifacts.c.id, artifacts.c.status)
Index(None, artifacts.c.visible_to, artifacts.c.type, artifacts.c.status, artifacts.c.created_at, artifacts.c.id)

# Filters by creator and by tag.
Index(None, artifacts.c.creator_id, artifacts.c.creator_username)
Index(None, tags.c.kind, tags.c.name, tags.c.value, tags.c.object_id)
Index(None, tags.c.kind, tags.c.value, tags.c.object_id)
