"""A real mail to one's own address, and exactly what the mail server answered when it does not take it."""

import aiosmtplib

from server.letter import Letter
from server.mail import Mailer, MailFailed


async def send_trial_mail(mailer: Mailer, *, name: str, mail: str, locale: str) -> str:
    """Send it; give what went wrong in the mail server's own words, or nothing."""
    if not mailer.is_ready:
        return "no mail server is configured"
    try:
        await mailer.send(Letter(name, mail, locale, "trial", {}))
    except MailFailed as error:
        return answered(error)
    return ""


def answered(error: MailFailed) -> str:
    """Give the mail server's own words behind a failure."""
    cause = error.__cause__
    if isinstance(cause, aiosmtplib.SMTPRecipientsRefused) and cause.recipients:
        cause = cause.recipients[0]
    if isinstance(cause, aiosmtplib.SMTPResponseException):
        return f"the mail server answered: {cause.code} {' '.join(cause.message.split())}"[:300]
    return f"the mail server cannot be reached: {cause or error}"[:300]
