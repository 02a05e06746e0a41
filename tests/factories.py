"""The fixed cast, a cycle about Cleo, and phones that answer through the use cases.

Ada runs HR, Ben manages, Cleo is rated, Dan and Eve are peers among others, **Mallory must see nothing**.
"""

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import millis
from server.usecases.inbox import find_form, inbox
from server.usecases.launch import launch_cycle
from server.usecases.sync import SyncQueue
from server.wire import SyncRequest
from surveys.database import write_tx
from surveys.instrument_file import instruments_document
from surveys.keeper import Keeper
from surveys.models.cycles import Assignment, Cycle, Ratee
from surveys.models.people import Grant, Person, Relation
from surveys.models.profiles import Instrument, ProfileVersion
from surveys.models.work import Installation
from surveys.policy import Policy
from surveys.policy import to_document as policy_to_document
from surveys.profile_file import canonical_document, grade
from tests.surveys import content

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EPOCH = "a3f09c1277de0b54"
SECRET = "a secret of the operator, long enough"
ROLE = "plant-shift-supervisor"
HR, MANAGER, RATEE, OUTSIDER = "ada", "ben", "cleo", "mallory"
PEERS = ("dan", "eve", "finn", "gwen", "hugo", "iris")
REPORTS = ("jan", "kim", "lou")
CAST = (HR, MANAGER, RATEE, *PEERS, *REPORTS, OUTSIDER)
RATERS: tuple[tuple[str, str], ...] = (
    (RATEE, "self"),
    (MANAGER, "manager"),
    *((one, "peer") for one in PEERS),
    *((one, "direct_report") for one in REPORTS),
)


@dataclass
class SetClock:
    """A clock the test moves, with random bytes that come out the same on every run."""

    at: datetime = NOW
    n_drawn: int = 0

    def now(self) -> datetime:
        return self.at

    def random_bytes(self, n: int) -> bytes:
        self.n_drawn += 1
        return hashlib.shake_256(self.n_drawn.to_bytes(8)).digest(n)

    def move(self, **parts: float) -> None:
        self.at += timedelta(**parts)


