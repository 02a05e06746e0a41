"""The daily mail of one person: what of the queued things is still to be said, and in which words."""

from collections import Counter
from collections.abc import Mapping, Sequence

from server.clock import Clock
from server.letter import DIGEST, Letter, Line, Wording
from server.usecases.reminders import asks_everyone, has_open_sheet
from server.words import pick_locale, translate
from surveys.items import RELATIONSHIPS
from surveys.keeper import Keeper
from surveys.lifecycle import shown_state
from surveys.models.cycles import Assignment, Cycle
from surveys.models.people import Person
from surveys.models.work import OutboxMail
from surveys.promises import ISOLATE, POP

INVITATION = "invitation"
REMINDER = "reminder"
REMINDER_TO_ALL = "reminder_all"
STILL_ASKING = ("scheduled", "open", "grace")


async def needed_lines(
    person: Person, rows: Sequence[OutboxMail], *, organisation: str, keeper: Keeper, clock: Clock
) -> tuple[Line, ...]:
    """Give what is still to be said to somebody; who was cancelled, or has finished, is not asked again."""
    lines: list[Line] = []
    for row in sorted(rows, key=lambda one: (one.template != INVITATION, one.template, one.id)):
        values = {str(key): str(value) for key, value in dict(row.values).items()}
        if row.template == REMINDER:
            lines += await _reminder(person.id, keeper)
        elif row.template == INVITATION and "cycle" in values:
            lines += await invitation_lines(person, values, organisation=organisation, clock=clock)
        else:
            lines.append(Line(row.template, values))
    return tuple(one for place, one in enumerate(lines) if one not in lines[:place])


def daily_letter(
    person: Person,
    lines: Sequence[Line],
    *,
    wordings: Mapping[tuple[str, str], Wording],
    logo: bytes,
    message_id: str,
) -> Letter:
    """Put the lines into one letter; several things make a digest with words of its own."""
    template = lines[0].template if len(lines) == 1 else DIGEST
    wording = wordings.get((_wording_of(template), pick_locale(person.locale)), Wording())
    return Letter(
        person.name,
        person.mail,
        person.locale,
        template,
        message_id=message_id,
        lines=tuple(lines),
        wording=wording,
        logo=logo,
    )


async def invitation_lines(
    person: Person, values: Mapping[str, str], *, organisation: str, clock: Clock
) -> list[Line]:
    """Say who asks somebody for what, and as whom; nothing when nobody asks any more."""
    cycle = await Cycle.get_or_none(id=values["cycle"]).select_related("launched_by")
    if cycle is None:
        return []
    state = shown_state(cycle.state, opens_at=cycle.opens_at, closes_at=cycle.closes_at, now=clock.now())
    asked = await Assignment.filter(cycle_id=cycle.id, rater_id=person.id, is_cancelled=False).values_list(
        "relationship", flat=True
    )
    if state not in STILL_ASKING or not asked:
        return []
    parts = {
        "title": cycle.title,
        "minutes": values.get("minutes", "5"),
        "asked_by": asker_of(cycle, organisation),
        "purpose": cycle.purpose,
        "roles": roles_in_words([str(one) for one in asked], person.locale),
    }
    return [Line(INVITATION, parts)]


def asker_of(cycle: Cycle, organisation: str) -> str:
    """Name who launched a cycle; the organisation where it was the shell."""
    return cycle.launched_by.name if cycle.launched_by else organisation


def asked_by(cycle: Cycle, locale: str) -> str:
    """Begin the sentence that tells why somebody is asked: who launched the cycle; nothing where it was the shell."""
    if not cycle.launched_by:
        return ""
    name = f"{ISOLATE}{cycle.launched_by.name}{POP}"
    return translate(pick_locale(locale), "running.asked_by", name=name) + " "


def roles_in_words(relationships: Sequence[str], locale: str) -> str:
    """Say as whom somebody is asked, without naming whom it is about: mail is read by others."""
    words = pick_locale(locale)
    counts = Counter(relationships)
    said = []
    for name in RELATIONSHIPS:
        if counts[name]:
            role = translate(words, f"running.as_{name}")
            said.append(
                role if counts[name] == 1 else translate(words, "running.as_n", role=role, n=counts[name])
            )
    return translate(words, "running.as_and").join(said)


async def _reminder(person_id: str, keeper: Keeper) -> list[Line]:
    if await asks_everyone(person_id):
        return [Line(REMINDER_TO_ALL)]
    return [Line(REMINDER)] if await has_open_sheet(person_id, keeper=keeper) else []


def _wording_of(template: str) -> str:
    return REMINDER if template == REMINDER_TO_ALL else template
