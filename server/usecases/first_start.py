"""The first start in a browser: a code from the terminal, six questions, a test mail, and the first HR person is in."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from server.clock import Clock
from server.mail import Mailer
from server.settings import Settings, SettingsError, Smtp, check_settings, is_loopback
from server.usecases.install import Plan
from server.usecases.mistakes import Mistake, Mistakes
from server.usecases.trial_mail import try_server
from server.words import LOCALES
from server.zones import is_zone
from surveys.table_values import read_mail
from surveys.text import has_bad_character, hidden_character

MAX_TRIES = 5  # wrong codes before the code ends and the terminal shows a new one
LONGEST = {"organisation": 200, "hr_name": 200, "hr_mail": 254, "public_url": 200}
PORT = 587
TLS_PORT = 465
FIELDS = (
    "organisation", "hr_name", "hr_mail", "public_url", "language", "time_zone",
    "smtp_host", "smtp_port", "smtp_user", "smtp_password", "smtp_sender",
)  # fmt: skip


@dataclass(slots=True)
class FirstStart:
    """The door to an installation that does not exist yet: one code at a time, one browser behind it."""

    clock: Clock
    code: str = ""
    n_wrong: int = 0
    browser: str = ""  # SHA-256 of the secret that the browser with the right code got
    password: str = ""  # of the mail server, typed once and not shown again

    def draw_code(self) -> str:
        """Draw a new code; an older one no longer works."""
        self.code = f"{int.from_bytes(self.clock.random_bytes(8)) % 10**8:08d}"
        self.n_wrong = 0
        return f"{self.code[:4]} {self.code[4:]}"

    def try_code(self, typed: str) -> str | None:
        """Give a secret for the browser that typed the right code, once; None for a wrong one."""
        digits = "".join(one for one in typed[:40] if one.isdecimal())
        if not self.code or not hmac.compare_digest(self.code.encode(), digits.encode()):
            self.n_wrong += 1
            return None
        self.code = ""  # a second browser needs another code
        secret = self.clock.random_bytes(32).hex()
        self.browser = _hash(secret)
        return secret

    @property
    def is_used_up(self) -> bool:
        """Whether too many wrong codes were typed."""
        return self.n_wrong >= MAX_TRIES

    def knows(self, secret: str) -> bool:
        """Tell whether this is the browser that typed the code."""
        return bool(self.browser) and hmac.compare_digest(self.browser, _hash(secret))


def read_answers(typed: Mapping[str, str], *, data_dir: Path, port: int, database_url: str = "") -> Plan:
    """Read the six answers. Raises Mistakes, each by its field."""
    wrong: dict[str, Mistake] = {}
    text = {name: str(typed.get(name, "")).strip() for name in FIELDS}
    for name, longest in LONGEST.items():
        if not text[name]:
            wrong[name] = Mistake("first.m_empty")
        elif len(text[name]) > longest or has_bad_character(text[name]) or hidden_character(text[name]):
            wrong[name] = Mistake("first.m_text", {"n": longest})
    if "hr_mail" not in wrong and not _is_mail(text["hr_mail"]):
        wrong["hr_mail"] = Mistake("first.m_mail")
    if text["language"] not in LOCALES:
        wrong["language"] = Mistake("first.m_language")
    text["time_zone"] = text["time_zone"] or "UTC"
    if not is_zone(text["time_zone"]):
        wrong["time_zone"] = Mistake("me.m_zone")
    smtp = _read_smtp(text, wrong)
    plan = Plan(
        data_dir, text["organisation"], text["hr_mail"], text["hr_name"], full_address(text["public_url"]),
        port, smtp, database_url, hr_locale=text["language"], time_zone=text["time_zone"],
    )  # fmt: skip
    if "public_url" not in wrong and (words := _wrong_address(plan)):
        wrong["public_url"] = Mistake(words)
    if wrong:
        raise Mistakes(wrong)
    return plan


def full_address(typed: str) -> str:
    """Complete an address as people type it: https:// in front, nothing after the name."""
    url = typed if "://" in typed or not typed else f"https://{typed}"
    return url.rstrip("/")


async def try_mail(plan: Plan, *, clock: Clock) -> str:
    """Send the first HR person a test mail; give what the mail server answered when it does not take it."""
    if plan.smtp is None:
        return ""
    mailer = Mailer(plan.smtp, plan.organisation, plan.public_url, clock=clock)
    return await try_server(mailer, name=plan.hr_name, mail=plan.hr_mail, locale=plan.hr_locale)


def without_mail(plan: Plan) -> Plan:
    """Go on without a mail server; it can be set in the configuration later."""
    return replace(plan, smtp=None)


def _read_smtp(text: Mapping[str, str], wrong: dict[str, Mistake]) -> Smtp | None:
    host, port, sender = text["smtp_host"], text["smtp_port"] or str(PORT), text["smtp_sender"]
    if not host:
        return None
    for name in ("smtp_host", "smtp_user", "smtp_password"):
        if has_bad_character(text[name]) or len(text[name]) > 254 or " " in text["smtp_host"]:
            wrong[name] = Mistake("first.m_host")
    if not port.isdecimal() or not port.isascii() or not 0 < int(port[:6]) < 65536:
        wrong["smtp_port"] = Mistake("first.m_port")
        return None
    if sender and not _is_mail(sender):
        wrong["smtp_sender"] = Mistake("first.m_mail")
    is_tls = int(port) == TLS_PORT
    return Smtp(host, int(port), sender or text["hr_mail"], text["smtp_user"], text["smtp_password"], is_tls)


def _wrong_address(plan: Plan) -> str:
    try:
        host = urlsplit(plan.public_url).hostname or ""
        check_settings(
            Settings(plan.data_dir, plan.organisation, plan.public_url, "s" * 64, "sqlite:x", plan.smtp)
        )
    except SettingsError:
        return "first.m_https" if plan.public_url.startswith("http://") else "first.m_address"
    except ValueError:
        return "first.m_address"
    return "first.m_https" if is_loopback(host) and plan.public_url.startswith("https://") else ""


def _is_mail(text: str) -> bool:
    try:
        return bool(read_mail(text))
    except ValueError:
        return False


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
