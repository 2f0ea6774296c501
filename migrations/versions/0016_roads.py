"""Roads of an operation: which areas, vehicle and closures it is planned with, and the minutes that come of them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0013"
DEFERRED = {"deferrable": True, "initially": "DEFERRED"}


def upgrade() -> None:
    """No operation is planned on roads yet."""
    op.create_table(
        "roads",
        sa.Column("operation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("length(key) > 0", name=op.f("ck_roads_key_length")),
        sa.ForeignKeyConstraint(["operation"], ["operations.key"], "fk_roads_operation", **DEFERRED),
        sa.ForeignKeyConstraint(["changed_by"], ["users.key"], "fk_roads_changed_by", **DEFERRED),
        sa.PrimaryKeyConstraint("operation", "key", name="pk_roads"),
    )
    op.create_table(
        "road_minutes",
        sa.Column("operation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=True),
        sa.Column("minutes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("summary", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'working', 'ready', 'failed')", name=op.f("ck_road_minutes_state_word")
        ),
        sa.ForeignKeyConstraint(["operation"], ["operations.key"], "fk_road_minutes_operation", **DEFERRED),
        sa.PrimaryKeyConstraint("operation", name="pk_road_minutes"),
    )


def downgrade() -> None:
    """Operations are planned by their own matrix or by straight lines."""
    op.drop_table("road_minutes")
    op.drop_table("roads")
