"""The installation itself, the outbox, claimed job slots, reminder waves and the audit log."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Installation(Model):
    """One row: who runs this, whether it is a demo, and the epoch phones compare with."""

    id = fields.IntField(primary_key=True, generated=False)  # always 1
    organisation = fields.CharField(200)
    is_demo = fields.BooleanField(default=False)
    epoch = fields.CharField(16)
    clock_offset_ms = fields.BigIntField(default=0)  # demo and rehearsal only: their own clock

    class Meta:
        """Table."""

        table = "installation"


class OutboxMail(Model):
    """A mail to be sent, written in the transaction of its cause; it names a template, never a rendered secret."""

    id = fields.CharField(32, primary_key=True)
    person_id = fields.CharField(32)
    template = fields.CharField(40)
    values: Any = fields.JSONField()
    state = fields.CharField(12, db_index=True)  # queued, sending, sent, failed
    n_tries = fields.IntField(default=0)
    due_at = fields.DatetimeField()
    leased_until = fields.DatetimeField(null=True)
    last_error = fields.CharField(300, default="")
    digest = fields.CharField(32, default="")  # rows that go out, and are tried again, as one mail

    class Meta:
        """Table."""

        table = "outbox_mail"


class MailDay(Model):
    """The last local day on which a person's daily mail was due; noted for all, also when nothing had to be said."""

    person_id = fields.CharField(32, primary_key=True)
    sent_on = fields.DateField()

    class Meta:
        """Table."""

        table = "mail_day"


class LetterWords(Model):
    """What HR wrote instead of the built-in words of a letter in one language; an empty text means the built-in one."""

    id = fields.CharField(60, primary_key=True)  # template and locale
    template = fields.CharField(40)
    locale = fields.CharField(12)
    subject = fields.CharField(200)
    greeting = fields.CharField(200)
    extra = fields.CharField(1000)

    class Meta:
        """Table."""

        table = "letter"


class MailSetting(Model):
    """One row: the hours and days on which mail may go out, and the logo of the organisation."""

    id = fields.IntField(primary_key=True, generated=False)  # always 1
    from_hour = fields.IntField()
    until_hour = fields.IntField()
    days = fields.CharField(20)  # weekdays as digits, Monday 0
    logo = fields.BinaryField(null=True)  # PNG

    class Meta:
        """Table."""

        table = "mail_setting"


class JobSlot(Model):
    """A scheduled run claimed by at most one worker."""

    id = fields.CharField(120, primary_key=True)  # job name and slot

    class Meta:
        """Table."""

        table = "job_slot"


class ReminderWave(Model):
    """One row for every rater of a cycle in a wave, whoever has answered; deleted at the end of the wave."""

    id = fields.CharField(32, primary_key=True)
    cycle_id = fields.CharField(32, db_index=True)
    wave = fields.IntField()
    person_id = fields.CharField(32)

    class Meta:
        """Table."""

        table = "reminder_wave"
        unique_together = (("cycle_id", "wave", "person_id"),)


class AuditEntry(Model):
    """Who did or saw what, hash-chained; holds no answer events."""

    seq = fields.BigIntField(primary_key=True, generated=False)
    at = fields.DatetimeField()
    actor_id = fields.CharField(32, default="")
    action = fields.CharField(40)
    object_id = fields.CharField(64, default="")
    detail = fields.CharField(300, default="")
    mac = fields.CharField(64)

    class Meta:
        """Table."""

        table = "audit_entry"


class OperationNote(Model):
    """What the server last noted about its own running: one row for each kind, about machines, never about people."""

    name = fields.CharField(40, primary_key=True)  # backup, restore_test, reach, mail, start, clock
    at = fields.DatetimeField()
    is_good = fields.BooleanField()
    detail = fields.CharField(300, default="")

    class Meta:
        """Table."""

        table = "operation_note"
