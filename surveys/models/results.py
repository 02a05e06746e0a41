"""What remains of a closed cycle: released numbers, released comments, named answers under the results key, the record."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from surveys.models.cycles import Cycle


class ResultGroup(Model):
    """A group shown for one ratee."""

    id = fields.CharField(64, primary_key=True)
    cycle: fields.ForeignKeyRelation[Cycle] = fields.ForeignKeyField(
        "surveys.Cycle", related_name="result_groups", on_delete=fields.OnDelete.RESTRICT
    )
    ratee_id = fields.CharField(32, db_index=True)
    group = fields.CharField(16)
    n_raters = fields.IntField()
    members = fields.CharField(64)  # relationships, comma separated

    class Meta:
        """Table."""

        table = "result_group"


class ResultCell(Model):
    """A released cell: n answers and their exact total, or the band at an end of the scale."""

    id = fields.CharField(64, primary_key=True)
    cycle: fields.ForeignKeyRelation[Cycle] = fields.ForeignKeyField(
        "surveys.Cycle", related_name="result_cells", on_delete=fields.OnDelete.RESTRICT
    )
    ratee_id = fields.CharField(32, db_index=True)
    group = fields.CharField(16)
    item = fields.CharField(64)
    n = fields.IntField()
    total = fields.IntField(null=True)
    band = fields.CharField(4, default="")

    class Meta:
        """Table."""

        table = "result_cell"


class ResultComment(Model):
    """A released comment, word for word; the id orders it unguessably."""

    id = fields.CharField(64, primary_key=True)
    cycle: fields.ForeignKeyRelation[Cycle] = fields.ForeignKeyField(
        "surveys.Cycle", related_name="result_comments", on_delete=fields.OnDelete.RESTRICT
    )
    ratee_id = fields.CharField(32, db_index=True)
    question = fields.CharField(64)
    text = fields.TextField()
    signed_by = fields.CharField(200, default="")

    class Meta:
        """Table."""

        table = "result_comment"


class NamedResult(Model):
    """Self's or manager's answers about one ratee, encrypted under the cycle's results key until the retention date."""

    id = fields.CharField(64, primary_key=True)
    cycle: fields.ForeignKeyRelation[Cycle] = fields.ForeignKeyField(
        "surveys.Cycle", related_name="named_results", on_delete=fields.OnDelete.RESTRICT
    )
    ratee_id = fields.CharField(32, db_index=True)
    relationship = fields.CharField(16)
    ciphertext = fields.BinaryField()

    class Meta:
        """Table."""

        table = "named_result"


class PairView(Model):
    """The frozen answers of a clarity pair, encrypted under the cycle's results key until the retention date."""

    id = fields.CharField(64, primary_key=True)
    cycle: fields.ForeignKeyRelation[Cycle] = fields.ForeignKeyField(
        "surveys.Cycle", related_name="pair_views", on_delete=fields.OnDelete.RESTRICT
    )
    ratee_id = fields.CharField(32, db_index=True)  # the employee
    sides = fields.CharField(8)  # both; or self, manager: one side alone keeps the own answers after closing
    ciphertext = fields.BinaryField()

    class Meta:
        """Table."""

        table = "pair_view"
        unique_together = (("cycle", "ratee_id"),)


class ClosingRecord(Model):
    """One close per cycle, ever: the five sheet counts, the parameters, and the hash of everything stored."""

    cycle: fields.OneToOneRelation[Cycle] = fields.OneToOneField(
        "surveys.Cycle", related_name="closing", primary_key=True, on_delete=fields.OnDelete.RESTRICT
    )
    n_counted = fields.IntField()
    n_unfinished = fields.IntField()
    n_empty = fields.IntField()
    n_orphans = fields.IntField()
    n_unreadable = fields.IntField()
    k = fields.IntField()
    policy_hash = fields.CharField(64)
    code_version = fields.CharField(24)
    results_hash = fields.CharField(64)
    parameters: Any = fields.JSONField()  # pooled SDs, withheld counts per ratee, groups asked
    closed_on = fields.DateField()

    class Meta:
        """Table."""

        table = "closing_record"


class BaselineValue(Model):
    """The frozen baseline of a cycle: one B per item for every reader, or how many exemplars there are so far."""

    id = fields.CharField(64, primary_key=True)
    cycle: fields.ForeignKeyRelation[Cycle] = fields.ForeignKeyField(
        "surveys.Cycle", related_name="baseline", on_delete=fields.OnDelete.RESTRICT
    )
    item = fields.CharField(64)
    n_exemplars = fields.IntField()
    numerator = fields.BigIntField(null=True)
    denominator = fields.BigIntField(null=True)
    sd_hundredths = fields.IntField(null=True)  # between exemplars, from 8 of them on
    is_for_hr = fields.BooleanField(default=False)  # HR cannot work out a single exemplar's level from it

    class Meta:
        """Table."""

        table = "baseline_value"
        unique_together = (("cycle", "item"),)
