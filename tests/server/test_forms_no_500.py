"""Whatever is posted to a form of HR or of one's own settings, or asked of an address, is answered in words, never by a 5xx."""

import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx2
import pytest
from starlette.routing import Route

from server.access import GuardedRoute
from server.routes import table
from tests.conftest import Database
from tests.factories import HR, PEERS, RATEE, ROLE, id_of
from tests.server.hr_cast import ask, hr_site, launchable, make_draft, names_of_warnings, plan
from tests.site import Site

DAY = "2026-10-01"
FIELDS: Mapping[str, Mapping[str, object]] = {
    "/hr/cards": {"person": id_of(RATEE), "valid_until": "2026-12-24", "batch": "0" * 32, "as": "xlsx"},
    "/hr/cycles/new": plan(),
    "/hr/cycles/{cycle}/edit": plan(),
    "/hr/cycles/{cycle}/launch": {"confirm": "x"},
    "/hr/cycles/{cycle}/promise": {
        "k": "4",
        "grace_hours": "48",
        "retention_days": "730",
        "opens_at": "2026-12-07T08:00",
        "closes_at": "2026-12-21T08:00",
        "viewers": "hr",
        "relationship": "peer",
        "language": "de",
    },
    "/hr/cycles/{cycle}/programme": {"confirm": "x"},
    "/hr/cycles/{cycle}/extend": {"closes_at": "2026-12-28T08:00", "confirmed": "2026-12-28T08:00"},
    "/hr/cycles/{cycle}/abandon": {"reason": "Wrong people", "confirmed": "yes"},
    "/hr/cycles/{cycle}/ratees/{person}": {"rater": id_of("jan"), f"as_{id_of('jan')}": "direct_report"},
    "/hr/cycles/{cycle}/add": {"person": id_of("dan")},
    "/hr/cycles/{cycle}/ratees/{person}/replace-rater": {
        "rater": id_of("dan"),
        "by": id_of("jan"),
        "reason": "On leave",
    },
    "/hr/cycles/{cycle}/ratees/{person}/manager": {"by": id_of("jan"), "reason": "On leave"},
    "/hr/cycles/{cycle}/ratees/{person}/resend": {"rater": id_of("dan")},
    "/hr/letters/hours": {"from_hour": "8", "until_hour": "19", "days": "0"},
    "/hr/letters/{template}/{locale}": {"subject": "Hello {name}", "greeting": "", "extra": ""},
    "/hr/cycles/{cycle}/ratees/{person}/cancel-rater": {"rater": id_of("dan"), "reason": "On leave"},
    "/hr/cycles/{cycle}/ratees/{person}/cancel": {"reason": "Left the role"},
    "/hr/cycles/{cycle}/raters/import/commit": {"token": "0" * 32, "approval": "0" * 64},
    "/hr/cycles/{cycle}/raters/import/discard": {"token": "0" * 32},
    "/hr/people/import/commit": {"token": "0" * 32, "approval": "0" * 64},
    "/hr/people/import/discard": {"token": "0" * 32},
    "/hr/people/{person}/grants": {"role": "coach"},
    "/hr/people/{person}/delete": {"confirm": "cleo", "cancels": "yes"},
    "/hr/profiles/import/commit": {"token": "0" * 32, "approval": "0" * 64, "version": "1.0.1"},
    "/hr/profiles/import/discard": {"token": "0" * 32},
    "/hr/profiles/{profile}/checks/{step}": {
        "asked": "4",
        "answered": "4",
        "could": "3",
    },
    "/hr/profiles/{profile}/notices": {"who": "some", "people": id_of(RATEE), "delivered_on": DAY},
    "/hr/rehearsals": {
        "kind": "feedback360",
        "profile": id_of(ROLE),
        f"plays-{id_of(RATEE)}": "peer",
        "search": "x",
    },
    "/hr/rehearsals/{cycle}/clock": {"step": "end"},
    "/me": {"locale": "de", "time_zone": "Europe/Berlin"},
    "/hr/profiles/{profile}/exemplars": {"person": id_of(RATEE), "reason": "Output", "measures": "Scrap"},
}
# First what must not be stored: a reason that is only odd ends the cycle, and nothing can be tried on it again.
JUNK = (
    "\0",
    "a\0b",
    "\u202e",
    "",
    " ",
    "-1",
    "9" * 400,
    "\udfff",
    "2026-13-45T99:99",
    "0001-01-01T00:00",
    "zz",
)


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with hr_site(database, tmp_path) as one:
        yield one


