"""Whatever a participant looks at is there in four languages; a desk that is not says so, in one language, marked."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from server.access import HR as HR_ONLY
from server.access import GuardedRoute
from server.routes import table
from server.usecases.sign_in import open_session
from server.words import LOCALES, catalogue, moment_words
from surveys.database import write_tx
from surveys.models.people import Person
from tests.conftest import Database
from tests.factories import HR, RATEE, ROLE, id_of, store_cast
from tests.server.hr_cast import make_draft
from tests.site import Site, running_site

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "server" / "templates"
PHONE = ROOT / "pwa" / "src"
# Only HR and whoever installs the server look at these: English and Arabic.
DESK_FOLDERS = ("cycles", "delete", "first", "health", "hr", "letters", "people", "profiles", "rehearsal")
DESK_TEMPLATES = ("cards/choose.html", "gaps/_hr.html")
DESK_KEYS = (
    "cycles.", "delete.", "first.", "gaps.hr_", "health.", "hr.", "letters.", "notice.", "people.", "preflight.",
    "profiles.", "programme.", "running.", "cards.", "rehearsal.", "error.demo_imports_nothing.",
    "error.not_a_draft.", "error.not_running.", "error.too_late_to_add.", "error.upload_gone.",
)  # fmt: skip
# What begins like a word of a desk, and is read by participants: the card itself, a rehearsal on a rater's phone.
FOR_ALL = (
    "cards.line_", "cards.no_camera", "cards.until", "cards.waits", "rehearsal.cycle.", "rehearsal.invented",
    "rehearsal.purpose", "rehearsal.mark", "letters.sample_", "health.clock_banner", "health.title",
)  # fmt: skip
# A problem that anybody may meet as a page.
PROBLEMS = (
    "not_found", "foreign_origin", "unexpected", "method_not_allowed", "body_too_large", "keys_missing",
    "unknown_host", "not_https", "mirror_not_now", "own_not_started",
)  # fmt: skip
SHORT = 14  # letters up to which two languages may have the same words


def _is_for_all(key: str) -> bool:
    return key.startswith(FOR_ALL) or not key.startswith(DESK_KEYS)


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{[a-z0-9_]+\}", text))


def _texts(value: Any) -> Iterator[str]:
    """A word of the phone is a text, or one for each plural form."""
    yield from [value] if isinstance(value, str) else value.values()


def test_english_and_arabic_say_the_same_keys_and_no_language_has_more() -> None:
    assert set(catalogue("ar")) == set(catalogue("en"))
    for locale in LOCALES:
        assert set(catalogue(locale)) <= set(catalogue("en")), locale


@pytest.mark.parametrize("locale", ["es", "de", "ar"])
def test_every_word_for_participants_is_there_in_every_language(locale: str) -> None:
    words = catalogue(locale)
    assert [key for key in catalogue("en") if _is_for_all(key) and not words.get(key)] == []
    for code in PROBLEMS:
        assert {f"error.{code}.title", f"error.{code}.detail"} <= set(words), code


@pytest.mark.parametrize("locale", ["es", "de", "ar"])
def test_a_translation_has_the_places_of_the_english_and_is_no_copy_of_it(locale: str) -> None:
    for key, text in catalogue(locale).items():
        english = catalogue("en")[key]
        assert _placeholders(text) == _placeholders(english), key
        is_words = re.search(r"[A-Za-z]{4,} [A-Za-z]{3,}", re.sub(r"\{[a-z_]+\}", "", english))
        is_name = key == "letters.sample_asked_by"
        assert not (text == english and is_words and len(text) > SHORT and not is_name), key


def test_templates_of_participants_use_no_word_that_only_a_desk_has() -> None:
    asked: dict[str, Path] = {}
    for path in TEMPLATES.rglob("*.html"):
        name = str(path.relative_to(TEMPLATES))
        if name.partition("/")[0] in DESK_FOLDERS or name in DESK_TEMPLATES or name == "cards/print.html":
            continue
        for key, is_start in re.findall(r"""\bt\(\s*["']([a-z0-9_.]+)["'](\s*~)?""", path.read_text("utf-8")):
            found = [one for one in catalogue("en") if one.startswith(key)] if is_start else [key]
            asked.update(dict.fromkeys(found, path))
    assert len(asked) > 300
    wanted = {key: path for key, path in asked.items() if not key.startswith(("error.", "gaps.hr_"))}
    for locale in LOCALES:
        assert {key: path for key, path in wanted.items() if key not in catalogue(locale)} == {}, locale


def test_every_mail_is_there_in_every_language() -> None:
    mails = {key for key in catalogue("en") if key.startswith("mail.")}
    assert len(mails) > 20
    for locale in LOCALES:
        assert mails <= set(catalogue(locale)), locale


@pytest.mark.parametrize("folder", ["i18n", "i18n/more", "i18n/sign-in"])
@pytest.mark.parametrize("locale", ["es", "de", "ar"])
def test_the_phone_says_everything_in_every_language(folder: str, locale: str) -> None:
    english, words = (
        json.loads((PHONE / folder / f"{one}.json").read_text("utf-8")) for one in ("en", locale)
    )
    assert set(words) == set(english)
    for key, value in words.items():
        places = {place for text in _texts(english[key]) for place in _placeholders(text)}
        assert {place for text in _texts(value) for place in _placeholders(text)} == places, key


def test_the_page_of_a_card_says_everything_in_every_language() -> None:
    text = (PHONE / "claim" / "words.ts").read_text("utf-8")
    keys = {
        locale: set(re.findall(r"^    ([a-z_]+):", block, re.MULTILINE))
        for locale, block in re.findall(r"^  ([a-z]{2}): \{\n(.*?)^  \}", text, re.MULTILINE | re.DOTALL)
    }
    assert set(keys) == set(LOCALES)
    assert len(keys["en"]) > 20
    assert all(found == keys["en"] for found in keys.values())


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> Any:
    await store_cast()
    async with running_site(database.url, tmp_path) as one:
        yield one


async def _sign_in(site: Site, locale: str) -> str:
    async def body(tx: object) -> None:
        await Person.filter(id=id_of(HR)).update(locale=locale)
        await open_session("a" * 64, id_of(HR), now=site.clock.now())

    await write_tx(body)
    return "a" * 64


@pytest.mark.parametrize("locale", ["de", "es"])
async def test_a_desk_without_the_readers_language_is_english_throughout_and_says_so(
    site: Site, locale: str
) -> None:
    secret = await _sign_in(site, locale)
    async with site.as_nobody() as client:
        client.cookies.set("sid", secret)
        desk = (await client.get("/hr/cards")).text
        own = (await client.get("/reports")).text
    said = catalogue(locale)["layout.in_english"]
    assert '<html lang="en" dir="ltr">' in desk
    assert f'<aside class="demo-banner" lang="{locale}">{said}</aside>' in desk
    assert catalogue("en")["layout.nav_mine"] in desk
    assert f'<html lang="{locale}" dir="ltr">' in own
    assert said not in own


@pytest.mark.parametrize("locale", ["de", "es"])
async def test_every_page_of_hr_says_kindly_that_it_is_in_english(site: Site, locale: str) -> None:
    secret = await _sign_in(site, locale)
    said = f'lang="{locale}">{catalogue(locale)["layout.in_english"]}</aside>'
    silent, n_pages = [], 0
    async with site.as_nobody() as client, site.as_person(id_of(HR)) as other:
        client.cookies.set("sid", secret)
        draft = (await make_draft(other)).rsplit("/", 1)[1]
        known = {
            "cycle": draft,
            "profile": id_of(ROLE),
            "person": id_of(RATEE),
            "template": "invitation",
            "locale": "ar",
        }
        for route in table.routes(site.settings):
            if (
                not isinstance(route, GuardedRoute)
                or route.policy is not HR_ONLY
                or "GET" not in (route.methods or ())
            ):
                continue
            reply = await client.get(
                route.path.format_map({**dict.fromkeys(route.param_convertors, "0"), **known})
            )
            is_page = reply.status_code == 200 and "<header" in reply.text
            n_pages += is_page
            silent += [route.path] if is_page and said not in reply.text else []
    assert silent == []
    assert n_pages > 15


async def test_a_desk_in_arabic_is_arabic(site: Site) -> None:
    secret = await _sign_in(site, "ar")
    async with site.as_nobody() as client:
        client.cookies.set("sid", secret)
        desk = (await client.get("/hr/cards")).text
    assert '<html lang="ar" dir="rtl">' in desk
    assert catalogue("ar")["layout.in_english"] not in desk


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_missing_page_is_said_in_the_readers_language(site: Site, locale: str) -> None:
    async with site.as_nobody() as client:
        page = (await client.get("/nothing-here", headers={"Accept-Language": locale})).text
    assert f'<html lang="{locale}"' in page
    assert catalogue(locale)["error.not_found.title"] in page


async def test_a_problem_that_only_a_desk_meets_is_in_english_and_says_so(
    database: Database, tmp_path: Path
) -> None:
    await store_cast()
    async with running_site(database.url, tmp_path, is_demo=True) as demo, demo.as_person(id_of(HR)) as ada:
        files = {"file": ("people.csv", b"external_id,name\n", "text/csv")}
        page = (await ada.post("/hr/people/import", files=files, headers={"Accept-Language": "de"})).text
    assert '<html lang="en" dir="ltr">' in page
    assert f'lang="de">{catalogue("de")["layout.in_english"]}</aside>' in page


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "3 Nov 2026, 09:05"),
        ("es", "3 nov 2026, 09:05"),
        ("de", "3 Nov. 2026, 09:05"),
        ("ar", "3 نوفمبر 2026، 09:05"),
    ],
)
def test_a_moment_is_written_with_the_comma_of_its_language(locale: str, words: str) -> None:
    at = datetime(2026, 11, 3, 8, 5, tzinfo=UTC)
    assert moment_words(at, locale, "Europe/Berlin") == words
    assert ("," in moment_words(at, locale, day="full")) is (locale != "ar")
