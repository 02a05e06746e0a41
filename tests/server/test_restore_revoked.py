"""A restored older backup gives nothing back that was taken back since: cards, tokens, cancelled raters, deleted people."""

from datetime import timedelta
from pathlib import Path

from server.clock import new_id, today
from server.usecases.binding import object_to_changes
from server.usecases.cancel import cancel_rater
from server.usecases.cards import end_card, make_cards
from server.usecases.claim import look_at_card
from server.usecases.delete_person import delete_person
from surveys.database import open_database, write_tx
from surveys.models.cards import Card, IdentityChange
from surveys.models.people import Person
from tests.clarity import EMPLOYEES, draft, finish
from tests.factories import HR, MANAGER, SetClock, id_of, keeper_in, launched
from tests.server.test_restore import Firm
from tests.site import settings_for


async def firm_with_pairs(database_url: str, tmp_path: Path) -> Firm:
    folder = tmp_path / "here"
    folder.mkdir()
    async with open_database(database_url):
        cycle, keeper, clock = await launched(folder, **draft(EMPLOYEES))
    clock.move(hours=1)
    return Firm(settings_for(database_url, folder), cycle, keeper, clock)


async def print_card(firm: Firm, name: str) -> str:
    (card,) = await make_cards(
        [id_of(name)],
        valid_until=(today(firm.clock) + timedelta(days=90)).isoformat(),
        batch=new_id(firm.clock),
        actor=id_of(HR),
        keeper=firm.keeper,
        clock=firm.clock,
    )
    return card.code


async def test_what_was_taken_back_since_the_backup_stays_taken_back(
    database_url: str, tmp_path: Path
) -> None:
    firm = await firm_with_pairs(database_url, tmp_path)
    by = {"actor": id_of(HR), "keeper": firm.keeper, "clock": firm.clock}

    async def take_mail(tx: object) -> None:
        await Person.filter(id=id_of("dan")).update(mail="")

    async def lose_the_phone(tx: object) -> None:
        # As HR ends a used card: its phone holds tokens that must open nothing any more.
        await Card.filter(person_id=id_of("dan")).update(claimed_on=today(firm.clock))

    async with firm.world() as world:
        await write_tx(take_mail)
        code = await print_card(firm, "dan")
        await print_card(firm, "finn")
        dan, ben = await world.phone("dan"), await world.phone(MANAGER, about="eve")
        await dan.put({"SS01.e_clear": 2})
        await finish(ben)
    backup = await firm.back_up()
    async with firm.world():
        await write_tx(lose_the_phone)
        card = await Card.get(person_id=id_of("dan"))
        await end_card(card.id, **by)  # type: ignore[arg-type]  # one dict for three calls
        assert await object_to_changes(id_of("finn"), keeper=firm.keeper, clock=firm.clock) == 1
        await cancel_rater(
            firm.cycle, id_of(MANAGER), id_of("eve"),
            actor_id=id_of(HR), reason="wrong manager", keeper=firm.keeper, clock=firm.clock,
        )  # fmt: skip
        await delete_person(id_of("gwen"), confirm="gwen", cancels=True, former="A former colleague", **by)  # type: ignore[arg-type]  # same
    done = await firm.restore(backup)
    redone = done.redone
    assert (redone.n_cards, redone.n_changes, redone.n_renewed) == (1, 1, 1)
    assert redone.n_cancelled >= 1
    assert redone.to_delete == ("gwen",)
    async with firm.world() as world:
        dan.world = ben.world = world
        assert (await look_at_card(code, "x", clock=firm.clock)).state == "ended"
        assert (await dan.send({}, read=dan.assignments[0]["read"]))["status"] != "ok"
        assert (await ben.put({}))["status"] != "ok"
        assert (await Person.get(id=id_of("dan"))).phone_generation == 1
        assert (await IdentityChange.get(person_id=id_of("finn"))).state == "withdrawn"
        again = await world.phone("dan")
        read = await again.send({}, read=again.assignments[0]["read"])
        assert read["status"] == "ok", "whoever signs in anew goes on where the backup ends"
    listed = (firm.settings.keys_dir / "revoked").read_text()
    assert card.id not in listed
    assert id_of("gwen") not in listed


async def test_a_restore_takes_nothing_back_that_stands(database_url: str, tmp_path: Path) -> None:
    firm = await firm_with_pairs(database_url, tmp_path)
    async with firm.world():
        await print_card(firm, "dan")
    done = await firm.restore(await firm.back_up())
    redone = done.redone
    assert (redone.n_cards, redone.n_changes, redone.n_cancelled, redone.n_renewed) == (0, 0, 0, 0)
    assert redone.to_delete == ()


def test_a_line_cut_short_by_a_crash_spoils_no_other(tmp_path: Path) -> None:
    keeper = keeper_in(tmp_path, SetClock())
    keeper.note_revoked("card", ["one"])
    with (tmp_path / "keys" / "revoked").open("a") as file:
        file.write("abcd")
    keeper.note_revoked("card", ["two", "two"])
    assert keeper.find_revoked("card", ["one", "two", "three"]) == {"one", "two"}
    assert keeper.find_revoked("person", ["one"]) == frozenset()
