"""HR changes how a person signs in: it waits, the person hears of it, and nothing given before is ever shown."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from server.mail import Mailer
from server.usecases.outbox import send_due
from server.usecases.sign_in import ask_for_code
from surveys.database import write_tx
from surveys.models.cards import IdentityChange
from surveys.models.people import Grant, Person
from surveys.models.work import AuditEntry, OutboxMail
from tests.conftest import Database
from tests.factories import HR, OUTSIDER, id_of
from tests.post import Post, mail_server
from tests.server.card_cast import OTHER_HR, CardSite, card_site, inbox_of, may_read
from tests.server.hr_cast import commit, send

OLD, NEW = "eve@example.test", "hr-alias@example.test"
URL = "/hr/people/import"


@pytest.fixture
async def cards(database: Database, tmp_path: Path) -> AsyncIterator[CardSite]:
    async with card_site(database, tmp_path) as one:
        yield one


async def give_mail(cards: CardSite, name: str, mail: str, *, actor: str = HR) -> None:
    """Change one person's mail by a people file, as HR does."""
    async with cards.site.as_person(id_of(actor)) as client:
        page = await send(client, URL, f"external_id,name,mail\n{name},{name.capitalize()},{mail}\n")
        reply = await commit(client, URL, page.text)
        assert reply.status_code == 303, reply.text


async def signs_in(cards: CardSite, mail: str) -> str:
    """Give whose code would be mailed to an address, if anybody's."""
    cards.site.clock.move(minutes=11)
    asked = await ask_for_code(mail, clock=cards.site.clock)
    return asked.letter.to_name if asked.letter else ""


async def test_hr_cannot_read_earlier_answers_by_changing_a_mail_address(cards: CardSite) -> None:
    await cards.launch()
    async with cards.site.as_person(id_of("eve")) as eve:
        assert await may_read(eve) == [True]
        await give_mail(cards, "eve", NEW)
        notice = await OutboxMail.get(template="identity_mail")
        assert (notice.person_id, notice.values) == (id_of("eve"), {"to_mail": OLD})
        # For 72 hours the old address signs in, and the new one gets no code.
        assert (await signs_in(cards, NEW), await signs_in(cards, OLD)) == ("", "Eve")
        cards.site.clock.move(hours=73)
        assert (await signs_in(cards, OLD), await signs_in(cards, NEW)) == ("", "Eve")
        assert (await eve.get("/api/v1/inbox")).status_code == 401
    async with cards.site.as_person(id_of("eve")) as whoever:
        assert await may_read(whoever) == [False]
    assert (await IdentityChange.get()).before == ""


async def test_the_notice_is_mailed_to_the_old_address_at_once(cards: CardSite) -> None:
    await cards.launch()

    async def forget_the_invitations(tx: object) -> None:
        await OutboxMail.all().delete()

    await write_tx(forget_the_invitations)
    await give_mail(cards, "eve", NEW)
    box, site = Post(), cards.site
    with mail_server(box) as smtp:
        mailer = Mailer(smtp, "Testwerk (fictional)", "http://127.0.0.1:8000", clock=site.clock)
        await send_due(mailer=mailer, keeper=site.app.state.keeper, clock=site.clock)
    (mail,) = box.mails
    assert mail["To"] == OLD
    assert "That was not me" in mail.get_content()


async def test_a_second_person_of_hr_confirms_and_the_first_cannot(cards: CardSite) -> None:
    await cards.launch()
    await give_mail(cards, "eve", NEW)
    change = await IdentityChange.get()
    url = f"/hr/identities/{change.id}/confirm"
    async with cards.site.as_person(id_of(HR)) as ada, cards.site.as_person(id_of(OTHER_HR)) as greta:
        assert (await ada.post(url)).status_code == 409
        assert await signs_in(cards, NEW) == ""
        assert (await greta.post(url)).status_code == 303
        assert await signs_in(cards, NEW) == "Eve"
        again = await greta.post(url)
        assert (again.status_code, "does not wait any more" in again.text) == (409, True)
    assert await AuditEntry.filter(action="identity.confirmed", actor_id=id_of(OTHER_HR)).exists()


async def test_a_person_made_hr_for_the_purpose_is_no_second_person(cards: CardSite) -> None:
    await cards.launch()

    async def promote(tx: object) -> None:
        day = cards.site.clock.now().date()
        await Grant.create(id=id_of("puppet"), person_id=id_of(OUTSIDER), role="hr", from_on=day)

    await write_tx(promote)
    await give_mail(cards, "eve", NEW)
    change = await IdentityChange.get()
    async with cards.site.as_person(id_of(OUTSIDER)) as puppet:
        assert (await puppet.post(f"/hr/identities/{change.id}/confirm")).status_code == 409


