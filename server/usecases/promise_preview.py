"""The living promise of a draft: HR moves a number or a date, and the sentences raters will read follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tortoise.backends.base.client import BaseDBAsyncClient

from scoring.values import Relationship
from server.errors import not_found
from server.usecases.cycle_form import FieldReader, policy_with, read_grace, read_k, read_retention
from server.usecases.cycles import NOT_A_DRAFT, lock_draft
from server.usecases.mistakes import Mistake, Mistakes
from server.words import LOCALES, pick_locale
from surveys import queries_cycles, queries_people
from surveys.cycle_values import CycleCard, RateeRow
from surveys.database import write_tx
from surveys.items import RELATIONSHIPS
from surveys.lifecycle import ends_at, kept_until
from surveys.models.cycles import Cycle
from surveys.policy import VIEWERS, Policy, from_document, to_document
from surveys.promises import PairNames, Viewers, pair_promise, promise_lines

PAIR: tuple[Relationship, ...] = ("self", "manager")
SOMEBODY = "…"


@dataclass(frozen=True, slots=True)
class Typed:
    """What HR typed on the form of the promise."""

    fields: Mapping[str, str]
    viewers: Sequence[str]

    @property
    def locale(self) -> str:
        """Give the language to read the promise in."""
        return pick_locale(self.fields.get("language", ""))


@dataclass(frozen=True, slots=True)
class PromisePreview:
    """What one relationship will read, in one language, and the form it follows from."""

    fields: Mapping[str, str]
    viewers: frozenset[str]
    relationships: tuple[Relationship, ...]
    relationship: Relationship
    locale: str
    lines: tuple[str, ...]
    closes_at: datetime
    ends_at: datetime
    kept_until: date
    mistakes: Mapping[str, Mistake]
    locales: tuple[str, ...] = LOCALES


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A policy and dates as HR would have them."""

    policy: Policy
    opens_at: datetime
    closes_at: datetime


async def draft_promise(cycle: CycleCard, *, locale: str, time_zone: str) -> PromisePreview:
    """Give the promise of a draft as it stands, to peers in a 360 and to the employee in a clarity round."""
    policy = from_document(cycle.policy)
    zone = ZoneInfo(time_zone)
    fields = {
        "k": str(policy.k),
        "grace_hours": str(policy.grace_hours),
        "retention_days": str(policy.retention_days),
        "opens_at": cycle.opens_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        "closes_at": cycle.closes_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        "relationship": "self" if cycle.kind == "clarity" else "peer",
        "language": locale,
    }
    wanted = _Wanted(policy, cycle.opens_at, cycle.closes_at)
    return await _preview(cycle, wanted, Typed(fields, policy.viewers), {})


async def preview_promise(cycle_id: str, typed: Typed, *, time_zone: str, now: datetime) -> PromisePreview:
    """Give the promise as it would be; stores nothing. Raises Problem for a cycle that is no draft."""
    cycle = await _draft(cycle_id)
    wanted, mistakes = _read(cycle, typed, time_zone=time_zone, now=now)
    return await _preview(cycle, wanted, typed, mistakes)


async def keep_promise(cycle_id: str, typed: Typed, *, time_zone: str, now: datetime) -> None:
    """Store what was typed. Raises Mistakes, and Problem for a cycle that was launched: then the promise stays."""
    cycle = await _draft(cycle_id)
    wanted, mistakes = _read(cycle, typed, time_zone=time_zone, now=now)
    if mistakes:
        raise Mistakes(mistakes)

    async def body(tx: BaseDBAsyncClient) -> None:
        await lock_draft(cycle_id)
        await Cycle.filter(id=cycle_id).update(
            policy=to_document(wanted.policy),
            opens_at=wanted.opens_at,
            closes_at=wanted.closes_at,
            grace_hours=wanted.policy.grace_hours,
        )

    await write_tx(body)


async def _draft(cycle_id: str) -> CycleCard:
    cycle = await queries_cycles.find_cycle(cycle_id)
    if cycle is None:
        raise not_found()
    if cycle.state != "draft":
        raise NOT_A_DRAFT
    return cycle


def _read(
    cycle: CycleCard, typed: Typed, *, time_zone: str, now: datetime
) -> tuple[_Wanted, dict[str, Mistake]]:
    """Read the form; where something is wrong the stored value stands, and the mistake beside its field."""
    before = from_document(cycle.policy)
    reader = FieldReader(typed.fields)
    is_pair = cycle.kind == "clarity"
    k = before.k if is_pair else reader.need("k", read_k, before.k)
    grace_hours = reader.need("grace_hours", read_grace, before.grace_hours)
    retention_days = reader.need(
        "retention_days",
        lambda text: read_retention(text) if text else before.retention_days,
        before.retention_days,
    )
    opens_at, closes_at = reader.dates(time_zone=time_zone, now=now)
    viewers = before.viewers if is_pair else tuple(one for one in VIEWERS if one in typed.viewers)
    if "opens_at" in reader.mistakes or "closes_at" in reader.mistakes:
        opens_at, closes_at = cycle.opens_at, cycle.closes_at
    policy = policy_with(before, k=k, grace_hours=grace_hours, retention_days=retention_days, viewers=viewers)
    return _Wanted(policy, opens_at, closes_at), reader.mistakes


async def _preview(
    cycle: CycleCard, wanted: _Wanted, typed: Typed, mistakes: Mapping[str, Mistake]
) -> PromisePreview:
    relationships = PAIR if cycle.kind == "clarity" else RELATIONSHIPS
    asked = typed.fields.get("relationship", "")
    relationship = next((one for one in relationships if one == asked), relationships[0])
    ratees = await queries_cycles.list_ratees(cycle.id)
    return PromisePreview(
        fields=typed.fields,
        viewers=frozenset(typed.viewers),
        relationships=relationships,
        relationship=relationship,
        locale=typed.locale,
        lines=await _lines(cycle, wanted.policy, relationship, typed.locale, ratees),
        closes_at=wanted.closes_at,
        ends_at=ends_at(wanted.closes_at, wanted.policy.grace_hours),
        kept_until=kept_until(wanted.closes_at, wanted.policy.grace_hours, wanted.policy.retention_days),
        mistakes=mistakes,
    )


async def _lines(
    cycle: CycleCard,
    policy: Policy,
    relationship: Relationship,
    locale: str,
    ratees: Sequence[RateeRow],
) -> tuple[str, ...]:
    """Write it with the first person of the draft: the same functions that write what a rater gets."""
    first = ratees[0] if ratees else None
    managers = [rater.name for rater in first.raters if rater.relationship == "manager"] if first else []
    name = first.name if first else SOMEBODY
    if cycle.kind == "clarity":
        names = PairNames(
            employee=name,
            manager=managers[0] if managers else SOMEBODY,
            asks_pulse=bool(cycle.content.get("asks_pulse", True)),
        )
        return pair_promise(policy, relationship, locale=locale, names=names)
    people = await queries_people.list_people_by_id(
        [first.person_id] if first else [], day=cycle.opens_at.date()
    )
    viewers = Viewers(managers=people[0].managers if people and "manager" in policy.viewers else ())
    return promise_lines(policy, relationship, locale=locale, ratee_name=name, viewers=viewers)
