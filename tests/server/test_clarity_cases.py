"""The invented clarity pair through the running server: two phones sync, the pair opens, the gaps are the file's."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tortoise.backends.base.client import BaseDBAsyncClient

from server.clock import millis
from server.usecases.launch import launch_cycle
from surveys.content import CycleContent, to_document
from surveys.database import write_tx
from surveys.models.cycles import Assignment, Cycle, Ratee
from surveys.policy import Policy
from surveys.policy import to_document as policy_document
from tests.conftest import Database
from tests.factories import HR, MANAGER, RATEE, ROLE, id_of, store_cast
from tests.server.pair_cast import CYCLE, SIDES, TITLE, api_of, complete, keeper_of
from tests.site import Site, running_site
from tests.surveys.clarity_case import clarity_case, employee_cells, items, manager_cells


@pytest.fixture
async def site(database: Database, tmp_path: Path) -> AsyncIterator[Site]:
    await store_cast()
    async with running_site(database.url, tmp_path) as running:
        await launch_round(running)
        yield running


async def launch_round(site: Site) -> None:
    """Draft a clarity round for Cleo and Ben over the lines of the file, and launch it."""
    now = site.clock.now()

    async def body(tx: BaseDBAsyncClient) -> None:
        await Cycle.create(
            id=CYCLE,
            kind="clarity",
            title=TITLE,
            purpose="A talk about what is expected.",
            state="draft",
            profile_version_id=id_of(ROLE),
            instrument_id=id_of("instruments"),
            policy=policy_document(Policy()),
            content=to_document(CycleContent(items=items(), asks_level=True, asks_pulse=True)),
            opens_at=now,
            closes_at=now + timedelta(days=14),
        )
        await Ratee.create(id=id_of("pair"), cycle_id=CYCLE, person_id=id_of(RATEE), viewers={})
        await Assignment.bulk_create(
            Assignment(
                id=id_of(f"{side} {RATEE}"),
                cycle_id=CYCLE,
                rater_id=id_of(RATEE if side == "self" else MANAGER),
                ratee_id=id_of(RATEE),
                relationship=side,
                form="",
            )
            for side in SIDES
        )

    await write_tx(body)
    await launch_cycle(CYCLE, actor_id=id_of(HR), keeper=keeper_of(site), clock=site.clock)


async def assignments_of(site: Site, person: str) -> list[dict[str, Any]]:
    async with site.as_person(id_of(person)) as client:
        reply = await client.get("/api/v1/inbox")
    assert reply.status_code == 200, reply.text
    found: list[dict[str, Any]] = reply.json()["assignments"]
    return found


async def send(
    site: Site, client: httpx2.AsyncClient, person: str, cells: Mapping[str, Any]
) -> dict[str, Any]:
    """Sync a whole sheet from a phone, and give its part of the reply."""
    one = (await assignments_of(site, person))[0]
    stamp = millis(site.clock.now())
    load = id_of(f"phone of {person}")[:16]
    versions = {
        cell: [{"v": value, "hlc": stamp + n, "d": load, "n": n, "seen": {}}]
        for n, (cell, value) in enumerate(cells.items(), 1)
    }
    sheet = {"cycle": one["cycle"], "write": one["write"], "read": one["read"], "have": {}, "cells": versions}
    reply = await client.post("/api/v1/sync", json={"protocol": 1, "app": "test", "sheets": [sheet]})
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()["sheets"][0]
    assert found["status"] == "ok"
    assert "refused" not in found
    return found


async def opened(site: Site, person: str) -> dict[str, Any]:
    """Read the pair once it lies open: it opens right after the reply to the second phone."""
    for _ in range(100):
        found = await document(site, person)
        if found["state"] == "open":
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("the pair did not open")


async def document(site: Site, person: str) -> dict[str, Any]:
    async with site.as_person(id_of(person)) as client:
        reply = await client.get(api_of())
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def test_every_clarity_row_and_the_summary_through_the_servers_api_equal_the_file(site: Site) -> None:
    async with site.as_nobody() as phone:
        first = await send(site, phone, RATEE, {**complete(employee_cells()), "@submit": True})
        assert first["final"], first["needs"]
        assert (await document(site, MANAGER))["state"] == "waiting"
        second = await send(site, phone, MANAGER, {**manager_cells(), "@submit": True})
        assert second["final"], second["needs"]

    for person in (RATEE, MANAGER):
        found = await opened(site, person)
        rows = [
            {
                "item": row["item"],
                "expected": {
                    "gap": row["gap"]["id"],
                    "also": [one["id"] for one in row["also"]],
                    "severity": row["severity"],
                },
            }
            for row in found["rows"]
        ]
        assert rows == [{"item": row["item"], "expected": row["expected"]} for row in clarity_case()["rows"]]
        assert {
            **found["summary"],
            "agenda": found["agenda"],
            "open_with_strength": found["open_with_strength"],
            "parked": found["parked"],
        } == clarity_case()["expected_summary"]
        assert await assignments_of(site, person) == []


async def test_the_answers_of_both_come_through_as_they_were_given(site: Site) -> None:
    async with site.as_nobody() as phone:
        await send(site, phone, MANAGER, {**manager_cells(), "@submit": True})
        await send(site, phone, RATEE, {**complete(employee_cells()), "@submit": True})

    found = await opened(site, MANAGER)

    for row, expected in zip(found["rows"], clarity_case()["rows"], strict=True):
        for side in ("employee", "manager"):
            given = {"chips": []} | expected[side] if side == "employee" else expected[side]
            assert {name: row[side][name] for name in given} == given, row["item"]


async def test_a_sheet_taken_back_before_the_other_is_done_keeps_the_pair_closed(site: Site) -> None:
    async with site.as_nobody() as phone:
        await send(site, phone, RATEE, {**complete(employee_cells()), "@submit": False})
        await send(site, phone, MANAGER, {**manager_cells(), "@submit": True})

    assert (await document(site, RATEE))["state"] == "waiting"
