"""Customers who help themselves, trainees, programs with tokens, terms of keeping.

Revision: 0002. Follows: 0001. Columns are added to `case` and dropped from it in place: other tables
point at its rows, so it is never copied.
"""

from __future__ import annotations

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

import kbwizard.db

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("token_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("scopes", sqlmodel.sql.sqltypes.AutoString(length=200), nullable=False),
        sa.Column("created_at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_by", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("expires_at", kbwizard.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", kbwizard.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", kbwizard.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_api_token")),
        sa.UniqueConstraint("name", name=op.f("uq_account_api_token_name")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_api_token_token_hash")),
    )
    op.create_table(
        "help_counter",
        sa.Column("name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("ends_at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_help_counter")),
    )
    with op.batch_alter_table("help_counter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_counter_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "training_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exercise_id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("exercise_text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("who", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("protocol", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("login", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("truth", sa.JSON(), nullable=False),
        sa.Column("started_at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", kbwizard.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("content", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("review", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_attempt")),
    )
    with op.batch_alter_table("training_attempt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_training_attempt_exercise_id"), ["exercise_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_training_attempt_protocol"), ["protocol"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_training_attempt_who"), ["who"], unique=False)

    op.create_table(
        "training_exercise",
        sa.Column("id", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("made_at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_exercise")),
    )
    op.create_table(
        "training_lease",
        sa.Column("login", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("until", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_training_lease")),
        sa.UniqueConstraint("attempt_id", name=op.f("uq_training_lease_attempt_id")),
    )
    op.create_table(
        "training_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("valid_from", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_mark")),
    )
    with op.batch_alter_table("training_mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_mark_key"), ["key"], unique=False)

    op.create_table(
        "training_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("who", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("by", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("text", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=True),
        sa.Column("at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_note")),
    )
    with op.batch_alter_table("training_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_note_who"), ["who"], unique=False)

    op.create_table(
        "training_quiz",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("who", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("topic", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("content", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("started_at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", kbwizard.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_quiz")),
    )
    with op.batch_alter_table("training_quiz", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_quiz_who"), ["who"], unique=False)

    op.create_table(
        "training_reading",
        sa.Column("who", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("article", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("content", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("who", "article", name=op.f("pk_training_reading")),
    )
    op.create_table(
        "help_reading",
        sa.Column("walk_id", sa.Integer(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["walk_id"], ["walk.id"], name=op.f("fk_help_reading_walk_id_walk")
        ),
        sa.PrimaryKeyConstraint("walk_id", "visit", name=op.f("pk_help_reading")),
    )
    with op.batch_alter_table("help_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_reading_line_id"), ["line_id"], unique=False)

    op.create_table(
        "training_choice",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("visit", sa.Integer(), nullable=False),
        sa.Column("tree", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("node", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("option", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("hints", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["training_attempt.id"],
            name=op.f("fk_training_choice_attempt_id_training_attempt"),
        ),
        sa.PrimaryKeyConstraint("attempt_id", "visit", name=op.f("pk_training_choice")),
    )
    op.create_table(
        "training_written",
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["training_attempt.id"],
            name=op.f("fk_training_written_attempt_id_training_attempt"),
        ),
        sa.PrimaryKeyConstraint("attempt_id", "kind", name=op.f("pk_training_written")),
    )
    op.create_table(
        "help_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("channel", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("walk_id", sa.Integer(), nullable=True),
        sa.Column("district", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("tied_by", sqlmodel.sql.sqltypes.AutoString(length=12), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("link_case_id", sa.Integer(), nullable=True),
        sa.Column("begun_at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("restarted", sa.Boolean(), nullable=False),
        sa.Column("asked_person_at", kbwizard.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("taken_over_at", kbwizard.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", kbwizard.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ending", sqlmodel.sql.sqltypes.AutoString(length=20), nullable=False),
        sa.Column("helped", sqlmodel.sql.sqltypes.AutoString(length=8), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("contact_name", sqlmodel.sql.sqltypes.AutoString(length=120), nullable=False),
        sa.Column("contact_phone", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("best_time", sqlmodel.sql.sqltypes.AutoString(length=80), nullable=False),
        sa.Column("comment", sqlmodel.sql.sqltypes.AutoString(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_help_visit_case_id_case")),
        sa.ForeignKeyConstraint(["walk_id"], ["walk.id"], name=op.f("fk_help_visit_walk_id_walk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_visit")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_help_visit_token_hash")),
        sa.UniqueConstraint("walk_id", name=op.f("uq_help_visit_walk_id")),
    )
    with op.batch_alter_table("help_visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_visit_begun_at"), ["begun_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_help_visit_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_help_visit_line_id"), ["line_id"], unique=False)

    op.create_table(
        "help_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("made_at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", kbwizard.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["help_visit.id"], name=op.f("fk_help_code_visit_id_help_visit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_help_code_code_hash")),
    )
    with op.batch_alter_table("help_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_code_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "help_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sqlmodel.sql.sqltypes.AutoString(length=40), nullable=False),
        sa.Column("made_at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", kbwizard.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.Column("bound_at", kbwizard.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_help_link_case_id_case")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["help_visit.id"], name=op.f("fk_help_link_visit_id_help_visit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_help_link_token_hash")),
    )
    with op.batch_alter_table("help_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_link_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_help_link_line_id"), ["line_id"], unique=False)

    op.create_table(
        "help_phone_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sqlmodel.sql.sqltypes.AutoString(length=64), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("made_at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", kbwizard.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("passed_at", kbwizard.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["help_visit.id"], name=op.f("fk_help_phone_code_visit_id_help_visit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_phone_code")),
    )
    with op.batch_alter_table("help_phone_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_help_phone_code_visit_id"), ["visit_id"], unique=False)

    op.add_column(
        "case",
        sa.Column(
            "kept_because", sqlmodel.sql.sqltypes.AutoString(), nullable=False, server_default=""
        ),
    )
    op.add_column(
        "case", sa.Column("purged_at", kbwizard.db.UtcDateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("case", "purged_at")
    op.drop_column("case", "kept_because")

    with op.batch_alter_table("help_phone_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_phone_code_visit_id"))

    op.drop_table("help_phone_code")
    with op.batch_alter_table("help_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_link_line_id"))
        batch_op.drop_index(batch_op.f("ix_help_link_case_id"))

    op.drop_table("help_link")
    with op.batch_alter_table("help_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_code_visit_id"))

    op.drop_table("help_code")
    with op.batch_alter_table("help_visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_visit_line_id"))
        batch_op.drop_index(batch_op.f("ix_help_visit_case_id"))
        batch_op.drop_index(batch_op.f("ix_help_visit_begun_at"))

    op.drop_table("help_visit")
    op.drop_table("training_written")
    op.drop_table("training_choice")
    with op.batch_alter_table("help_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_reading_line_id"))

    op.drop_table("help_reading")
    op.drop_table("training_reading")
    with op.batch_alter_table("training_quiz", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_quiz_who"))

    op.drop_table("training_quiz")
    with op.batch_alter_table("training_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_note_who"))

    op.drop_table("training_note")
    with op.batch_alter_table("training_mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_mark_key"))

    op.drop_table("training_mark")
    op.drop_table("training_lease")
    op.drop_table("training_exercise")
    with op.batch_alter_table("training_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_attempt_who"))
        batch_op.drop_index(batch_op.f("ix_training_attempt_protocol"))
        batch_op.drop_index(batch_op.f("ix_training_attempt_exercise_id"))

    op.drop_table("training_attempt")
    with op.batch_alter_table("help_counter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_help_counter_ends_at"))

    op.drop_table("help_counter")
    op.drop_table("account_api_token")
