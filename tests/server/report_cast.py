"""A closed 360 about one person, made the real way: launched, answered in sealed sheets, closed by the closing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from tortoise.backends.base.client import BaseDBAsyncClient

from server.usecases.closing import close_cycle
from server.usecases.launch import launch_cycle
from surveys import sheet_store
from surveys.database import write_tx
from surveys.instrument_file import instruments_document
from surveys.keeper import Keeper
from surveys.models.cycles import Assignment, Cycle, Ratee
from surveys.models.people import Grant, Person, Relation
from surveys.models.profiles import Instrument, ProfileVersion
from surveys.policy import Policy
from surveys.policy import to_document as policy_document
from surveys.profile_file import canonical_document, grade
from surveys.sealed_sheet import Place, seal_sheet, sheet_key
from surveys.sheet import Value, Version
from tests.site import Site
from tests.surveys import content

CASES = Path(__file__).parents[2] / "profiles" / "demo-cycle.yaml"
CASE_2 = ("self", "manager", "p1", "p2", "p3", "p4", "r1", "r2", "r3")
RELATIONSHIPS = {"p": "peer", "r": "direct_report"}  # by the first letter of a rater of the cases
FROM = date(2024, 1, 1)


def an_id(name: str) -> str:
    """Give a person, cycle or row an id that can be read in a failure."""
    return name.encode().hex().ljust(32, "0")[:32]


ADA, BEN, CLEO, MALLORY, COACH = (an_id(name) for name in ("ada", "ben", "cleo", "mallory", "coach"))
CYCLE = an_id("cycle")


@dataclass(frozen=True)
class Comment:
    """What one rater wrote."""

    rater: str
    question: str
    text: str
    is_signed: bool = False


@cache
def feedback_cases() -> Mapping[str, Any]:
    """Read the invented answers and their expected figures, once: the file is long."""
    cases: Mapping[str, Any] = yaml.safe_load(CASES.read_text("utf-8"))["feedback_cases"]
    return cases


def rater_id(rater: str) -> str:
    """Give the person behind a rater of the cases."""
    return {"self": CLEO, "manager": BEN}.get(rater, an_id(rater))


async def add_people(raters: Sequence[str]) -> None:
    """Store the cast and the raters."""
    named = {ADA: "Ada", BEN: "Ben", CLEO: "Cleo", MALLORY: "Mallory", COACH: "Samir"}
    named |= {an_id(rater): f"Rater {rater}" for rater in raters if rater not in ("self", "manager")}

    async def body(tx: BaseDBAsyncClient) -> None:
        await Person.bulk_create(
            Person(id=person, external_id=f"X-{name}", name=name, role_profile="plant-shift-supervisor")
            for person, name in named.items()
        )
        await Relation.create(
            id=an_id("relation"), person_id=CLEO, kind="manager", other_id=BEN, from_on=FROM
        )
        await Grant.create(id=an_id("hr"), person_id=ADA, role="hr", from_on=FROM)
        await Grant.create(id=an_id("grant-coach"), person_id=COACH, role="coach", from_on=FROM)

    await write_tx(body)


async def add_profile() -> None:
    """Store the sample profile with its translations, and the instruments."""
    profile, instruments = content.profile(), content.instruments()

    async def body(tx: BaseDBAsyncClient) -> None:
        await ProfileVersion.create(
            id=an_id("profile"),
            profile=profile.profile.id,
            version=profile.profile.version,
            title=profile.profile.title,
            locale="en",
            grade=grade(profile),
            document=canonical_document(profile),
            overlays={
                locale: dict(strings) for locale, strings in content.overlays("ar", "de", "es").items()
            },
            content_hash="0" * 64,
            imported_at=datetime(2026, 9, 1, tzinfo=UTC),
        )
        await Instrument.create(
            id=an_id("instrument"),
            name=instruments.id,
            version=instruments.version,
            document=instruments_document(instruments),
            content_hash="0" * 64,
            imported_at=datetime(2026, 9, 1, tzinfo=UTC),
        )

    await write_tx(body)


async def open_cycle(site: Site, raters: Sequence[str]) -> None:
    """Draft and launch a 360 about Cleo with these raters of the cases."""
    now = site.clock.now()

    async def body(tx: BaseDBAsyncClient) -> None:
        await Cycle.create(
            id=CYCLE,
            kind="feedback360",
            title="Autumn 360",
            purpose="A talk about development.",
            state="draft",
            profile_version_id=an_id("profile"),
            instrument_id=an_id("instrument"),
            policy=policy_document(Policy(viewers=("manager", "coach", "hr"))),
            opens_at=now,
            closes_at=now + timedelta(days=14),
        )
        await Ratee.create(id=an_id("ratee"), cycle_id=CYCLE, person_id=CLEO, viewers={})
        await Assignment.bulk_create(
            Assignment(
                id=an_id(f"of-{rater}"),
                cycle_id=CYCLE,
                rater_id=rater_id(rater),
                ratee_id=CLEO,
                relationship=RELATIONSHIPS.get(rater[0], rater),
                form="",
            )
            for rater in raters
        )

    await write_tx(body)
    await launch_cycle(CYCLE, actor_id=ADA, keeper=keeper_of(site), clock=site.clock)


def scores_of(rater: str) -> Mapping[str, int | str]:
    """Give what a rater of the cases answered, by item."""
    scores: dict[str, int | str] = feedback_cases()["ratings"][rater]["scores"]
    return scores


async def answer(
    site: Site, scores: Mapping[str, Mapping[str, int | str]], comments: Sequence[Comment] = ()
) -> None:
    """Hand in the sheets of these raters."""
    key = keeper_of(site).open_cycle(CYCLE)
    sheets = []
    for rater, answers in scores.items():
        values: dict[str, Value] = {f"{item}.f_match": value for item, value in answers.items()}
        for comment in comments:
            if comment.rater == rater:
                values[f"{comment.question}.text"] = comment.text
                if comment.is_signed:
                    values[f"{comment.question}.show_name"] = True
        sheet = {
            cell: (_version(v, n),) for n, (cell, v) in enumerate({**values, "@submit": True}.items(), 1)
        }
        sheets.append(seal_sheet(sheet_key(key, Place(CYCLE, an_id(f"of-{rater}"), 1)), CYCLE, sheet))

    async def body(tx: BaseDBAsyncClient) -> None:
        await sheet_store.write(tx, sheets)

    await write_tx(body)


def _version(value: Value, n: int) -> Version:
    return Version(v=value, hlc=1_793_600_000_000, d="0123456789abcdef", n=n, seen={})


async def close(site: Site) -> None:
    """Move the clock to the end of grace and close."""
    site.clock.move(days=14, hours=49)
    state = await close_cycle(
        CYCLE, keeper=keeper_of(site), clock=site.clock, backups_dir=site.settings.backups_dir
    )
    assert state == "released"


async def closed_cycle(
    site: Site,
    raters: Sequence[str] = CASE_2,
    *,
    comments: Sequence[Comment] = (),
    scores: Mapping[str, Mapping[str, int | str]] | None = None,
) -> None:
    """Do all of it; without `scores` the raters answer as the cases have them."""
    await add_people(raters)
    await add_profile()
    await open_cycle(site, raters)
    await answer(site, scores or {rater: scores_of(rater) for rater in raters}, comments)
    await close(site)


def keeper_of(site: Site) -> Keeper:
    """Give the keeper of the running application."""
    keeper: Keeper = site.app.state.keeper
    return keeper


def expected_groups(case: str) -> Mapping[str, Mapping[str, Sequence[object]]]:
    """Give the figures a case must show: group -> item -> [n, printed value]."""
    found = next(one for one in feedback_cases()["cases"] if one["id"] == case)
    groups: dict[str, Any] = found["expected"]["groups"]
    return {group: facts["items"] for group, facts in groups.items()}
