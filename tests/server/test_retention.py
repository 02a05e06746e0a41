"""The retention date: named answers stay until it and are gone after it, and every page goes on without them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook

from server import jobs
from server.usecases import retention
from server.usecases.backups import back_up
from server.usecases.doctor import examine
from server.usecases.restore import restore
from server.usecases.retention import end_retention
from surveys import audit
from surveys.database import open_database, write_tx
from surveys.keeper import Keeper
from surveys.lifecycle import kept_until
from surveys.models.cycles import Cycle
from surveys.models.results import NamedResult, PairView, ResultCell
from surveys.models.work import AuditEntry
from surveys.policy import Policy
from tests.conftest import Database
from tests.factories import HR, MANAGER, RATEE, id_of, store_cast
from tests.server import pair_cast, report_cast
from tests.server.report_cast import ADA, BEN, CLEO, CYCLE, closed_cycle
from tests.server.report_reading import text_of
from tests.site import START, Site, running_site

LANGUAGES = {
    "en": "they no longer exist",
    "es": "ya no existen",
    "de": "es gibt sie nicht mehr",
    "ar": "لم تعد موجودة",
}
OVER = {"en": "no longer exist", "es": "ya no existen", "de": "gibt es nicht mehr", "ar": "لم تعد"}
DAYS = Policy().retention_days
OWN = f"/reports/{CYCLE}"


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(database.url, tmp_path) as running:
        yield running


def keeper_of(site: Site) -> Keeper:
    return report_cast.keeper_of(site)


async def to_the_day(site: Site, cycle: str, *, days: int = 0) -> None:
    """Set the clock to the retention date of a cycle, at midnight, or so many days from it."""
    row = await Cycle.get(id=cycle)
    day = kept_until(row.closes_at, row.grace_hours, DAYS)
    site.clock.at = START.replace(year=day.year, month=day.month, day=day.day, hour=0) + timedelta(days=days)


async def end(site: Site) -> tuple[str, ...]:
    return await end_retention(keeper=keeper_of(site), clock=site.clock)


async def get(site: Site, person: str, path: str, locale: str = "en") -> tuple[int, str]:
    async with site.as_person(person) as client:
        reply = await client.get(path, params={"lang": locale})
    return reply.status_code, reply.text


async def book(site: Site, person: str, path: str) -> str:
    async with site.as_person(person) as client:
        reply = await client.get(path)
    assert reply.status_code == 200, reply.text
    cells = (
        cell
        for sheet in load_workbook(BytesIO(reply.content))
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    )
    return "\n".join(str(cell) for cell in cells if cell is not None)


async def heads(site: Site, path: str) -> set[object]:
    """Give the headings of the lines in Cleo's workbook."""
    async with site.as_person(CLEO) as client:
        reply = await client.get(path)
    return {cell.value for row in load_workbook(BytesIO(reply.content))["Items"].iter_rows() for cell in row}


async def n_entries() -> int:
    return await AuditEntry.filter(action=retention.ACTION).count()


async def test_before_the_date_nothing_goes_and_pages_say_until_when(site: Site) -> None:
    await closed_cycle(site)
    n_rows = await NamedResult.all().count()
    await to_the_day(site, CYCLE, days=-1)

    assert await end(site) == ()

    assert await NamedResult.all().count() == n_rows > 0
    assert keeper_of(site).has_results(CYCLE)
    text = text_of((await get(site, CLEO, OWN))[1])
    assert "The answers of self and manager are kept until" in text
    assert "Nov 17, 2028" in text or "17 Nov 2028" in text
    assert "Named answers kept until" in (await get(site, ADA, f"/hr/cycles/{CYCLE}"))[1]
    assert await n_entries() == 0


async def test_on_the_day_rows_and_key_are_gone_and_released_numbers_stay(site: Site) -> None:
    await closed_cycle(site)
    n_cells = await ResultCell.all().count()
    await to_the_day(site, CYCLE)

    assert await end(site) == (CYCLE,)

    assert await NamedResult.all().count() == 0
    assert not list(keeper_of(site).folder.glob(f"{CYCLE}.results"))
    assert await ResultCell.all().count() == n_cells
    assert await end(site) == ()
    assert await n_entries() == 1
    assert await audit.find_break(key=keeper_of(site).audit_key(), pin=keeper_of(site).audit_pin()) is None


@pytest.mark.parametrize("has_run", [False, True], ids=["before the job", "after the job"])
async def test_from_the_day_on_the_report_and_both_workbooks_open_without_the_named_side(
    site: Site, has_run: bool
) -> None:
    await closed_cycle(site)
    assert "lane-ring" in (await get(site, CLEO, OWN))[1]
    assert await heads(site, OWN + "/workbook") > {"Self", "Manager"}
    await to_the_day(site, CYCLE)
    if has_run:
        await end(site)

    for locale, sentence in LANGUAGES.items():
        status, page = await get(site, CLEO, OWN, locale)
        assert (status, sentence in text_of(page)) == (200, True), locale
        assert "lane-ring" not in page
        assert "lane-square" not in page
    status, page = await get(site, BEN, f"{OWN}/people/{CLEO}")
    assert (status, LANGUAGES["en"] in page) == (200, True)
    own = await book(site, CLEO, f"{OWN}/workbook")
    assert LANGUAGES["en"] in own
    assert (await heads(site, OWN + "/workbook")) & {"Self", "Manager", "Peers"} == {"Peers"}
    assert await book(site, ADA, f"/hr/cycles/{CYCLE}/workbook")
    assert "destroyed, as was promised" in (await get(site, ADA, f"/hr/cycles/{CYCLE}"))[1]


