"""HR's own words around letters, the hours of mail and the logo: checked, shown first, and never the promise."""

import struct
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from server.letter import PLACEHOLDERS, Letter, Line, Wording, unknown_placeholder, write
from server.usecases.letters import load_logo
from server.usecases.letters_logo import checked_png
from server.usecases.mistakes import Mistakes
from server.usecases.outbox import queue_mail, send_due
from server.words import LOCALES
from surveys.database import write_tx
from surveys.models.people import Person
from surveys.models.work import LetterWords, MailSetting
from tests.conftest import Database
from tests.factories import HR, OUTSIDER, RATEE, id_of, store_cast
from tests.post import Post, mail_server
from tests.server.hr_cast import send
from tests.site import Site, running_site


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
async def site(database: Database, tmp_path: Path, post: Post) -> AsyncIterator[Site]:
    await store_cast()
    with mail_server(post) as smtp:
        async with running_site(database.url, tmp_path, smtp=smtp) as one:
            yield one


@pytest.fixture
async def ada(site: Site) -> AsyncIterator[httpx2.AsyncClient]:
    async with site.as_person(id_of(HR)) as client:
        yield client


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 32, height: int = 32, *, extra: bytes = b"", header: bytes = b"") -> bytes:
    head = header or struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + b"\x0f\x4c\x5c" * width for _ in range(height))
    body = chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


OWN = {
    "subject": "Your view, {name}",
    "greeting": "Good morning {name}!",
    "extra": "Questions? Room 4.",
    "do": "save",
}


async def mail_report(site: Site) -> None:
    async def body(tx: object) -> None:
        await queue_mail(id_of(RATEE), "report_ready", {"title": "Autumn 360"}, clock=site.clock)

    await write_tx(body)
    await send_due(mailer=site.app.state.mailer, keeper=site.app.state.keeper, clock=site.clock)


async def test_own_words_are_mailed_with_ours_between(
    site: Site, ada: httpx2.AsyncClient, post: Post
) -> None:
    assert (await ada.post("/hr/letters/report_ready/en", data=OWN)).status_code == 303
    await mail_report(site)
    mail = post.mails[0]
    assert mail["Subject"] == "Your view, Cleo"
    text = mail.get_body(("plain",))
    html = mail.get_body(("html",))
    assert text is not None
    assert html is not None
    words = text.get_content().replace("\r\n", "\n")
    assert words.startswith("Good morning Cleo!\n\nYour report of “Autumn 360” is ready:")
    assert "Questions? Room 4." in words
    assert '<a dir="ltr" href="http://127.0.0.1:8000/reports">' in html.get_content()


async def test_words_of_one_language_leave_the_others_alone(
    site: Site, ada: httpx2.AsyncClient, post: Post
) -> None:
    await ada.post("/hr/letters/report_ready/en", data=OWN)
    await write_tx(lambda tx: Person.filter(id=id_of(RATEE)).update(locale="de"))
    await mail_report(site)
    assert post.mails[0]["Subject"] == "Dein Bericht ist da"


async def test_empty_words_give_the_built_in_ones_back(ada: httpx2.AsyncClient) -> None:
    await ada.post("/hr/letters/invitation/ar", data=OWN)
    assert await LetterWords.all().count() == 1
    await ada.post("/hr/letters/invitation/ar", data={"subject": " ", "greeting": "", "extra": ""})
    assert await LetterWords.all().count() == 0


async def test_a_preview_stores_nothing(ada: httpx2.AsyncClient) -> None:
    reply = await ada.post("/hr/letters/invitation/en", data={**OWN, "do": "preview"})
    assert reply.status_code == 200
    assert "Your view, Noor Halvorsen" in reply.text
    assert "Before your first answer you read who sees what." in reply.text
    assert await LetterWords.all().count() == 0


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("subject", "Hello {nam}", "{nam} cannot be filled in here"),
        ("subject", "Hello {name.__class__}", "{name.__class__}"),
        ("greeting", "Hello {0}", "{0}"),
        ("greeting", "Hello {name!r}", "{name!r}"),
        ("extra", "{name:>9999999}", "{name:&gt;9999999}"),
        ("extra", "half a { brace", "{ cannot be filled in"),
        ("extra", "{code}", "{code}"),
        ("subject", "line\nbreak", "line end"),
        ("subject", "x" * 121, "At most 120"),
        ("greeting", "hidden\u202e", "nobody can see"),
    ],
)
async def test_words_that_cannot_be_filled_in_are_shown_again(
    ada: httpx2.AsyncClient, field: str, text: str, said: str
) -> None:
    reply = await ada.post("/hr/letters/invitation/en", data={**OWN, field: text})
    assert reply.status_code == 422
    assert said in reply.text
    assert "Room 4" in reply.text or field == "extra"
    assert await LetterWords.all().count() == 0


@pytest.mark.parametrize("place", ["sign_in_code/en", "invitation/fr", "promise/en"])
async def test_no_other_words_can_be_changed(ada: httpx2.AsyncClient, place: str) -> None:
    assert (await ada.get(f"/hr/letters/{place}")).status_code == 404
    assert (await ada.post(f"/hr/letters/{place}", data=OWN)).status_code == 404


