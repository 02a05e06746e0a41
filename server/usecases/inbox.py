"""What a person is asked, and with which tokens; and the forms to answer on."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scoring.values import CONFIDENTIAL, Relationship
from server.clock import Clock, millis
from server.errors import KEYS_MISSING, not_found
from server.usecases.digest import asked_by
from server.usecases.gaps_progress import answered
from server.usecases.inbox_pairs import pair_links, pair_standing, why_asked
from server.wire import PROTOCOL
from surveys.form_view import UnknownLanguage, render, render_cards
from surveys.forms import Form, from_document
from surveys.items import RELATIONSHIPS
from surveys.keeper import Keeper, KeyMissing
from surveys.lifecycle import TAKES_ANSWERS, as_state, ends_at
from surveys.models.cycles import Assignment, FormDocument, Ratee
from surveys.models.people import Person
from surveys.models.work import Installation
from surveys.policy import from_document as policy_from_document
from surveys.promise_texts import LOCALES, SOURCE_LOCALE
from surveys.promises import PairNames, Viewers, pair_promise, promise_hash, promise_lines
from surveys.queries_notice import find_profile_note
from surveys.queries_pairs import PairFacts, list_managed_pairs, list_own_pairs
from surveys.queries_reports import list_own_reports, list_viewable_reports
from surveys.queries_results import names_of
from surveys.sealing import CycleKey

log = logging.getLogger("sightline.inbox")

ASKING_STATES = (
    "scheduled",
    "open",
    "grace",
)  # a scheduled cycle opens by the clock, even before the job has run


async def inbox(person_id: str, *, locale: str, clock: Clock, keeper: Keeper) -> dict[str, Any]:
    """Write the inbox of a signed-in person (docs/wire.md).

    Raises Problem: 404 when the person is gone, 503 while the key of a cycle cannot be read.
    """
    person = await Person.get_or_none(id=person_id)
    installation = await Installation.get_or_none(id=1)
    if person is None:
        raise not_found()
    pairs = [*await list_own_pairs(person_id), *await list_managed_pairs(person_id)]
    note = await find_profile_note(person_id)
    return {
        "protocol": PROTOCOL,
        "now": millis(clock.now()),
        "epoch": installation.epoch if installation else "",
        "person": {"id": person.id, "name": person.name, "locale": person.locale},
        "assignments": await _assignments(person_id, locale, pairs, clock, keeper),
        "reports": await _reports(person_id, clock),
        "pairs": pair_links(pairs, person_id),
        "profile": None if note is None else note.document(locale),
    }


async def find_form(form_hash: str, locale: str) -> dict[str, Any] | None:
    """Find a form in one language."""
    return await _find_document(form_hash, locale, render)


async def find_cards(form_hash: str, locale: str) -> dict[str, Any] | None:
    """Find the cards of a form in one language."""
    return await _find_document(form_hash, locale, render_cards)


async def _find_document(
    form_hash: str, locale: str, write: Callable[[Form, str], dict[str, Any]]
) -> dict[str, Any] | None:
    row = await FormDocument.get_or_none(hash=form_hash)
    if row is None:
        return None
    try:
        return write(from_document(row.document), locale)
    except UnknownLanguage:
        return None


async def _assignments(
    person_id: str, locale: str, pairs: Sequence[PairFacts], clock: Clock, keeper: Keeper
) -> list[dict[str, Any]]:
    opened = {(pair.cycle, pair.employee) for pair in pairs if pair.sides}
    rows = (
        await Assignment.filter(rater_id=person_id, is_cancelled=False, cycle__state__in=ASKING_STATES)
        .select_related("cycle", "cycle__launched_by", "ratee")
        .order_by("cycle__closes_at", "ratee__name", "id")
    )
    forms = {
        row.hash: from_document(row.document)
        for row in await FormDocument.filter(hash__in={row.form for row in rows})
    }
    viewers = await _viewers(rows)
    now = clock.now()
    asking = [
        row
        for row in rows
        if (row.cycle.state != "scheduled" or row.cycle.opens_at <= now)
        # Closed before this database was restored: nothing is asked again.
        and not keeper.is_closed(row.cycle.id)
        and (row.cycle.id, row.ratee.id) not in opened
    ]
    try:
        keys = {cycle: keeper.open_cycle(cycle) for cycle in {row.cycle.id for row in asking}}
    except KeyMissing as error:
        log.error("the inbox is closed: %s", error)
        raise KEYS_MISSING from None
    has_answered = await answered(pairs, keeper=keeper)
    return [
        {
            **_assignment(
                row, forms[row.form], viewers[row.cycle.id, row.ratee.id], locale, keys[row.cycle.id]
            ),
            "pair": pair_standing(row, viewers[row.cycle.id, row.ratee.id], has_answered, locale),
        }
        for row in asking
    ]


def _assignment(row: Assignment, form: Form, viewers: Viewers, locale: str, key: CycleKey) -> dict[str, Any]:
    cycle = row.cycle
    state = as_state(cycle.state)
    relationship = _relationship(row.relationship)
    told = {one: _promise(row, form, viewers, one) for one in LOCALES}
    lang = locale if locale in told else SOURCE_LOCALE
    return {
        "id": row.id,
        "cycle": cycle.id,
        "title": cycle.title,
        "kind": cycle.kind,
        "state": state if state in TAKES_ANSWERS else "open",  # scheduled, and its hour has come
        "relationship": relationship,
        "ratee": {"name": row.ratee.name},
        "form": form.hash,
        "locales": list(form.locales),
        **_tokens(row, key),
        "named": relationship not in CONFIDENTIAL,
        "purpose": cycle.purpose,
        "promise": {"hash": promise_hash(told), "lines": list(told[lang]), "lang": lang},
        "opens_at": millis(cycle.opens_at),
        "closes_at": millis(cycle.closes_at),
        "grace_until": millis(ends_at(cycle.closes_at, cycle.grace_hours)),
        "minutes": form.minutes,
        "why": asked_by(cycle, locale) + why_asked(cycle.kind, relationship, row.ratee.name, viewers, locale),
    }


def _promise(row: Assignment, form: Form, viewers: Viewers, locale: str) -> tuple[str, ...]:
    policy = policy_from_document(row.cycle.policy)
    relationship = _relationship(row.relationship)
    if form.kind == "clarity":
        names = PairNames(
            employee=row.ratee.name,
            manager=next(iter(viewers.managers), ""),
            asks_pulse=bool(form.pulse),
        )
        return pair_promise(policy, relationship, locale=locale, names=names)
    return promise_lines(policy, relationship, locale=locale, ratee_name=row.ratee.name, viewers=viewers)


def _tokens(row: Assignment, key: CycleKey) -> dict[str, str]:
    tokens = {"write": key.write_token(row.id, row.generation)}
    if not row.is_identity_changed:
        tokens["read"] = key.read_token(row.id, row.generation)
    return tokens


def _relationship(word: str) -> Relationship:
    return next(name for name in RELATIONSHIPS if name == word)


async def _viewers(rows: list[Assignment]) -> Mapping[tuple[str, str], Viewers]:
    wanted = {(row.cycle.id, row.ratee.id) for row in rows}
    ratees = await Ratee.filter(
        cycle_id__in={cycle for cycle, _ in wanted}, person_id__in={ratee for _, ratee in wanted}
    ).values_list("cycle_id", "person_id", "viewers")
    ids = {one for _, _, viewers in ratees for role in ("manager", "coach") for one in viewers.get(role, [])}
    names = await names_of(ids)
    return {
        (str(cycle), str(person)): Viewers(
            managers=tuple(names[one] for one in viewers.get("manager", []) if one in names),
            coaches=tuple(names[one] for one in viewers.get("coach", []) if one in names),
        )
        for cycle, person, viewers in ratees
    }


async def _reports(person_id: str, clock: Clock) -> list[dict[str, str]]:
    own = [
        {"cycle": one.cycle, "title": one.cycle_title, "url": f"/reports/{one.cycle}"}
        for one in await list_own_reports(person_id)
    ]
    others = [
        {
            "cycle": one.cycle,
            "title": f"{one.cycle_title}: {one.ratee_name}",
            "url": f"/reports/{one.cycle}/people/{one.ratee}",
        }
        for one in await list_viewable_reports(person_id, clock.now())
    ]
    return own + others
