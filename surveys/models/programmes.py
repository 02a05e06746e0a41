"""Programmes: a clarity round and the 360 that opens by itself after it."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from surveys.models.cycles import Cycle
from surveys.models.people import Person


class Programme(Model):
    """A 360 planned in one sitting with the clarity round before it; over once the 360 is no draft any more."""

    id = fields.CharField(32, primary_key=True)
    clarity: fields.OneToOneRelation[Cycle] = fields.OneToOneField(
        "surveys.Cycle", related_name="programme", on_delete=fields.OnDelete.RESTRICT
    )
    feedback: fields.OneToOneRelation[Cycle] = fields.OneToOneField(
        "surveys.Cycle", related_name="programme_before", on_delete=fields.OnDelete.RESTRICT
    )
    planned_by: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="programmes_planned", on_delete=fields.OnDelete.RESTRICT
    )
    confirmed: Any = fields.JSONField()  # names of the warnings of the 360 that HR confirmed
    told = fields.CharField(64, default="")  # what HR was last mailed about, so that nothing is said twice

    class Meta:
        """Table."""

        table = "programme"
