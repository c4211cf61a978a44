"""The tables of users, their groups and their tokens. A registry without users is that of one person."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, PrimaryKeyConstraint, String, Table, Text, UniqueConstraint

from ._schema import metadata, shared_roles
from ._types import ID, TIMESTAMP

users = Table(
    "users",
    metadata,
    Column("id", ID, primary_key=True),
    Column("username", String(255), nullable=False),
    Column("full_name", Text),
    Column("email", Text),
    # May do everything, whatever the roles say.
    Column("administrator", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    # Who this is to an OIDC issuer; null for users who only have tokens of the registry.
    Column("issuer", String(255)),
    Column("subject", String(255)),
    Column("created_at", TIMESTAMP, nullable=False),
    Column("updated_at", TIMESTAMP, nullable=False),
    UniqueConstraint("username"),
    UniqueConstraint("issuer", "subject"),
)

user_groups = Table(
    "user_groups",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", String(255), nullable=False),
    Column("created_at", TIMESTAMP, nullable=False),
    UniqueConstraint("name"),
)

group_members = Table(
    "group_members",
    metadata,
    Column("group_id", ID, ForeignKey("user_groups.id"), nullable=False),
    Column("user_id", ID, ForeignKey("users.id"), nullable=False),
    PrimaryKeyConstraint("group_id", "user_id"),
    Index(None, "user_id"),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("id", ID, primary_key=True),
    Column("user_id", ID, ForeignKey("users.id"), nullable=False),
    Column("name", Text, nullable=False),
    # SHA-256 of the token; the token itself is nowhere.
    Column("hash", String(64), nullable=False),
    # `read` or `write`.
    Column("scope", String(8), nullable=False),
    Column("created_at", TIMESTAMP, nullable=False),
    Column("expires_at", TIMESTAMP),
    Column("revoked_at", TIMESTAMP),
    UniqueConstraint("hash"),
    Index(None, "user_id"),
)

# What somebody may see: the lists ask it for each page.
Index(None, shared_roles.c.recipient_type, shared_roles.c.recipient_id, shared_roles.c.kind, shared_roles.c.object_id)
