"""Role profiles, instruments, exemplars, and the notice people were given."""

from typing import Any

from tortoise import fields
from tortoise.models import Model

from surveys.models.packed import PackedJSONField
from surveys.models.people import Person


class ProfileVersion(Model):
    """One immutable version of a role profile with its translations."""

    id = fields.CharField(32, primary_key=True)
    profile = fields.CharField(80)
    version = fields.CharField(24)
    title = fields.CharField(200)
    locale = fields.CharField(12)
    grade = fields.CharField(12)
    document: Any = fields.JSONField()
    overlays: Any = fields.JSONField()  # {locale: {key: text}}
    content_hash = fields.CharField(64)
    imported_at = fields.DatetimeField()
    published_at = fields.DatetimeField(
        null=True
    )  # the newest published version of a profile is the current one
    published_by: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="profiles_published", null=True, on_delete=fields.OnDelete.RESTRICT
    )

    class Meta:
        """Table."""

        table = "profile_version"
        unique_together = (("profile", "version"),)


class Instrument(Model):
    """Question texts, scales and notices in all languages."""

    id = fields.CharField(32, primary_key=True)
    name = fields.CharField(120)
    version = fields.CharField(24)
    document: Any = PackedJSONField()
    content_hash = fields.CharField(64)
    imported_at = fields.DatetimeField()

    class Meta:
        """Table."""

        table = "instrument"
        unique_together = (("name", "version"),)


class Notice(Model):
    """The lines of a profile version were delivered to a person on a date, by mail, opened, or on paper."""

    id = fields.CharField(32, primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="notices", on_delete=fields.OnDelete.RESTRICT
    )
    profile = fields.CharField(80)
    version = fields.CharField(24)
    way = fields.CharField(16)  # mail, opened, or paper
    delivered_on = fields.DateField()
    seen_on = fields.DateField(null=True)  # recorded besides; the clock runs from delivered_on
    recorded_by: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="notices_recorded", on_delete=fields.OnDelete.RESTRICT
    )

    class Meta:
        """Table."""

        table = "notice"
        unique_together = (("person", "profile", "version"),)


class Exemplar(Model):
    """A person chosen by outcomes as a top performer of a role; membership is never shown."""

    id = fields.CharField(32, primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="exemplar_of", on_delete=fields.OnDelete.RESTRICT
    )
    profile = fields.CharField(80)
    reason = fields.CharField(500)
    measures = fields.CharField(500)
    from_on = fields.DateField()
    to_on = fields.DateField(null=True)

    class Meta:
        """Table."""

        table = "exemplar"
