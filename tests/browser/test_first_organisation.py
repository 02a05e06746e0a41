"""A first organisation of its own, in a real browser: from the code in the terminal to the workbook of a closed round."""

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from server.demo.phone import Phone
from server.usecases.commands import Context, run_command
from server.usecases.sign_in import sign_in_as
from surveys.models.cycles import Cycle
from surveys.models.results import ClosingRecord, PairView
from tests.browser import organisation_people as people
from tests.browser import organisation_steps as hr
from tests.browser.harness import DESK, Watched, browser, free_port, playing, tab
from tests.browser.organisation import (
    HR_MAIL,
    N_EMPLOYEES,
    UNITS,
    Organisation,
    employees,
    empty_installation,
)
from tests.browser.test_clarity_launch import MOST_CLICKS, MOST_TERMS
from tests.post import Post, mail_server

pytestmark = pytest.mark.browser
N_OPEN = N_EMPLOYEES - len(people.ABSENT)


async def test_a_first_organisation_gets_from_the_code_to_the_workbook(tmp_path: Path) -> None:
    await whole_journey(tmp_path, locale="en", viewport=DESK)


async def whole_journey(tmp_path: Path, *, locale: str, viewport: dict[str, int]) -> None:
    """Take every step, with HR in a language and at a screen of a size."""
    port, post = free_port(), Post()
    (tmp_path / "data").mkdir(mode=0o700)
    with mail_server(post) as smtp:
        async with empty_installation(tmp_path / "data", port=port) as organisation, playing() as play:
            watched = Watched(organisation.address.url)
            async with browser(play, tmp_path / "desk", locale=locale, viewport=viewport) as context:
                watched.watch(context)
                desk = hr.Desk(await tab(context), organisation, post, tmp_path, locale=locale)
                await _set_up(desk, smtp.port)
                cycle = await _launch(desk)
                codes = await hr.print_cards(desk, cycle.id)
                assert sorted(codes) == sorted(one.name for one in employees() if not one.mail)
                street = people.Street(play, organisation, post, watched, tmp_path)
                await _answer(street, cycle, codes)
                await _ready_the_360(desk, cycle)
                await _close(desk, cycle)
                await _open_the_360(desk)
                await _examine(organisation)
            assert watched.problems == []


async def _set_up(desk: hr.Desk, smtp_port: int) -> None:
    await hr.answer_six_questions(desk, smtp_port)
    await hr.bring_profile(desk)
    await hr.bring_people(desk)
    await hr.record_check(desk)
    await hr.publish(desk)
    await hr.start_rehearsal(desk, employees()[0].name)
    phone = await _phone(desk.organisation, "E01")
    for assignment in await phone.inbox():
        form = await phone.form(assignment["form"])
        values = {f"{line['item']}.f_match": 4 for line in form["lines"]}
        assert await phone.send(assignment, values | {"@submit": True}) == "ok"
    await hr.end_rehearsal(desk)
    assert await phone.inbox() == []


async def _launch(desk: hr.Desk) -> Cycle:
    organisation = desk.organisation
    desk.post.mails.clear()
    await organisation.live(until=organisation.clock.now() + timedelta(hours=1))
    told = _letters(desk.post)
    assert len(told) == N_EMPLOYEES - 8 + 2, "everybody with an address hears of the profile once"
    count = await hr.launch_clarity(desk)
    assert count.n_clicks <= MOST_CLICKS
    assert len(count.terms) <= MOST_TERMS, sorted(count.terms)
    return await Cycle.get(kind="clarity", is_rehearsal=False)


async def _answer(street: people.Street, cycle: Cycle, codes: dict[str, str]) -> None:
    organisation, post = street.organisation, street.post
    post.mails.clear()
    await organisation.live(until=cycle.opens_at + timedelta(hours=1))
    _assert_letters(post, codes)
    await people.answer_in_browsers(street, codes[people.by_number(people.BY_CARD).name])
    n_sent = await people.answer_on_phones(street, codes)
    assert n_sent == 2 * (N_OPEN - 2), "each of the other pairs hands in two sheets"
    await organisation.live(until=organisation.clock.now() + timedelta(minutes=1))
    assert await PairView.filter(cycle_id=cycle.id).count() == N_OPEN
    post.mails.clear()
    await organisation.live(until=organisation.clock.now() + timedelta(days=1))
    told = [str(mail["To"]) for mail in _letters(post)]
    opened = {one.mail for one in employees() if one.mail and one.number not in people.ABSENT}
    assert len(told) == len(set(told)), "somebody got two mails on one day"
    assert opened <= set(told) <= opened | {"m01@testwerk.example", people.MANAGER_MAIL}


