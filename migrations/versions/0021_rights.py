"""Roles: of accounts in the installation, and of people in operations."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

LATER = {"deferrable": True, "initially": "DEFERRED"}
ROLES = ("commander", "planner", "liaison", "leader", "custody", "forensics", "interviews")


def upgrade() -> None:
    """Every account goes on as before: planner and commander of what there is; the first administers accounts too."""
    op.add_column("users", sa.Column("roles", sa.JSON(none_as_null=True), nullable=False, server_default="[]"))
    op.add_column("users", sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("must_change", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("""UPDATE users SET roles = '["creator"]'""")
    op.execute("""UPDATE users SET roles = '["administrator","creator"]' WHERE key = (SELECT MIN(key) FROM users)""")
    op.create_table(
        "memberships",
        sa.Column("person", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("operation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("tied_to", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["users.key"], "fk_memberships_person", **LATER),
        sa.ForeignKeyConstraint(["operation"], ["operations.key"], "fk_memberships_operation", **LATER),
        sa.ForeignKeyConstraint(["made_by"], ["users.key"], "fk_memberships_made_by", **LATER),
        sa.PrimaryKeyConstraint("person", "operation", "role", name="pk_memberships"),
        sa.CheckConstraint(f"role IN ({', '.join(map(repr, ROLES))})", name=op.f("ck_memberships_role_word")),
    )
    op.create_index("ix_memberships_operation", "memberships", ["operation"])
    both = "(SELECT 'planner' AS role UNION ALL SELECT 'commander') AS roles"
    op.execute(
        "INSERT INTO memberships (person, operation, role, tied_to, made_at) "
        f"SELECT users.key, operations.key, roles.role, '', users.made_at FROM users, operations, {both}"
    )
    if op.get_bind().dialect.name == "postgresql":  # what is deferred would keep tables from being changed
        op.execute("SET CONSTRAINTS ALL IMMEDIATE")
        op.execute("SET CONSTRAINTS ALL DEFERRED")


def downgrade() -> None:
    """Whoever has an account may do everything."""
    op.drop_table("memberships")
    for column in ("must_change", "disabled_at", "roles"):
        op.drop_column("users", column)
