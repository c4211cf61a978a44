"""Names of credentials are unique for who made them: another user's was told by the refusal of its name."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Gives the table its new constraint."""
    with op.batch_alter_table("credentials") as batch:
        batch.drop_constraint("uq_credentials_name", type_="unique")
        batch.create_unique_constraint("uq_credentials_creator_id_name", ["creator_id", "name"])
