"""Every page of the server: where it is, who looks at it, and what is done before looking."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page

from server.content import content_dir
from tests.browser.whole_site import EMPLOYEE, HR, MANAGER, NOBODY, Whole

Act = Callable[[Page, Whole], Awaitable[None]]
JOINER = "joiner"  # the second phone of a mirror: no person is signed in there
PARTICIPANTS = (EMPLOYEE, MANAGER, JOINER)
BROKEN_PEOPLE = b"external_id,name,mail,hr\nx1,,not-a-mail,maybe\nx1,Xenia Marlstone,x@testwerk.example,\n"
NEW_PEOPLE = b"external_id,name,mail,locale,manager\nx1,Xenia Marlstone,x1@testwerk.example,ar,M01\n"
# Answers that are no page: a file, data for a program, or only the way on.
NO_PAGES = (
    "/api/", "/static/", "/favicon.ico", "/logo", "/app", "/start", "/hr/cycles/minutes", "/hr/cycles/{cycle}/promise",
)  # fmt: skip
NO_PAGE_ENDS = (".xlsx", "/workbook", ".json")


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one page."""

    name: str
    path: str  # with {ids} of the site
    who: str = HR
    act: Act | None = None
    status: int = 200
    door: str = "demo"  # a demo takes no files, and its first start is over


def _upload(data: bytes, filename: str) -> Act:
    async def act(page: Page, site: Whole) -> None:
        field = page.locator("input[type=file]")
        await field.set_input_files({"name": filename, "mimeType": "text/csv", "buffer": data})
        await page.locator("form:has(input[type=file]) button").first.click()
        await page.wait_for_load_state()

    return act


def _press(selector: str) -> Act:
    async def act(page: Page, site: Whole) -> None:
        await page.locator(selector).first.click()
        await page.wait_for_load_state()

    return act


async def _print_cards(page: Page, site: Whole) -> None:
    await page.locator("input[name=person]").first.check()
    await page.locator("button[value=print]").click()
    await page.wait_for_load_state()


async def _print_no_cards(page: Page, site: Whole) -> None:
    for box in await page.locator("input[name=person]").all():
        await box.uncheck()
    await page.locator("button[value=print]").click()
    await page.wait_for_load_state()


async def _choose_no_zone(page: Page, site: Whole) -> None:
    await page.evaluate("document.querySelector('#time_zone').selectedOptions[0].value = 'Nowhere'")
    await page.locator("form[action='/me'] button.button").click()
    await page.locator("[aria-invalid=true]").wait_for()


async def _wrong_code(page: Page, site: Whole) -> None:
    await page.locator("input[name=code]").fill("1111 1111")
    await page.locator("main form button").first.click()
    await page.wait_for_load_state()


async def _unfold(page: Page, site: Whole) -> None:
    await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")


def _in_plain(*then: Act, page: str = "") -> Act:
    """Read the promise of a plain page, accept it, and go on; `page` is another than the first."""

    async def act(one: Page, site: Whole) -> None:
        if page:
            form = "document.querySelector('form[method=get]')"
            named = page.format(**site.ids)
            await one.evaluate(f"(page) => {{ {form}.action = {form}.action.replace(/1$/, page) }}", named)
        await _press("form[method=get] button")(one, site)
        for step in then:
            await step(one, site)

    return act


async def _write_too_much(page: Page, site: Whole) -> None:
    await page.locator("textarea").first.fill("too much " * 300)


async def _forge(page: Page, site: Whole) -> None:
    """Write to a sheet nobody has, with words that are worth copying."""
    await page.locator("textarea").first.fill("More than one word")
    hidden = "document.querySelector('main input[name=page]')"
    await page.evaluate(f'{hidden}.value = {hidden}.value.replace(/"write":"..../, \'"write":"0000\')')


def _content(name: str) -> bytes:
    return (Path(content_dir()) / name).read_bytes()


async def _type_first_code(page: Page, site: Whole) -> None:
    await page.locator("input[name=code]").fill(site.first_code())
    await page.locator("main form button").click()
    await page.locator("input[name=organisation]").wait_for()