def id_of(name: str) -> str:
    """Give the id of one of the cast, or of anything else that has a name."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def keeper_in(folder: Path, clock: SetClock) -> Keeper:
    return Keeper(folder / "keys", secret=SECRET, random_bytes=clock.random_bytes)


async def store_cast(extra: Sequence[str] = ()) -> None:
    """Store the installation, the people, the profile and the question texts."""

    async def body(tx: BaseDBAsyncClient) -> None:
        await Installation.get_or_create(
            id=1, defaults={"organisation": "Testwerk (fictional)", "epoch": EPOCH}
        )
        await Person.bulk_create(
            [
                Person(
                    id=id_of(name), external_id=name, name=name.capitalize(), mail=f"{name}@example.test",
                    role_profile=ROLE if name == RATEE else "",
                )
                for name in (*CAST, *extra)
            ]
        )  # fmt: skip
        await Grant.create(id=id_of("grant ada"), person_id=id_of(HR), role="hr", from_on=date(2026, 1, 1))
        await Relation.create(
            id=id_of("ben manages cleo"), person_id=id_of(RATEE), kind="manager", other_id=id_of(MANAGER),
            from_on=date(2026, 1, 1),
        )  # fmt: skip
        await _store_content()

    await write_tx(body)


@cache
def _content() -> tuple[dict[str, Any], dict[str, Any]]:
    """Read the content files once: they are the same for every test."""
    profile = content.profile(ROLE)
    version = {
        "profile": ROLE,
        "version": profile.profile.version,
        "title": profile.profile.title,
        "locale": profile.profile.locale,
        "grade": grade(profile),
        "document": canonical_document(profile),
        "overlays": {locale: dict(strings) for locale, strings in content.overlays("ar", "de", "es").items()},
    }
    return version, instruments_document(content.instruments())


async def _store_content() -> None:
    version, instruments = _content()
    common: dict[str, Any] = {"content_hash": "0" * 64, "imported_at": NOW}
    await ProfileVersion.create(id=id_of(ROLE), **version, **common)
    await Instrument.create(
        id=id_of("instruments"), name="feedback", version="1", document=instruments, **common
    )


async def draft_cycle(
    name: str = "autumn",
    *,
    raters: Mapping[str, Sequence[tuple[str, str]]] | None = None,
    policy: Policy | None = None,
    opens_at: datetime = NOW,
    days: int = 14,
    kind: str = "feedback360",
    content: Mapping[str, Any] | None = None,
) -> str:
    """Store a draft: by default Cleo, rated by self, Ben, six peers and three direct reports."""
    policy = policy or Policy()
    by_ratee = raters if raters is not None else {RATEE: RATERS}
    cycle_id = id_of(f"cycle {name}")

    async def body(tx: BaseDBAsyncClient) -> None:
        await Cycle.create(
            id=cycle_id,
            kind=kind,
            content=dict(content or {}),
            title=f"{name.capitalize()} 360",
            purpose="Development talks.",
            state="draft",
            profile_version_id=id_of(ROLE),
            instrument_id=id_of("instruments"),
            policy=policy_to_document(policy),
            opens_at=opens_at,
            closes_at=opens_at + timedelta(days=days),
            grace_hours=policy.grace_hours,
        )
        for ratee, raters_of in by_ratee.items():
            await Ratee.create(
                id=id_of(f"{name} {ratee}"), cycle_id=cycle_id, person_id=id_of(ratee), viewers={}
            )
            await Assignment.bulk_create(
                [
                    Assignment(
                        id=assignment_id(rater, ratee, name), cycle_id=cycle_id, rater_id=id_of(rater),
                        ratee_id=id_of(ratee), relationship=relationship, form="",
                    )
                    for rater, relationship in raters_of
                ]
            )  # fmt: skip

    await write_tx(body)
    return cycle_id


def assignment_id(rater: str, ratee: str = RATEE, cycle: str = "autumn") -> str:
    return id_of(f"{cycle} {rater} rates {ratee}")


@dataclass
class World:
    """A launched cycle with its keeper, clock and queue."""

    cycle: str
    keeper: Keeper
    clock: SetClock
    queue: SyncQueue
    _loads: Any = field(default_factory=lambda: itertools.count(1))  # each phone is a page load of its own

    async def phone(self, name: str, *, about: str | None = None) -> "Phone":
        """Let somebody sign in and read the inbox; `about` keeps what is asked about one person."""
        document = await inbox(id_of(name), locale="en", clock=self.clock, keeper=self.keeper)
        load = hashlib.sha256(f"{name} {next(self._loads)}".encode()).hexdigest()[:16]
        asked = [
            one
            for one in document["assignments"]
            if about is None or one["ratee"]["name"] == about.capitalize()
        ]
        return Phone(self, load, asked)


async def launched(folder: Path, clock: SetClock | None = None, **draft: Any) -> tuple[str, Keeper, SetClock]:
    """Store the cast and a cycle, and launch it."""
    clock = clock or SetClock()
    keeper = keeper_in(folder, clock)
    await store_cast()
    cycle = await draft_cycle(**draft)
    await launch_cycle(cycle, actor_id=id_of(HR), keeper=keeper, clock=clock)
    return cycle, keeper, clock


@dataclass
class Phone:
    """One page load of one person's phone; it remembers what it said, like the app."""

    world: World
    load: str
    assignments: list[dict[str, Any]]
    n: int = 0
    have: dict[str, dict[str, int]] = field(default_factory=dict)

    def version(self, value: Any, **changes: Any) -> dict[str, Any]:
        self.n += 1
        stamp = millis(self.world.clock.now()) + self.n
        return {"v": value, "hlc": stamp, "d": self.load, "n": self.n, "seen": {}, **changes}

    def sheet(self, cells: Mapping[str, list[dict[str, Any]]], **changes: Any) -> dict[str, Any]:
        """Write a sheet of a request for the first assignment."""
        one = self.assignments[0]
        return {"cycle": one["cycle"], "write": one["write"], "have": {}, "cells": dict(cells), **changes}

    async def send(self, cells: Mapping[str, list[dict[str, Any]]], **changes: Any) -> dict[str, Any]:
        """Sync one sheet and give its part of the reply."""
        reply = await send(self.world.queue, self.sheet(cells, **changes))
        found: dict[str, Any] = reply["sheets"][0]
        return found

    async def put(self, values: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
        """Send plain values."""
        return await self.send({cell: [self.version(value)] for cell, value in values.items()}, **changes)

    async def form(self) -> dict[str, Any]:
        document = await find_form(self.assignments[0]["form"], "en")
        assert document is not None
        return document

    async def answers(self, rating: int | str = 4, *, text: str = "") -> dict[str, Any]:
        """Write a complete sheet: one rating for every line, perhaps a comment, and submit."""
        form = await self.form()
        values: dict[str, Any] = {
            question["cell"]: rating for line in form["lines"] for question in line["questions"]
        }
        if text:
            values[f"{form['open'][0]['id']}.text"] = text
        return {**values, "@submit": True}


async def send(queue: SyncQueue, *sheets: Mapping[str, Any]) -> dict[str, Any]:
    """Send a request past HTTP."""
    return await queue.sync(
        SyncRequest.model_validate({"protocol": 1, "app": "test", "sheets": list(sheets)})
    )
