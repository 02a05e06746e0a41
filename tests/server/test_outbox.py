"""Mails leave the outbox once, in the reader's language, and are never lost."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.mail import Mailer
from server.usecases.outbox import queue_mail, send_due
from server.usecases.trial_mail import send_trial_mail
from surveys.database import write_tx
from surveys.models.people import Person
from surveys.models.work import OutboxMail
from tests.conftest import Database
from tests.post import Post, mail_server
from tests.site import Site, running_site

DAN = "d" * 32


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
async def site(database: Database, tmp_path: Path, post: Post) -> AsyncIterator[Site]:
    async def body(tx: object) -> None:
        await Person.create(
            id=DAN, external_id="dan", name="Dan Ospreyton", mail="dan@testwerk.example", locale="ar"
        )

    await write_tx(body)
    with mail_server(post) as smtp:
        async with running_site(database.url, tmp_path, smtp=smtp) as one:
            yield one


async def _queue(site: Site) -> None:
    async def body(tx: object) -> None:
        await queue_mail(DAN, "report_ready", {"title": "Autumn 360"}, clock=site.clock)

    await write_tx(body)


async def _send(site: Site) -> tuple[int, int, int]:
    done = await send_due(mailer=site.app.state.mailer, keeper=site.app.state.keeper, clock=site.clock)
    return done.n_sent, done.n_not_needed, done.n_put_off


async def test_a_mail_is_sent_once_and_then_forgotten(site: Site, post: Post) -> None:
    await _queue(site)
    assert await _send(site) == (1, 0, 0)
    assert await _send(site) == (0, 0, 0)
    assert len(post.mails) == 1
    assert await OutboxMail.all().count() == 0
    mail = post.mails[0]
    assert (mail["Content-Language"], mail["Auto-Submitted"]) == ("ar", "auto-generated")
    assert mail["Message-ID"].endswith("@testwerk.example>")
    assert mail["Date"].datetime == site.clock.now()
    words = mail.get_body(("plain",))
    assert words is not None
    assert "Autumn 360" in words.get_content()


async def test_case_85_a_mail_server_that_is_down_loses_and_doubles_nothing(site: Site, post: Post) -> None:
    await _queue(site)
    post.answer = "451 try later"
    assert await _send(site) == (0, 0, 1)
    tried = (await OutboxMail.get()).digest
    assert await _send(site) == (0, 0, 0)  # not due yet
    site.clock.move(minutes=2)
    post.answer = "250 OK"
    assert await _send(site) == (1, 0, 0)
    assert [mail["Message-ID"] for mail in post.mails] == [f"<{tried}@testwerk.example>"]


@pytest.mark.parametrize(
    "name",
    [
        'Klein, Groß & "Söhne" <GmbH>',
        "Werk <hr@evil.example>",
        "Ärzte ohne Titel",
        "مصنع الشمال، المحدودة",
        'A, "B" ' * 25,
        "Two\nlines",
    ],
)
async def test_a_mail_of_its_own_has_date_id_and_the_organisation_as_its_only_sender(
    site: Site, post: Post, name: str
) -> None:
    site.app.state.mailer.organisation = name
    assert await send_trial_mail(site.app.state.mailer, name="Dan", mail="dan@x.example", locale="en") == ""
    (mail,) = post.mails
    (sender,) = mail["From"].addresses
    # Python's reader puts a space between two encoded words, which RFC 2047 takes away.
    assert "".join(sender.display_name.split()) == "".join(name.split())
    assert sender.addr_spec == "sightline@testwerk.example"
    assert mail["Date"].datetime == site.clock.now()
    assert re.fullmatch(r"<[0-9a-f]{32}@testwerk\.example>", mail["Message-ID"])


def test_without_a_mail_server_the_address_of_the_pages_names_a_mail(site: Site) -> None:
    mailer = Mailer(None, "Testwerk", "https://hr.testwerk.example:8443", clock=site.clock)
    assert mailer.message_id("1") == "<1@hr.testwerk.example>"


async def test_a_refused_address_is_kept_as_failed_with_the_reason(site: Site, post: Post) -> None:
    await _queue(site)
    post.answer = "550 no such mailbox"
    assert await _send(site) == (0, 0, 1)
    row = await OutboxMail.get()
    assert (row.state, row.n_tries) == ("failed", 1)
    assert "550" in row.last_error
    assert "dan" not in row.last_error


async def test_without_a_mail_server_mails_stay_queued(site: Site) -> None:
    await _queue(site)
    mailer = Mailer(None, "Testwerk", "http://127.0.0.1:8000", clock=site.clock)
    await send_due(mailer=mailer, keeper=site.app.state.keeper, clock=site.clock)
    assert (await OutboxMail.get()).state == "queued"


async def test_a_person_without_address_gets_no_mail_and_the_row_goes(site: Site, post: Post) -> None:
    async def body(tx: object) -> None:
        await Person.filter(id=DAN).update(mail="")

    await write_tx(body)
    await _queue(site)
    assert await _send(site) == (0, 1, 0)
    assert await OutboxMail.all().count() == 0