async def test_only_hr_sees_and_changes_letters(site: Site) -> None:
    for name in (OUTSIDER, RATEE):
        async with site.as_person(id_of(name)) as client:
            assert (await client.get("/hr/letters")).status_code == 404
            assert (await client.post("/hr/letters/invitation/en", data=OWN)).status_code == 404
            assert (await client.post("/hr/letters/logo/remove")).status_code == 404
    assert await LetterWords.all().count() == 0


async def test_hours_that_cannot_be_are_refused(ada: httpx2.AsyncClient) -> None:
    good: dict[str, object] = {"from_hour": "7", "until_hour": "16", "days": ["6", "0"]}
    wrongs: tuple[dict[str, object], ...] = (
        {"until_hour": "7"},
        {"days": []},
        {"days": ["9"]},
        {"from_hour": "x"},
    )
    for wrong in wrongs:
        assert (await ada.post("/hr/letters/hours", data={**good, **wrong})).status_code == 422
    assert not await MailSetting.exists()
    assert (await ada.post("/hr/letters/hours", data=good)).status_code == 303
    row = await MailSetting.get()
    assert (row.from_hour, row.until_hour, row.days) == (7, 16, "06")


async def test_the_logo_stands_on_pages_and_in_mails(site: Site, ada: httpx2.AsyncClient, post: Post) -> None:
    assert (await ada.get("/logo")).headers["content-type"].startswith("image/svg")
    assert (await send(ada, "/hr/letters/logo", png(), "logo.png")).status_code == 303
    async with site.as_nobody() as visitor:
        shown = await visitor.get("/logo")
        assert (shown.headers["content-type"], shown.content) == ("image/png", png())
        again = await visitor.get("/logo", headers={"if-none-match": shown.headers["etag"]})
        assert again.status_code == 304
        assert 'src="/logo"' in (await visitor.get("/sign-in")).text
    await mail_report(site)
    pictures = [part for part in post.mails[0].walk() if part.get_content_type() == "image/png"]
    assert [part.get_payload(decode=True) for part in pictures] == [png()]
    await ada.post("/hr/letters/logo/remove")
    assert await load_logo() == b""


JUNK = {
    "text": b"hello",
    "svg": b"<svg onload='x()'/>",
    "gif": b"GIF89a" + b"\0" * 40,
    "cut": png()[:-20],
    "wrong sum": png().replace(b"IDAT", b"IDAX"),
    "no picture": b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""),
    "no header": b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", b"") + chunk(b"IEND", b""),
    "odd depth": png(header=struct.pack(">IIBBBBB", 32, 32, 3, 2, 0, 0, 0)),
    "too wide": png(1201, 16),
    "too high": png(16, 601),
    "too small": png(15, 15),
    "too large": png() + b"\0" * 200_000,
    "long chunk": b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 0xFFFFFFFF) + b"IHDR" + b"\0" * 60,
}


@pytest.mark.parametrize("name", sorted(JUNK))
async def test_what_is_no_small_png_is_no_logo(ada: httpx2.AsyncClient, name: str) -> None:
    reply = await send(ada, "/hr/letters/logo", JUNK[name], "logo.png")
    assert reply.status_code == 422
    assert await load_logo() == b""


def test_only_the_picture_of_a_file_is_kept() -> None:
    dirty = png(extra=chunk(b"tEXt", b"Author\0somebody")) + b"<script>alert(1)</script>"
    assert checked_png(dirty) == png()


def test_a_png_with_two_headers_is_refused() -> None:
    with pytest.raises(Mistakes):
        checked_png(png(extra=chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0))))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("template", sorted(PLACEHOLDERS))
def test_every_letter_is_written_in_every_language(locale: str, template: str) -> None:
    parts = {"title": "T", "minutes": "5", "asked_by": "Ada", "purpose": "Talks.", "roles": "as"}
    line = Line("invitation" if template == "digest" else template, parts)
    letter = Letter("Cleo", "", locale, template, lines=(line,))
    written = write(letter, organisation="Testwerk", url="https://s.example")
    assert "Testwerk" in written.text
    assert "{" not in written.subject + written.text


def test_names_cannot_bring_markup_or_headers_into_a_mail() -> None:
    wording = Wording(subject="For {name}")
    line = Line("report_ready", {"title": "<script>x</script>"})
    letter = Letter("Eve\r\nBcc: x <b>", "", "en", "report_ready", lines=(line,), wording=wording)
    written = write(letter, organisation="T & Co", url="https://s.example")
    html = written.html(organisation="T & Co", has_logo=True)
    assert "<script>" not in html
    assert "<b>" not in html
    assert written.subject == "For Eve Bcc: x <b>"


def test_braces_that_are_meant_are_doubled() -> None:
    assert unknown_placeholder("reminder", "a {{brace}} and {name}") is None
    assert unknown_placeholder("reminder", "{title}") == "{title}"
