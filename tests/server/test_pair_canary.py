"""Before both sides are final nothing of the one reaches the other: phone, page, API, mail, log, file or backup."""

import asyncio
import io
import logging
import re
import shutil
import zipfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.routing import Route

from server.usecases.backups import back_up
from server.usecases.closing import close_cycle
from server.usecases.launch import launch_cycle
from server.usecases.outbox import send_due
from surveys.database import open_database, reader, sqlite_file
from surveys.keeper import Keeper
from surveys.models.cycles import CycleForm
from tests.clarity import LINES, draft, other_cells, own_cells
from tests.conftest import Database
from tests.factories import HR, MANAGER, OUTSIDER, RATEE, Phone, World, draft_cycle, id_of, store_cast
from tests.post import Post, mail_server
from tests.site import START, Site, running_site

OWN, OTHER = "canary-of-cleo", "canary-of-ben"
READERS = (RATEE, MANAGER, HR, OUTSIDER)
MOVING = ("/health",)  # tells free space and times of the machine
# A part of an address that is not known here still gets a value, so that every page is asked for.
PART = re.compile(r"\{(\w+)(?::path)?\}")


def own_canaries() -> dict[str, Any]:
    """Fill every kind of cell an employee has, each text with its own canary."""
    texts = {f"{OWN}-{name}": name for name in ("RES.text", "OQ3.text")}
    texts |= {
        f"{OWN}-{one}": one
        for item in LINES
        for one in (f"{item}.e_comment", f"{item}.e_own_way", f"{item}.e_teach_back")
    }
    chips = {"SS02.e_support": 1, "SS02.e_chips": ["env_resources", "own_motives"]}
    return {**own_cells(), **chips, **{cell: text for text, cell in texts.items()}}


def other_canaries() -> dict[str, Any]:
    return {**other_cells(), "OQ3.text": f"{OTHER}-OQ3.text"}


@asynccontextmanager
async def round_of_two(database_url: str, folder: Path, **running: Any) -> AsyncIterator[tuple[Site, World]]:
    """Launch a clarity round about Cleo in a running application."""
    await store_cast()
    async with running_site(database_url, folder, **running) as site:
        keeper: Keeper = site.app.state.keeper
        cycle = await draft_cycle(**draft(), opens_at=START)
        await launch_cycle(cycle, actor_id=id_of(HR), keeper=keeper, clock=site.clock)
        yield site, World(cycle, keeper, site.clock, site.app.state.queue)


async def sync(client: httpx2.AsyncClient, phone: Phone, values: Mapping[str, Any]) -> bytes:
    """Send plain values the way the app does, with the token to read back."""
    sheet = phone.sheet(
        {cell: [phone.version(value)] for cell, value in values.items()}, read=phone.assignments[0]["read"]
    )
    reply = await client.post("/api/v1/sync", json={"protocol": 1, "app": "test", "sheets": [sheet]})
    assert reply.status_code == 200, reply.text
    return reply.content


async def addresses(site: Site, world: World) -> list[str]:
    """Write every address that is read with GET, about this pair where it is about something."""
    hashes = [
        str(one) for one in await CycleForm.filter(cycle_id=world.cycle).values_list("form_id", flat=True)
    ]
    known = {"cycle": world.cycle, "locale": "en", "id": "plant-shift-supervisor", "version": "1.0.0"}
    people = {name: id_of(RATEE) for name in ("employee", "ratee", "person")}
    paths: list[str] = []
    for route in site.app.routes:
        if not isinstance(route, Route) or "GET" not in (route.methods or ()):
            continue
        for one in hashes if "{hash}" in route.path else [""]:
            values = {**known, **people, "hash": one}
            named = {name: values.get(name, "x") for name in PART.findall(route.path)}
            paths.append(PART.sub("{\\1}", route.path).format(**named))
    return paths


async def everything(site: Site, world: World, name: str) -> dict[str, bytes]:
    """Fetch every address as one person, and sync with every token the inbox of that person gives."""
    found: dict[str, bytes] = {}
    async with site.as_person(id_of(name)) as client:
        for path in await addresses(site, world):
            reply = await client.get(path)
            found[path] = b"".join(_unpacked(reply.content))
        inbox = (await client.get("/api/v1/inbox?locale=en")).json()
        found["inbox"] = str(inbox).encode()
        for n, one in enumerate(inbox["assignments"]):
            found[f"sync {n}"] = await sync(client, Phone(world, f"{n:016x}", [one]), {})
    return found


