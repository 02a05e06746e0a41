"""HR's pages in a test: the cast, Ada signed in, files to send."""

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx2
from openpyxl import Workbook

from surveys.database import write_tx
from surveys.models.cycles import Cycle, Ratee
from surveys.models.profiles import Notice
from tests.conftest import Database
from tests.factories import HR, PEERS, RATEE, ROLE, id_of, store_cast
from tests.site import START, Site, running_site
from tests.surveys.spreadsheets import saved

PROFILES = Path(__file__).parents[2] / "profiles"
PEOPLE_HEADER = "external_id,name,mail,manager"
OPENS, CLOSES = "2026-12-07T08:00", "2026-12-21T08:00"


@asynccontextmanager
async def hr_site(database: Database, folder: Path) -> AsyncIterator[Site]:
    """Run the server over the cast."""
    await store_cast()
    async with running_site(database.url, folder) as site:
        yield site


async def record_delivery(days_ago: int = 40, *, people: Iterable[str] = (RATEE,)) -> None:
    """Let people have had the lines for some days."""

    async def body(tx: object) -> None:
        for name in people:
            await Notice.create(
                id=id_of(f"notice {name}"),
                person_id=id_of(name),
                profile=ROLE,
                version="1.0.0",
                way="paper",
                delivered_on=START.date() - timedelta(days=days_ago),
                recorded_by_id=id_of(HR),
            )

    await write_tx(body)


def plan(**changes: str) -> dict[str, object]:
    """Give the fields of a plan that could be launched."""
    fields: dict[str, object] = {
        "profile": id_of(ROLE),
        "title": "Winter 360",
        "purpose": "Development talks.",
        "ratees": [id_of(RATEE)],
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "grace_hours": "48",
        "retention_days": "730",
        "notice_days": "30",
        "k": "3",
        "small_groups": "pool",
        "clarity_reason": "Ben, one talk with each person",
        "clarity_held_on": "2026-10-20",
    }
    return {**fields, **changes}


async def make_draft(client: httpx2.AsyncClient, **changes: str) -> str:
    """Plan a cycle through the form and give its address."""
    reply = await client.post("/hr/cycles/new", data=plan(**changes))
    assert reply.status_code == 303, reply.text
    return str(reply.headers["location"])


async def ask(
    client: httpx2.AsyncClient, cycle: str, raters: Mapping[str, str], ratee: str = RATEE
) -> httpx2.Response:
    """Tick raters by name on the page of one person."""
    data: dict[str, object] = {"rater": [id_of(name) for name in raters]}
    data |= {f"as_{id_of(name)}": kind for name, kind in raters.items()}
    return await client.post(f"{cycle}/ratees/{id_of(ratee)}", data=data)


async def launchable(client: httpx2.AsyncClient) -> str:
    """Make a draft with enough peers and notice, so that nothing stands in the way."""
    await record_delivery()
    cycle = await make_draft(client)
    assert (await ask(client, cycle, dict.fromkeys(PEERS, "peer"))).status_code == 303
    return cycle


def names_of_warnings(text: str) -> list[str]:
    """Read the names of the warnings to be confirmed from a draft's page."""
    return re.findall(r'name="confirm" value="([^"]+)"', text)


async def send(
    client: httpx2.AsyncClient, url: str, data: bytes | str, filename: str = "people.csv"
) -> httpx2.Response:
    """Send a file as a form does."""
    payload = data.encode() if isinstance(data, str) else data
    return await client.post(url, files={"file": (filename, payload)})


def xlsx(sheet: str, rows: Iterable[Iterable[object]]) -> bytes:
    """Write a workbook."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(list(row))
    return saved(book)


def hidden(text: str, name: str) -> str:
    """Read a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, f"no field {name}"
    return found.group(1)


async def commit(client: httpx2.AsyncClient, url: str, page: str) -> httpx2.Response:
    """Press the button of a dry run."""
    return await client.post(
        f"{url}/commit", data={"token": hidden(page, "token"), "approval": hidden(page, "approval")}
    )


async def store_past_cycle(
    *, closes_at: datetime, state: str = "released", title: str = "Spring 360"
) -> None:
    """Let Cleo have been rated before."""

    async def body(tx: object) -> None:
        await Cycle.create(
            id=id_of(title),
            kind="feedback360",
            title=title,
            purpose="Talks.",
            state=state,
            profile_version_id=id_of(ROLE),
            instrument_id=id_of("instruments"),
            policy={},
            opens_at=closes_at - timedelta(days=14),
            closes_at=closes_at,
        )
        await Ratee.create(
            id=id_of(f"{title} cleo"), cycle_id=id_of(title), person_id=id_of(RATEE), viewers={}
        )

    await write_tx(body)


async def count_as_launched(prefix: str) -> None:
    """Let drafts with such a title count as launched ones."""

    async def body(tx: object) -> None:
        await Cycle.filter(title__startswith=prefix).update(state="scheduled")

    await write_tx(body)


TODAY: date = START.date()
