"""A mirror: two phones try a clarity talk on five lines; nobody is rated, and it is gone in a day."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from surveys.models.people import Person
from surveys.models.profiles import Instrument, ProfileVersion


class Mirror(Model):
    """Two sides of one mirror; what they write is sealed under the mirror's own key, which is destroyed with it."""

    id = fields.CharField(32, primary_key=True)
    profile_version: fields.ForeignKeyRelation[ProfileVersion] = fields.ForeignKeyField(
        "surveys.ProfileVersion", related_name="mirrors", on_delete=fields.OnDelete.RESTRICT
    )
    instrument: fields.ForeignKeyRelation[Instrument] = fields.ForeignKeyField(
        "surveys.Instrument", related_name="mirrors", on_delete=fields.OnDelete.RESTRICT
    )
    starter: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="mirrors", on_delete=fields.OnDelete.CASCADE
    )
    starter_side = fields.CharField(8)  # self or manager
    items: Any = fields.JSONField()  # the five lines
    code_hash = fields.CharField(64, db_index=True)  # of the code the second phone scans; "" once it joined
    code_until = fields.DatetimeField()
    joiner_key = fields.CharField(64, default="")  # SHA-256 of the second phone's secret
    joiner_name = fields.CharField(60, default="")
    ends_at = fields.DatetimeField(db_index=True)
    kept_by: Any = fields.JSONField(default=list)  # the sides that asked to keep it
    self_box = fields.BinaryField(null=True)
    manager_box = fields.BinaryField(null=True)
    talk_box = fields.BinaryField(null=True)

    class Meta:
        """Table."""

        table = "mirror"