def _unpacked(content: bytes) -> Iterator[bytes]:
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            yield from (book.read(name) for name in book.namelist())


async def stored_bytes(folder: Path) -> dict[str, bytes]:
    """Read every file of the installation, and on PostgreSQL every row of every table."""
    found = await asyncio.to_thread(_files, folder)
    if sqlite_file() is None:
        _, tables = await reader().execute_query(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
        for row in tables:
            _, rows = await reader().execute_query(f'SELECT t::text AS line FROM "{row["tablename"]}" t')
            found[row["tablename"]] = "\n".join(str(one["line"]) for one in rows).encode()
    return found


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def holders(found: Mapping[str, bytes], canary: str) -> list[str]:
    forms = (canary.encode(), canary.encode().hex().encode(), canary.encode("utf-16-le"))
    return [name for name, content in found.items() if any(form in content for form in forms)]


async def test_no_byte_of_a_text_reaches_anybody_else_before_both_are_final(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    post = Post()
    with caplog.at_level(logging.INFO), mail_server(post) as smtp:
        async with round_of_two(database.url, tmp_path, smtp=smtp) as (site, world):
            cleo, ben = await world.phone(RATEE), await world.phone(MANAGER)
            async with site.as_nobody() as phones:
                own = await sync(phones, cleo, {**own_canaries(), "@submit": True})
                other = await sync(phones, ben, other_canaries())  # everything but handed in
            seen = {name: await everything(site, world, name) for name in READERS}
            await send_due(mailer=site.app.state.mailer, keeper=world.keeper, clock=site.clock)
            await back_up(site.settings, clock=site.clock)
            files = await stored_bytes(tmp_path)
            site.clock.move(days=14, hours=48)
            await close_cycle(
                world.cycle, keeper=world.keeper, clock=site.clock, backups_dir=site.settings.backups_dir
            )
            after = {name: await everything(site, world, name) for name in READERS}
            files_after = await stored_bytes(tmp_path)
    assert not holders({"cleo": own}, OTHER)
    assert not holders({"ben": other}, OWN)
    # The search finds what it should: each reads the own answers back.
    assert "sync 0" in holders(seen[RATEE], OWN)
    assert "sync 0" in holders(seen[MANAGER], OTHER)
    for name in READERS:
        for found in (seen[name], after[name]):
            assert not holders(found, OWN) or name == RATEE, (name, holders(found, OWN))
            assert not holders(found, OTHER) or name == MANAGER, (name, holders(found, OTHER))
    assert holders(after[RATEE], OWN)  # the one side keeps the own answers
    assert not holders(after[MANAGER], OTHER)  # the other had not handed in: destroyed
    mails = {str(n): mail.as_bytes() for n, mail in enumerate(post.mails)}
    assert mails
    assert any(tmp_path.joinpath("backups").iterdir())
    for place in (files, files_after, mails, {"log": caplog.text.encode()}):
        assert not holders(place, OWN)
        assert not holders(place, OTHER)


async def test_whatever_one_side_answers_everybody_else_reads_the_same_bytes(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """Ratings and choices have no canary: two worlds that differ only in them must look the same from outside."""
    high = {**own_canaries(), **{f"{item}.e_clear": 5 for item in LINES}}
    low = {
        **own_cells(),
        **{f"{item}.e_clear": 1 for item in LINES},
        **{f"{item}.e_support": 2 for item in LINES},
        **{f"{item}.e_chips": ["own_knowledge"] for item in LINES},
        **{f"G{n}.pulse": 1 for n in range(1, 7)},
        "SS04.e_expected": "unsure",
        "@top3": ["SS01", "SS02"],
    }
    worlds = []
    for number, cells in enumerate((high, low)):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / "sightline.db"
        shutil.copyfile(sqlite_template, path)
        url = f"sqlite://{path}"
        async with open_database(url), round_of_two(url, folder) as (site, world):
            async with site.as_nobody() as phones:
                await sync(phones, await world.phone(RATEE), {**cells, "@submit": True})
            readers = [name for name in READERS if name != RATEE]
            worlds.append({name: await everything(site, world, name) for name in readers})
    first, second = worlds
    for name, found in first.items():
        assert found.keys() == second[name].keys()
        differing = [path for path in found if found[path] != second[name][path] and path not in MOVING]
        assert not differing, (name, differing)
