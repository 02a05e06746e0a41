"""Mail: letters as messages, sent over SMTP."""

from email.message import EmailMessage
from email.utils import formataddr, make_msgid

import aiosmtplib

from server.letter import LOGO_ID, Letter, write
from server.settings import Smtp, is_loopback

TIMEOUT_S = 20


class MailFailed(Exception):
    """The mail server did not take a mail; `is_final` when trying again is useless."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        """Take the reason in words that name no person."""
        super().__init__(reason)
        self.is_final = is_final


class Mailer:
    """Sends letters through the configured mail server."""

    def __init__(self, smtp: Smtp | None, organisation: str, public_url: str) -> None:
        """Take where mail goes out, and the name and address that stand in every letter."""
        self.smtp = smtp
        self.organisation = organisation
        self.public_url = public_url

    @property
    def is_ready(self) -> bool:
        """Whether a mail server is configured."""
        return self.smtp is not None

    def compose(self, letter: Letter, sender: str) -> EmailMessage:
        """Write the message; header values come from our own catalogues and checked addresses only."""
        written = write(letter, organisation=self.organisation, url=self.public_url)
        message = EmailMessage()
        message["Subject"] = written.subject
        message["From"] = formataddr((self.organisation, sender))
        message["To"] = letter.to_mail
        message["Message-ID"] = letter.message_id or make_msgid(domain="sightline.invalid")
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(written.text)
        if letter.lines:
            html = written.html(organisation=self.organisation, has_logo=bool(letter.logo))
            message.add_alternative(html, subtype="html")
            part = message.get_body(("html",))
            if letter.logo and part is not None:
                part.add_related(letter.logo, "image", "png", cid=f"<{LOGO_ID}>", filename="logo.png")
        message["Content-Language"] = (
            written.locale
        )  # after the content, which brings its own Content headers
        return message

    async def send(self, letter: Letter) -> None:
        """Hand one letter to the mail server.

        Raises MailFailed when it is not taken.
        """
        if self.smtp is None:
            raise MailFailed("no mail server is configured", is_final=True)
        smtp = self.smtp
        try:
            await aiosmtplib.send(
                self.compose(letter, smtp.sender),
                hostname=smtp.host,
                port=smtp.port,
                username=smtp.user or None,
                password=smtp.password or None,
                use_tls=smtp.is_tls,
                # STARTTLS wherever offered; a mail server on this machine may have no certificate.
                start_tls=None if not smtp.is_tls else False,
                validate_certs=not is_loopback(smtp.host),
                timeout=TIMEOUT_S,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            code = max((refused.code for refused in error.recipients), default=0)
            raise MailFailed(f"the mail server refused the address ({code})", is_final=code >= 500) from error
        except aiosmtplib.SMTPResponseException as error:
            raise MailFailed(f"the mail server answered {error.code}", is_final=error.code >= 500) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise MailFailed(
                f"the mail server cannot be reached ({type(error).__name__})", is_final=False
            ) from error
