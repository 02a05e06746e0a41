"""What a first organisation needs beyond the first stage: clarity pairs and what a cycle asks."""

from collections.abc import Sequence

from surveys.migrations.step import Dialect, Migration, in_dialect

STATEMENTS = """
ALTER TABLE "cycle" ADD COLUMN "content" JSONB NOT NULL DEFAULT '{}';

CREATE TABLE "pair_view" (
    "id" VARCHAR(64) NOT NULL PRIMARY KEY,
    "cycle_id" VARCHAR(32) NOT NULL REFERENCES "cycle" ("id") ON DELETE RESTRICT,
    "ratee_id" VARCHAR(32) NOT NULL,
    "sides" VARCHAR(8) NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    CONSTRAINT "uid_pair_view_cycle_ratee" UNIQUE ("cycle_id", "ratee_id")
);

CREATE INDEX "idx_pair_view_ratee_id" ON "pair_view" ("ratee_id");

ALTER TABLE "outbox_mail" ADD COLUMN "digest" VARCHAR(32) NOT NULL DEFAULT '';

CREATE TABLE "mail_day" (
    "person_id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "sent_on" DATE NOT NULL
);

CREATE TABLE "letter" (
    "id" VARCHAR(60) NOT NULL PRIMARY KEY,
    "template" VARCHAR(40) NOT NULL,
    "locale" VARCHAR(12) NOT NULL,
    "subject" VARCHAR(200) NOT NULL,
    "greeting" VARCHAR(200) NOT NULL,
    "extra" VARCHAR(1000) NOT NULL
);

CREATE TABLE "mail_setting" (
    "id" INT NOT NULL PRIMARY KEY,
    "from_hour" INT NOT NULL,
    "until_hour" INT NOT NULL,
    "days" VARCHAR(20) NOT NULL,
    "logo" BYTEA
);

ALTER TABLE "assignment" ADD COLUMN "unit" VARCHAR(120) NOT NULL DEFAULT '';

CREATE TABLE "progress" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "cycle_id" VARCHAR(32) NOT NULL REFERENCES "cycle" ("id") ON DELETE RESTRICT,
    "unit" VARCHAR(120) NOT NULL,
    "step" INT NOT NULL,
    "counted_on" DATE,
    CONSTRAINT "uid_progress_cycle_unit" UNIQUE ("cycle_id", "unit")
);

CREATE TABLE "mirror" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "profile_version_id" VARCHAR(32) NOT NULL REFERENCES "profile_version" ("id") ON DELETE RESTRICT,
    "instrument_id" VARCHAR(32) NOT NULL REFERENCES "instrument" ("id") ON DELETE RESTRICT,
    "starter_id" VARCHAR(32) NOT NULL REFERENCES "person" ("id") ON DELETE CASCADE,
    "starter_side" VARCHAR(8) NOT NULL,
    "items" JSONB NOT NULL,
    "code_hash" VARCHAR(64) NOT NULL,
    "code_until" TIMESTAMPTZ NOT NULL,
    "joiner_key" VARCHAR(64) NOT NULL,
    "joiner_name" VARCHAR(60) NOT NULL,
    "ends_at" TIMESTAMPTZ NOT NULL,
    "kept_by" JSONB NOT NULL,
    "self_box" BYTEA,
    "manager_box" BYTEA,
    "talk_box" BYTEA
);

CREATE INDEX "idx_mirror_code_hash" ON "mirror" ("code_hash");

CREATE INDEX "idx_mirror_ends_at" ON "mirror" ("ends_at");

ALTER TABLE "profile_version" ADD COLUMN "published_at" TIMESTAMPTZ;

ALTER TABLE "profile_version" ADD COLUMN "published_by_id" VARCHAR(32) REFERENCES "person" ("id") ON DELETE RESTRICT;

ALTER TABLE "notice" ADD COLUMN "seen_on" DATE;

ALTER TABLE "cycle" ADD COLUMN "leaves_out" BOOL NOT NULL DEFAULT FALSE;

CREATE TABLE "programme" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "clarity_id" VARCHAR(32) NOT NULL UNIQUE REFERENCES "cycle" ("id") ON DELETE RESTRICT,
    "feedback_id" VARCHAR(32) NOT NULL UNIQUE REFERENCES "cycle" ("id") ON DELETE RESTRICT,
    "planned_by_id" VARCHAR(32) NOT NULL REFERENCES "person" ("id") ON DELETE RESTRICT,
    "confirmed" JSONB NOT NULL,
    "told" VARCHAR(64) NOT NULL
);

ALTER TABLE "session" ADD COLUMN "card_id" VARCHAR(32) NOT NULL DEFAULT '';

ALTER TABLE "session" ADD COLUMN "is_shared" BOOL NOT NULL DEFAULT FALSE;

CREATE TABLE "card" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "code_hash" VARCHAR(64) NOT NULL UNIQUE,
    "batch" VARCHAR(32) NOT NULL,
    "made_by" VARCHAR(32) NOT NULL,
    "made_on" DATE NOT NULL,
    "valid_until" DATE NOT NULL,
    "claimed_on" DATE,
    "disputed_on" DATE,
    "ended_on" DATE,
    "person_id" VARCHAR(32) NOT NULL REFERENCES "person" ("id") ON DELETE CASCADE
);

CREATE INDEX "idx_card_batch" ON "card" ("batch");

CREATE TABLE "identity_change" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "kind" VARCHAR(8) NOT NULL,
    "before" VARCHAR(254) NOT NULL,
    "card_id" VARCHAR(32) NOT NULL,
    "made_by" VARCHAR(32) NOT NULL,
    "made_at" TIMESTAMPTZ NOT NULL,
    "due_at" TIMESTAMPTZ NOT NULL,
    "state" VARCHAR(12) NOT NULL,
    "person_id" VARCHAR(32) NOT NULL REFERENCES "person" ("id") ON DELETE CASCADE
);

CREATE INDEX "idx_identity_change_state" ON "identity_change" ("state");

CREATE TABLE "wrong_codes" (
    "key" VARCHAR(64) NOT NULL PRIMARY KEY,
    "n_wrong" INT NOT NULL,
    "ends_at" TIMESTAMPTZ NOT NULL
);

CREATE TABLE "operation_note" (
    "name" VARCHAR(40) NOT NULL PRIMARY KEY,
    "at" TIMESTAMPTZ NOT NULL,
    "is_good" BOOL NOT NULL,
    "detail" VARCHAR(300) NOT NULL
);

ALTER TABLE "cycle" ADD COLUMN "is_rehearsal" BOOL NOT NULL DEFAULT FALSE;

ALTER TABLE "person" ADD COLUMN "is_invented" BOOL NOT NULL DEFAULT FALSE;

ALTER TABLE "person" ADD COLUMN "phone_generation" INT NOT NULL DEFAULT 0;

ALTER TABLE "card" ADD COLUMN "pin_hash" VARCHAR(64) NOT NULL DEFAULT '';

ALTER TABLE "identity_change" ADD COLUMN "effective_at" TIMESTAMPTZ;

ALTER TABLE "identity_change" ADD COLUMN "confirmed_by" VARCHAR(32) NOT NULL DEFAULT ''
"""


def statements(dialect: Dialect) -> Sequence[str]:
    """Write the step for one kind of database."""
    return in_dialect(STATEMENTS, dialect)


MIGRATION = Migration(2, "first organisation", statements)