async def test_the_person_refuses_and_hr_hears_of_it(cards: CardSite) -> None:
    await cards.launch()
    async with cards.site.as_person(id_of("eve")) as eve:
        await give_mail(cards, "eve", NEW)
        told = (await inbox_of(eve))["person"]
        assert [one["kind"] for one in told["identity"]] == ["mail"]  # type: ignore[index]
        assert (await eve.post("/api/v1/identity/objection")).status_code == 204
        assert "identity" not in (await inbox_of(eve))["person"]  # type: ignore[operator]
        assert await may_read(eve) == [True]
    assert (await Person.get(id=id_of("eve"))).mail == OLD
    assert await OutboxMail.filter(template="identity_refused").count() == 2
    cards.site.clock.move(hours=73)
    assert (await signs_in(cards, OLD), await signs_in(cards, NEW)) == ("Eve", "")


async def test_hr_takes_a_mistyped_address_back_and_nothing_has_changed(cards: CardSite) -> None:
    await cards.launch()
    await give_mail(cards, "eve", NEW)
    change = await IdentityChange.get()
    async with cards.site.as_person(id_of(HR)) as ada:
        assert (await ada.post(f"/hr/identities/{change.id}/withdraw")).status_code == 303
    cards.site.clock.move(hours=73)
    assert await signs_in(cards, OLD) == "Eve"
    async with cards.site.as_person(id_of("eve")) as eve:
        assert await may_read(eve) == [True]


async def test_changing_there_and_back_leaves_nothing_waiting(cards: CardSite) -> None:
    await cards.launch()
    await give_mail(cards, "eve", NEW)
    await give_mail(cards, "eve", OLD)
    assert await IdentityChange.filter(state="waiting").count() == 0
    assert await signs_in(cards, OLD) == "Eve"


async def test_taking_the_address_away_first_is_no_way_around(cards: CardSite) -> None:
    await cards.launch()
    await give_mail(cards, "eve", "")
    await give_mail(cards, "eve", NEW)
    assert (await signs_in(cards, NEW), await signs_in(cards, OLD)) == ("", "Eve")
    await give_mail(cards, "eve", "")
    (card,) = await cards.print_for("eve")
    assert card.waits


async def test_a_first_address_works_at_once(cards: CardSite) -> None:
    await cards.launch()
    await give_mail(cards, "dan", "dan@example.test")
    assert await signs_in(cards, "dan@example.test") == "Dan"
    assert await OutboxMail.filter(template="identity_mail").count() == 0


async def test_an_address_stored_for_a_while_before_a_launch_leaves_no_session(cards: CardSite) -> None:
    await give_mail(cards, "eve", NEW)
    async with cards.site.as_person(id_of("eve")) as alias:
        await give_mail(cards, "eve", OLD)
        assert (await alias.get("/api/v1/inbox")).status_code == 401


async def test_a_card_for_someone_with_mail_is_announced_at_their_address(cards: CardSite) -> None:
    await cards.launch()
    (card,) = await cards.print_for("eve")
    assert card.waits
    notice = await OutboxMail.get(template="identity_card")
    assert notice.values == {"to_mail": OLD}
    async with cards.site.as_person(id_of("eve")) as eve, cards.phone() as phone:
        await eve.post("/api/v1/identity/objection")
        assert (await phone.post("/api/v1/card", json={"code": card.code})).json()["state"] == "ended"


async def test_mallory_reaches_none_of_it(cards: CardSite) -> None:
    await cards.launch()
    await give_mail(cards, "eve", NEW)
    change = await IdentityChange.get()
    async with cards.site.as_person(id_of(OUTSIDER)) as mallory:
        missing = await mallory.get("/hr/nothing")
        for path in (
            "/hr/cards",
            f"/hr/identities/{change.id}/confirm",
            f"/hr/identities/{change.id}/withdraw",
        ):
            reply = await mallory.post(path)
            assert (reply.status_code, reply.content) == (404, missing.content)
        assert (await mallory.post("/api/v1/identity/objection")).status_code == 204
    assert (await IdentityChange.get()).state == "waiting"


async def test_the_wait_is_72_hours_to_the_minute(cards: CardSite) -> None:
    await cards.launch()
    await give_mail(cards, "eve", NEW)
    cards.site.clock.at = (await IdentityChange.get()).due_at - timedelta(minutes=12)
    assert await signs_in(cards, NEW) == ""
    assert await signs_in(cards, NEW) == "Eve"
