"""People, their dated relations and grants, and how they sign in."""

from tortoise import fields
from tortoise.models import Model


class Person(Model):
    """Someone of the organisation; relations and grants are dated elsewhere, so this row is only who they are today."""

    id = fields.CharField(32, primary_key=True)
    external_id = fields.CharField(120, unique=True)
    name = fields.CharField(200)
    mail = fields.CharField(254, default="", db_index=True)
    locale = fields.CharField(12, default="en")
    time_zone = fields.CharField(64, default="UTC")
    role_profile = fields.CharField(80, default="", db_index=True)
    job_title = fields.CharField(200, default="")
    unit = fields.CharField(120, default="")
    left_at = fields.DatetimeField(null=True)
    in_role_since = fields.DateField(null=True)
    is_invented = fields.BooleanField(default=False)  # whom a rehearsal is about; in no list of people
    phone_generation = fields.IntField(default=0)  # of the key of shared phones

    class Meta:
        """Table."""

        table = "person"


class Relation(Model):
    """`other` is the `kind` of `person` from a date on; several managers are possible."""

    id = fields.CharField(32, primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="relations", on_delete=fields.OnDelete.RESTRICT
    )
    kind = fields.CharField(16)  # manager
    other: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="related_to", on_delete=fields.OnDelete.RESTRICT
    )
    from_on = fields.DateField()
    to_on = fields.DateField(null=True)

    class Meta:
        """Table."""

        table = "relation"


class Grant(Model):
    """A role in Sightline from a date on: hr, coach or operator; an empty unit means the whole organisation."""

    id = fields.CharField(32, primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="grants", on_delete=fields.OnDelete.RESTRICT
    )
    role = fields.CharField(16)
    unit = fields.CharField(120, default="")
    from_on = fields.DateField()
    to_on = fields.DateField(null=True)

    class Meta:
        """Table."""

        table = "grant_"


class Session(Model):
    """A signed-in browser: SHA-256 of its secret; use is noted by day only."""

    key = fields.CharField(64, primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="sessions", on_delete=fields.OnDelete.CASCADE
    )
    expires_at = fields.DatetimeField()
    used_on = fields.DateField()
    card_id = fields.CharField(32, default="")  # the printed card that opened it
    is_shared = fields.BooleanField(default=False)  # on a phone that others use too

    class Meta:
        """Table."""

        table = "session"


class SignInCode(Model):
    """An 8-digit code, bound to the asking browser by the SHA-256 of its asking secret."""

    asker = fields.CharField(64, primary_key=True)
    person: fields.ForeignKeyNullableRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="codes", null=True, on_delete=fields.OnDelete.CASCADE
    )
    address = fields.CharField(64)  # SHA-256 of the address asked for: how often, known or not
    code_hash = fields.CharField(64)
    n_tries = fields.IntField(default=0)
    expires_at = fields.DatetimeField()

    class Meta:
        """Table."""

        table = "sign_in_code"
