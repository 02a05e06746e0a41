"""Importing people through the pages: a dry run first, then all of it or nothing."""

import io
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import httpx2
import openpyxl
import pytest

from surveys.database import write_tx
from surveys.models.people import Grant, Person, Relation
from surveys.models.work import AuditEntry
from tests.conftest import Database
from tests.factories import CAST, HR, MANAGER, RATEE, id_of
from tests.server.hr_cast import TODAY, commit, hidden, hr_site, launchable, names_of_warnings, send, xlsx
from tests.site import Site

URL = "/hr/people/import"
NEW = (
    "external_id,name,mail,manager,unit\nn1,Nora Field,nora@example.test,ben,North\nn2,Otto Field,,n1,North\n"
)


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with hr_site(database, tmp_path) as one:
        yield one


@pytest.fixture
async def ada(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with site.as_person(id_of(HR)) as client:
        yield client


def uploads(site: Site) -> list[Path]:
    folder = site.settings.data_dir / "uploads"
    return sorted(folder.iterdir()) if folder.exists() else []


async def test_a_dry_run_stores_nobody(site: Site, ada: httpx2.AsyncClient) -> None:
    reply = await send(ada, URL, NEW)
    assert reply.status_code == 200
    assert "2 new, 0 changed, 0 unchanged" in reply.text
    assert await Person.all().count() == len(CAST)
    assert len(uploads(site)) == 1
    assert uploads(site)[0].stat().st_mode & 0o777 == 0o600


async def test_what_was_approved_is_stored_at_once_with_dated_managers(
    site: Site, ada: httpx2.AsyncClient
) -> None:
    reply = await commit(ada, URL, (await send(ada, URL, NEW)).text)
    assert (reply.status_code, reply.headers["location"]) == (303, "/hr/people?new=2&changed=0")
    nora = await Person.get(external_id="n1")
    relation = await Relation.get(person_id=nora.id).select_related("other")
    assert (relation.other.name, relation.from_on, relation.to_on) == ("Ben", TODAY, None)
    assert uploads(site) == []
    assert await AuditEntry.filter(action="people.imported", actor_id=id_of(HR)).exists()
    assert "Stored: 2 new, 0 changed." in (await ada.get(reply.headers["location"])).text


async def be_the_first_person(site: Site) -> None:
    """Let Ada be who answered the six questions; nobody asked her for a number."""

    async def body(tx: object) -> None:
        await Person.filter(id=id_of(HR)).update(external_id="HR", mail="ada@example.test")

    await write_tx(body)


async def test_the_first_person_gets_her_number_by_the_file_that_has_her_mail(
    site: Site, ada: httpx2.AsyncClient
) -> None:
    await be_the_first_person(site)
    file = "external_id,name,mail,manager,hr\nP7,Ada,Ada@Example.test,,yes\nn1,Nora Field,,P7,\n"
    found = await send(ada, URL, file)
    assert "1 new, 1 changed, 0 unchanged" in found.text
    assert 'class="change-from">HR</bdi>' in found.text
    assert (await commit(ada, URL, found.text)).status_code == 303
    assert (await Person.get(id=id_of(HR))).external_id == "P7"
    assert not await Person.exists(external_id="HR")
    nora = await Person.get(external_id="n1")
    assert await Relation.exists(person_id=nora.id, other_id=id_of(HR))
    assert "0 new, 0 changed" in (await send(ada, URL, file)).text


async def test_her_own_row_may_not_take_the_last_hr_away(site: Site, ada: httpx2.AsyncClient) -> None:
    await be_the_first_person(site)
    reply = await send(ada, URL, "external_id,name,mail,hr\nP7,Ada,ada@example.test,no\n")
    assert reply.status_code == 422
    assert "nobody would run HR" in reply.text


async def test_a_number_that_is_taken_or_a_row_of_her_own_leaves_the_first_person_alone(
    site: Site, ada: httpx2.AsyncClient
) -> None:
    await be_the_first_person(site)
    reply = await send(ada, URL, "external_id,name,mail\ncleo,Cleo,ada@example.test\n")
    assert "belongs to" in reply.text
    reply = await send(ada, URL, "external_id,name,mail\nHR,Ada,ada@example.test\n")
    assert "0 new, 0 changed" in reply.text


async def test_the_sheet_of_people_is_read_without_a_word_and_another_one_is_named(
    ada: httpx2.AsyncClient,
) -> None:
    rows = [["external_id", "name"], ["n1", "Nora Field"]]
    found = await send(ada, URL, book({"Spalten": [["column", "meaning"]], "people": rows}), "people.xlsx")
    assert "other sheets" not in found.text
    found = await send(ada, URL, book({"staff": rows, "notes": [["a", "b"]]}), "people.xlsx")
    assert "the sheet “staff” is read; other sheets are not: notes" in found.text


def book(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    workbook, file = openpyxl.Workbook(), io.BytesIO()
    workbook.remove(workbook.worksheets[0])
    for title, rows in sheets.items():
        page = workbook.create_sheet(title)
        for row in rows:
            page.append(list(row))
    workbook.save(file)
    return file.getvalue()


async def test_case_69_the_same_file_twice_changes_nothing(ada: httpx2.AsyncClient) -> None:
    await commit(ada, URL, (await send(ada, URL, NEW)).text)
    again = await send(ada, URL, NEW)
    assert "0 new, 0 changed" in again.text
    assert "/commit" not in again.text


async def test_a_changed_field_is_shown_from_and_to(ada: httpx2.AsyncClient) -> None:
    await commit(ada, URL, (await send(ada, URL, NEW)).text)
    reply = await send(ada, URL, "external_id,name,unit\nn1,Nora Field,South\n")
    assert 'class="change-from">North</bdi>' in reply.text
    assert 'class="change-to">South</bdi>' in reply.text
    assert (await commit(ada, URL, reply.text)).status_code == 303
    assert (await Person.get(external_id="n1")).unit == "South"
    assert (await Person.get(external_id="n1")).mail == "nora@example.test"


async def test_another_manager_closes_the_old_relation_and_opens_a_new_one(
    site: Site,
) -> None:
    site.clock.move(days=10)
    async with site.as_person(id_of(HR)) as ada:
        reply = await send(ada, URL, "external_id,name,manager\ncleo,Cleo,dan\n")
        await commit(ada, URL, reply.text)
    rows = await Relation.filter(person_id=id_of(RATEE)).order_by("from_on")
    assert [(row.from_on, row.to_on) for row in rows] == [
        (date(2026, 1, 1), date(2026, 11, 12)),
        (date(2026, 11, 12), None),
    ]


async def test_a_role_in_sightline_is_given_and_ended_by_the_file(ada: httpx2.AsyncClient) -> None:
    reply = await send(ada, URL, "external_id,name,coach\ndan,Dan,yes\n")
    await commit(ada, URL, reply.text)
    assert await Grant.filter(person_id=id_of("dan"), role="coach", to_on=None).count() == 1
    reply = await send(ada, URL, "external_id,name,coach\ndan,Dan,no\n")
    await commit(ada, URL, reply.text)
    assert await Grant.filter(person_id=id_of("dan"), role="coach", to_on=None).count() == 0
    assert await Grant.filter(person_id=id_of("dan"), role="coach").count() == 1


async def test_a_file_after_which_nobody_runs_hr_is_refused(ada: httpx2.AsyncClient) -> None:
    reply = await send(ada, URL, "external_id,name,hr\nada,Ada,no\n")
    assert reply.status_code == 422
    assert "nobody would run HR" in reply.text


async def test_a_leaver_is_gone_after_the_last_day(site: Site, ada: httpx2.AsyncClient) -> None:
    reply = await send(ada, URL, "external_id,name,left_on\ndan,Dan,2026-11-02\n")
    await commit(ada, URL, reply.text)
    again = await send(ada, URL, "external_id,name,left_on\ndan,Dan,2026-11-02\n")
    assert "0 new, 0 changed" in again.text
    left_at = (await Person.get(id=id_of("dan"))).left_at
    assert left_at is not None
    assert left_at > site.clock.now()
    site.clock.move(days=1)
    assert left_at < site.clock.now()


async def test_what_an_import_means_for_an_open_cycle_is_listed_and_not_done(
    ada: httpx2.AsyncClient,
) -> None:
    cycle = await launchable(ada)
    confirm = names_of_warnings((await ada.get(cycle)).text)
    assert (await ada.post(f"{cycle}/launch", data={"confirm": confirm})).status_code == 303
    reply = await send(ada, URL, "external_id,name,manager,left_on\ncleo,Cleo,dan,\neve,Eve,,2026-11-30\n")
    assert "Cleo has another manager; in “Winter 360” the manager asked at launch stays." in reply.text
    assert "Eve leaves and is still asked in “Winter 360”." in reply.text
    await commit(ada, URL, reply.text)
    raters = (await ada.get(f"{cycle}/ratees/{id_of(RATEE)}")).text
    assert "Ben" in raters
    assert "Eve" in raters


async def test_an_approval_holds_for_exactly_what_was_seen(ada: httpx2.AsyncClient) -> None:
    first = await send(ada, URL, "external_id,name\nn1,Nora Field\n")
    second = await send(ada, URL, "external_id,name\nn1,Nora Field\n")
    await commit(ada, URL, first.text)
    assert (await commit(ada, URL, second.text)).status_code == 409
    assert await Person.filter(external_id="n1").count() == 1


async def test_a_kept_file_is_given_back_to_its_sender_only(site: Site, ada: httpx2.AsyncClient) -> None:
    await commit(ada, URL, (await send(ada, URL, "external_id,name,hr\nben,Ben,yes\n")).text)
    seen = await send(ada, URL, NEW)
    async with site.as_person(id_of(MANAGER)) as ben:
        assert (await commit(ben, URL, seen.text)).status_code == 410
    for token in ("../../sightline.db", "0" * 32, ""):
        reply = await ada.post(f"{URL}/commit", data={"token": token, "approval": "x"})
        assert reply.status_code == 410
    assert await Person.filter(external_id="n1").count() == 0


async def test_a_file_nobody_came_back_for_is_removed(site: Site, ada: httpx2.AsyncClient) -> None:
    seen = await send(ada, URL, NEW)
    site.clock.move(hours=2)
    await send(ada, URL, NEW)
    assert len(uploads(site)) == 1
    assert (await commit(ada, URL, seen.text)).status_code == 410


async def test_a_discarded_file_is_gone(site: Site, ada: httpx2.AsyncClient) -> None:
    seen = await send(ada, URL, NEW)
    reply = await ada.post(f"{URL}/discard", data={"token": hidden(seen.text, "token")})
    assert reply.status_code == 303
    assert uploads(site) == []


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
LOCKED = OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600
BAD = {
    51: ("people.csv", b"", "empty"),
    52: ("people.xlsx", b"external_id,name\nn1,Nora\n", ".xlsx"),
    53: ("people.xlsx", LOCKED, "password"),
    54: ("people.xls", OLE, "save"),
    60: ("people.xlsx", xlsx("people", [("external_id", "name"), ("n1", "=1+1")]), "formula"),
    61: ("people.csv", b"external_id,name,in_role_since\nn1,Nora,03/04/2026\n", "YYYY-MM-DD"),
    63: ("people.csv", b"external_id,external_id,name\n1,2,Nora\n", "external_id"),
    65: ("people.csv", b"external_id,name,mail\nn1,Nora,N@x.example\nn2,Otto,n@x.example\n", "row 2"),
    66: ("people.csv", b"external_id,name,mail\nn1,Nora,a b@x.example\n", "mail"),
    67: ("people.csv", b"external_id,name,manager\nn1,Nora,n2\nn2,Otto,n1\n", "n1"),
    74: ("people.csv", b"external_id,name,mail\nn1,Nora,<script>alert(1)</script>\n", "script"),
}


@pytest.mark.parametrize("case", sorted(BAD))
async def test_a_bad_people_file_is_refused_in_plain_words_and_nothing_is_stored(
    site: Site, ada: httpx2.AsyncClient, case: int
) -> None:
    filename, data, said = BAD[case]
    reply = await send(ada, URL, data, filename)
    assert reply.status_code == 422
    assert said.casefold() in reply.text.casefold()
    assert "Traceback" not in reply.text
    assert "<script>alert" not in reply.text
    assert await Person.all().count() == len(CAST)
    assert uploads(site) == []


async def test_case_74_a_file_name_is_shown_as_text(ada: httpx2.AsyncClient) -> None:
    reply = await send(ada, URL, b"", '"><img src=x onerror=alert(1)>.csv')
    assert reply.status_code == 422
    assert "<img src=x" not in reply.text


async def test_case_64_a_detected_separator_is_shown(ada: httpx2.AsyncClient) -> None:
    reply = await send(ada, URL, "external_id;name\nn1;Nora Field\n")
    assert "semicolon" in reply.text
    reply = await send(ada, URL, "external_id\tname\nn1\tNora Field\n")
    assert "<dd>tab</dd>" in reply.text


async def test_a_workbook_is_read_as_well(ada: httpx2.AsyncClient) -> None:
    data = xlsx("people", [("external_id", "name"), ("0042", "Nora Field")])
    reply = await send(ada, URL, data, "people.xlsx")
    await commit(ada, URL, reply.text)
    assert (await Person.get(name="Nora Field")).external_id == "0042"


# Starlette leaves the half-written part to the garbage collector, which warns.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_case_70_an_upload_cut_off_is_refused(ada: httpx2.AsyncClient) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="p.csv"\r\n\r\nexternal_id,na'
    headers = {"content-type": "multipart/form-data; boundary=x"}
    reply = await ada.post(URL, content=body, headers=headers)
    assert reply.status_code in (400, 422)
    assert await Person.all().count() == len(CAST)


async def test_a_form_without_a_file_is_shown_again(ada: httpx2.AsyncClient) -> None:
    reply = await ada.post(URL, data={"file": ""})
    assert reply.status_code == 422
    assert "Choose a file." in reply.text


async def test_the_template_can_be_sent_back(ada: httpx2.AsyncClient) -> None:
    template = await ada.get("/hr/people/template.xlsx")
    assert template.headers["content-disposition"] == 'attachment; filename="sightline-people.xlsx"'
    reply = await send(ada, URL, template.content, "sightline-people.xlsx")
    assert reply.status_code == 422
    assert "no people below the header" in reply.text


async def test_a_conflict_that_arose_meanwhile_is_refused(ada: httpx2.AsyncClient) -> None:
    seen = await send(ada, URL, "external_id,name,mail\nn1,Nora Field,same@example.test\n")
    other = await send(ada, URL, "external_id,name,mail\nn2,Otto Field,same@example.test\n")
    await commit(ada, URL, seen.text)
    assert (await commit(ada, URL, other.text)).status_code == 409
    assert not await Person.filter(external_id="n2").exists()
