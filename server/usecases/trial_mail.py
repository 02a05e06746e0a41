"""A real mail to one's own address, and exactly what the mail server answered when it does not take it."""

import aiosmtplib

from server.letter import Letter
from server.mail import Mailer, MailFailed
from server.usecases.operation_notes import note


async def send_trial_mail(mailer: Mailer, *, name: str, mail: str, locale: str) -> str:
    """Send it, and note a success; give what went wrong in the mail server's own words, or nothing."""
    said = await try_server(mailer, name=name, mail=mail, locale=locale)
    if not said:
        await _note_sent(mailer)
    return said


async def try_server(mailer: Mailer, *, name: str, mail: str, locale: str) -> str:
    """Send the same before there is an installation that could note it."""
    if not mailer.is_ready:
        return "no mail server is configured"
    try:
        await mailer.send(Letter(name, mail, locale, "trial", {}))
    except MailFailed as error:
        return answered(error)
    return ""


async def send_at_once(mailer: Mailer, letter: Letter) -> None:
    """Send a letter that waits in no outbox, and note that mails go out, not to whom. Raises MailFailed."""
    await mailer.send(letter)
    await _note_sent(mailer)


async def _note_sent(mailer: Mailer) -> None:
    await note("mail", at=mailer.clock.now(), is_good=True)


def answered(error: MailFailed) -> str:
    """Give the mail server's own words behind a failure."""
    cause = error.__cause__
    if isinstance(cause, aiosmtplib.SMTPRecipientsRefused) and cause.recipients:
        cause = cause.recipients[0]
    if isinstance(cause, aiosmtplib.SMTPResponseException):
        return f"the mail server answered: {cause.code} {' '.join(cause.message.split())}"[:300]
    return f"the mail server cannot be reached: {cause or error}"[:300]