async def test_without_the_key_before_the_day_a_report_says_so_and_shows_no_half(site: Site) -> None:
    await closed_cycle(site)
    keeper_of(site).destroy_results(CYCLE)
    assert (await get(site, CLEO, OWN))[0] == 503


async def test_a_crash_between_rows_and_key_is_finished_with_one_entry(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    await closed_cycle(site)
    await to_the_day(site, CYCLE)

    def crash(*_: object) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as patched:
        patched.setattr(Keeper, "destroy_results", crash)
        with pytest.raises(OSError, match="power"):
            await end(site)
    assert await NamedResult.all().count() == 0
    assert keeper_of(site).has_results(CYCLE)
    assert (await get(site, CLEO, OWN))[0] == 200

    assert await end(site) == (CYCLE,)
    assert not keeper_of(site).has_results(CYCLE)
    assert await n_entries() == 1


async def test_a_clock_in_doubt_destroys_nothing(site: Site) -> None:
    await closed_cycle(site)
    await to_the_day(site, CYCLE)
    state = SimpleNamespace(keeper=keeper_of(site), clock=site.clock, has_clock_doubt=True)
    await jobs._end_retention(state)  # type: ignore[arg-type]  # what of the state the job looks at
    assert await NamedResult.exists()
    state.has_clock_doubt = False
    await jobs._end_retention(state)  # type: ignore[arg-type]  # same
    assert not await NamedResult.exists()


@pytest.mark.parametrize("change", [{"is_rehearsal": True}, {"state": "open"}], ids=["rehearsal", "open"])
async def test_rehearsals_and_cycles_that_go_on_are_left_alone(site: Site, change: dict[str, object]) -> None:
    await closed_cycle(site)
    await to_the_day(site, CYCLE, days=30)
    await write_tx(lambda tx: Cycle.filter(id=CYCLE).update(**change))
    assert await end(site) == ()
    assert await NamedResult.exists()


async def test_the_doctor_misses_no_key_after_the_date(site: Site) -> None:
    await closed_cycle(site)
    await to_the_day(site, CYCLE)
    await end(site)
    checks = await examine(
        site.settings,
        keeper=keeper_of(site),
        clock=site.clock,
        is_serving=True,
        is_thorough=True,
        fetch=lambda url: "",
    )
    found = {check.code: check.state for check in checks}
    assert (found["keys"], found["audit"], found["database"]) == ("ok", "ok", "ok")


@pytest.fixture
async def pair(site: Site) -> Site:
    await store_cast()
    await pair_cast.start_round(site)
    await pair_cast.open_views(site)
    await pair_cast.open_views(site, "dan", sides="self")
    await pair_cast.set_state("released")
    return site


async def test_the_gap_page_says_until_when_and_afterwards_why_nothing_is_there(pair: Site) -> None:
    url = pair_cast.url_of()
    assert "Kept for the two of you until" in text_of((await get(pair, id_of(RATEE), url))[1])
    await to_the_day(pair, pair_cast.CYCLE)
    for has_run in (False, True):
        if has_run:
            assert await end(pair) == (pair_cast.CYCLE,)
        for locale, words in OVER.items():
            for person, path in ((RATEE, url), (MANAGER, url), ("dan", pair_cast.url_of("dan"))):
                status, page = await get(pair, id_of(person), path, locale)
                assert (status, words in text_of(page)) == (200, True), (locale, person)
        assert (await get(pair, id_of(RATEE), f"{url}/workbook"))[0] == 409
        assert (await get(pair, id_of(RATEE), pair_cast.api_of()))[0] == 404
        for person in (RATEE, MANAGER):
            status, page = await get(pair, id_of(person), "/gaps")
            assert (status, "destroyed as promised" in text_of(page)) == (200, True)
    assert await PairView.all().count() == 0
    assert not keeper_of(pair).has_results(pair_cast.CYCLE)


async def test_hrs_page_of_a_clarity_round_goes_on_with_its_counts(pair: Site) -> None:
    await to_the_day(pair, pair_cast.CYCLE)
    await end(pair)
    status, page = await get(pair, id_of(HR), f"/hr/cycles/{pair_cast.CYCLE}")
    assert (status, "now only these counts are left" in text_of(page)) == (200, True)


async def test_an_older_backup_is_ended_again_at_the_next_run(database_url: str, tmp_path: Path) -> None:
    async with open_database(database_url), running_site(database_url, tmp_path) as site:
        await closed_cycle(site)
        made = await back_up(site.settings, clock=site.clock, target=tmp_path / "copies")
        await to_the_day(site, CYCLE)
        await end(site)
    await restore(made.path, site.settings, keeper=keeper_of(site), clock=site.clock)
    clock = site.clock
    async with open_database(database_url), running_site(database_url, tmp_path) as again:
        again.clock.at = clock.at
        assert await NamedResult.exists(), "the copy holds rows that nothing opens"
        assert (await get(again, CLEO, OWN))[0] == 200
        assert await end(again) == (CYCLE,)
        assert not await NamedResult.exists()
        assert await n_entries() == 1
        assert (await get(again, CLEO, OWN))[0] == 200
