"""The first tables: everything the models name, and the sealed sheets."""

from collections.abc import Sequence

from surveys.migrations.step import Dialect, Migration, in_dialect

# No person, no time, no serial number: a row says nothing about who wrote it, nor when.
SHEET = {
    "sqlite": """
CREATE TABLE "sheet" (
    "cycle" VARCHAR(32) NOT NULL,
    "sheet_id" VARCHAR(64) NOT NULL,
    "rev" VARCHAR(16) NOT NULL,
    "ciphertext" BLOB NOT NULL,
    PRIMARY KEY ("cycle", "sheet_id")
) WITHOUT ROWID
""",
    "postgres": """
CREATE TABLE "sheet" (
    "cycle" VARCHAR(32) NOT NULL,
    "sheet_id" VARCHAR(64) NOT NULL,
    "rev" VARCHAR(16) NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    PRIMARY KEY ("cycle", "sheet_id")
) PARTITION BY LIST ("cycle")
""",
}

TABLES = """
CREATE TABLE "person" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "external_id" VARCHAR(120) NOT NULL UNIQUE,
    "name" VARCHAR(200) NOT NULL,
    "mail" VARCHAR(254) NOT NULL,
    "locale" VARCHAR(12) NOT NULL,
    "time_zone" VARCHAR(64) NOT NULL,
    "role_profile" VARCHAR(80) NOT NULL,
    "job_title" VARCHAR(200) NOT NULL,
    "unit" VARCHAR(120) NOT NULL,
    "left_at" TIMESTAMPTZ,
    "in_role_since" DATE
);

CREATE INDEX "idx_person_mail_7f4ce1" ON "person" ("mail");

CREATE INDEX "idx_person_role_pr_0f0f0d" ON "person" ("role_profile");

CREATE TABLE "grant_" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "role" VARCHAR(16) NOT NULL,
    "unit" VARCHAR(120) NOT NULL,
    "from_on" DATE NOT NULL,
    "to_on" DATE,
    "person_id" VARCHAR(32) NOT NULL REFERENCES "person" ("id") ON DELETE RESTRICT
);

CREATE TABLE "relation" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "kind" VARCHAR(16) NOT NULL,
    "from_on" DATE NOT NULL,
    "to_on" DATE,
    "other_id" VARCHAR(32) NOT NULL REFERENCES "person" ("id") ON DELETE RESTRICT,
    "person_id" VARCHAR(32) NOT NULL REFERENCES "person" ("id") ON DELETE RESTRICT
);

CREATE TABLE "session" (
    "key" VARCHAR(64) NOT NULL PRIMARY KEY,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "used_on" DATE NOT NULL,
    "person_id" VARCHAR(32) NOT NULL REFERENCES "person" ("id") ON DELETE CASCADE
);

CREATE TABLE "sign_in_code" (
    "asker" VARCHAR(64) NOT NULL PRIMARY KEY,
    "address" VARCHAR(64) NOT NULL,
    "code_hash" VARCHAR(64) NOT NULL,
    "n_tries" INT NOT NULL,
    "expires_at" TIMESTAMPTZ NOT NULL,
    "person_id" VARCHAR(32) REFERENCES "person" ("id") ON DELETE CASCADE
);

CREATE TABLE "exemplar" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "profile" VARCHAR(80) NOT NULL,
    "reason" VARCHAR(500) NOT NULL,
    "measures" VARCHAR(500) NOT NULL,
    "from_on" DATE NOT NULL,
    "to_on" DATE,
    "person_id" VARCHAR(32) NOT NULL REFERENCES "person" ("id") ON DELETE RESTRICT
);

CREATE TABLE "instrument" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "name" VARCHAR(120) NOT NULL,
    "version" VARCHAR(24) NOT NULL,
    "document" BYTEA NOT NULL,
    "content_hash" VARCHAR(64) NOT NULL,
    "imported_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_instrument_name_5d5e72" UNIQUE ("name", "version")
);

CREATE TABLE "notice" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "profile" VARCHAR(80) NOT NULL,
    "version" VARCHAR(24) NOT NULL,
    "way" VARCHAR(16) NOT NULL,
    "delivered_on" DATE NOT NULL,
    "person_id" VARCHAR(32) NOT NULL REFERENCES "person" ("id") ON DELETE RESTRICT,
    "recorded_by_id" VARCHAR(32) NOT NULL REFERENCES "person" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_notice_person__55ade3" UNIQUE ("person_id", "profile", "version")
);

CREATE TABLE "profile_version" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "profile" VARCHAR(80) NOT NULL,
    "version" VARCHAR(24) NOT NULL,
    "title" VARCHAR(200) NOT NULL,
    "locale" VARCHAR(12) NOT NULL,
    "grade" VARCHAR(12) NOT NULL,
    "document" JSONB NOT NULL,
    "overlays" JSONB NOT NULL,
    "content_hash" VARCHAR(64) NOT NULL,
    "imported_at" TIMESTAMPTZ NOT NULL,
    CONSTRAINT "uid_profile_ver_profile_e2519e" UNIQUE ("profile", "version")
);

CREATE TABLE "cycle" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "kind" VARCHAR(16) NOT NULL,
    "title" VARCHAR(160) NOT NULL,
    "purpose" VARCHAR(500) NOT NULL,
    "state" VARCHAR(16) NOT NULL,
    "policy" JSONB NOT NULL,
    "policy_hash" VARCHAR(64) NOT NULL,
    "opens_at" TIMESTAMPTZ NOT NULL,
    "closes_at" TIMESTAMPTZ NOT NULL,
    "grace_hours" INT NOT NULL,
    "notice_days" INT NOT NULL,
    "clarity_reason" VARCHAR(300) NOT NULL,
    "clarity_held_on" DATE,
    "launched_at" TIMESTAMPTZ,
    "released_at" TIMESTAMPTZ,
    "is_extended" BOOL NOT NULL,
    "end_reason" VARCHAR(500) NOT NULL,
    "instrument_id" VARCHAR(32) NOT NULL REFERENCES "instrument" ("id") ON DELETE RESTRICT,
    "launched_by_id" VARCHAR(32) REFERENCES "person" ("id") ON DELETE RESTRICT,
    "profile_version_id" VARCHAR(32) NOT NULL REFERENCES "profile_version" ("id") ON DELETE RESTRICT
);

CREATE INDEX "idx_cycle_state_ef267d" ON "cycle" ("state");

CREATE TABLE "assignment" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "relationship" VARCHAR(16) NOT NULL,
    "form" VARCHAR(64) NOT NULL,
    "generation" INT NOT NULL,
    "auth" VARCHAR(64) NOT NULL,
    "is_cancelled" BOOL NOT NULL,
    "is_identity_changed" BOOL NOT NULL,
    "cycle_id" VARCHAR(32) NOT NULL REFERENCES "cycle" ("id") ON DELETE RESTRICT,
    "ratee_id" VARCHAR(32) NOT NULL REFERENCES "person" ("id") ON DELETE RESTRICT,
    "rater_id" VARCHAR(32) NOT NULL REFERENCES "person" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_assignment_cycle_i_f73c08" UNIQUE ("cycle_id", "rater_id", "ratee_id")
);

CREATE INDEX "idx_assignment_auth_f963cc" ON "assignment" ("auth");

CREATE TABLE "form" (
    "hash" VARCHAR(64) NOT NULL PRIMARY KEY,
    "document" BYTEA NOT NULL
);

CREATE TABLE "cycle_form" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "relationship" VARCHAR(16) NOT NULL,
    "n_asked" INT NOT NULL,
    "cycle_id" VARCHAR(32) NOT NULL REFERENCES "cycle" ("id") ON DELETE RESTRICT,
    "form_id" VARCHAR(64) NOT NULL REFERENCES "form" ("hash") ON DELETE RESTRICT,
    CONSTRAINT "uid_cycle_form_cycle_i_0942b6" UNIQUE ("cycle_id", "relationship")
);

CREATE TABLE "ratee" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "viewers" JSONB NOT NULL,
    "is_cancelled" BOOL NOT NULL,
    "has_shared_comments" BOOL NOT NULL,
    "is_exemplar" BOOL NOT NULL,
    "cycle_id" VARCHAR(32) NOT NULL REFERENCES "cycle" ("id") ON DELETE RESTRICT,
    "person_id" VARCHAR(32) NOT NULL REFERENCES "person" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_ratee_cycle_i_d04c99" UNIQUE ("cycle_id", "person_id")
);

CREATE TABLE "revoked_auth" (
    "auth" VARCHAR(64) NOT NULL PRIMARY KEY,
    "cycle_id" VARCHAR(32) NOT NULL REFERENCES "cycle" ("id") ON DELETE RESTRICT
);

CREATE TABLE "baseline_value" (
    "id" VARCHAR(64) NOT NULL PRIMARY KEY,
    "item" VARCHAR(64) NOT NULL,
    "n_exemplars" INT NOT NULL,
    "numerator" BIGINT,
    "denominator" BIGINT,
    "sd_hundredths" INT,
    "is_for_hr" BOOL NOT NULL,
    "cycle_id" VARCHAR(32) NOT NULL REFERENCES "cycle" ("id") ON DELETE RESTRICT,
    CONSTRAINT "uid_baseline_va_cycle_i_2d2bb8" UNIQUE ("cycle_id", "item")
);

CREATE TABLE "closing_record" (
    "n_counted" INT NOT NULL,
    "n_unfinished" INT NOT NULL,
    "n_empty" INT NOT NULL,
    "n_orphans" INT NOT NULL,
    "n_unreadable" INT NOT NULL,
    "k" INT NOT NULL,
    "policy_hash" VARCHAR(64) NOT NULL,
    "code_version" VARCHAR(24) NOT NULL,
    "results_hash" VARCHAR(64) NOT NULL,
    "parameters" JSONB NOT NULL,
    "closed_on" DATE NOT NULL,
    "cycle_id" VARCHAR(32) NOT NULL PRIMARY KEY REFERENCES "cycle" ("id") ON DELETE RESTRICT
);

CREATE TABLE "named_result" (
    "id" VARCHAR(64) NOT NULL PRIMARY KEY,
    "ratee_id" VARCHAR(32) NOT NULL,
    "relationship" VARCHAR(16) NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "cycle_id" VARCHAR(32) NOT NULL REFERENCES "cycle" ("id") ON DELETE RESTRICT
);

CREATE INDEX "idx_named_resul_ratee_i_3bd2d3" ON "named_result" ("ratee_id");

CREATE TABLE "result_cell" (
    "id" VARCHAR(64) NOT NULL PRIMARY KEY,
    "ratee_id" VARCHAR(32) NOT NULL,
    "group" VARCHAR(16) NOT NULL,
    "item" VARCHAR(64) NOT NULL,
    "n" INT NOT NULL,
    "total" INT,
    "band" VARCHAR(4) NOT NULL,
    "cycle_id" VARCHAR(32) NOT NULL REFERENCES "cycle" ("id") ON DELETE RESTRICT
);

CREATE INDEX "idx_result_cell_ratee_i_0df98c" ON "result_cell" ("ratee_id");

CREATE TABLE "result_comment" (
    "id" VARCHAR(64) NOT NULL PRIMARY KEY,
    "ratee_id" VARCHAR(32) NOT NULL,
    "question" VARCHAR(64) NOT NULL,
    "text" TEXT NOT NULL,
    "signed_by" VARCHAR(200) NOT NULL,
    "cycle_id" VARCHAR(32) NOT NULL REFERENCES "cycle" ("id") ON DELETE RESTRICT
);

CREATE INDEX "idx_result_comm_ratee_i_a4685a" ON "result_comment" ("ratee_id");

CREATE TABLE "result_group" (
    "id" VARCHAR(64) NOT NULL PRIMARY KEY,
    "ratee_id" VARCHAR(32) NOT NULL,
    "group" VARCHAR(16) NOT NULL,
    "n_raters" INT NOT NULL,
    "members" VARCHAR(64) NOT NULL,
    "cycle_id" VARCHAR(32) NOT NULL REFERENCES "cycle" ("id") ON DELETE RESTRICT
);

CREATE INDEX "idx_result_grou_ratee_i_32b38f" ON "result_group" ("ratee_id");

CREATE TABLE "audit_entry" (
    "seq" BIGINT NOT NULL PRIMARY KEY,
    "at" TIMESTAMPTZ NOT NULL,
    "actor_id" VARCHAR(32) NOT NULL,
    "action" VARCHAR(40) NOT NULL,
    "object_id" VARCHAR(64) NOT NULL,
    "detail" VARCHAR(300) NOT NULL,
    "mac" VARCHAR(64) NOT NULL
);

CREATE TABLE "installation" (
    "id" INT NOT NULL PRIMARY KEY,
    "organisation" VARCHAR(200) NOT NULL,
    "is_demo" BOOL NOT NULL,
    "epoch" VARCHAR(16) NOT NULL,
    "clock_offset_ms" BIGINT NOT NULL
);

CREATE TABLE "job_slot" (
    "id" VARCHAR(120) NOT NULL PRIMARY KEY
);

CREATE TABLE "outbox_mail" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "person_id" VARCHAR(32) NOT NULL,
    "template" VARCHAR(40) NOT NULL,
    "values" JSONB NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "n_tries" INT NOT NULL,
    "due_at" TIMESTAMPTZ NOT NULL,
    "leased_until" TIMESTAMPTZ,
    "last_error" VARCHAR(300) NOT NULL
);

CREATE INDEX "idx_outbox_mail_state_0a4884" ON "outbox_mail" ("state");

CREATE TABLE "reminder_wave" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "cycle_id" VARCHAR(32) NOT NULL,
    "wave" INT NOT NULL,
    "person_id" VARCHAR(32) NOT NULL,
    CONSTRAINT "uid_reminder_wa_cycle_i_609eeb" UNIQUE ("cycle_id", "wave", "person_id")
);

CREATE INDEX "idx_reminder_wa_cycle_i_68f490" ON "reminder_wave" ("cycle_id")
"""


def statements(dialect: Dialect) -> Sequence[str]:
    """Write the tables for one kind of database."""
    return (*in_dialect(TABLES, dialect), SHEET[dialect].strip())


MIGRATION = Migration(1, "tables", statements)
