"""Cycles, their frozen forms, who is rated, and who was asked to rate (never whether they did, nor when)."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from surveys.models.packed import PackedJSONField
from surveys.models.people import Person
from surveys.models.profiles import Instrument, ProfileVersion


class Cycle(Model):
    """One run with dates; everything raters were told is frozen at launch."""

    id = fields.CharField(32, primary_key=True)
    kind = fields.CharField(16)
    title = fields.CharField(160)
    purpose = fields.CharField(500)
    state = fields.CharField(16, db_index=True)  # surveys.lifecycle.State
    profile_version: fields.ForeignKeyRelation[ProfileVersion] = fields.ForeignKeyField(
        "surveys.ProfileVersion", related_name="cycles", on_delete=fields.OnDelete.RESTRICT
    )
    instrument: fields.ForeignKeyRelation[Instrument] = fields.ForeignKeyField(
        "surveys.Instrument", related_name="cycles", on_delete=fields.OnDelete.RESTRICT
    )
    policy: Any = fields.JSONField()
    content: Any = fields.JSONField(
        default=dict
    )  # surveys.content: what a clarity cycle asks; {} = everything
    policy_hash = fields.CharField(64, default="")
    opens_at = fields.DatetimeField()
    closes_at = fields.DatetimeField()
    grace_hours = fields.IntField(default=48)
    notice_days = fields.IntField(default=30)
    clarity_reason = fields.CharField(300, default="")  # "clarity held outside Sightline", named and dated
    clarity_held_on = fields.DateField(null=True)
    launched_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="cycles_launched", null=True, on_delete=fields.OnDelete.RESTRICT
    )
    launched_at = fields.DatetimeField(null=True)
    released_at = fields.DatetimeField(null=True)
    is_extended = fields.BooleanField(default=False)
    end_reason = fields.CharField(500, default="")
    is_rehearsal = fields.BooleanField(default=False)  # about an invented person, deleted after 14 days
    leaves_out = fields.BooleanField(default=False)  # a line still in notice, for all; else the date moves

    class Meta:
        """Table."""

        table = "cycle"


class FormDocument(Model):
    """An immutable form by its hash."""

    hash = fields.CharField(64, primary_key=True)
    document: Any = PackedJSONField()

    class Meta:
        """Table."""

        table = "form"


class CycleForm(Model):
    """The form that one relationship answers in one cycle."""

    id = fields.CharField(32, primary_key=True)
    cycle: fields.ForeignKeyRelation[Cycle] = fields.ForeignKeyField(
        "surveys.Cycle", related_name="forms", on_delete=fields.OnDelete.RESTRICT
    )
    relationship = fields.CharField(16)
    form: fields.ForeignKeyRelation[FormDocument] = fields.ForeignKeyField(
        "surveys.FormDocument", related_name="used_by", on_delete=fields.OnDelete.RESTRICT
    )
    n_asked = fields.IntField(default=0)  # invited over the whole cycle, fixed at launch

    class Meta:
        """Table."""

        table = "cycle_form"
        unique_together = (("cycle", "relationship"),)


class Ratee(Model):
    """A person who is rated in a cycle, the viewers fixed at launch, and what the ratee chose to share."""

    id = fields.CharField(32, primary_key=True)
    cycle: fields.ForeignKeyRelation[Cycle] = fields.ForeignKeyField(
        "surveys.Cycle", related_name="ratees", on_delete=fields.OnDelete.RESTRICT
    )
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="rated_in", on_delete=fields.OnDelete.RESTRICT
    )
    viewers: Any = fields.JSONField()  # {"manager": [person id], "coach": [...], "hr": [...]} fixed at launch
    is_cancelled = fields.BooleanField(default=False)
    has_shared_comments = fields.BooleanField(default=False)
    is_exemplar = fields.BooleanField(default=False)  # marked before launch; read for the baseline only

    class Meta:
        """Table."""

        table = "ratee"
        unique_together = (("cycle", "person"),)


class Assignment(Model):
    """Rater x ratee x cycle: no status, no answered flag, no time (answers.md 4)."""

    id = fields.CharField(32, primary_key=True)
    cycle: fields.ForeignKeyRelation[Cycle] = fields.ForeignKeyField(
        "surveys.Cycle", related_name="assignments", on_delete=fields.OnDelete.RESTRICT
    )
    rater: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="asked", on_delete=fields.OnDelete.RESTRICT
    )
    ratee: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="asked_about", on_delete=fields.OnDelete.RESTRICT
    )
    relationship = fields.CharField(16)
    form = fields.CharField(64)
    generation = fields.IntField(default=1)
    auth = fields.CharField(64, db_index=True, default="")  # SHA-256 of the write token; "" in a draft
    is_cancelled = fields.BooleanField(default=False)
    is_identity_changed = fields.BooleanField(default=False)  # then the inbox gives no read token
    unit = fields.CharField(120, default="")  # of the rater at launch, where progress is shown for the unit

    class Meta:
        """Table."""

        table = "assignment"
        unique_together = (("cycle", "rater", "ratee"),)


class Progress(Model):
    """How far the confidential sheets of a cycle are, in steps, once a day; an empty unit is the whole cycle."""

    id = fields.CharField(32, primary_key=True)
    cycle: fields.ForeignKeyRelation[Cycle] = fields.ForeignKeyField(
        "surveys.Cycle", related_name="progress", on_delete=fields.OnDelete.RESTRICT
    )
    unit = fields.CharField(120)
    step = fields.IntField()  # 0, 25, 50 or 75: reached per cent
    counted_on = fields.DateField(null=True)

    class Meta:
        """Table."""

        table = "progress"
        unique_together = (("cycle", "unit"),)


class RevokedAuth(Model):
    """A write token that once opened a sheet and no longer does."""

    auth = fields.CharField(64, primary_key=True)
    cycle: fields.ForeignKeyRelation[Cycle] = fields.ForeignKeyField(
        "surveys.Cycle", related_name="revoked", on_delete=fields.OnDelete.RESTRICT
    )

    class Meta:
        """Table."""

        table = "revoked_auth"
