"""Printed personal cards, identities that are about to change, and how many wrong codes were typed."""

from tortoise import fields
from tortoise.models import Model

from surveys.models.people import Person


class Card(Model):
    """A card signs one phone in once, a shared one again with a number: SHA-256 of its code, which is on paper only."""

    id = fields.CharField(32, primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="cards", on_delete=fields.OnDelete.CASCADE
    )
    code_hash = fields.CharField(64, unique=True)
    batch = fields.CharField(
        32, db_index=True
    )  # cards that were printed together: a page sent twice makes none again
    made_by = fields.CharField(32, default="")
    made_on = fields.DateField()
    valid_until = fields.DateField()
    claimed_on = fields.DateField(null=True)
    pin_hash = fields.CharField(64, default="")  # of the number its holder chose on a shared phone
    disputed_on = fields.DateField(null=True)  # somebody said "that was not me"
    ended_on = fields.DateField(null=True)

    class Meta:
        """Table."""

        table = "card"


class IdentityChange(Model):
    """Another mail address or card of someone who has something to read; it waits, so that the person can object."""

    id = fields.CharField(32, primary_key=True)
    person: fields.ForeignKeyRelation[Person] = fields.ForeignKeyField(
        "surveys.Person", related_name="identity_changes", on_delete=fields.OnDelete.CASCADE
    )
    kind = fields.CharField(8)  # mail, card
    before = fields.CharField(254, default="")  # the address that still signs in while this waits
    card_id = fields.CharField(32, default="")
    made_by = fields.CharField(32, default="")
    made_at = fields.DatetimeField()
    due_at = fields.DatetimeField()
    state = fields.CharField(12, db_index=True)  # waiting, effective, withdrawn
    effective_at = fields.DatetimeField(null=True)  # of a card: when it was used
    confirmed_by = fields.CharField(32, default="")  # by HR; else what was before stays shut

    class Meta:
        """Table."""

        table = "identity_change"


class WrongCodes(Model):
    """How many codes that open nothing were typed lately: by one browser, or by all together."""

    key = fields.CharField(64, primary_key=True)
    n_wrong = fields.IntField(default=0)
    ends_at = fields.DatetimeField()

    class Meta:
        """Table."""

        table = "wrong_codes"
