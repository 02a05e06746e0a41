"""A deleted person's name does not wait in mails to HR about them."""

from pathlib import Path

from server.usecases.delete_person import delete_person
from surveys.models.work import OutboxMail
from tests.conftest import Database
from tests.factories import HR, id_of
from tests.server.card_cast import card_site


async def test_mails_to_hr_that_name_a_deleted_person_go_and_those_about_others_stay(
    database: Database, tmp_path: Path
) -> None:
    async with card_site(database, tmp_path) as cards:
        site = cards.site
        await cards.launch()
        await cards.print_for("eve", "finn")
        for name in ("eve", "finn"):
            async with site.as_person(id_of(name)) as person:
                assert (await person.post("/api/v1/identity/objection")).status_code == 204
        waiting = OutboxMail.filter(template="identity_refused")
        assert {one.values["who"] for one in await waiting} == {"Eve", "Finn"}
        await delete_person(
            id_of("eve"), confirm="eve", cancels=True, former="A former colleague",
            actor=id_of(HR), keeper=site.app.state.keeper, clock=site.clock,
        )  # fmt: skip
        assert {one.values["who"] for one in await waiting} == {"Finn"}
        assert not [one for one in await OutboxMail.all() if "Eve" in str(one.values)]