@pytest.fixture
async def ada(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with site.as_person(id_of(HR)) as client:
        yield client


def posts(site: Site) -> list[str]:
    """Give every address under /hr and /me that takes a form."""
    found = (one for one in table.routes(site.settings) if isinstance(one, GuardedRoute))
    paths = [
        one.path for one in found if "POST" in (one.methods or ()) and one.path.startswith(("/hr/", "/me"))
    ]
    # What ends a cycle or the session comes last: the others are to be tried on one that lives.
    ends = ("/abandon", "/delete", "/cancel", "/sign-out-everywhere")
    return sorted(paths, key=lambda path: (path.endswith(ends), path))


def bodies(fields: Mapping[str, object]) -> list[dict[str, object]]:
    """Give the empty body, the whole one, each with one field gone, alone, or full of junk."""
    made: list[dict[str, object]] = [{}]
    for name in fields:
        made.append({key: value for key, value in fields.items() if key != name})
        made += [{**fields, name: junk.encode("utf-8", "surrogatepass")} for junk in JUNK]
    made += [{name: value} for name, value in fields.items()]
    return made


async def running(client: httpx2.AsyncClient) -> str:
    url = await launchable(client)
    names = names_of_warnings((await client.get(url)).text)
    reply = await client.post(f"{url}/launch", data={"confirm": names})
    assert reply.status_code == 303, reply.text
    return url.rsplit("/", 1)[1]


def filled(path: str, cycle: str) -> str:
    known = {"cycle": cycle, "profile": id_of(ROLE), "person": id_of(RATEE)}
    unknown = {
        "step": "role_holder_feasibility",
        "assignment": "x",
        "exemplar": "x",
        "grant": "x",
        "card": "x",
        "change": "x",
    }
    letter = {"template": "invitation", "locale": "ar"}
    return path.format(**known, **letter, **unknown)


@pytest.mark.parametrize("is_running", [False, True])
async def test_no_form_of_hr_is_answered_by_a_failure(
    site: Site, ada: httpx2.AsyncClient, is_running: bool
) -> None:
    cycle = await running(ada) if is_running else (await make_draft(ada)).rsplit("/", 1)[1]
    if not is_running:
        await ask(ada, f"/hr/cycles/{cycle}", dict.fromkeys(PEERS, "peer"))
    failed: list[object] = []
    for path in posts(site):
        for body in bodies(FIELDS.get(path, {})):
            reply = await ada.post(filled(path, cycle), data=body)
            if reply.status_code >= 500:
                failed.append((path, str(body)[:90], reply.status_code))
    assert failed == []


async def test_every_form_with_fields_is_tried(site: Site) -> None:
    bare = {path for path in posts(site) if path not in FIELDS}
    assert bare == {
        "/hr/cards/{card}/end",
        "/hr/identities/{change}/confirm",
        "/hr/identities/{change}/withdraw",
        "/hr/cycles/{cycle}/close",
        "/hr/cycles/{cycle}/delete",
        "/hr/cycles/{cycle}/ratees/{person}/raters/{assignment}/remove",
        "/hr/cycles/{cycle}/raters/import",
        "/hr/letters/logo",
        "/hr/letters/logo/remove",
        "/hr/people/import",
        "/hr/people/{person}/grants/{grant}/end",
        "/hr/profiles/import",
        "/hr/profiles/{profile}/exemplars/{exemplar}/end",
        "/hr/profiles/{profile}/publish",
        "/hr/rehearsals/{cycle}/end",
        "/me/sign-out-everywhere",
    }


@pytest.mark.parametrize("part", ["%00", "a%00", "a" * 65])
async def test_an_address_that_no_thing_can_have_is_missing(
    site: Site, ada: httpx2.AsyncClient, part: str
) -> None:
    tried = [one for one in table.routes(site.settings) if isinstance(one, Route) and "{" in one.path]
    for route in tried:
        path = re.sub(r"\{[^}]*\}", part, route.path)
        method = "GET" if "GET" in (route.methods or ()) else "POST"
        reply = await ada.request(method, path)
        is_screen = "{path:" in route.path and "%00" not in path
        assert reply.status_code in ((200, 404) if is_screen else (404,)), (method, path)


@pytest.mark.parametrize(
    "path", ["/static/%00", "/static/app.css%00", "/app/%00.js", "/static/" + "a" * 300 + ".js"]
)
async def test_a_file_name_no_disk_can_hold_is_missing(ada: httpx2.AsyncClient, path: str) -> None:
    assert (await ada.get(path)).status_code == 404


@pytest.mark.parametrize("gone", ["opens_at", "closes_at", "k", "notice_days", "profile"])
async def test_a_plan_without_a_field_is_shown_again(ada: httpx2.AsyncClient, gone: str) -> None:
    fields = {name: value for name, value in plan().items() if name != gone}
    assert (await ada.post("/hr/cycles/new", data=fields)).status_code == (404 if gone == "profile" else 422)


@pytest.mark.parametrize(
    "path", ["/hr/people?q=%00", "/hr/cycles/new?profile=%00", "/hr/profiles?stored=%00&name=%00"]
)
async def test_a_null_byte_in_a_question_is_no_failure(ada: httpx2.AsyncClient, path: str) -> None:
    assert (await ada.get(path)).status_code in (200, 404)
