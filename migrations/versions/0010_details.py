"""Rows and the operation carry details; a site its own set minutes; a suspect may have further addresses."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

DESCRIBED = ("operations", "agencies", "places", "officers", "vehicles", "sites", "suspects")
NAMED = {"suspect": "suspects", "site": "sites"}


def upgrade() -> None:
    """Nothing has details or further addresses yet."""
    for table in DESCRIBED:
        op.add_column(table, sa.Column("details", sa.JSON(), nullable=False, server_default="{}"))
    op.execute(
        "ALTER TABLE sites ADD COLUMN set_minutes INTEGER "
        "CONSTRAINT ck_sites_set_minutes_range CHECK (set_minutes BETWEEN 0 AND 100000)"
    )
    deferred = {"deferrable": True, "initially": "DEFERRED"}
    op.create_table(
        "addresses",
        sa.Column("operation", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspect", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("chance", sa.Float(), nullable=False),
        sa.CheckConstraint("length(key) > 0", name="key_length"),
        sa.CheckConstraint("chance BETWEEN 0 AND 1", name="chance_range"),
        sa.ForeignKeyConstraint(["operation"], ["operations.key"], "fk_addresses_operation", **deferred),
        sa.ForeignKeyConstraint(["changed_by"], ["users.key"], "fk_addresses_changed_by", **deferred),
        *(
            sa.ForeignKeyConstraint(
                ["operation", column],
                [f"{table}.operation", f"{table}.key"],
                f"fk_addresses_operation_{column}",
                **deferred,
            )
            for column, table in NAMED.items()
        ),
        sa.PrimaryKeyConstraint("operation", "key", name="pk_addresses"),
    )
    for column in NAMED:
        op.create_index(f"ix_addresses_{column}", "addresses", ["operation", column])


def downgrade() -> None:
    """Details, set minutes of sites and further addresses are gone."""
    op.drop_table("addresses")
    op.drop_column("sites", "set_minutes")
    for table in reversed(DESCRIBED):
        op.drop_column(table, "details")
