"""Bad inputs of installation, links and exports: each with the number of the list and its stated effect."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.usecases.launch import launch_cycle
from surveys.database import reader
from surveys.models.cycles import Cycle
from surveys.sealed_sheet import Place, key_of
from surveys.sheet_store import read
from tests.commands import sightline
from tests.conftest import Database
from tests.factories import HR, Phone, World, assignment_id, draft_cycle, id_of, store_cast
from tests.site import Site, running_site

OPTIONS = ("--organisation", "Zeilenwerk (fictional)", "--hr-mail", "hr@zeilenwerk.example")


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(database.url, tmp_path) as one:
        await store_cast()
        yield one


async def launch(site: Site, name: str, **draft: object) -> World:
    keeper = site.app.state.keeper
    cycle = await draft_cycle(name, opens_at=site.clock.now(), **draft)  # type: ignore[arg-type]
    await launch_cycle(cycle, actor_id=id_of(HR), keeper=keeper, clock=site.clock)
    site.clock.move(minutes=5)
    return World(cycle, keeper, site.clock, site.app.state.queue)


async def test_case_38_a_link_of_one_cycle_opens_nothing_in_another(site: Site) -> None:
    first = await launch(site, "autumn")
    second = await launch(
        site, "winter", raters={"dan": (("eve", "peer"), ("finn", "peer"), ("gwen", "peer"))}
    )
    of_first = await first.phone("jan")
    place = Place(second.cycle, assignment_id("eve", "dan", "winter"), 1)
    key = key_of(second.keeper.open_cycle(second.cycle), place)
    before = await read(reader(), [key])
    phone = Phone(first, "00000000000000ab", of_first.assignments)
    told = await phone.put({"SS01.f_match": 1}, cycle=second.cycle)
    assert told == {"status": "unknown", "want": []}
    assert await read(reader(), [key]) == before


@pytest.mark.parametrize("state", ["open", "grace", "closing", "sealed"])
async def test_case_81_an_export_before_the_end_of_a_closing_is_refused(site: Site, state: str) -> None:
    world = await launch(site, "autumn")
    await Cycle.filter(id=world.cycle).update(state=state)
    async with site.as_person(id_of(HR)) as ada:
        reply = await ada.get(f"/hr/cycles/{world.cycle}/workbook")
        assert reply.status_code in (404, 409)
        assert not reply.content.startswith(b"PK")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    done = sightline("init", *OPTIONS, "--data", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def refused(data: Path, words: str, **environ: str) -> None:
    """Start the server: it must end with one clear line."""
    done = sightline("serve", "--data", str(data), environ=environ)
    said = " ".join(done.stderr.split())
    assert done.returncode == 1, said
    assert words in said
    assert "Traceback" not in said


def test_case_88_a_start_with_a_missing_or_short_secret_is_refused(data: Path) -> None:
    config = data / "sightline.toml"
    text = config.read_text("utf-8")
    secret = next(line for line in text.splitlines() if line.startswith("secret"))
    config.write_text(text.replace(secret, 'secret = "short"'), "utf-8")
    refused(data, "shorter than 32")
    config.write_text(text.replace(secret + "\n", ""), "utf-8")
    refused(data, "secret is missing")


def test_case_88_a_database_that_is_not_there_or_older_is_refused(data: Path) -> None:
    (data / "sightline.db").rename(data / "elsewhere.db")
    refused(data, "-m server migrate")
    (data / "sightline.db").write_bytes(b"")
    refused(data, "-m server migrate")


def test_case_88_a_configuration_that_cannot_be_read_is_named(data: Path) -> None:
    (data / "sightline.toml").write_bytes(b"\xff\xfe = [")
    refused(data, "cannot be read")


def test_case_88_a_proxy_setting_that_trusts_everybody_is_refused(data: Path) -> None:
    refused(data, "everybody", SIGHTLINE_TRUSTED_PROXIES="0.0.0.0/0")


def test_case_88_wrong_modes_are_found_by_the_doctor(data: Path) -> None:
    (data / "sightline.toml").chmod(0o644)
    done = sightline("doctor", "--data", str(data))
    assert done.returncode == 2
    assert "sightline.toml" in done.stdout
    assert "chmod" in done.stdout


def test_case_87_a_restore_into_a_folder_without_configuration_says_what_to_give(
    data: Path, tmp_path: Path
) -> None:
    assert sightline("backup", str(tmp_path / "copy.db"), "--data", str(data)).returncode == 0
    done = sightline("restore", str(tmp_path / "copy.db"), "--data", str(tmp_path / "new"))
    assert done.returncode == 1
    assert "--config" in " ".join(done.stderr.split())
    assert not (tmp_path / "new").exists()
