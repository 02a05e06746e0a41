"""HR records that the lines of a profile were handed over on paper, and marks exemplars."""

from collections.abc import Sequence
from datetime import date

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import Clock, new_id, today
from server.errors import not_found
from server.usecases.mistakes import Mistake, Mistakes
from surveys import audit, queries_people, queries_profiles
from surveys.database import write_tx
from surveys.keeper import Keeper
from surveys.models.people import Person
from surveys.models.profiles import Exemplar, Notice
from surveys.queries_people import holds_on
from surveys.queries_profiles import ProfileRow
from surveys.text import has_bad_character, hidden_character

MOST_CHARACTERS = 500


async def record_notice(
    version_id: str,
    person_ids: Sequence[str] | None,
    delivered_on: str,
    *,
    actor: str,
    keeper: Keeper,
    clock: Clock,
) -> int:
    """Record the day a profile version was handed over; None means everyone in the role. Gives how many are new.

    Who already had it keeps the earlier day. Raises Mistakes for a day in the future or nobody chosen.
    """
    profile = await _profile(version_id)
    day = _past_day(delivered_on, today(clock))
    if person_ids is None:
        holders = await queries_people.list_role_holders(profile.profile, day=today(clock))
        person_ids = [one.id for one in holders]
    wanted = list(dict.fromkeys(person_ids))
    if not wanted:
        raise Mistakes({"people": Mistake("profiles.mistake_nobody")})

    async def body(tx: BaseDBAsyncClient) -> int:
        if await Person.filter(id__in=wanted).count() != len(wanted):
            raise not_found()
        same = Notice.filter(profile=profile.profile, version=profile.version, person_id__in=wanted)
        await same.filter(delivered_on__gt=day).update(delivered_on=day, recorded_by_id=actor)
        known = {str(one) for one in await same.values_list("person_id", flat=True)}
        new = [one for one in wanted if one not in known]
        await Notice.bulk_create(
            [
                Notice(
                    id=new_id(clock),
                    person_id=one,
                    profile=profile.profile,
                    version=profile.version,
                    way="paper",
                    delivered_on=day,
                    recorded_by_id=actor,
                )
                for one in new
            ]
        )
        await audit.record(
            tx,
            key=keeper.audit_key(),
            at=clock.now(),
            actor_id=actor,
            action="notice.recorded",
            object_id=version_id,
            detail=f"{len(wanted)} people, handed over on {day.isoformat()}",
        )
        return len(new)

    return await write_tx(body)


async def mark_exemplar(
    version_id: str, person_id: str, reason: str, measures: str, *, actor: str, keeper: Keeper, clock: Clock
) -> None:
    """Mark a top performer of a role, chosen by outcomes; cycles launched from now on read it.

    Raises Mistakes for an empty reason or missing measures.
    """
    profile = await _profile(version_id)
    texts = {"reason": reason.strip(), "measures": measures.strip()}
    wrong = {
        name: Mistake("profiles.mistake_text")
        for name, text in texts.items()
        if not 0 < len(text) <= MOST_CHARACTERS or has_bad_character(text) or hidden_character(text)
    }
    if wrong:
        raise Mistakes(wrong)
    day = today(clock)

    async def body(tx: BaseDBAsyncClient) -> None:
        if await Person.get_or_none(queries_people.is_here(day), id=person_id) is None:
            raise not_found()
        same = Exemplar.filter(holds_on(day), person_id=person_id, profile=profile.profile)
        if await same.exists():
            return
        await Exemplar.create(
            id=new_id(clock),
            person_id=person_id,
            profile=profile.profile,
            from_on=day,
            reason=texts["reason"],
            measures=texts["measures"],
        )
        await _note_exemplar(tx, "exemplar.marked", profile, actor, keeper, clock)

    await write_tx(body)


async def end_exemplar(
    version_id: str, exemplar_id: str, *, actor: str, keeper: Keeper, clock: Clock
) -> None:
    """Let someone be an exemplar no longer; launched cycles keep what they froze."""
    profile = await _profile(version_id)
    day = today(clock)

    async def body(tx: BaseDBAsyncClient) -> None:
        row = Exemplar.filter(holds_on(day), id=exemplar_id, profile=profile.profile)
        if not await row.update(to_on=day):
            raise not_found()
        await _note_exemplar(tx, "exemplar.ended", profile, actor, keeper, clock)

    await write_tx(body)


async def _note_exemplar(
    tx: BaseDBAsyncClient, action: str, profile: ProfileRow, actor: str, keeper: Keeper, clock: Clock
) -> None:
    # Without the person: membership is never shown, and the log is read by others than HR.
    await audit.record(
        tx,
        key=keeper.audit_key(),
        at=clock.now(),
        actor_id=actor,
        action=action,
        object_id=profile.id,
        detail=profile.profile,
    )


async def _profile(version_id: str) -> ProfileRow:
    found = await queries_profiles.find_profile(version_id)
    if found is None:
        raise not_found()
    return found[0]


def _past_day(text: str, day: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.max
    if not date(2000, 1, 1) <= found <= day:
        raise Mistakes({"delivered_on": Mistake("profiles.mistake_day")})
    return found
