"""Content without YAML through the pages: template, dry run, versions, download, checks, hints, preview."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import openpyxl
import pytest

from server.usecases.profiles import import_content
from server.usecases.uploads import Upload
from surveys.database import write_tx
from surveys.errors import FileRefused
from surveys.models.profiles import Instrument, ProfileVersion
from surveys.profile_file import from_document
from tests.conftest import Database
from tests.factories import HR, OUTSIDER, ROLE, id_of
from tests.server.hr_cast import hidden, hr_site, send
from tests.site import Site
from tests.surveys.profile_books import SMALLEST, edited, put, read, stored, translations, typed, written

URL = "/hr/profiles/import"
LEAD = "warehouse-team-lead"
CHECKS = "/checks/role_holder_feasibility"


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with hr_site(database, tmp_path) as one:
        yield one


@pytest.fixture
async def ada(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with site.as_person(id_of(HR)) as client:
        yield client


async def press(client: httpx2.AsyncClient, page: str, **fields: str) -> httpx2.Response:
    data = {"token": hidden(page, "token"), "approval": hidden(page, "approval"), **fields}
    return await client.post(f"{URL}/commit", data=data)


async def keep(client: httpx2.AsyncClient, data: bytes, **fields: str) -> httpx2.Response:
    """Look over a workbook and press Store."""
    found = await send(client, URL, data, "profile.xlsx")
    assert found.status_code == 200, found.text
    return await press(client, found.text, **fields)


async def versions() -> list[str]:
    rows = await ProfileVersion.filter(profile=LEAD).order_by("version")
    return [row.version for row in rows]


async def test_a_spreadsheet_of_six_columns_becomes_a_profile(site: Site, ada: httpx2.AsyncClient) -> None:
    found = await send(ada, URL, typed(), "profile.xlsx")
    assert "\u2068Warehouse team lead\u2069 is new here and becomes version 1.0.0." in found.text
    assert "sketched" in found.text
    assert await versions() == []
    reply = await press(ada, found.text)
    assert "stored=profile" in reply.headers["location"]
    assert "Stored: the profile Warehouse team lead 1.0.0." in (await ada.get(reply.headers["location"])).text
    assert await versions() == ["1.0.0"]
    assert list((site.settings.data_dir / "uploads").iterdir()) == []


async def test_problems_are_shown_by_sheet_and_cell_and_nothing_is_stored(ada: httpx2.AsyncClient) -> None:
    rows = (*SMALLEST[:3], ("A team", "Teach", "", "Shows all.", "", "Shows <b>one</b> step."))
    reply = await send(ada, URL, typed({"profile": rows}), "profile.xlsx")
    assert reply.status_code == 422
    assert "<code>profile!C4</code>" in reply.text
    assert "is empty; fill in this cell" in reply.text
    assert await versions() == []


async def test_the_same_workbook_again_changes_nothing_on_a_later_day(
    site: Site, ada: httpx2.AsyncClient
) -> None:
    await keep(ada, typed())
    site.clock.move(days=3)
    async with site.as_person(id_of(HR)) as later:
        again = await send(later, URL, typed(), "profile.xlsx")
    assert "is already here, word for word" in again.text
    assert "/commit" not in again.text


async def test_the_next_version_follows_from_what_changed_and_hr_decides(ada: httpx2.AsyncClient) -> None:
    await keep(ada, typed())
    wording = (*SMALLEST[:3], (*SMALLEST[3][:5], "Shows one person a new step."))
    page = await send(ada, URL, typed({"profile": wording}), "profile.xlsx")
    assert "is here as 1.0.0. What changed makes it 1.1.0." in page.text
    assert 'value="1.1.0" checked' in page.text
    assert "Shows one person a new step." in page.text
    assert (await press(ada, page.text, version="1.0.1")).status_code == 303
    new = ("A safe gate", "Look", "Looks both ways.", "Runs.", "The gate is clear.", "Looks both ways.")
    page = await send(ada, URL, typed({"profile": (*wording, new)}), "profile.xlsx")
    assert 'value="2.0.0" checked' in page.text
    assert (await press(ada, page.text, version="2.0.0")).status_code == 303
    assert await versions() == ["1.0.0", "1.0.1", "2.0.0"]
    newest = from_document((await ProfileVersion.get(profile=LEAD, version="2.0.0")).document)
    assert [one.id for one in newest.items] == ["L01", "L02", "L03", "L04"]


async def test_what_was_seen_is_what_is_stored(ada: httpx2.AsyncClient) -> None:
    page = (await send(ada, URL, typed(), "profile.xlsx")).text
    assert (await press(ada, page, approval="0" * 64)).status_code == 409
    await keep(ada, typed())
    assert (await press(ada, page)).status_code == 409
    assert await versions() == ["1.0.0"]


async def test_a_file_can_be_thrown_away(site: Site, ada: httpx2.AsyncClient) -> None:
    page = (await send(ada, URL, typed(), "profile.xlsx")).text
    assert (await ada.post(f"{URL}/discard", data={"token": hidden(page, "token")})).status_code == 303
    assert list((site.settings.data_dir / "uploads").iterdir()) == []


async def test_a_stored_version_comes_back_as_it_was(ada: httpx2.AsyncClient) -> None:
    row = await ProfileVersion.get(profile=ROLE)
    reply = await ada.get(f"/hr/profiles/{row.id}/profile.xlsx")
    assert reply.headers["content-type"].endswith("spreadsheetml.sheet")
    assert f"{ROLE} 1.0.0.xlsx" in reply.headers["content-disposition"]
    found = read(reply.content)
    assert found.profile == stored()
    assert found.overlays == row.overlays == translations("ar", "de", "es")
    again = await send(ada, URL, reply.content, "profile.xlsx")
    assert "is already here, word for word" in again.text


async def test_better_translations_in_a_sheet_are_added_to_their_version(ada: httpx2.AsyncClient) -> None:
    data = edited(written(stored(), translations("ar")), put("translations", "C2", "الإشراف"))
    page = await send(ada, URL, data, "profile.xlsx")
    assert "its translations are new" in page.text
    assert "stored=overlay" in (await press(ada, page.text)).headers["location"]
    row = await ProfileVersion.get(profile=ROLE)
    assert row.overlays["ar"]["profile.title"] == "الإشراف"


async def test_translations_stay_with_texts_that_stay_and_stale_ones_are_named(
    ada: httpx2.AsyncClient,
) -> None:
    plain = edited(written(stored()), put("profile", "F2", "Walks the line before anything moves."))
    reply = await press(ada, (await send(ada, URL, plain, "profile.xlsx")).text, version="1.1.0")
    assert "stored=profile" in reply.headers["location"]
    arabic = (await ProfileVersion.get(profile=ROLE, version="1.1.0")).overlays["ar"]
    assert set(translations("ar")["ar"]) - set(arabic) == {"SS01.observe"}
    full = edited(written(stored(), translations("ar")), put("profile", "F3", "Names an owner at once."))
    assert "SS02.observe (ar)" in (await send(ada, URL, full, "profile.xlsx")).text


async def test_from_the_shell_a_taken_number_is_refused_by_its_cell(site: Site) -> None:
    data = edited(written(stored()), put("profile", "F2", "Walks the line before anything moves."))
    keeper, clock = site.app.state.keeper, site.clock
    with pytest.raises(FileRefused) as caught:
        await import_content(Upload("profile.xlsx", data), actor="", keeper=keeper, clock=clock)
    (problem,) = caught.value.problems
    assert problem.sheet == "role"
    assert "give the new text a new version: 1.1.0 fits what changed" in str(problem)
    for version in ("1.0.0", "1.1.0"):
        found = await import_content(Upload("profile.xlsx", typed()), actor="", keeper=keeper, clock=clock)
        assert (found.kind, version) in (("profile", "1.0.0"), ("same", "1.1.0"))


async def test_the_template_can_be_downloaded_and_holds_six_columns(ada: httpx2.AsyncClient) -> None:
    reply = await ada.get("/hr/profiles/template.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(reply.content))
    assert book.sheetnames == ["role", "profile", "validation", "example", "Columns"]
    heads = [cell.value for cell in book["profile"][1]]
    assert heads == ["accomplishment", "task", "great", "typical", "expect", "observe"]
    explained = [row[1] for row in book["Columns"].iter_rows(values_only=True)]
    assert "owner" in explained


async def test_a_sketch_becomes_checked_when_three_role_holders_say_so(ada: httpx2.AsyncClient) -> None:
    await keep(ada, typed())
    row = await ProfileVersion.get(profile=LEAD)
    page = (await ada.get(f"/hr/profiles/{row.id}")).text
    assert "Nobody can be rated on it yet." in page
    assert "(0 of 3)" in page
    reply = await ada.post(
        f"/hr/profiles/{row.id}{CHECKS}", data={"asked": "5", "answered": "4", "could": "3"}
    )
    assert reply.status_code == 303
    newer = await ProfileVersion.get(profile=LEAD, version="1.0.1")
    assert (newer.grade, row.grade) == ("checked", "sketched")
    (step,) = from_document(newer.document).provenance.validation
    assert (step.asked, step.answered, str(step.could_do_this_here)) == (5, 4, "0.75")
    assert "Allows clarity rounds and 360 feedback." in (await ada.get(f"/hr/profiles/{newer.id}")).text
    # Recording on the older version again takes the next free number.
    await ada.post(
        f"/hr/profiles/{row.id}/checks/top_performer_endorsement", data={"kept": "9", "dropped": "1"}
    )
    assert await versions() == ["1.0.0", "1.0.1", "1.0.2"]


@pytest.mark.parametrize(
    ("typed_", "words"),
    [
        ({"asked": "2", "answered": "3", "could": "1"}, "This cannot be more than 2."),
        ({"asked": "4", "answered": "3", "could": "4"}, "This cannot be more than 3."),
        ({"asked": "x", "answered": "3", "could": "1"}, "Write a whole number"),
        ({"asked": "4", "answered": "0", "could": "0"}, "At least one person answered."),
        ({}, "Write a whole number"),
    ],
)
async def test_counts_that_cannot_be_are_said_beside_their_field(
    ada: httpx2.AsyncClient, typed_: dict[str, str], words: str
) -> None:
    row = await ProfileVersion.get(profile=ROLE)
    reply = await ada.post(f"/hr/profiles/{row.id}{CHECKS}", data=typed_)
    assert reply.status_code == 422
    assert words in reply.text
    assert await ProfileVersion.filter(profile=ROLE).count() == 1


async def test_an_unknown_check_is_no_address(ada: httpx2.AsyncClient) -> None:
    row = await ProfileVersion.get(profile=ROLE)
    reply = await ada.post(f"/hr/profiles/{row.id}/checks/horoscope", data={"kept": "1", "dropped": "1"})
    assert reply.status_code == 404


async def test_hints_are_shown_and_block_nothing(ada: httpx2.AsyncClient) -> None:
    rows = (*SMALLEST[:3], (*SMALLEST[3][:5], "Is proactive and communicates <i>effectively</i>."))
    page = await send(ada, URL, typed({"profile": rows}), "profile.xlsx")
    assert "“proactive” is a trait" in page.text
    assert "“and”" in page.text
    assert "“effectively” means something else to each reader" in page.text
    assert "&lt;i&gt;effectively" in page.text
    assert (await press(ada, page.text)).status_code == 303


async def forget_questions(tx: object) -> None:
    await Instrument.all().delete()


async def test_the_preview_shows_invented_answers_and_stores_nothing(ada: httpx2.AsyncClient) -> None:
    row = await ProfileVersion.get(profile=ROLE)
    page = (await ada.get(f"/hr/profiles/{row.id}/preview")).text
    for words in ("Preview", "Robin Example", "does not exist", "Turn the card", "I have not seen this"):
        assert words in page
    assert "Walks the whole line before the shift starts." in page
    assert "Reads the log in the office" in page
    assert "Please tell me what you heard" in page or "False clarity" in page
    await write_tx(forget_questions)
    assert "No question texts yet" in (await ada.get(f"/hr/profiles/{row.id}/preview")).text


async def test_a_profile_is_read_in_the_readers_language(ada: httpx2.AsyncClient) -> None:
    row = await ProfileVersion.get(profile=ROLE)
    location = (await keep(ada, typed())).headers["location"]
    assert "هذا الملف غير مترجم إلى لغتك" in (await ada.get(f"{location}&lang=ar")).text
    arabic = (await ada.get(f"/hr/profiles/{row.id}?lang=ar")).text
    assert "وردية بلا أذى" in arabic
    assert "A shift without harm" not in arabic
    preview = (await ada.get(f"/hr/profiles/{row.id}/preview?lang=ar&in=ar")).text
    assert "تفقّد الخط كله قبل بدء الوردية." in preview


async def test_mallory_finds_none_of_it(site: Site) -> None:
    row = await ProfileVersion.get(profile=ROLE)
    async with site.as_person(id_of(OUTSIDER)) as mallory:
        missing = await mallory.get("/hr/nothing")
        for path in (
            "/hr/profiles/template.xlsx",
            f"/hr/profiles/{row.id}/profile.xlsx",
            f"/hr/profiles/{row.id}/preview",
        ):
            reply = await mallory.get(path)
            assert (reply.status_code, reply.content) == (404, missing.content)
        for path in (f"{URL}/commit", f"{URL}/discard", f"/hr/profiles/{row.id}{CHECKS}"):
            assert (await mallory.post(path, data={})).status_code == 404
    assert await ProfileVersion.filter(profile=ROLE).count() == 1


@pytest.mark.parametrize("path", ["profile.xlsx", "preview"])
async def test_an_unknown_version_is_missing(ada: httpx2.AsyncClient, path: str) -> None:
    assert (await ada.get(f"/hr/profiles/{'0' * 32}/{path}")).status_code == 404