def _assert_letters(post: Post, codes: dict[str, str]) -> None:
    """One mail a person, in the person's language, with an address and never a login."""
    letters = _letters(post)
    by_mail = {one.mail: one for one in employees() if one.mail}
    assert len(letters) == len({str(mail["To"]) for mail in letters}) == len(by_mail) + 2
    for mail in letters:
        text = mail.as_string()
        reader = by_mail.get(str(mail["To"]))
        if reader is not None:
            assert mail["Content-Language"] == reader.locale
        assert not any(code.replace(" ", "") in text for code in codes.values())


def _letters(post: Post) -> list[EmailMessage]:
    return [mail for mail in post.mails if mail["To"] != HR_MAIL]


async def _ready_the_360(desk: hr.Desk, cycle: Cycle) -> None:
    await hr.sign_in(desk)
    await hr.choose_raters(desk, cycle.id)


async def _close(desk: hr.Desk, cycle: Cycle) -> None:
    organisation = desk.organisation
    desk.post.mails.clear()
    await organisation.live(until=cycle.closes_at - timedelta(hours=20))  # a Monday
    late = [people.by_number(number) for number in people.ABSENT]
    wanted = {one.mail for one in late if one.mail} | {
        f"{one.manager.lower()}@testwerk.example" for one in late
    }
    assert sorted(str(mail["To"]) for mail in _letters(desk.post)) == sorted(wanted)
    await organisation.live(until=cycle.closes_at + timedelta(hours=cycle.grace_hours, minutes=1))
    assert (await Cycle.get(id=cycle.id)).state == "released"
    record = await ClosingRecord.get(cycle_id=cycle.id)
    assert all(group["n_pairs"] >= 5 for group in record.parameters["clarity"]["groups"])
    await hr.sign_in(desk)
    sheets = await hr.sheets_of(desk, cycle.id)
    said = [text for sheet in sheets for text in sheet]
    assert any(UNITS[0] in text for text in said)
    assert UNITS[2] not in said, "a unit of two pairs stands alone"
    assert not any(one.name in text for one in employees() for text in said)
    assert not any(people.OWN_WORDS in text for text in said)


async def _open_the_360(desk: hr.Desk) -> None:
    organisation = desk.organisation
    feedback = await Cycle.get(kind="feedback360", is_rehearsal=False)
    assert feedback.state == "draft"
    await organisation.live(until=feedback.opens_at - timedelta(hours=12))
    assert (await Cycle.get(id=feedback.id)).state == "scheduled"
    await organisation.live(until=feedback.opens_at + timedelta(hours=1))
    assert (await Cycle.get(id=feedback.id)).state == "open"
    await hr.sign_in(desk)
    await desk.picture("45-desk")
    await desk.go(f"/hr/cycles/{feedback.id}")
    await desk.picture("46-360-open")
    await desk.go("/health")
    await desk.picture("47-health")


async def _examine(organisation: Organisation) -> None:
    firm = organisation.firm
    context = Context(firm.settings, firm.app.state.keeper, organisation.clock, is_serving=True)
    said = await run_command("doctor", {"trust_clock": False}, context)
    assert {one["code"] for one in said["checks"] if one["state"] != "ok"} <= {"https", "jobs"}, said


async def _phone(organisation: Organisation, number: str) -> Phone:
    firm = organisation.firm
    secret = await sign_in_as(number, clock=organisation.clock)
    host = f"127.0.0.1:{firm.settings.port}"
    return Phone(firm.app, organisation.clock, f"sid={secret}", host, f"{int(number[1:]):016x}")
