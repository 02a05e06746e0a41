"""Reads of printed cards, of identities that wait, and of who has something nobody else may read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from tortoise.expressions import Q

from surveys.models.cards import Card, IdentityChange
from surveys.models.cycles import Assignment, Ratee
from surveys.models.people import Person
from surveys.queries_access import RELEASED_STATES
from surveys.queries_cycles import RUNNING
from surveys.queries_people import is_here
from surveys.queries_people_file import chunks

MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class CardRow:
    """A person who may get a card, and how the newest one stands: none, ready, ended, used or disputed."""

    person_id: str
    external_id: str
    name: str
    unit: str
    locale: str
    has_mail: bool
    state: str
    card_id: str
    day: date | None  # printed, used, or disputed on

    @property
    def is_proposed(self) -> bool:
        """Tell whether the box is ticked at first: without mail, and without a card that could be used or was."""
        return not self.has_mail and self.state in ("none", "ended")


@dataclass(frozen=True, slots=True)
class CardPage:
    """People to choose from, and whether there are more than are shown."""

    rows: tuple[CardRow, ...]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A changed identity that is not yet in effect."""

    id: str
    kind: str
    person_id: str
    name: str
    made_by: str
    made_at: datetime
    due_at: datetime


async def list_card_people(*, day: date, cycle: str = "", search: str = "", is_all: bool = False) -> CardPage:
    """Give people still here by name: those without mail, or all of them, or those found, or the raters of a cycle."""
    found = Person.filter(is_here(day), is_invented=False)
    if search.strip():
        text = search.strip()[:200]
        found = found.filter(
            Q(name__icontains=text) | Q(external_id__icontains=text) | Q(unit__icontains=text)
        )
    elif not is_all:
        found = found.filter(mail="")
    if cycle:
        raters = await Assignment.filter(cycle_id=cycle, is_cancelled=False).values_list(
            "rater_id", flat=True
        )
        found = found.filter(id__in=list({str(one) for one in raters}))
    people = await found.order_by("name", "id").limit(MOST_SHOWN + 1)
    newest = await _newest_cards([one.id for one in people])
    rows = tuple(_row(one, newest.get(one.id), day) for one in people[:MOST_SHOWN])
    return CardPage(rows, len(people) > MOST_SHOWN)


async def list_disputed(*, day: date) -> tuple[CardRow, ...]:
    """Give the people whose newest card was used by somebody else."""
    disputed = await Card.filter(disputed_on__isnull=False).values_list("person_id", flat=True)
    people = await Person.filter(is_here(day), id__in=list({str(one) for one in disputed})).order_by(
        "name", "id"
    )
    newest = await _newest_cards([one.id for one in people])
    rows = (_row(one, newest.get(one.id), day) for one in people)
    return tuple(row for row in rows if row.state == "disputed")


async def list_waiting(now: datetime, *, person_id: str = "") -> tuple[Waiting, ...]:
    """Give the changes that wait, the oldest first; of one person or of everybody."""
    rows = IdentityChange.filter(state="waiting", due_at__gt=now)
    if person_id:
        rows = rows.filter(person_id=person_id)
    return tuple(
        Waiting(one.id, one.kind, one.person.id, one.person.name, one.made_by, one.made_at, one.due_at)
        for one in await rows.select_related("person").order_by("made_at", "id")
    )


async def ids_with_something_to_read(ids: Collection[str]) -> frozenset[str]:
    """Give which of these people rate in a running cycle, have a report, or may open somebody's report."""
    found: set[str] = set()
    for some in chunks(ids):
        rating = Assignment.filter(rater_id__in=some, cycle__state__in=RUNNING, is_cancelled=False)
        found.update(str(one) for one in await rating.values_list("rater_id", flat=True))
        rated = Ratee.filter(person_id__in=some, cycle__state__in=RELEASED_STATES, is_cancelled=False)
        found.update(str(one) for one in await rated.values_list("person_id", flat=True))
    return frozenset(found | (await _viewers() & set(ids)))


async def ids_with_a_way_in(ids: Collection[str]) -> frozenset[str]:
    """Give which of these people can already sign in, or could: by mail, or by a card that was used."""
    found: set[str] = set()
    for some in chunks(ids):
        mailed = Person.filter(id__in=some).exclude(mail="")
        found.update(str(one) for one in await mailed.values_list("id", flat=True))
        used = Card.filter(person_id__in=some, claimed_on__isnull=False)
        found.update(str(one) for one in await used.values_list("person_id", flat=True))
        moving = IdentityChange.filter(person_id__in=some, state="waiting", kind="mail").exclude(before="")
        found.update(str(one) for one in await moving.values_list("person_id", flat=True))
    return frozenset(found)


async def _viewers() -> set[str]:
    rows = await Ratee.filter(cycle__state__in=RELEASED_STATES, is_cancelled=False).values_list(
        "viewers", flat=True
    )
    return {
        str(one) for viewers in rows for role in ("manager", "coach") for one in dict(viewers).get(role, [])
    }


async def _newest_cards(people: Collection[str]) -> dict[str, Card]:
    newest: dict[str, Card] = {}
    for some in chunks(people):
        for card in sorted(await Card.filter(person_id__in=some), key=_age):
            newest[str(card.person_id)] = card  # type: ignore[attr-defined]  # Tortoise adds <fk>_id
    return newest


def _age(card: Card) -> tuple[bool, date, bool]:
    # At most one card of a person has not ended, and it is the newest whatever the days say.
    return card.ended_on is None, card.made_on, card.disputed_on is None


def _row(person: Person, card: Card | None, day: date) -> CardRow:
    state, on = _state(card, day)
    return CardRow(
        person.id,
        person.external_id,
        person.name,
        person.unit,
        person.locale,
        bool(person.mail),
        state,
        card.id if card else "",
        on,
    )


def _state(card: Card | None, day: date) -> tuple[str, date | None]:
    if card is None:
        return "none", None
    if card.disputed_on is not None:
        return "disputed", card.disputed_on
    if card.ended_on is not None or (card.claimed_on is None and card.valid_until < day):
        return "ended", card.ended_on or card.valid_until
    if card.claimed_on is not None:
        return "used", card.claimed_on
    return "ready", card.made_on
