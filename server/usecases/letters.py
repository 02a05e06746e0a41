"""HR changes the words around letters, the hours they go out, and the logo; never what is promised."""

from collections.abc import Mapping
from dataclasses import dataclass

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock
from server.errors import not_found
from server.letter import DIGEST, PLACEHOLDERS, Letter, Line, Wording, Written, unknown_placeholder, write
from server.usecases.digest_hours import MailHours, load_mail_hours
from server.usecases.letters_logo import checked_png
from server.usecases.mistakes import Mistake, Mistakes
from server.words import LOCALES, translate
from surveys import audit
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.models.work import LetterWords, MailSetting
from surveys.text import has_bad_character, hidden_character

TEMPLATES = tuple(PLACEHOLDERS)
LONGEST: Mapping[str, int] = {"subject": 120, "greeting": 120, "extra": 600}
FIELDS = tuple(LONGEST)


@dataclass(frozen=True, slots=True)
class LetterPage:
    """One letter in one language: what HR wrote, what stands there otherwise, and how it reads."""

    template: str
    locale: str
    wording: Wording
    built_in: Wording
    placeholders: tuple[str, ...]
    preview: Written


@dataclass(frozen=True, slots=True)
class LettersPage:
    """All letters, the languages in which HR changed them, and when mail goes out."""

    changed: Mapping[str, tuple[str, ...]]
    hours: MailHours
    has_logo: bool


async def load_wordings() -> dict[tuple[str, str], Wording]:
    """Give what HR wrote, by template and language."""
    return {
        (one.template, one.locale): Wording(one.subject, one.greeting, one.extra)
        for one in await LetterWords.all()
    }


async def load_logo() -> bytes:
    """Give the logo as PNG; empty without one."""
    row = await MailSetting.get_or_none(id=1)
    return bytes(row.logo) if row is not None and row.logo else b""


async def letters_page() -> LettersPage:
    """Give the overview."""
    wordings = await load_wordings()
    changed = {
        template: tuple(
            locale for locale in LOCALES if wordings.get((template, locale), Wording()) != Wording()
        )
        for template in TEMPLATES
    }
    return LettersPage(changed, await load_mail_hours(), bool(await load_logo()))


async def letter_page(
    template: str, locale: str, *, organisation: str, url: str, typed: Wording | None = None
) -> LetterPage:
    """Give one letter, with the words as typed in the preview as far as they can be filled in.

    Raises Problem when there is no such letter or language.
    """
    _check_place(template, locale)
    wording = typed if typed is not None else (await load_wordings()).get((template, locale), Wording())
    usable = Wording(
        **{name: text for name in FIELDS if not mistake_in(template, name, text := getattr(wording, name))}
    )
    return LetterPage(
        template,
        locale,
        wording,
        Wording(
            subject=_plain(translate(locale, f"mail.{template}.subject", **_shown_as_is(template))),
            greeting=_plain(translate(locale, "mail.greeting", **_shown_as_is(template))),
        ),
        PLACEHOLDERS[template],
        write(_sample(template, locale, usable), organisation=organisation, url=url),
    )


async def save_letter(
    template: str, locale: str, wording: Wording, *, actor: str, keeper: Keeper, clock: Clock
) -> None:
    """Store the words of one letter in one language; empty words give the built-in ones back.

    Raises Mistakes for words that cannot be filled in or shown, Problem for an unknown letter or language.
    """
    _check_place(template, locale)
    found = {name: mistake_in(template, name, getattr(wording, name)) for name in FIELDS}
    if wrong := {name: mistake for name, mistake in found.items() if mistake is not None}:
        raise Mistakes(wrong)
    row_id = f"{template}.{locale}"

    async def body(tx: BaseDBAsyncClient) -> None:
        await LetterWords.filter(id=row_id).delete()
        if wording != Wording():
            await LetterWords.create(
                id=row_id,
                template=template,
                locale=locale,
                subject=wording.subject,
                greeting=wording.greeting,
                extra=wording.extra,
            )
        await _note(tx, "letter.changed", f"{template} in {locale}", actor, keeper, clock)

    await write_tx(body)


async def save_hours(hours: MailHours, *, actor: str, keeper: Keeper, clock: Clock) -> None:
    """Set when mail may go out. Raises Mistakes when that would be never."""
    if not 0 <= hours.from_hour < hours.until_hour <= 24:
        raise Mistakes({"until_hour": Mistake("letters.mistake_hours")})
    if not hours.days or not set(hours.days) <= set(range(7)):
        raise Mistakes({"days": Mistake("letters.mistake_days")})

    async def body(tx: BaseDBAsyncClient) -> None:
        days = "".join(str(one) for one in sorted(set(hours.days)))
        await _set(from_hour=hours.from_hour, until_hour=hours.until_hour, days=days)
        detail = f"{hours.from_hour} to {hours.until_hour}, days {days}"
        await _note(tx, "mail_hours.changed", detail, actor, keeper, clock)

    await write_tx(body)


async def save_logo(data: bytes, *, actor: str, keeper: Keeper, clock: Clock) -> None:
    """Store a logo, or take it away with an empty one. Raises Mistakes for anything but a small PNG."""
    logo = checked_png(data) if data else None

    async def body(tx: BaseDBAsyncClient) -> None:
        await _set(logo=logo)
        await _note(tx, "logo.changed", f"{len(logo or b'')} bytes", actor, keeper, clock)

    await write_tx(body)


def mistake_in(template: str, field: str, text: str) -> Mistake | None:
    """Find out why words cannot stand in a letter."""
    if len(text) > LONGEST[field]:
        return Mistake("letters.mistake_long", {"n": LONGEST[field]})
    if has_bad_character(text) or hidden_character(text) or (field != "extra" and "\n" in text):
        return Mistake("letters.mistake_hidden")
    unknown = unknown_placeholder(template, text)
    if unknown is not None:
        known = " ".join("{" + name + "}" for name in PLACEHOLDERS[template])
        return Mistake("letters.mistake_placeholder", {"found": unknown, "known": known})
    return None


def _check_place(template: str, locale: str) -> None:
    if template not in TEMPLATES or locale not in LOCALES:
        raise not_found()


def _shown_as_is(template: str) -> dict[str, str]:
    return {name: "{" + name + "}" for name in ("name", "title", "organisation")}


def _plain(text: str) -> str:
    return " ".join(text.split())


def _sample(template: str, locale: str, wording: Wording) -> Letter:
    """Write to an invented person about an invented cycle."""
    words = {
        name: translate(locale, f"letters.sample_{name}") for name in ("name", "title", "asked_by", "purpose")
    }
    invitation = Line("invitation", {**words, "minutes": "5", "roles": translate(locale, "running.as_peer")})
    lines = {
        "invitation": (invitation,),
        "reminder": (Line("reminder"),),
        "report_ready": (Line("report_ready", words),),
        DIGEST: (invitation, Line("reminder")),
    }
    return Letter(words["name"], "", locale, template, lines=lines[template], wording=wording)


async def _set(**values: object) -> None:
    default = MailHours()
    start = {
        "from_hour": default.from_hour,
        "until_hour": default.until_hour,
        "days": "".join(str(one) for one in default.days),
    }
    await MailSetting.get_or_create(id=1, defaults=start)
    await MailSetting.filter(id=1).update(**values)


async def _note(
    tx: BaseDBAsyncClient, action: str, detail: str, actor: str, keeper: Keeper, clock: Clock
) -> None:
    await audit.record(
        tx, key=keeper.audit_key(), at=clock.now(), action=action, actor_id=actor, detail=detail[:300]
    )
