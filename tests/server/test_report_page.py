"""The ratee's own report: the figures of the cases, words where numbers may not stand, and no overall score."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from surveys.database import write_tx
from surveys.models.results import BaselineValue
from tests.conftest import Database
from tests.server.report_cast import (
    CASE_2,
    CLEO,
    CYCLE,
    Comment,
    closed_cycle,
    expected_groups,
    feedback_cases,
)
from tests.server.report_reading import charts, text_of
from tests.site import Site, running_site
from tests.surveys import content

NAMES = {"peers": "Peers", "direct_reports": "Direct reports", "colleagues": "Colleagues"}
REMARKS = (
    Comment("p1", "OQ1", "Walks the line with us."),
    Comment("p2", "OQ1", "يشكر من يوقف الخط."),
    Comment("r1", "OQ1", "<b>Asks</b> what nearly went wrong."),
    Comment("manager", "OQ1", "Your handovers are a model."),
    Comment("p3", "OQ2", "Tell planning earlier.", is_signed=True),
)


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    async with running_site(database.url, tmp_path) as running:
        yield running


async def own_report(site: Site, query: str = "") -> str:
    async with site.as_person(CLEO) as cleo:
        reply = await cleo.get(f"/reports/{CYCLE}{query}")
    assert reply.status_code == 200, reply.text
    return reply.text


def line_texts() -> dict[str, str]:
    return {item.id: item.observe for item in content.profile().items if item.observe}


@pytest.mark.parametrize(("case", "raters"), [("CASE-2", CASE_2), ("CASE-1", CASE_2[:-1])])
async def test_the_report_shows_exactly_the_figures_of_the_case(
    site: Site, case: str, raters: tuple[str, ...]
) -> None:
    await closed_cycle(site, raters)

    shown = charts(await own_report(site))

    expected = expected_groups(case)
    texts, asked = line_texts(), feedback_cases()["ratings"]["self"]["scores"]
    assert set(shown) == {texts[item] for item in asked}
    for item in asked:
        row = shown[texts[item]]
        assert set(row) - {"You", "Manager", "Target"} <= {NAMES[group] for group in expected}
        for group, items in expected.items():
            n, value = items[item]
            found = row.get(NAMES[group])
            if value == "hidden":
                # A line the group was not asked has no row; every other hidden one is a word.
                assert found is None or (found.value, found.n, found.is_drawn) == ("withheld", "", False)
            else:
                assert found is not None
                assert (found.n, found.value) == (str(n), str(value))


async def test_self_and_manager_stand_beside_the_groups_as_they_answered(site: Site) -> None:
    await closed_cycle(site)

    shown = charts(await own_report(site))

    texts = line_texts()
    for name, label in (("self", "You"), ("manager", "Manager")):
        for item, score in feedback_cases()["ratings"][name]["scores"].items():
            assert shown[texts[item]][label].value == ("not seen" if score == "not_observed" else str(score))


async def test_a_group_of_two_is_never_shown_and_nothing_hints_at_its_numbers(site: Site) -> None:
    await closed_cycle(site, CASE_2[:4])

    page = await own_report(site)

    assert "Too few people answered" in page
    for rows in charts(page).values():
        assert set(rows) <= {"You", "Manager", "Target"}
        assert not any(row.interval for row in rows.values())
    assert "Not listed, because not asked or too few answered: Peers." in text_of(page)


async def test_a_withheld_value_is_a_word_without_an_interval_or_a_mark(site: Site) -> None:
    await closed_cycle(site)

    withheld = [
        row
        for rows in charts(await own_report(site)).values()
        for row in rows.values()
        if row.value == "withheld"
    ]

    # SS06 and SS14 of the peers: too few of them had seen it.
    assert [(row.interval, row.n, row.is_drawn) for row in withheld] == [("", "", False)] * 2


async def test_there_is_no_baseline_below_five_exemplars_and_the_report_says_what_comes_next(
    site: Site,
) -> None:
    await closed_cycle(site)

    async def body(tx: object) -> None:
        await BaselineValue.filter(cycle_id=CYCLE).update(n_exemplars=3)

    await write_tx(body)
    page = await own_report(site)

    assert "It appears with 5 top performers; there are 3 so far." in text_of(page)
    assert all("Target" in rows and "Baseline" not in rows for rows in charts(page).values())


async def test_comments_are_shown_word_for_word_and_signed_ones_apart(site: Site) -> None:
    await closed_cycle(site, comments=REMARKS)

    page = await own_report(site)

    assert '<bdi class="comment" dir="auto">Walks the line with us.</bdi>' in page
    assert "&lt;b&gt;Asks&lt;/b&gt; what nearly went wrong." in page
    assert "<b>Asks</b>" not in page
    assert "يشكر من يوقف الخط." in page
    assert "signed: Rater p3" in page
    for rater in ("Rater p1", "Rater p2", "Rater r1"):
        assert rater not in page


async def test_the_page_carries_no_inline_style_or_script(site: Site) -> None:
    await closed_cycle(site, comments=REMARKS)

    page = await own_report(site)

    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", page)


async def test_numbers_keep_their_direction_on_an_arabic_page(site: Site) -> None:
    await closed_cycle(site)

    page = await own_report(site, "?lang=ar")

    assert '<html lang="ar" dir="rtl">' in page
    assert '<bdi class="num" dir="ltr">4.7-5.0</bdi>' in page
    assert "{" not in text_of(page)


@pytest.mark.parametrize("locale", ["en", "es", "de", "ar"])
async def test_the_report_speaks_the_readers_language(site: Site, locale: str) -> None:
    await closed_cycle(site)

    page = await own_report(site, f"?lang={locale}")

    said = content.overlays("es", "de", "ar").get(locale, {}).get("SS01.observe") or line_texts()["SS01"]
    assert said in page


async def test_each_group_under_five_is_called_a_hint_once(site: Site) -> None:
    await closed_cycle(site)

    assert (await own_report(site)).count("read as a hint") == 2
