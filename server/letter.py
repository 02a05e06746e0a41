"""Letters: what a mail says, from the catalogues' words and from those HR may change, as plain text and simple HTML."""

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from server.views import RTL
from server.words import catalogue, pick_locale, translate

# What HR may write into the words of a letter; everything else between braces is refused when it is saved.
PLACEHOLDERS: Mapping[str, tuple[str, ...]] = {
    "invitation": ("name", "title", "organisation"),
    "reminder": ("name", "organisation"),
    "report_ready": ("name", "title", "organisation"),
    "digest": ("name", "organisation"),
}
DIGEST = "digest"
LOGO_ID = "logo@sightline"
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?]")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a daily mail says: a template of the catalogues (`mail.<template>.line`) and its parts."""

    template: str
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wording:
    """What HR wrote for one letter in one language; an empty text means the built-in words."""

    subject: str = ""
    greeting: str = ""
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to one person.

    With `lines` it is the daily mail, written from them; without, a letter of its own (`mail.<template>.subject`,
    `.body`) that waits for nothing, such as a sign-in code.
    """

    to_name: str
    to_mail: str
    locale: str
    template: str
    parts: Mapping[str, str] = field(default_factory=dict)
    message_id: str = ""
    lines: tuple[Line, ...] = ()
    wording: Wording = Wording()
    logo: bytes = b""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in words: subject and paragraphs."""

    locale: str
    subject: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """Give the plain text."""
        return "\n\n".join(self.paragraphs) + "\n"

    def html(self, *, organisation: str, has_logo: bool) -> str:
        """Give the same as HTML without anything that is loaded from elsewhere."""
        image = (
            f'<p><img src="cid:{LOGO_ID}" alt="{escape(organisation)}" height="40"></p>' if has_logo else ""
        )
        body = "".join(f"<p>{_as_html(one)}</p>" for one in self.paragraphs)
        dir_ = "rtl" if self.locale in RTL else "ltr"
        return (
            f'<!doctype html><html lang="{self.locale}" dir="{dir_}"><head><meta charset="utf-8"></head>'
            f'<body style="font-family:sans-serif;line-height:1.5;max-width:36em">{image}{body}</body></html>'
        )


def is_daily(template: str) -> bool:
    """Tell whether a template is part of the daily mail: it has a line there. All others go out at once."""
    return f"mail.{template}.line" in catalogue("en")


def write(letter: Letter, *, organisation: str, url: str) -> Written:
    """Write a letter in the language of its reader."""
    locale = pick_locale(letter.locale)
    common = {"organisation": organisation, "url": url, "name": letter.to_name}
    if not letter.lines:
        parts = {**common, **letter.parts}
        subject = translate(locale, f"mail.{letter.template}.subject", **parts)
        body = translate(locale, f"mail.{letter.template}.body", **parts)
        return Written(locale, _one_line(subject), (body.rstrip("\n"),))
    parts = {**common, **(letter.lines[0].parts if len(letter.lines) == 1 else {})}
    said = [
        translate(locale, f"mail.{line.template}.line", **{**common, **line.parts}) for line in letter.lines
    ]
    subject = letter.wording.subject.format(**parts) if letter.wording.subject else ""
    greeting = letter.wording.greeting.format(**parts) if letter.wording.greeting else ""
    extra = letter.wording.extra.format(**parts) if letter.wording.extra else ""
    paragraphs = (
        greeting or translate(locale, "mail.greeting", **common),
        *dict.fromkeys(said),  # two reminders say the same
        *([extra] if extra else []),
        translate(locale, "mail.close", **common),
    )
    built_in = translate(locale, f"mail.{letter.template}.subject", **parts)
    return Written(locale, _one_line(subject or built_in), paragraphs)


def unknown_placeholder(template: str, text: str) -> str | None:
    """Give the first thing between braces that this letter cannot fill in, as it was typed; None when all is well."""
    try:
        found = list(string.Formatter().parse(text))
    except ValueError:
        return "{" if "{" in text else "}"
    for _, name, spec, conversion in found:
        if name is not None and (name not in PLACEHOLDERS[template] or spec or conversion):
            return "{" + name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "") + "}"
    return None


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _as_html(paragraph: str) -> str:
    parts: list[str] = []
    end = 0
    for found in _LINK.finditer(paragraph):
        link = escape(found[0])
        parts += [escape(paragraph[end : found.start()]), f'<a dir="ltr" href="{link}">{link}</a>']
        end = found.end()
    parts.append(escape(paragraph[end:]))
    return "".join(parts).replace("\n", "<br>")
