"""Writing what a people file changes: rows in bulk, relations and roles dated, nothing deleted."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from server.clock import Clock, new_id, today
from server.usecases.binding import MailChange, note_mail_changes
from surveys import audit
from surveys.database import writer
from surveys.keeper import Keeper
from surveys.models.people import Grant, Person, Relation
from surveys.people import Change, PeopleDiff
from surveys.people import Person as Stated
from surveys.queries_people import holds_on
from surveys.queries_people_file import chunks, left_at

BATCH = 500
PLAIN = ("name", "mail", "locale", "time_zone", "role_profile", "job_title", "unit", "in_role_since")
ROLES = {"is_hr": "hr", "is_coach": "coach"}


async def write_people(diff: PeopleDiff, *, actor: str, keeper: Keeper, clock: Clock) -> None:
    """Write a diff; inside `write_tx` only."""
    day = today(clock)
    await Person.bulk_create([_new(person, new_id(clock)) for person in diff.new], batch_size=BATCH)
    await _change_rows(diff.changed)
    mails = {one.external_id: one for one in diff.changed if one.field == "mail"}
    of_mail = await _ids_of(mails)
    await note_mail_changes(
        [MailChange(of_mail[key], str(one.before), str(one.after)) for key, one in mails.items()],
        actor=actor,
        clock=clock,
    )
    managers = {one.external_id: one.managers for one in diff.new if one.managers}
    managers |= {one.external_id: _ids(one.after) for one in diff.changed if one.field == "managers"}
    ids = await _ids_of(managers, (manager for above in managers.values() for manager in above))
    await _relate(
        {ids[one]: [ids[manager] for manager in above] for one, above in managers.items()}, day, clock
    )
    for field, role in ROLES.items():
        await _grant(diff, field, role, day, clock)
    await audit.record(
        writer(),
        key=keeper.audit_key(),
        at=clock.now(),
        actor_id=actor,
        action="people.imported",
        detail=f"{len(diff.new)} new, {diff.n_changed} changed",
    )


def _new(person: Stated, identifier: str) -> Person:
    return Person(
        id=identifier,
        external_id=person.external_id,
        name=person.name,
        mail=person.mail,
        locale=person.locale or "en",
        time_zone=person.time_zone or "UTC",
        role_profile=person.role_profile,
        job_title=person.job_title,
        unit=person.unit,
        in_role_since=person.in_role_since,
        left_at=left_at(person.left_on),
    )


async def _change_rows(changes: Iterable[Change]) -> None:
    by_person: dict[str, dict[str, Any]] = {}  # values of the columns, of different types
    for change in changes:
        if change.field in PLAIN:
            by_person.setdefault(change.external_id, {})[change.field] = change.after
        elif change.field == "left_on":
            after = change.after if isinstance(change.after, date) else None
            by_person.setdefault(change.external_id, {})["left_at"] = left_at(after)
    if not by_person:
        return
    fields = sorted({field for values in by_person.values() for field in values})
    for some in chunks(by_person):
        rows = await Person.filter(external_id__in=some)
        for row in rows:
            row.update_from_dict(by_person[row.external_id])
        await Person.bulk_update(rows, fields, batch_size=BATCH)


async def _relate(managers: Mapping[str, list[str]], day: date, clock: Clock) -> None:
    """Close relations that no longer hold, and open the new ones from today."""
    known: dict[str, set[str]] = {person: set() for person in managers}
    for some in chunks(managers):
        ended: list[str] = []
        for row in await Relation.filter(holds_on(day), kind="manager", person_id__in=some):
            person, other = str(row.person_id), str(row.other_id)  # type: ignore[attr-defined]  # Tortoise's
            known[person].add(other)
            if other not in managers[person]:
                ended.append(row.id)
        for gone in chunks(ended):
            await Relation.filter(id__in=gone).update(to_on=day)
    await Relation.bulk_create(
        [
            Relation(id=new_id(clock), person_id=person, kind="manager", other_id=other, from_on=day)
            for person, above in managers.items()
            for other in above
            if other not in known[person]
        ],
        batch_size=BATCH,
    )


async def _grant(diff: PeopleDiff, field: str, role: str, day: date, clock: Clock) -> None:
    """Open and end one role; a role for another unit is another grant."""
    units = {one.external_id: one.hr_unit for one in diff.new if getattr(one, field)}
    changed = {one.external_id: bool(one.after) for one in diff.changed if one.field == field}
    moved = {
        one.external_id: str(one.after) for one in diff.changed if one.field == "hr_unit" and role == "hr"
    }
    ids = await _ids_of(units, changed, moved)
    stopped = [ids[one] for one in changed if not changed[one]] + [ids[one] for one in moved]
    for some in chunks(stopped):
        await Grant.filter(holds_on(day), role=role, person_id__in=some).update(to_on=day)
    begun = {**units, **{one: "" for one, given in changed.items() if given}}
    begun |= {one: unit for one, unit in moved.items() if changed.get(one, True)}
    await Grant.bulk_create(
        [
            Grant(
                id=new_id(clock),
                person_id=ids[one],
                role=role,
                unit=unit if role == "hr" else "",
                from_on=day,
            )
            for one, unit in begun.items()
        ],
        batch_size=BATCH,
    )


async def _ids_of(*groups: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in chunks({one for group in groups for one in group}):
        rows = await Person.filter(external_id__in=some).values_list("external_id", "id")
        found.update({str(external_id): str(identifier) for external_id, identifier in rows})
    return found


def _ids(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, tuple) else ()
