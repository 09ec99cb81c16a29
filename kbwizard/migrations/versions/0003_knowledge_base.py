"""Drafts, versions and images of articles; what readers do with them; what they searched for.

Revision: 0003. Follows: 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import kbwizard.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "article_acknowledgement",
        sa.Column("who", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("who", "slug", "edition", name=op.f("pk_article_acknowledgement")),
    )
    op.create_table(
        "article_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("article", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("base", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("base_source", sa.Text(), nullable=False),
        sa.Column("author", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("writers", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("major", sa.Boolean(), nullable=False),
        sa.Column("reviewer", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("review_note", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("publish_at", kbwizard.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("saved_at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_draft")),
    )
    with op.batch_alter_table("article_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_draft_author"), ["author"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_article_draft_publish_at"), ["publish_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_article_draft_saved_at"), ["saved_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_article_draft_slug"), ["slug"], unique=False)
        batch_op.create_index(batch_op.f("ix_article_draft_state"), ["state"], unique=False)

    op.create_table(
        "article_feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("fingerprint", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("giver", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("who", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("reason", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("answer", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.Column("answered_by", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("answered_at", kbwizard.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_feedback")),
        sa.UniqueConstraint(
            "slug", "fingerprint", "giver", name=op.f("uq_article_feedback_slug_fingerprint_giver")
        ),
    )
    with op.batch_alter_table("article_feedback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_feedback_at"), ["at"], unique=False)
        batch_op.create_index("ix_article_feedback_state_slug", ["state", "slug"], unique=False)
        batch_op.create_index("ix_article_feedback_who_slug", ["who", "slug"], unique=False)

    op.create_table(
        "article_image",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("media_type", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_article_image")),
    )
    with op.batch_alter_table("article_image", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_image_draft_id"), ["draft_id"], unique=False)

    op.create_table(
        "article_publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("draft_state", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("backup", sqlmodel.sql.sqltypes.AutoString(length=60), nullable=False),
        sa.Column("notice", sqlmodel.sql.sqltypes.AutoString(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_publication")),
    )
    with op.batch_alter_table("article_publication", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_article_publication_draft_id"), ["draft_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_article_publication_state"), ["state"], unique=False)

    op.create_table(
        "article_read",
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("day", sqlmodel.sql.sqltypes.AutoString(length=10), nullable=False),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("slug", "day", "place", name=op.f("pk_article_read")),
    )
    op.create_table(
        "article_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("place", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("query", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("folded", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("results", sa.Integer(), nullable=False),
        sa.Column("clicked", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("who", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_search")),
    )
    with op.batch_alter_table("article_search", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_search_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_article_search_who"), ["who"], unique=False)

    op.create_table(
        "article_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("came_from", sqlmodel.sql.sqltypes.AutoString(length=100), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=True),
        sa.Column("origin", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("approved_by", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("note", sqlmodel.sql.sqltypes.AutoString(length=300), nullable=False),
        sa.Column("major", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("fingerprint", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_version")),
        sa.UniqueConstraint("slug", "number", name=op.f("uq_article_version_slug_number")),
    )
    with op.batch_alter_table("article_version", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_article_version_publication_id"), ["publication_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_article_version_slug"), ["slug"], unique=False)

    op.create_table(
        "article_draft_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["article_draft.id"],
            name=op.f("fk_article_draft_copy_draft_id_article_draft"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_draft_copy")),
        sa.UniqueConstraint(
            "draft_id", "by", "revision", name=op.f("uq_article_draft_copy_draft_id_by_revision")
        ),
    )


def downgrade() -> None:
    op.drop_table("article_draft_copy")
    with op.batch_alter_table("article_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_version_slug"))
        batch_op.drop_index(batch_op.f("ix_article_version_publication_id"))

    op.drop_table("article_version")
    with op.batch_alter_table("article_search", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_search_who"))
        batch_op.drop_index(batch_op.f("ix_article_search_at"))

    op.drop_table("article_search")
    op.drop_table("article_read")
    with op.batch_alter_table("article_publication", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_publication_state"))
        batch_op.drop_index(batch_op.f("ix_article_publication_draft_id"))

    op.drop_table("article_publication")
    with op.batch_alter_table("article_image", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_image_draft_id"))

    op.drop_table("article_image")
    with op.batch_alter_table("article_feedback", schema=None) as batch_op:
        batch_op.drop_index("ix_article_feedback_who_slug")
        batch_op.drop_index("ix_article_feedback_state_slug")
        batch_op.drop_index(batch_op.f("ix_article_feedback_at"))

    op.drop_table("article_feedback")
    with op.batch_alter_table("article_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_article_draft_state"))
        batch_op.drop_index(batch_op.f("ix_article_draft_slug"))
        batch_op.drop_index(batch_op.f("ix_article_draft_saved_at"))
        batch_op.drop_index(batch_op.f("ix_article_draft_publish_at"))
        batch_op.drop_index(batch_op.f("ix_article_draft_author"))

    op.drop_table("article_draft")
    op.drop_table("article_acknowledgement")
