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

CREATE INDEX "idx_pair_view_ratee_id" ON "pair_view" ("ratee_id")
"""


def statements(dialect: Dialect) -> Sequence[str]:
    """Write the step for one kind of database."""
    return in_dialect(STATEMENTS, dialect)


MIGRATION = Migration(2, "first organisation", statements)
