"""A clarity round at the invented firm, and what its two people do on their phones, in any language."""

import re
from datetime import timedelta

from playwright.async_api import Page, expect

from server.usecases.cycle_form import CyclePlan
from server.usecases.cycles import create_draft
from server.usecases.launch import launch_cycle
from server.usecases.preflight import preflight
from server.usecases.publish import publish_profile
from surveys.models.profiles import ProfileVersion
from surveys.policy import Policy
from tests.browser import phone_steps as person
from tests.firm import PROFILE, Firm

TOP_THREE = 3
N_PULSE = 6


async def launch_clarity(firm: Firm, employees: tuple[str, ...] = ("cleo",), *, days: int = 14) -> str:
    """Publish the profile and launch a clarity round for these people, open from now on."""
    keeper, clock = firm.app.state.keeper, firm.clock
    version = await ProfileVersion.get(profile=PROFILE)
    await publish_profile(version.id, actor=firm.ids["HR"], is_mail_ready=False, keeper=keeper, clock=clock)
    opens_at = clock.now() + timedelta(hours=1)
    plan = CyclePlan(
        title="Autumn clarity",
        purpose="A talk about what is expected. No pay or staffing decision uses it.",
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=days),
        notice_days=30,
        policy=Policy(),
        clarity_reason="",
        clarity_held_on=None,
        ratee_ids=tuple(firm.ids[one] for one in employees),
        kind="clarity",
        managers={firm.ids[one]: firm.ids["ben"] for one in employees},
    )
    cycle_id = await create_draft(version.id, plan, clock=clock)
    looked = await preflight(cycle_id, clock=clock)
    await launch_cycle(cycle_id, actor_id="", keeper=keeper, clock=clock, errors=looked.errors)
    clock.move(hours=1)
    await firm.advance()
    return cycle_id


async def begin(page: Page) -> None:
    """From the list over promise and brief to the first question of the only open sheet."""
    await page.locator("a.card").first.click()
    await person.read_promise_and_brief(page)


async def go_on(page: Page) -> None:
    """Take the button that leads to the next step."""
    await person.skip_line(page)


async def answer_pulse(page: Page) -> None:
    for point in range(N_PULSE):
        await person.answer_line(page, point % 5 + 1)


async def tap(page: Page, point: int) -> None:
    """Give one tap of a line and wait until something else is asked, or the card has turned."""
    asked = await page.locator("main fieldset legend").first.inner_text()
    await person.read(page)
    await page.locator("main label.point").nth(point).click()
    await page.wait_for_function(
        """asked => {
          const legend = document.querySelector('main fieldset legend');
          return !legend || legend.innerText !== asked || document.querySelector('.back, .note');
        }""",
        arg=asked,
    )


async def answer_line(page: Page, *, expected: int = 0, degrees: tuple[int, ...] = (3, 3, 3)) -> None:
    """Give the four taps of an employee's line; the card turns after the last."""
    await tap(page, expected)
    if expected < 2:  # no and not sure end the line
        for degree in degrees:
            await tap(page, degree)


async def see_card(page: Page) -> None:
    """The card shows what great looks like, and no tap can be changed any more."""
    await expect(page.locator(".back .great p")).to_be_visible()
    await expect(page.locator("main input[type=radio]")).to_have_count(0)


async def pick_three(page: Page, items: tuple[int, ...] = (0, 1, 2)) -> None:
    await person.read(page)
    for i in items:
        await page.locator("main input[type=checkbox]").nth(i).check()


async def answer_as_manager(page: Page, n_lines: int) -> None:
    """Give every tap of the manager's sheet; each line goes on by itself."""
    for _ in range(n_lines):
        step = person.step_of(page)
        while re.search(rf"/{step}$", page.url):
            legend = await page.locator("main fieldset legend").first.inner_text()
            await person.read(page)
            await page.locator("main label.point").nth(0).click()
            await page.wait_for_function(
                """([legend, step]) => !location.hash.endsWith('/' + step)
                  || document.querySelector('main fieldset legend')?.innerText !== legend""",
                arg=[legend, step],
            )
