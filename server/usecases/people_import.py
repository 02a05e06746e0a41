"""HR imports people: look over the file first, then store all of it or nothing."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from server.clock import Clock, today
from server.errors import Problem
from server.usecases.people_write import write_people
from server.usecases.uploads import Upload, drop_upload, keep_upload, read_upload
from surveys import queries_profiles
from surveys.database import write_tx
from surveys.errors import FileRefused
from surveys.errors import Problem as Fault
from surveys.keeper import Keeper
from surveys.models.people import Person as PersonModel
from surveys.people import PeopleDiff, PeopleTable, Person, diff_people, number_first_person
from surveys.queries_people_file import list_stated_people, list_touched
from surveys.reading import read_people_in_child

CHANGED_MEANWHILE = Problem(
    409,
    "changed_meanwhile",
    "The people changed in the meantime",
    "Look at the file once more; nothing was stored.",
)

_TABLE = TypeAdapter(PeopleTable)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change means for a running cycle, which stays as it is."""

    kind: str  # left, left_ratee, manager, role, mail
    name: str
    cycle: str


@dataclass(frozen=True, slots=True)
class PeopleDryRun:
    """A file that could be stored: what was read, what it would change, and what it touches."""

    filename: str
    table: PeopleTable
    diff: PeopleDiff
    names: dict[str, str]
    unknown_roles: tuple[str, ...]
    effects: tuple[Effect, ...]
    token: str

    @property
    def approval(self) -> str:
        """Name exactly this change, so that what is stored is what was seen."""
        return hashlib.sha256(repr((self.diff.new, self.diff.changed)).encode()).hexdigest()


async def look_over_people(upload: Upload, *, actor: str, folder: Path, clock: Clock) -> PeopleDryRun:
    """Read a people file in a child process and say what it would change; nothing is stored but the file itself.

    Raises FileRefused with every problem, ReadingFailed when the file cannot be read at all.
    """
    existing = await list_stated_people(day=today(clock))
    table = await read_people_in_child(
        upload.data, filename=upload.filename, known_people=[one.external_id for one in existing.values()]
    )
    dry = await _compare(upload.filename, table, tuple(existing.values()))
    # What was read is kept, not the file: reading again would double the time and could read otherwise.
    kept = Upload(upload.filename, _TABLE.dump_json(table))
    return replace(dry, token=keep_upload(kept, folder=folder, owner=actor, clock=clock))


async def import_people(
    token: str, approval: str, *, actor: str, folder: Path, keeper: Keeper, clock: Clock
) -> PeopleDiff:
    """Store a file that was looked over: all of it in one transaction, exactly what was approved.

    Raises Problem when the file is gone or the people changed since.
    """
    upload = read_upload(token, folder=folder, owner=actor)
    existing = await list_stated_people(day=today(clock))
    try:
        dry = await _compare(upload.filename, _TABLE.validate_json(upload.data), tuple(existing.values()))
    except FileRefused as refused:
        raise CHANGED_MEANWHILE from refused
    if dry.approval != approval:
        raise CHANGED_MEANWHILE
    await store_people(dry.diff, actor=actor, keeper=keeper, clock=clock)
    drop_upload(token, folder=folder, owner=actor)
    return dry.diff


async def store_people(diff: PeopleDiff, *, actor: str, keeper: Keeper, clock: Clock) -> None:
    """Write the changes of a people file, if what it would change is still as it was when they were compared."""
    touched = {change.external_id for change in diff.changed}
    numbered = [change for change in diff.changed if change.field == "external_id"]

    async def body(tx: object) -> None:
        for change in numbered:
            if await PersonModel.exists(external_id=change.after):
                raise CHANGED_MEANWHILE
            await PersonModel.filter(external_id=change.before).update(external_id=change.after)
        present = await list_stated_people(
            day=today(clock), only=touched | {one.external_id for one in diff.new}
        )
        before = {person.external_id: person for person in present.values()}
        if any(one.external_id in before for one in diff.new) or any(
            change.external_id not in before
            or getattr(before[change.external_id], change.field) != change.before
            for change in diff.changed
            if change not in numbered
        ):
            raise CHANGED_MEANWHILE
        await write_people(diff, actor=actor, keeper=keeper, clock=clock)

    if diff.new or diff.changed:
        await write_tx(body)


async def _compare(filename: str, table: PeopleTable, existing: tuple[Person, ...]) -> PeopleDryRun:
    existing, numbered = number_first_person(table.people, existing)
    diff = diff_people(table.people, existing, fields=table.fields, numbered=numbered)
    faults = [*diff.conflicts, *_hr_remains(diff, existing)]
    if faults:
        raise FileRefused(filename, faults)
    roles = {profile.profile for profile in await queries_profiles.list_profiles()}
    names = {one.external_id: one.name for one in (*existing, *table.people)}
    return PeopleDryRun(
        filename=filename,
        table=table,
        diff=diff,
        names=names,
        unknown_roles=tuple(sorted({one.role_profile for one in table.people if one.role_profile} - roles)),
        effects=await _effects(diff, names),
        token="",
    )


def _hr_remains(diff: PeopleDiff, existing: Iterable[Person]) -> list[Fault]:
    hr = {one.external_id for one in existing if one.is_hr and not one.hr_unit and one.left_on is None}
    hr |= {one.external_id for one in diff.new if one.is_hr and not one.hr_unit and one.left_on is None}
    for change in diff.changed:
        ends = (change.field == "is_hr" and not change.after) or (
            change.field in ("left_on", "hr_unit") and change.after
        )
        if ends:
            hr.discard(change.external_id)
        elif change.field == "is_hr":
            hr.add(change.external_id)
    if hr:
        return []
    return [
        Fault(
            None, "hr", "after this import nobody would run HR; write yes for at least one person who is here"
        )
    ]


async def _effects(diff: PeopleDiff, names: dict[str, str]) -> tuple[Effect, ...]:
    kinds = {"left_on": "left", "managers": "manager", "role_profile": "role", "mail": "mail"}
    changed = [change for change in diff.changed if change.field in kinds]
    touched = await list_touched({change.external_id for change in changed})
    effects: list[Effect] = []
    for change in changed:
        for one in touched:
            is_about_ratee = change.field in ("managers", "role_profile")
            fits = one.external_id == change.external_id and (
                change.field == "left_on" or one.is_ratee == is_about_ratee
            )
            if fits and not (change.field == "left_on" and change.after is None):
                kind = "left_ratee" if change.field == "left_on" and one.is_ratee else kinds[change.field]
                effects.append(Effect(kind, names[change.external_id], one.cycle))
    return tuple(effects)
