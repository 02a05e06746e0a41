"""What every reply carries, and what the edge refuses."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from starlette.routing import Route

from pwa import DIST_DIR
from server.access import GuardedRoute
from server.app import RouteWithoutPolicy, check_policies
from server.routes import table
from surveys.database import write_tx
from surveys.models.people import Grant, Person
from tests.conftest import Database
from tests.site import Site, left_without_network, running_site

MALLORY = "f" * 32
PUBLIC_ROUTES = {
    ("/", "GET"),
    ("/api/v1/card", "POST"),
    ("/api/v1/claim", "POST"),
    ("/api/v1/claim/objection", "POST"),
    ("/api/v1/forms/{hash}/{locale}.json", "GET"),
    ("/api/v1/forms/{hash}/{locale}/cards.json", "GET"),
    ("/api/v1/ping", "GET"),
    ("/api/v1/session", "DELETE"),
    ("/api/v1/session", "POST"),
    ("/api/v1/session/code", "POST"),
    ("/api/v1/sync", "POST"),
    ("/app", "GET"),
    ("/app/", "GET"),
    ("/app/{path:path}", "GET"),
    ("/c", "GET"),
    ("/favicon.ico", "GET"),
    ("/logo", "GET"),
    ("/m", "GET"),
    ("/m", "POST"),
    ("/m/{code}", "GET"),
    ("/plain/{assignment}/{page}", "POST"),
    ("/sign-in", "GET"),
    ("/sign-in", "POST"),
    ("/sign-in/code", "GET"),
    ("/sign-in/code", "POST"),
    ("/static/{path:path}", "GET"),
}
FOR_ANYONE_SIGNED_IN = {
    "/api/v1/identity/objection",
    "/api/v1/inbox",
    "/gaps",
    "/me",
    "/me/sign-out-everywhere",
    "/mirror",
    "/plain",
    "/reports",
    "/sign-out",
    "/start",
    "/what-great-looks-like",
}


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async def body(tx: object) -> None:
        await Person.create(
            id=MALLORY, external_id="mallory", name="Mallory Grimshade", mail="m@testwerk.example"
        )

    await write_tx(body)
    async with running_site(database.url, tmp_path) as one:
        yield one


def _guarded(site: Site) -> list[GuardedRoute]:
    return [route for route in table.routes(site.settings) if isinstance(route, GuardedRoute)]


def _methods(route: GuardedRoute) -> list[str]:
    return sorted((route.methods or set()) - {"HEAD"})


async def test_the_public_routes_are_these_and_no_others(site: Site) -> None:
    public = {(r.path, m) for r in _guarded(site) for m in _methods(r) if r.policy.name == "public"}
    assert public == PUBLIC_ROUTES


async def test_every_route_carries_a_policy(site: Site) -> None:
    assert len(_guarded(site)) == len(table.routes(site.settings))


def test_a_route_without_a_policy_stops_the_start() -> None:
    async def endpoint(request: object) -> None: ...

    with pytest.raises(RouteWithoutPolicy, match="/open"):
        check_policies([Route("/open", endpoint)])


async def test_mallory_gets_the_bytes_of_a_missing_page_on_every_route_that_is_not_hers(site: Site) -> None:
    async with site.as_person(MALLORY) as client:
        missing = await client.get("/no/such/page")
        missing_api = await client.get("/api/v1/no-such")
        n_checked = 0
        for route in _guarded(site):
            if route.policy.name == "public" or route.path in FOR_ANYONE_SIGNED_IN:
                continue
            path = route.path_format
            for name in route.param_convertors:
                path = path.replace("{" + name + "}", "0" * 32)
            for method in _methods(route):
                reply = await client.request(method, path)
                expected = missing_api if path.startswith("/api/") else missing
                assert (method, path, reply.status_code) == (method, path, 404)
                assert reply.content == expected.content
                assert reply.headers.get("content-type") == expected.headers.get("content-type")
                n_checked += 1
        assert n_checked > 20


async def test_hr_of_one_unit_does_not_get_the_whole_organisation(site: Site) -> None:
    async def body(tx: object) -> None:
        day = site.clock.now().date()
        await Grant.create(id="2" * 32, person_id=MALLORY, role="hr", unit="Plant North", from_on=day)

    await write_tx(body)
    async with site.as_person(MALLORY) as client:
        assert (await client.get("/hr")).status_code == 404
        assert (await client.get("/hr/people")).status_code == 404


async def test_a_wrong_method_tells_mallory_no_more_than_a_missing_page(site: Site) -> None:
    async with site.as_person(MALLORY) as client:
        assert (await client.request("DELETE", "/hr/people")).status_code == 404


SECURITY_HEADERS = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "permissions-policy",
    "x-frame-options",
}


def _security(reply: httpx2.Response) -> set[str]:
    return SECURITY_HEADERS & set(reply.headers)


async def test_every_page_and_worker_carries_all_security_headers(site: Site) -> None:
    paths = (
        "/sign-in",
        "/no/such/page",
        "/api/v1/ping",
        "/static/app.css",
        "/static/icon.svg",
        "/app/",
        "/c",
    )
    async with site.as_nobody() as client:
        for path in (*paths, "/app/sw.js", "/app/kill-sw.js"):
            reply = await client.get(path)
            assert _security(reply) == SECURITY_HEADERS, path
            assert "default-src 'none'; script-src 'self'" in reply.headers["content-security-policy"], path
            assert reply.headers["x-content-type-options"] == "nosniff"
            assert reply.headers["referrer-policy"] == "same-origin"
            assert reply.headers["cross-origin-opener-policy"] == "same-origin"
            assert ("x-sightline" in reply.headers) == path.startswith("/api/")


async def test_data_may_run_and_load_nothing_and_stand_in_no_frame(site: Site) -> None:
    async with site.as_person(MALLORY) as client:
        for path in ("/api/v1/inbox", "/api/v1/inbox?start=1", "/api/v1/no-such"):
            reply = await client.get(path)
            assert "json" in reply.headers["content-type"]
            assert reply.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
            assert reply.headers["x-content-type-options"] == "nosniff"
            assert reply.headers["cross-origin-resource-policy"] == "same-origin"
            assert reply.headers["cache-control"] == "no-store"
            assert reply.headers["x-sightline"] == "1"


async def test_parts_that_are_the_same_for_everybody_say_their_type_and_no_more(site: Site) -> None:
    page = (DIST_DIR / "index.html").read_text("utf-8")
    parts = re.findall(r'"(/app/[^"]+-[^"]+\.(?:css|js))"', page)
    assert len(parts) == 2
    async with site.as_nobody() as client:
        for path in parts:
            reply = await client.get(path)
            assert _security(reply) == {"x-content-type-options"}, path
            assert reply.headers["x-content-type-options"] == "nosniff"
            assert "immutable" in reply.headers["cache-control"]
            assert "etag" not in reply.headers


async def test_case_34_a_post_from_another_site_is_refused(site: Site) -> None:
    async with site.as_nobody() as client:
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
            reply = await client.post(
                "/api/v1/session/code", json={"mail": "m@testwerk.example"}, headers=headers
            )
            assert (reply.status_code, reply.json()["code"]) == (403, "foreign_origin")


async def test_case_31_an_unknown_host_is_refused(site: Site) -> None:
    async with site.as_nobody() as client:
        assert (await client.get("/sign-in", headers={"Host": "evil.example"})).status_code == 400


async def test_case_29_a_wrong_method_on_a_public_route_is_405(site: Site) -> None:
    async with site.as_nobody() as client:
        assert (await client.get("/api/v1/sync")).status_code == 405


async def test_case_30_path_tricks_lead_nowhere(site: Site) -> None:
    async with site.as_nobody() as client:
        for path in (
            "/static/../settings.py",
            "/static/%2e%2e/settings.py",
            "/app/..%2f..%2fpyproject.toml",
            "//hr",
            "/hr;x",
        ):
            reply = await client.get(path)
            assert reply.status_code in {303, 404}, path
            assert b"SIGHTLINE" not in reply.content


async def test_a_missing_page_is_said_in_the_readers_language(site: Site) -> None:
    async with site.as_nobody() as client:
        reply = await client.get("/no/such/page", headers={"Accept-Language": "ar"})
        assert 'dir="rtl"' in reply.text
        assert "غير موجودة" in reply.text


async def test_a_phone_that_signed_out_without_network_counts_as_signed_out_on_every_route(
    site: Site,
) -> None:
    async with site.as_nobody() as nobody, site.as_person(MALLORY) as client:
        left_without_network(client)
        n_checked = 0
        for route in _guarded(site):
            if route.policy.name == "public":
                continue
            path = route.path_format
            for name in route.param_convertors:
                path = path.replace("{" + name + "}", "0" * 32)
            for method in _methods(route):
                reply, expected = await client.request(method, path), await nobody.request(method, path)
                assert (method, path, reply.status_code) == (method, path, expected.status_code)
                assert reply.content == expected.content
                n_checked += 1
        assert n_checked > 20
        assert (await client.get("/sign-in")).status_code == 200  # asks, and does not go on to the start page
        client.cookies.delete("signed_out", domain=client.base_url.host)
        assert (await client.get("/me")).status_code == 200, "asking changed the session itself"
