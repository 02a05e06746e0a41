"""Every address of a filled site that is read, asked for by everybody who may, and all that is stored there."""

import itertools
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2

from server.access import MIRROR_COOKIE, GuardedRoute
from surveys.models.cycles import CycleForm
from tests.browser.whole_site import EMPLOYEE, HR, MANAGER, NOBODY, Whole

JOINER = "joiner"  # the second phone of a mirror: no person is signed in there
READERS: Mapping[str, Sequence[str]] = {
    "public": (NOBODY, EMPLOYEE),
    "signed_in": (EMPLOYEE, MANAGER, HR),
    "hr": (HR,),
    "ratee": (EMPLOYEE,),
    "pair": (EMPLOYEE, MANAGER),
    "report_viewer": (MANAGER,),
    "mirror": (MANAGER, JOINER),
}
FILES = {"/static/{path:path}": "app.css", "/app/{path:path}": "sw.js"}
# What a page shows only when it is asked for with a question.
ASKED: Mapping[str, str] = {
    "/api/v1/inbox": "?start=1",
    "/hr/cycles/minutes": "?profile={profile}",
    "/hr/cycles/new": "?kind=feedback360&profile={profile}",
    "/plain/{assignment}/{page}": "?told={told}",
}
FILE_ENDS = (".xlsx", "/workbook")
PART = re.compile(r"\{(\w+)(?::path)?\}")


def readable(site: Whole) -> list[GuardedRoute]:
    """List the routes that are read."""
    found = [one for one in site.app.routes if isinstance(one, GuardedRoute)]
    return [one for one in found if "GET" in (one.methods or ())]


async def _parts(site: Whole, client: httpx2.AsyncClient) -> Mapping[str, Iterable[str]]:
    """Give what may stand in an address: the things of this site, in all the states they are in."""
    client.cookies = _cookies(site, EMPLOYEE)
    asked = (await client.get("/api/v1/inbox")).json()["assignments"]
    cycles = re.compile("(draft|winter|autumn)_.*|rehearsal_(open|closed)")
    mirrors = re.compile("mirror_(?!code).*")
    return {
        **{name: [site.ids["E01"]] for name in ("person", "employee", "ratee")},
        "cycle": [id_ for name, id_ in site.ids.items() if cycles.fullmatch(name)],
        "hash": {one.form_id for one in await CycleForm.all()},  # type: ignore[attr-defined]  # Tortoise adds it
        "profile": [site.ids["plant-shift-supervisor"]],
        "assignment": [site.ids["request"], site.ids["sheet"]],
        "mirror": [id_ for name, id_ in site.ids.items() if mirrors.fullmatch(name)],
        "code": [site.ids["mirror_code"]],
        "template": ["invitation"],
        "locale": ["en"],
        "slug": ["plant-shift-supervisor"],
        "version": ["1.0.0"],
        "step": ["card"],
        "page": ["1", "decline"],
        "told": {one["promise"]["hash"] for one in asked},
    }


def addresses(path: str, parts: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Fill in the address of a route with everything it may be about."""
    known = {**parts, "path": [FILES.get(path, "")]}
    for one in (path, *(path + query for query in ASKED.get(path, "").split())):
        names = PART.findall(one)
        for values in itertools.product(*(known[name] for name in names)):
            yield PART.sub(r"{\1}", one).format_map(dict(zip(names, values, strict=True)))


async def read_all(site: Whole) -> Mapping[tuple[str, str], set[int]]:
    """Ask for every address as everybody who may read there; give the statuses by route and reader."""
    statuses: dict[tuple[str, str], set[int]] = defaultdict(set)
    transport = httpx2.ASGITransport(app=site.app)
    async with httpx2.AsyncClient(transport=transport, base_url=site.address.url) as client:
        parts = await _parts(site, client)
        for who in (NOBODY, EMPLOYEE, MANAGER, HR, JOINER):
            client.cookies = _cookies(site, who)
            for route in readable(site):
                if who in READERS[route.policy.name]:
                    statuses[route.path, who] = await _read(client, list(addresses(route.path, parts)))
    return statuses


def _cookies(site: Whole, who: str) -> httpx2.Cookies:
    if who == JOINER:
        return httpx2.Cookies({MIRROR_COOKIE: site.mirror_secrets[site.ids["mirror_talk"]]})
    return httpx2.Cookies({"sid": site.sessions[who]} if who else {})


async def _read(client: httpx2.AsyncClient, paths: Sequence[str]) -> set[int]:
    """Get all of them, and ask for the head of one that is there; making one workbook is enough."""
    statuses: set[int] = set()
    for path in paths:
        status = (await client.get(path)).status_code
        is_first = status == 200 not in statuses
        if is_first:
            assert (await client.head(path)).status_code == 200
        statuses.add(status)
        if is_first and path.endswith(FILE_ENDS):
            break
    return statuses


def rows_of(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Give all rows of all tables of the demo."""
    with closing(sqlite3.connect(folder / "demo" / "sightline.db")) as database:
        database.row_factory = sqlite3.Row
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: [dict(row) for row in database.execute(f'SELECT * FROM "{name}"')] for name in names}


def files_of(folder: Path) -> dict[str, bytes]:
    """Give the bytes of every file but the database: keys, uploads, backups, settings."""
    files = [one for one in folder.rglob("*") if one.is_file() and not one.name.startswith("sightline.db")]
    return {str(one.relative_to(folder)): one.read_bytes() for one in files}