async def _leave_first_empty(page: Page, site: Whole) -> None:
    await _type_first_code(page, site)
    await page.evaluate("document.querySelector('main form').noValidate = true")
    await page.locator("main form button.button").first.click()
    await page.locator("[aria-invalid=true]").first.wait_for()


def is_no_page(path: str) -> bool:
    """Tell whether an address answers with a file, with data, or with the way on."""
    return path.startswith(NO_PAGES) or path.endswith(NO_PAGE_ENDS)


BROKEN_PROFILE = b"profile: [\n"
PROFILE = "/hr/profiles/{plant-shift-supervisor}"
LOOKS = (
    Look("chairs", "/", NOBODY),
    *(Look(f"tour-{step}", f"/tour/{step}", NOBODY) for step in ("card", "plug", "opener", "workbook", "own")),
    Look("first-code", "/first", NOBODY, door="first"),
    Look("first-code-wrong", "/first", NOBODY, _wrong_code, door="first"),
    Look("first-mistakes", "/first", NOBODY, _leave_first_empty, door="first"),
    Look("first-questions", "/first/questions", NOBODY, door="first"),
    Look("sign-in", "/sign-in", NOBODY),
    Look("sign-in-code", "/sign-in/code", NOBODY),
    Look("sign-in-code-wrong", "/sign-in/code", NOBODY, _wrong_code),
    Look("card", "/c", NOBODY),
    Look("missing", "/nothing-here", NOBODY, status=404),
    Look("mirror-code", "/m", NOBODY),
    Look("mirror-join", "/m/{mirror_code}", NOBODY),
    Look("mirror-code-wrong", "/m/XXXXXXXX", NOBODY, status=422),
    # employee
    Look("gaps-list-own", "/gaps", EMPLOYEE),
    Look("gaps-open-own", "/gaps/{autumn_clarity}/{E01}", EMPLOYEE, _unfold),
    Look("gaps-waiting-own", "/gaps/{winter_clarity}/{E01}", EMPLOYEE),
    Look("great", "/what-great-looks-like", EMPLOYEE, _unfold),
    Look("reports-own", "/reports", EMPLOYEE),
    Look("report-own", "/reports/{autumn_feedback360}", EMPLOYEE, _unfold),
    Look("mirror-start-employee", "/mirror", EMPLOYEE),
    Look("me-employee", "/me", EMPLOYEE),
    Look("plain", "/plain", EMPLOYEE),
    Look("plain-promise", "/plain/{request}/1", EMPLOYEE),
    Look("plain-form", "/plain/{request}", EMPLOYEE, _in_plain()),
    Look("plain-mistake", "/plain/{request}", EMPLOYEE, _in_plain(_write_too_much, _press(".foot button"))),
    Look("plain-send", "/plain/{request}", EMPLOYEE, _in_plain(_press(".foot button"))),
    Look("plain-decline", "/plain/{request}", EMPLOYEE, _in_plain(_press("button[value=decline]"), page="decline")),
    Look("plain-over", "/plain/{request}", EMPLOYEE, _in_plain(_forge, _press(".foot button"))),
    Look("plain-clarity", "/plain/{sheet}", EMPLOYEE),
    Look("plain-clarity-card", "/plain/{sheet}", EMPLOYEE, _in_plain()),
    Look("plain-clarity-line", "/plain/{sheet}", EMPLOYEE, _in_plain(page="{n_lines}")),
    Look("plain-clarity-three", "/plain/{sheet}", EMPLOYEE, _in_plain(page="{n_lines_and_one}")),
    # manager
    Look("gaps-list", "/gaps", MANAGER),
    Look("gaps-open", "/gaps/{autumn_clarity}/{E01}", MANAGER, _unfold),
    Look("gaps-waiting", "/gaps/{winter_clarity}/{E01}", MANAGER),
    Look("great-manager", "/what-great-looks-like", MANAGER),
    Look("reports-manager", "/reports", MANAGER),
    Look("report-manager", "/reports/{autumn_feedback360}/people/{E01}", MANAGER),
    Look("mirror-start", "/mirror", MANAGER),
    Look("mirror-waiting", "/mirror/{mirror_waiting}", MANAGER),
    Look("mirror-line", "/mirror/{mirror_line}", MANAGER),
    Look("mirror-through", "/mirror/{mirror_through}", MANAGER),
    Look("mirror-talk", "/mirror/{mirror_talk}", MANAGER, _unfold),
    Look("mirror-proposed", "/mirror/{mirror_proposed}", MANAGER),
    Look("mirror-joiner-line", "/mirror/{mirror_line}", JOINER),
    Look("mirror-joiner-talk", "/mirror/{mirror_proposed}", JOINER),
    # HR
    Look("hr", "/hr"),
    Look("me-mistake", "/me", act=_choose_no_zone),
    Look("health", "/health"),
    Look("people", "/hr/people"),
    Look("people-none", "/hr/people?q=zzzz"),
    Look("people-import", "/hr/people/import"),
    Look("people-import-refused", "/hr/people/import", act=_upload(BROKEN_PEOPLE, "people.csv"), door="real"),
    Look("people-dry-run", "/hr/people/import", act=_upload(NEW_PEOPLE, "people.csv"), door="real"),
    Look("person", "/hr/people/{E01}"),
    Look("person-delete", "/hr/people/{E01}/delete"),
    Look("profiles", "/hr/profiles"),
    Look("profile-import", "/hr/profiles/import"),
    Look("profile-refused", "/hr/profiles/import", act=_upload(BROKEN_PROFILE, "profile.yaml"), door="real"),
    Look(
        "profile-dry-run",
        "/hr/profiles/import",
        act=_upload(_content("plant-shift-supervisor.yaml").replace(b"version: 1.0.0", b"version: 1.1.0"), "profile.yaml"),
        door="real",
    ),
    Look("profile", PROFILE, act=_unfold),
    Look("profile-other", "/hr/profiles/{product-software-engineer}"),
    Look("profile-preview", f"{PROFILE}/preview", act=_unfold),
    Look("cycles", "/hr/cycles"),
    Look("cycle-new-choice", "/hr/cycles/new"),
    Look("cycle-new-clarity", "/hr/cycles/new?kind=clarity&profile={plant-shift-supervisor}"),
    Look("cycle-new-360", "/hr/cycles/new?kind=feedback360&profile={plant-shift-supervisor}"),
    Look("cycle-draft-clarity", "/hr/cycles/{draft_clarity}"),
    Look("cycle-draft-360", "/hr/cycles/{draft_feedback360}"),
    Look("cycle-edit", "/hr/cycles/{draft_clarity}/edit"),
    Look("cycle-edit-360", "/hr/cycles/{draft_feedback360}/edit"),
    Look("cycle-raters", "/hr/cycles/{draft_feedback360}/ratees/{E01}"),
    Look("cycle-raters-import", "/hr/cycles/{draft_feedback360}/raters/import"),
    Look("cycle-open-clarity", "/hr/cycles/{winter_clarity}", act=_unfold),
    Look("cycle-open-360", "/hr/cycles/{winter_feedback360}", act=_unfold),
    Look("cycle-raters-running", "/hr/cycles/{winter_feedback360}/ratees/{T01}", act=_unfold),
    Look("cycle-add", "/hr/cycles/{winter_feedback360}/add"),
    Look("cycle-closed-clarity", "/hr/cycles/{autumn_clarity}", act=_unfold),
    Look("cycle-closed-360", "/hr/cycles/{autumn_feedback360}", act=_unfold),
    Look("cards", "/hr/cards"),
    Look("cards-all", "/hr/cards?all=1"),
    Look("cards-mistake", "/hr/cards", act=_print_no_cards),
    Look("cards-print", "/hr/cards", act=_print_cards),
    Look("letters", "/hr/letters"),
    Look("letter", "/hr/letters/invitation/{locale}"),
    Look("letter-ar", "/hr/letters/invitation/ar"),
    Look("rehearsals", "/hr/rehearsals"),
    Look("rehearsal-open", "/hr/rehearsals/{rehearsal_open}"),
    Look("rehearsal-closed", "/hr/rehearsals/{rehearsal_closed}"),
    Look("rehearsal-refused", "/hr/rehearsals", act=_press("main form[method=post] button:not([name])")),
)  # fmt: skip
