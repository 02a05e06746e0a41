"""Mail: letters as messages, sent over SMTP."""

from email.header import Header
from email.headerregistry import Address, HeaderRegistry, UniqueSingleAddressHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, default
from urllib.parse import urlsplit

import aiosmtplib

from server.clock import Clock, new_id
from server.letter import LOGO_ID, Letter, write
from server.settings import Smtp, is_loopback

TIMEOUT_S = 20
LONGEST_LINE = 78


class MailFailed(Exception):
    """The mail server did not take a mail; `is_final` when trying again is useless."""

    def __init__(self, reason: str, *, is_final: bool) -> None:
        """Take the reason in words that name no person."""
        super().__init__(reason)
        self.is_final = is_final


class _Sender(UniqueSingleAddressHeader):
    """A From header that the library cannot break: folding a long quoted name, it drops the quotes (Python 3.11)."""

    def fold(self, *, policy: EmailPolicy) -> str:
        """Write it quoted on one line, or the name in encoded words."""
        (one,) = self.addresses
        line = f"From: {one}"
        if not line.isascii() or len(line) > LONGEST_LINE:
            name = Header(one.display_name, "utf-8", header_name="From").encode(linesep=policy.linesep)
            line = f"From: {name}{policy.linesep} <{one.addr_spec}>"
        return line + policy.linesep


def _headers() -> HeaderRegistry:
    found = HeaderRegistry()
    found.map_to_type("from", _Sender)  # type: ignore[arg-type]  # typeshed knows no mixins here
    return found


_POLICY = default.clone(header_factory=_headers())


class Mailer:
    """Sends letters through the configured mail server."""

    def __init__(self, smtp: Smtp | None, organisation: str, public_url: str, *, clock: Clock) -> None:
        """Take where mail goes out, the name and address that stand in every letter, and the clock of its date."""
        self.smtp = smtp
        self.organisation = organisation
        self.public_url = public_url
        self.clock = clock

    @property
    def is_ready(self) -> bool:
        """Whether a mail server is configured."""
        return self.smtp is not None

    def message_id(self, unique: str) -> str:
        """Name a mail, by the sender's domain; tried again under the same name it is one mail for its reader."""
        sender = self.smtp.sender if self.smtp else ""
        domain = sender.rpartition("@")[2]
        return f"<{unique}@{domain or urlsplit(self.public_url).hostname}>"

    def compose(self, letter: Letter, sender: str) -> EmailMessage:
        """Write the message; header values come from our own catalogues and checked addresses only."""
        written = write(letter, organisation=self.organisation, url=self.public_url)
        message = EmailMessage(_POLICY)
        message["Subject"] = written.subject
        local, _, domain = sender.rpartition("@")
        message["From"] = Address(" ".join(self.organisation.split()), local, domain)
        message["To"] = letter.to_mail
        message["Date"] = self.clock.now()
        message["Message-ID"] = letter.message_id or self.message_id(new_id(self.clock))
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
