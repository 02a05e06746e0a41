"""Invitations while a cycle runs: to people who were added, once more to somebody who lost it, and as a file."""

from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from exports.invitations import Invitation
from exports.making import make_invitations
from server.clock import Clock, new_id
from server.errors import Problem, not_found
from server.letter import Letter, Wording, write
from server.usecases.digest import INVITATION, invitation_lines
from server.usecases.letters import load_wordings
from server.words import pick_locale
from surveys import audit
from surveys.database import lock_cycles, write_tx
from surveys.forms import from_document
from surveys.keeper import Keeper
from surveys.models.cycles import Assignment, Cycle, CycleForm
from surveys.models.people import Person
from surveys.models.work import MailDay, OutboxMail

RUNNING = ("scheduled", "open", "grace")
NO_MAIL = Problem(
    422,
    "no_mail",
    "This person has no mail address",
    "Hand the address over on paper, or correct the people file.",
)


async def queue_invitation(
    person_id: str, cycle_id: str, title: str, minutes: int, *, due_at: datetime, clock: Clock
) -> None:
    """Put an invitation into the outbox inside the caller's transaction; one that waits already is enough."""
    waiting = await OutboxMail.filter(person_id=person_id, template=INVITATION, state="queued")
    if any(dict(row.values).get("cycle") == cycle_id for row in waiting):
        return
    await OutboxMail.create(
        id=new_id(clock),
        person_id=person_id,
        template=INVITATION,
        values={"title": title, "minutes": minutes, "cycle": cycle_id},
        state="queued",
        due_at=due_at,
    )


async def resend_invitation(
    cycle_id: str, ratee_id: str, rater_id: str, *, actor_id: str, keeper: Keeper, clock: Clock
) -> None:
    """Mail a rater the address once more, today also after the daily mail; no sheet is looked into.

    Raises Problem: 404 for somebody who is not asked, 422 without a mail address.
    """

    async def body(tx: BaseDBAsyncClient) -> None:
        await lock_cycles(tx, [cycle_id], is_shared=True)
        row = await Assignment.get_or_none(
            cycle_id=cycle_id,
            ratee_id=ratee_id,
            rater_id=rater_id,
            is_cancelled=False,
            cycle__state__in=RUNNING,
        ).select_related("cycle", "rater")
        if row is None:
            raise not_found()
        if not row.rater.mail:
            raise NO_MAIL
        form = await CycleForm.get(cycle_id=cycle_id, relationship=row.relationship).select_related("form")
        due_at = max(row.cycle.opens_at, clock.now())
        minutes = from_document(form.form.document).minutes
        # The address may have been wrong until today: what could not be delivered is not tried apart from this.
        await OutboxMail.filter(person_id=rater_id, template=INVITATION, state="failed").delete()
        await queue_invitation(rater_id, cycle_id, row.cycle.title, minutes, due_at=due_at, clock=clock)
        await MailDay.filter(person_id=rater_id).delete()
        await audit.record(
            tx,
            key=keeper.audit_key(),
            at=clock.now(),
            action="invitation.resent",
            actor_id=actor_id,
            object_id=row.id,
        )

    await write_tx(body)


async def invitations_file(
    cycle_id: str, *, locale: str, organisation: str, url: str, clock: Clock
) -> tuple[str, bytes]:
    """Give title and workbook of all invitations of a running cycle: name, address, words, link; never a login.

    Raises Problem when the cycle is not running.
    """
    cycle = await Cycle.get_or_none(id=cycle_id, state__in=RUNNING)
    if cycle is None:
        raise not_found()
    minutes = {
        one.relationship: from_document(one.form.document).minutes
        for one in await CycleForm.filter(cycle_id=cycle_id).select_related("form")
    }
    longest: dict[str, int] = {}
    for rater_id, relationship in await Assignment.filter(cycle_id=cycle_id, is_cancelled=False).values_list(
        "rater_id", "relationship"
    ):
        longest[str(rater_id)] = max(longest.get(str(rater_id), 0), minutes[str(relationship)])
    wordings = await load_wordings()
    rows: list[Invitation] = []
    for person in await Person.filter(id__in=list(longest)).order_by("name", "id"):
        values = {"cycle": cycle_id, "minutes": str(longest[person.id])}
        lines = await invitation_lines(person, values, organisation=organisation, clock=clock)
        wording = wordings.get((INVITATION, pick_locale(person.locale)), Wording())
        letter = Letter(
            person.name, person.mail, person.locale, INVITATION, lines=tuple(lines), wording=wording
        )
        written = write(letter, organisation=organisation, url=url)
        rows.append(
            Invitation(person.name, person.mail, written.subject, written.text.strip(), f"{url}/app/")
        )
    return cycle.title, await make_invitations(rows, locale=locale)
